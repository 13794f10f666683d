"""The samples that a file beside the expression speaks of, against those of the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from leukotype.errors import InputError, abridge, quote


def check_known(path: Path, known: bool, names: Iterable[str], samples: Sequence[str]) -> None:
    """Refuse a file that speaks of no sample of the run, or of one without the zeros that it begins with."""
    written = list(dict.fromkeys(names))
    whole = {each.lstrip("0"): each for each in samples if each.startswith("0")}
    lost = next((name for name in written if name in whole and name not in samples), "")
    if lost:
        raise InputError(
            f"{path}: expected samples as in the expression table, found {quote(lost)} for {whole[lost]}, "
            "whose zeros a spreadsheet took: write them again"
        )
    if not known:
        given = abridge(written) or "no row"
        raise InputError(
            f"{path}: expected samples of this run ({abridge(samples)}), found {given}: write the names as "
            "in the expression table"
        )


def note_strangers(strangers: Sequence[str]) -> list[str]:
    """Say which samples of a file the run does not have."""
    names = list(dict.fromkeys(strangers))
    return [f"left out, not of this run: {len(names)} ({abridge(names)})"] if names else []
