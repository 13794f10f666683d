"""Letters that tie a printed number to its footnote: which test, which side, which method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from leukotype.report.notation import p_value, unique

_LETTERS: Final = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"


class Footnotes:
    """One letter for each test (or method) of a figure or table, in the order in which they are met."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def mark(self, name: str) -> str:
        """Letter of a test; the same for the same name, none for an empty one."""
        if not name:
            return ""
        return self._letters.setdefault(name, _LETTERS[len(self._letters) % len(_LETTERS)])

    def p(self, p: float, name: str) -> str:
        """Print a P value with the letter of its test; a missing one has no letter."""
        return p_value(p) if math.isnan(p) else p_value(p) + self.mark(name)

    def text(self, what: str = "P values") -> str:
        """Say what the letters stand for; empty where there is none."""
        said = "; ".join(f"{letter} {name}" for name, letter in self._letters.items())
        return f"{what}: {said}." if said else ""


def name_test(row: Mapping[Any, Any]) -> str:
    """Name of a row's test with its side: ``Fisher's exact test, two-sided``."""
    return ", ".join(unique(row[key] for key in ("test", "side")))


def methods_note(rows: pd.DataFrame) -> str:
    """Name the method of the hazard ratios: the commonest first, each other one with its rows."""
    shown = rows[rows["estimable"].astype(bool)]
    counted = shown["hr_method"].value_counts(sort=True)
    said = []
    for i, method in enumerate(counted.index):
        levels = unique(str(level) for level in shown.loc[shown["hr_method"] == method, "level"])
        said.append(f"of {', '.join(levels)}: {method}" if i else str(method))
    return f"Hazard ratio and interval: {'; '.join(said)}." if said else ""
