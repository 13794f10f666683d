"""kallisto's abundance.tsv: the transcripts of one sample, counts and TPM."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import ValueType

KALLISTO: Final = Format(
    "kallisto",
    ("target_id", "length", "eff_length", "est_counts", "tpm"),
    {ValueType.COUNTS: "est_counts", ValueType.TPM: "tpm"},
)
