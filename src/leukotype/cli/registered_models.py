"""A model that is named as the registry names it, wherever a command takes the folder of one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from leukotype.cli.app import needs

# leukotype@champion, leukotype/3, and the same as MLflow writes it.
_REGISTERED: Final = re.compile(r"(models:/+)?leukotype[@/](?P<name>[\w-]+)")


def find_model(model: Path | None) -> Path | None:
    """Give the folder of a model: the one that is named, or that of a version in the registry.

    Raises
    ------
    InputError
        For a version that there is not, or whose bundle is not the one that was registered.
    """
    found = None if model is None or model.exists() else _REGISTERED.fullmatch(str(model))
    if found is None:
        return model
    with needs("train"):
        from leukotype.learning.registered_bundle import place_of
    return place_of(found["name"])
