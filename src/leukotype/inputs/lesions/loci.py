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
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from leukotype.inputs.lesions.symbols import approved_symbol, is_lesion_gene, is_with_id
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

# Behind a gene: Arriba's distance to it and remarks of people, STAR-Fusion's identifier, CICERO's mark of one
# of several places.
_BEHIND: Final = re.compile(r"\s*\([^()]*\)$|\^.*$|_loc[A-Z][A-Za-z]*$")
# 9-Sep, Sep-09, 9. Sep. 2021; a cell with a date of its own is written 2021-09-09, or 09.09.2021 in German.
_SEPTEMBER: Final = re.compile(
    r"(\d{1,2})[-./ ]{1,2}Sep[a-z.]*(?:[-./ ]{1,2}(?:20)?\d\d)?|Sep[a-z.]*[-./ ](\d{1,2})"
    r"|20\d\d-09-(\d\d)(?:[ T]00:00:00)?|(\d{1,2})\.0?9\.(?:20)?\d\d",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(r"4\d{4}")  # a day of this century as Excel counts it
_DAY_ZERO: Final = date(1899, 12, 30)
_MONTH_OF_SEPTINS, _LAST_SEPTIN = 9, 14
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
    candidates = (
        name
        for part in re.split("[,;]", text)
        for name in ([part] if is_with_id(part.strip()) else part.split("|"))
    )
    genes = (_normal_gene(part.strip()) for part in candidates)
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
    return locus or approved_symbol(date_symbol(gene) or gene)


def is_of_lesion(gene: str) -> bool:
    """Whether a rule of lesions may name a gene, whatever it is called."""
    normal = _normal_gene(gene.strip())
    return normal in _SEGMENTS or normal == "DUX4" or is_lesion_gene(normal)


def date_symbol(text: str) -> str:
    """Give the symbol of a septin that a spreadsheet made a date of (9-Sep, 43717); empty for other text.

    The dates of March and December stand for two families of genes each, and for none of a lesion.
    """
    day = _SEPTEMBER.fullmatch(text)
    if day is not None:
        return _septin(int(next(filter(None, day.groups()))))
    if _SERIAL.fullmatch(text):
        on = _DAY_ZERO + timedelta(days=int(text))
        return _septin(on.day) if on.month == _MONTH_OF_SEPTINS else ""
    return ""


def _septin(number: int) -> str:
    return f"SEPTIN{number}" if 1 <= number <= _LAST_SEPTIN else ""
