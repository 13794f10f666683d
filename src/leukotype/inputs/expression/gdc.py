"""The GDC's augmented STAR counts: one sample, counts of three strands, TPM and FPKM."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import Strandedness, ValueType

GDC: Final = Format(
    "GDC STAR counts",
    ("gene_id", "gene_name", "gene_type", "unstranded", "stranded_first", "stranded_second"),
    {ValueType.TPM: "tpm_unstranded", ValueType.FPKM: "fpkm_unstranded"},
    {
        Strandedness.UNSTRANDED: "unstranded",
        Strandedness.FORWARD: "stranded_first",
        Strandedness.REVERSE: "stranded_second",
    },
    Strandedness.UNSTRANDED,
)
