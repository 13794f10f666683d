"""Molecular subtypes of B-cell acute lymphoblastic leukemia from RNA-seq gene counts. Research use only."""

from __future__ import annotations

from typing import Any

from leukotype.errors import InputError, ModelFileError

__all__ = [
    "InputError",
    "LesionFiles",
    "ModelFileError",
    "Reading",
    "Run",
    "RunOptions",
    "annotate",
    "classify",
    "classify_files",
    "explain",
    "explain_files",
    "load",
]

_HOMES = {
    "Run": "runs.run",
    "RunOptions": "runs.options",
    "Reading": "inputs",
    "LesionFiles": "inputs",
    "annotate": "report.notebook",
    "classify": "report.notebook",
    "classify_files": "report.notebook",
    "explain": "pipeline",
    "explain_files": "pipeline",
    "load": "model.bundle",
}


def __dir__() -> list[str]:
    """List what is public, and nothing else."""
    return [*__all__, "__version__"]


def __getattr__(name: str) -> Any:
    """Import numpy and pandas only when something that needs them is asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("leukotype")
    if name not in _HOMES:
        raise AttributeError(f"module 'leukotype' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"leukotype.{_HOMES[name]}"), name)
