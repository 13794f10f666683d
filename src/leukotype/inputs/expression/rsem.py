"""RSEM's genes.results: one sample, expected counts, TPM and FPKM."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import ValueType

RSEM: Final = Format(
    "RSEM genes",
    ("gene_id", "transcript_id(s)", "length", "effective_length", "expected_count", "tpm", "fpkm"),
    {ValueType.COUNTS: "expected_count", ValueType.TPM: "tpm", ValueType.FPKM: "fpkm"},
)
RSEM_ISOFORMS: Final = Format(
    "RSEM isoforms", ("transcript_id", "gene_id", "length"), refusal="give genes.results of the same run"
)
