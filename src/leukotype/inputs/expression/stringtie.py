"""StringTie's gene abundances (-A): one sample, TPM and FPKM."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import ValueType

STRINGTIE: Final = Format(
    "StringTie genes",
    ("gene id", "gene name", "reference", "strand", "start", "end", "coverage", "fpkm", "tpm"),
    {ValueType.TPM: "tpm", ValueType.FPKM: "fpkm"},
)
STRINGTIE_TRANSCRIPTS: Final = Format(
    "StringTie transcripts", ("t_id", "chr"), refusal="give the gene abundances (stringtie -A)"
)
