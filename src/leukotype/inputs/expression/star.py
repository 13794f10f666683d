"""STAR's ReadsPerGene.out.tab: one sample without a header, counts of three strands below four tallies."""

from collections.abc import Sequence
from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import Strandedness

STAR: Final = Format(
    "STAR ReadsPerGene",
    stranded={
        Strandedness.UNSTRANDED: "unstranded",
        Strandedness.FORWARD: "forward",
        Strandedness.REVERSE: "reverse",
    },
)
STAR_TALLIES: Final = frozenset({"N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"})


def begins_star(cells: Sequence[str]) -> bool:
    """Whether a first line is STAR's."""
    return cells[0] in STAR_TALLIES and len(cells) == 1 + len(STAR.stranded)
