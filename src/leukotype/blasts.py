"""The blast gate: a sample under 30 % blasts is never given a subtype."""

from __future__ import annotations

import math

from leukotype.vocabulary import MIN_BLAST_PCT


def hold_reason(blast_pct: float) -> str | None:
    """Say why a sample with this given blast percentage is held back; None if it passes or none was given.

    Exactly 30 % passes: the INO-VATE genomic analysis set aside samples *under* 30 %.
    """
    if math.isnan(blast_pct) or blast_pct >= MIN_BLAST_PCT:
        return None
    return f"blasts {blast_pct:.10g} % (given), under {MIN_BLAST_PCT:g} %"
