"""The model as MLflow serves it: a request in, calls out, by the same `leukotype.classify` as everywhere.

MLflow keeps this very file and runs it; nothing is pickled. A request holds one record a sample, as
`leukotype.runs.request` has it::

    {"dataframe_records": [{"sample": "P1", "blast_pct": 85, "counts": {"ENSG00000177455": 120, ...}}],
     "params": {"value_type": "auto"}}
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel

from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.runs.call_json import call_records
from leukotype.runs.request import OPTIONS, keywords

_IGNORED: Final = (
    "Unrecognized params"  # how MLflow's warning of parameters begins that a model does not have
)
_WARNS: Final = "mlflow.models.utils"  # who gives it


class ServedModel(PythonModel):
    """A bundle behind MLflow's interface."""

    def load_context(self, context: Any) -> None:
        """Load the bundle that was logged; its hashes are checked."""
        self._bundle = load(Path(context.artifacts["bundle"]))
        logging.getLogger(_WARNS).addFilter(_refuse_unknown)

    def predict(
        self,
        context: Any,  # noqa: ARG002 - MLflow's interface
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Call every sample of a request, in its order: the columns of calls.csv, None where it is empty.

        Raises
        ------
        MlflowException
            for a request that cannot be used: the server answers 400 with the one line.
        """
        try:
            return self._call(model_input, params or {})
        except InputError as error:
            raise _refusal(str(error)) from error

    def _call(self, model_input: pd.DataFrame, params: dict[str, Any]) -> pd.DataFrame:
        import leukotype

        # A parameter that was not sent comes as the empty text of the signature.
        options = {name: value for name, value in params.items() if value != ""}
        with keywords(pd.DataFrame(model_input).to_dict("records"), options) as asked:
            run = leukotype.classify(model=self._bundle, **asked)
        return pd.DataFrame(call_records(run.calls), columns=list(run.calls), dtype=object)


def _refusal(message: str) -> MlflowException:
    return MlflowException(message, INVALID_PARAMETER_VALUE)


def _refuse_unknown(record: logging.LogRecord) -> bool:
    """Refuse a parameter that there is not: MLflow drops it, with a warning that only its log has."""
    said = record.getMessage()
    if said.startswith(_IGNORED) and all(repr(name) in said for name in OPTIONS):
        unknown = said.partition(" are ignored")[0]
        raise _refusal(f"{unknown}: expected params of {', '.join(OPTIONS)}: correct it")
    return True


set_model(ServedModel())
