"""Tables of fusions, mutations and annotations: known by their lines, so that they are refused by name."""

import re
from collections.abc import Sequence
from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.inputs.tables.text import TableRow

_GTF: Final = re.compile(r"\b(gene_id|transcript_id)\s+\"?|\b(ID|Parent)=(gene|transcript|rna)")

_FUSIONS: Final = "give it as fusion calls, not as expression"
_MAF: Final = frozenset({"hugo_symbol", "tumor_sample_barcode"})  # cBioPortal's expression begins as it does
OTHER_TABLES: Final = (
    Format("Arriba fusions", ("gene1", "gene2"), refusal=_FUSIONS),
    Format("STAR-Fusion fusions", ("fusionname",), refusal=_FUSIONS),
    Format("FusionCatcher fusions", ("gene_1_symbol(5end_fusion_partner)",), refusal=_FUSIONS),
    Format("CICERO fusions", ("sample", "genea", "chra"), refusal=_FUSIONS),
    Format("MAF of mutations", columns=_MAF, refusal="variants have an option of their own"),
)


def are_annotation(rows: Sequence[TableRow]) -> bool:
    """Whether rows are those of a GTF or GFF."""
    return any(_GTF.search(row.fields[-1]) for row in rows)
