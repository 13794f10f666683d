"""Names of genes as fusion callers write them, in one form: receptor loci, the DUX4 repeat, old symbols.

A breakpoint may lie between genes or in a family of near-identical genes; the callers then name several.
They stay together as candidates, joined by a comma.

References
----------
.. [1] HGNC, genenames.org: approved, previous and alias symbols; immunoglobulin and T-cell receptor genes.
.. [2] IMGT, imgt.org: nomenclature of receptor genes; OR and a number is an orphon and its chromosome.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from leukotype.inputs.tables.text import MISSING

# The segments of each receptor locus [1]_: constant (C, and IGHA, IGHD, IGHE, IGHG, IGHM), diversity (D),
# joining (J), variable (V). IGHMBP2, IGLL1, IGLON5, TRAF1, TRDN and others only begin so; orphons such as
# IGHV3OR16-17 lie on other chromosomes [2]_, without the enhancers of the locus.
_SEGMENTS: Final = MappingProxyType(
    {
        "IGH": r"(C|A\d?|D(\d.*)?|E(P\d)?|G(P|\d)?|M|J.*|V.*)",
        "IGK": r"(C|DEL|J.*|V.*)",
        "IGL": r"(C(\d.*)?|J.*|V.*)",
        "TRA": r"(C|J.*|V.*)",
        "TRB": r"(C\d?|D\d?|J.*|V.*)",
        "TRG": r"(C\d?|J.*|V.*)",
        "TRD": r"(C|D\d?|J\d?|V.*)",
    }
)

# The whole locus: IGH and IGH@ (FusionCatcher, CICERO); IGH@-ext, IGH-@, IGH-@-ext and the id IGH.g@-ext
# (STAR-Fusion, where the minus is the antisense copy).
_WHOLE: Final = r"(\.g)?-?@?(-ext)?"
_LOCI: Final = tuple(
    (locus, re.compile(rf"(?!.*OR\d){locus}({_WHOLE}|{segment}@?)", re.IGNORECASE))
    for locus, segment in _SEGMENTS.items()
)

# Copies of the D4Z4 repeat, among which reads of DUX4 map at random; DUX2 and DUX10 are previous symbols of
# DUX4L8 and DUX4L10 [1]_. DUXA, DUXB and their pseudogenes are other genes.
_DUX4: Final = re.compile(r"DUX4(L\d+)?|DUX2|DUX10", re.IGNORECASE)

# Previous or alias symbols [1]_ under which callers and reports write genes of B-ALL fusions, where they mean
# one gene only. SEPT2 means SEPTIN2 or SEPTIN6, MLL2 and MLL4 mean KMT2B or KMT2D; ABL, ARG and MSF mean
# several genes: left as written.
_RENAMED: Final = MappingProxyType(
    {
        "AF10": "MLLT10",
        "AF4": "AFF1",
        "AF6": "AFDN",
        "AF9": "MLLT3",
        "ALL1": "KMT2A",
        "AML1": "RUNX1",
        "BSAP": "PAX5",
        "C15ORF55": "NUTM1",
        "C20ORF112": "NOL4L",
        "CBFA2": "RUNX1",
        "E2A": "TCF3",
        "EHZF": "ZNF521",
        "ENL": "MLLT1",
        "HNRPUL1": "HNRNPUL1",
        "HRX": "KMT2A",
        "MLL": "KMT2A",
        "MLLT2": "AFF1",
        "MLLT4": "AFDN",
        "NUT": "NUTM1",
        **{f"SEPT{number}": f"SEPTIN{number}" for number in (1, *range(3, 15))},
        "TAF2N": "TAF15",
        "TEL": "ETV6",
        "TSLPR": "CRLF2",
    }
)

# Behind a gene: Arriba's distance to it, STAR-Fusion's identifier, CICERO's mark of one of several places.
_BEHIND: Final = re.compile(r"\(\d+\)$|\^.*$|_loc[A-Z][A-Za-z]*$")
_BETWEEN: Final = re.compile(r"[,|]")
# JAFFA and FusionCatcher write "-" or "---" where there is no gene.
_NO_GENE: Final = MISSING | {"-", "---"}


def normal_genes(text: str) -> str:
    """Write what a caller gives as one side of a fusion in the form that lesions are looked up by.

    Parameters
    ----------
    text
        One gene or locus, or several candidates (``GENEA(1200),GENEB(35)``, ``ARL17A_locC,ARL17B_locC``).

    Returns
    -------
    The candidates joined by a comma, none twice, in their order; empty where no gene is named.
    """
    genes = (_normal_gene(part.strip()) for part in _BETWEEN.split(text))
    return ",".join(dict.fromkeys(gene for gene in genes if gene))


def pairs(gene_5prime: str, gene_3prime: str) -> frozenset[tuple[str, str]]:
    """Every pair of genes that two columns of candidates stand for, each in alphabetical order.

    An enhancer that is moved to a gene has no 5' and 3' side: one caller writes IGH and CRLF2, another
    CRLF2 and IGH. As pairs the two are equal.
    """
    left, right = (filter(None, side.split(",")) for side in (gene_5prime, gene_3prime))
    partners = tuple(right)
    return frozenset((min(one, other), max(one, other)) for one in left for other in partners)


def _normal_gene(written: str) -> str:
    gene = _BEHIND.sub("", written).strip()
    if gene.lower() in _NO_GENE:
        return ""
    if _DUX4.fullmatch(gene):
        return "DUX4"
    locus = next((name for name, pattern in _LOCI if pattern.fullmatch(gene)), None)
    return locus or _RENAMED.get(gene.upper(), gene)
