"""What the readers of lesions give: one form for all that callers and clinics write."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pandas as pd

# A band, or the range that a break lies in: q34, q34.1, q21~22, q21-q22.
_BAND: Final = re.compile(r"([pq])(\d\d)(?:\.\d+)?(?:\s*[~-]\s*[pq]?(\d\d))?")


class Verdict(StrEnum):
    """What a text says of a lesion, as it is told where the lesion does not count; `FOUND` is empty."""

    FOUND = ""
    NOT_FOUND = "the text says that it was not found"
    NOT_TESTED = "the text says that it was not tested"
    GERMLINE = "a germline variant"
    ANOTHERS = "said of somebody else's cells"
    DOUBTED = "the text doubts it"
    NOT_PLAIN = "no plain result stands beside it"
    NO_RESULT = "no result is told"


_NO_CHANGE: Final = frozenset({Verdict.NOT_FOUND, Verdict.ANOTHERS})  # of the patient's chromosomes


@dataclass(frozen=True)
class Exchange:
    """A translocation (``t``), insertion (``ins``) or dicentric (``dic``).

    Its chromosomes, a band of each if told, and what the text says against it.
    """

    kind: str
    chromosomes: tuple[str, ...]
    bands: tuple[str, ...] = ()
    doubt: Verdict = Verdict.FOUND

    def __str__(self) -> str:
        bands = f"({';'.join(self.bands)})" if self.bands else ""
        return f"{'?' * (self.doubt == Verdict.DOUBTED)}{self.kind}({';'.join(self.chromosomes)}){bands}"

    def joins(self, places: Mapping[str, str]) -> bool:
        """Whether material of two bands lies together: in exchanges of three chromosomes, and doubted, too.

        Parameters
        ----------
        places
            chromosome -> band, two digits: ``{"9": "q34", "22": "q11"}``.
        """
        return self.kind in {"t", "ins"} and all(
            any(_may_lie_at(end, band) for end in self._ends(on)) for on, band in places.items()
        )

    def doubt_of(self, places: Mapping[str, str]) -> Verdict:
        """Say why it may not join two bands that `joins` says it does."""
        ends = [end for on in places for end in self._ends(on)]
        if self.doubt or any("?" in end for end in ends):
            return self.doubt or Verdict.DOUBTED
        return Verdict.FOUND

    def is_wide(self, places: Mapping[str, str]) -> bool:
        """Whether one end of an inserted segment lies elsewhere: what it is joined to is not told."""
        return not all(_lies_at(end, band) for on, band in places.items() for end in self._ends(on))

    def _ends(self, chromosome: str) -> tuple[str, ...]:
        """Give the breaks of a chromosome: two of the one that a segment is taken from (q23q13)."""
        at = dict(zip(self.chromosomes, self.bands, strict=False)).get(chromosome, "")
        return tuple(re.findall(r"\??[pq][^pq]*(?:[~-][pq][^pq]*)?", at)) or (at,)


def _may_lie_at(written: str, band: str) -> bool:
    """Whether a band may be another, were it not for question marks (q?, q3?4)."""
    plain = written.replace("?", "")
    return _lies_at(plain, band) or ("?" in written and plain in {"", band[0]})


def _lies_at(written: str, band: str) -> bool:
    """Whether a band as written is a band of two digits, or a range that holds it."""
    found = _BAND.match(written)
    if found is None or found[1] != band[0]:
        return False
    ends = sorted((int(found[2]), int(found[3] or found[2])))
    return ends[0] <= int(band[1:]) <= ends[1]


@dataclass(frozen=True)
class CopyNumber:
    """What one source says of the chromosomes of one sample.

    Parameters
    ----------
    kind
        ``karyotype``, ``array``, ``FISH``, ``RNAseqCNV`` or ``arms``.
    low, high
        modal number of chromosomes, lowest and highest; NaN where it is not told.
    gained, lost
        whole chromosomes against a diploid cell of the patient's sex; one gained twice stands twice.
    arms_gained, arms_lost
        arms of which at least a part is gained or lost.
    translocations
        of all clones, dicentrics among them.
    clones
        modal numbers of all abnormal clones, lowest and highest: a doubled one shows.
    complete
        whether all whole chromosomes gained and lost are told.
    constitutional
        chromosomes beyond 46 that the patient was born with: they are no change of the leukemia.
    halved
        autosomes that a clone had lost before it doubled: lost from three or four copies, or both of one
        parent.
    iamp21
        whether the text says iAMP21.
    runx1
        copies of RUNX1, fewest and most, where FISH or an array counted them.
    text, remark
        what the source wrote, and what of it was not understood or is against it.
    normal_only
        whether normal cells alone were seen, and all of the text was read.
    sample, source
        whose it is, and the file; empty until that is known.
    """

    kind: str
    low: float = math.nan
    high: float = math.nan
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    arms_gained: tuple[str, ...] = ()
    arms_lost: tuple[str, ...] = ()
    translocations: tuple[Exchange, ...] = ()
    clones: tuple[tuple[int, int], ...] = ()
    complete: bool = False
    constitutional: int = 0
    halved: tuple[str, ...] = ()
    iamp21: bool = False
    runx1: tuple[int, int] | None = None
    text: str = ""
    remark: str = ""
    normal_only: bool = False
    sample: str = ""
    source: str = ""

    @property
    def is_normal(self) -> bool:
        """Whether it shows normal cells alone; an abnormal clone of 46 chromosomes, all read, is none."""
        exchanged = [each for each in self.translocations if each.doubt not in _NO_CHANGE]
        abnormal = self.clones if self.kind == "karyotype" and "not read" not in self.remark else ()
        changes = (
            *(self.gained, self.lost, self.arms_gained, self.arms_lost),
            *(exchanged, self.halved, abnormal),
        )
        return self.normal_only or (self.low == self.high == 46 and not (any(changes) or self.iamp21))


@dataclass(frozen=True)
class Lesions:
    """What a user gave beside expression; None for what was not given.

    Parameters
    ----------
    fusions
        columns `leukotype.inputs.lesions.fusions.FUSION_COLUMNS`; those that FISH showed stand last.
    callers
        fusion callers that were run, by sample; also those that found nothing.
    copy_number
        a record a sample and source, those of karyotypes first.
    mutations
        columns `leukotype.inputs.lesions.variants.VARIANT_COLUMNS`.
    sequenced
        samples whose mutations were looked for.
    """

    fusions: pd.DataFrame | None = None
    callers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    copy_number: tuple[CopyNumber, ...] | None = None
    mutations: pd.DataFrame | None = None
    sequenced: frozenset[str] = frozenset()
