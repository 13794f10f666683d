"""Salmon's quant.genes.sf and quant.sf: one sample, counts and TPM."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import ValueType

SALMON: Final = Format(
    "Salmon",
    ("name", "length", "effectivelength", "tpm", "numreads"),
    {ValueType.COUNTS: "numreads", ValueType.TPM: "tpm"},
)
