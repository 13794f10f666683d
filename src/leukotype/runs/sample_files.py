"""Names of files that stand for one sample each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote as as_name

_LONGEST: Final = 150  # characters of a sample's name in that of its file


def file_stems(samples: Iterable[str]) -> dict[str, str]:
    """Give the name of each sample's file without its ending: the sample as a URL writes it, each once.

    Examples
    --------
    >>> file_stems(["P1", "p1", "a/b"])
    {'P1': 'P1', 'p1': 'p1_2', 'a/b': 'a%2Fb'}
    """
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for sample in samples:
        stem = as_name(sample, safe=" ")[:_LONGEST]
        name, number = stem, 1
        while name.casefold() in taken:  # on some disks P1 and p1 are one
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        stems[sample] = name
    return stems
