"""A bundle as MLflow's pyfunc: what a request holds, what comes back, and an example of it.

Imported by `leukotype.learning.tracking` alone, which first sets MLflow's environment.
"""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, Final

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import AnyType

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from leukotype.vocabulary import CALL_COLUMNS

_BLASTS: Final = ("blast_pct", "blast_estimate_pct", "blast_low_pct", "blast_high_pct")
_NUMBERS: Final = ("probability", "runner_up_probability", *_BLASTS, "library_size", "genes_found_pct")
_LIGHT: Final = ("leukotype", "numpy", "pandas", "mlflow")


def log_bundle(folder: Path) -> Any:
    """Log the bundle as a pyfunc: the code of `leukotype.learning.serving`, the bundle as it is."""
    return mlflow.pyfunc.log_model(
        name="model",
        python_model=str(Path(__file__).with_name("serving.py")),
        artifacts={"bundle": str(folder)},
        signature=signature(),
        input_example=example(folder),
        pip_requirements=[f"{name}=={version_of(name)}" for name in _LIGHT],
    )


def signature() -> ModelSignature:
    """Say what a request holds and what comes back."""
    inputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.string, "sample"),
        ColSpec(AnyType(), "counts"),  # type: ignore[no-untyped-call]
        ColSpec(DataType.double, "blast_pct", required=False),
    ]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.double if name in _NUMBERS else DataType.string, name) for name in CALL_COLUMNS
    ]
    params = ParamSchema([ParamSpec("value_type", DataType.string, "auto")])
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs), params=params)


def example(folder: Path) -> pd.DataFrame:
    """Give a SYNTHETIC patient as a request."""
    bundle = load(folder)
    group = bundle.model.subtypes[0]
    made = simulate_patients(bundle, [Patient("SYN_1", group, 90.0)], random_state=1)
    counts = {str(gene): float(value) for gene, value in made.counts["SYN_1"].items()}
    return pd.DataFrame({"sample": ["SYN_1"], "counts": [counts], "blast_pct": [90.0]})
