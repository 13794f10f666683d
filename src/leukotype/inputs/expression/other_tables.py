"""Tables of fusions and of mutations: known by their header, so that they are refused by name."""

from typing import Final

from leukotype.inputs.expression.format import Format

_FUSIONS: Final = "give it as fusion calls, not as expression"
_MAF: Final = frozenset({"hugo_symbol", "tumor_sample_barcode"})  # cBioPortal's expression begins as it does
OTHER_TABLES: Final = (
    Format("Arriba fusions", ("gene1", "gene2"), refusal=_FUSIONS),
    Format("STAR-Fusion fusions", ("fusionname",), refusal=_FUSIONS),
    Format("FusionCatcher fusions", ("gene_1_symbol(5end_fusion_partner)",), refusal=_FUSIONS),
    Format("CICERO fusions", ("sample", "genea", "chra"), refusal=_FUSIONS),
    Format("MAF of mutations", columns=_MAF, refusal="variants have an option of their own"),
)
