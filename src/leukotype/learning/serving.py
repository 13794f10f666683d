"""The model as MLflow serves it: a request in, calls out, by the same `leukotype.classify` as everywhere.

MLflow keeps this very file and runs it; nothing is pickled. A request holds one record a sample::

    {"dataframe_records": [{"sample": "P1", "blast_pct": 85, "counts": {"ENSG00000177455": 120, ...}}],
     "params": {"value_type": "auto"}}
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel

from leukotype.errors import InputError
from leukotype.model.bundle import load

SAMPLE, COUNTS, BLASTS = "sample", "counts", "blast_pct"
VALUE_TYPE = "value_type"


class ServedModel(PythonModel):
    """A bundle behind MLflow's interface."""

    def load_context(self, context: Any) -> None:
        """Load the bundle that was logged; its hashes are checked."""
        self._bundle = load(Path(context.artifacts["bundle"]))

    def predict(
        self,
        context: Any,  # noqa: ARG002 - MLflow's interface
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Call every sample of a request, in its order; the columns are those of calls.csv.

        Raises
        ------
        MlflowException
            for a request that cannot be used: the server answers 400 with the one line.
        """
        try:
            return self._call(model_input, (params or {}).get(VALUE_TYPE, "auto"))
        except InputError as error:
            raise MlflowException(str(error), INVALID_PARAMETER_VALUE) from error

    def _call(self, model_input: pd.DataFrame, value_type: str) -> pd.DataFrame:
        import leukotype

        counts, blasts = _counts(model_input), None
        if BLASTS in model_input and model_input[BLASTS].notna().any():
            blasts = pd.Series(model_input[BLASTS].to_numpy(dtype=float), index=counts.index)
        run = leukotype.classify(counts, blasts, self._bundle, value_type=value_type, orientation="samples")
        return pd.DataFrame(run.calls)


def _counts(model_input: pd.DataFrame) -> pd.DataFrame:
    """Give samples x genes from the records."""
    absent = [name for name in (SAMPLE, COUNTS) if name not in model_input]
    if absent:
        raise InputError(f"request: expected the fields {SAMPLE} and {COUNTS}, {absent[0]} is absent: add it")
    genes = [tuple(each) for each in model_input[COUNTS]]
    if any(each != genes[0] and set(each) != set(genes[0]) for each in genes):
        raise InputError("request: expected the same genes in every sample: send the others apart")
    frame = pd.DataFrame(list(model_input[COUNTS]), columns=list(genes[0]), dtype=float)
    frame.index = pd.Index(model_input[SAMPLE].astype(str), name=SAMPLE)
    return frame


set_model(ServedModel())
