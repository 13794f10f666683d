"""What a tool's table of expression is: how it is told from its header, and which column is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from leukotype.vocabulary import Strandedness, ValueType


@dataclass(frozen=True)
class Format:
    """One tool's table.

    ``header`` is what its header line begins with, ``columns`` what stands somewhere in it, in lower case
    (neither: the file has no header line). A file of one sample names the column of each value type, the one
    read by default first; ``stranded`` are count columns to choose from by how the library was made. A format
    with a ``refusal`` is known, and not read. One without columns of values is a matrix.
    """

    name: str
    header: tuple[str, ...] = ()
    values: Mapping[ValueType, str] = field(default_factory=dict)
    stranded: Mapping[Strandedness, str] = field(default_factory=dict)
    default_strand: Strandedness | None = None
    value_type_known: bool = True
    refusal: str = ""
    columns: frozenset[str] = frozenset()

    @property
    def is_matrix(self) -> bool:
        """Whether the table holds several samples, named by its header."""
        return not self.values and not self.stranded

    def begins(self, cells: Sequence[str]) -> bool:
        """Whether a header line is this format's."""
        begins = tuple(cell.lower() for cell in cells[: len(self.header)]) == self.header
        if not begins or not (self.header or self.columns):
            return False
        return not self.columns or self.columns <= {cell.lower() for cell in cells}


# Columns that describe a gene and hold no sample, in lower case with one _ for all else, as featureCounts,
# recount, biomaRt, cBioPortal, nf-core and exports of R name them.
_DESCRIPTIONS: Final = re.compile(
    r"chr(_?(num|number|name))?|chrom(osome)?(_(name|start|end))?|seqnames?|strand|description"
    r"|(gene_|tx_|transcript_|exon_)?(start|end)(_position|_bp)?"
    r"|((effective|eff|gene|exon|exonic|transcript|tx|merged|union|total_exon|cds|mean|median|avg|max)_)*"
    r"(length|len|width)(_.*)?|n(um|umber)?_?(of_)?(exons?|transcripts?|isoforms?)|(exon|transcript)_count"
    # Results of a comparison, of DESeq2, edgeR and limma.
    r"|stat|ave_?expr|adj_p_val|p_value|lr|max_?cooks|dispersion"
    r"|base_?mean|(log2_?)?fold_?change|log2foldchange|lfc_?se|log_?(fc|cpm)|p_?val(ue)?|p_?adj(usted)?|fdr|q_?val(ue)?"
    r"|gene|(external_)?gene_(id|name|symbol|(bio)?type)s?|gene_?(id|name|symbol|length)|biotype"
    r"|ensembl(_gene)?(_id)?(_version)?|ensg|hgnc(_id)?|((hgnc|hugo)_)?symbol|transcript_id(_s)?"
    # Sums and means over the samples, as spreadsheets have them at the end.
    r"|(grand_)?totals?|row_?(sums?|means?)|sums?|means?|average|avg|medians?|sd|st_?dev|std(_?dev)?|variance"
    r"|summe|gesamt|mittelwert"
    r"|(ncbi_gene|entrez(_?gene)?)(_?ids?)?|(percentage_)?(gene_)?gc_(content|percent|pct)|mappability"
)
_MARKS: Final = re.compile(r"[^a-z0-9]+")


def describes_genes(column: str) -> bool:
    """Whether a column describes the genes and holds no sample."""
    plain = column.lower()
    if not (plain.isalnum() and plain.isascii()):
        plain = _MARKS.sub("_", plain).strip("_")
    return _DESCRIPTIONS.fullmatch(plain) is not None
