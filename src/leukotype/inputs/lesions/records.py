"""What the readers of lesions give: one form for all that callers and clinics write."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Exchange:
    """A translocation (``t``) or a dicentric (``dic``): its chromosomes, and a band of each if told."""

    kind: str
    chromosomes: tuple[str, ...]
    bands: tuple[str, ...] = ()

    def __str__(self) -> str:
        bands = f"({';'.join(self.bands)})" if self.bands else ""
        return f"{self.kind}({';'.join(self.chromosomes)}){bands}"


@dataclass(frozen=True)
class CopyNumber:
    """What one source says of the chromosomes of one sample.

    Parameters
    ----------
    kind
        ``karyotype``, ``RNAseqCNV`` or ``arms``.
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
    text, remark
        what the source wrote, and what of it was not understood.
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
    text: str = ""
    remark: str = ""
    normal_only: bool = False
    sample: str = ""
    source: str = ""

    @property
    def is_normal(self) -> bool:
        """Whether it shows normal cells alone."""
        changes = (self.gained, self.lost, self.arms_gained, self.arms_lost, self.translocations)
        return self.normal_only or (self.low == self.high == 46 and not any(changes))


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
