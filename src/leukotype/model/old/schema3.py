"""Schema 3, of version 0.3.0: the same arrays, figures in one list, no word on what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

WITH_LESIONS: Final = "with_lesions_"
UNTAUGHT: Final = "untaught_"


def as_today(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Sort the figures, which had their meaning in their names; what is not known stays away.

    A model that was retrained names its base; the figures of the model that shipped were counted otherwise,
    and stand under ``studies`` as they are.
    """
    flat: dict[str, Any] = dict(manifest.get("metrics", {}))
    if "base" not in manifest:
        return {**manifest, "metrics": {"studies": flat}}
    lesions = {name: value for name, value in flat.items() if name.startswith(WITH_LESIONS)}
    untaught = {name: value for name, value in flat.items() if name.startswith(UNTAUGHT)}
    metrics: dict[str, Any] = {
        "held_out": {name: x for name, x in flat.items() if name not in lesions and name not in untaught},
        "cohorts": dict(manifest.get("cohort_metrics", {})),
    }
    for group, found, start in (("with_lesions", lesions, WITH_LESIONS), ("untaught", untaught, UNTAUGHT)):
        if found:
            metrics[group] = {name.removeprefix(start): value for name, value in found.items()}
    return {**manifest, "metrics": metrics}
