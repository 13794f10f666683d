"""Approved symbols of the genes of lesions, by whatever name a file has for them.

The names stand in ``genes.tsv``, which ``training/lesion_genes.py`` writes from Ensembl 103 and HGNC's list
of old names; a name that HGNC gives to two genes is read for neither.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

TABLE: Final = "genes.tsv"
_ENSEMBL: Final = r"(ENSGR?\d{10,11})(?:\.\d+)?(?:_\d+|_PAR_Y)*"
# What annotations and tools write beside a symbol: gene-BCR, gene:ENSG..., ENSG..._BCR, BCR|ENSG..., BCR|613.
_BEFORE: Final = re.compile(r"gene[-:]", re.IGNORECASE)
_WITH_ID: Final = re.compile(
    rf"{_ENSEMBL}(?:[_|](?P<behind>[A-Za-z].*))?|(?P<before>[A-Za-z].*?)[_|]{_ENSEMBL}"
)
_WITH_ENTREZ: Final = re.compile(r"([A-Za-z][A-Za-z0-9.-]*)\|\d+")
# In HGNC's list also an alias of two genes that no fusion of leukemia joins; ABL1's own previous symbol.
_BY_CUSTOM: Final = {"ABL": "ABL1"}
# Renamed as a family in 2020; SEPT2 was also a name of SEPTIN6.
_SEPTINS: Final = {f"SEPT{number}": f"SEPTIN{number}" for number in (1, *range(3, 15))}


def approved_symbol(name: str) -> str:
    """Give the approved symbol of a gene of lesions; any other name without what tools write beside it.

    Parameters
    ----------
    name
        A symbol, approved or old, in any case, an Ensembl id, or one of these with another name beside it.
    """
    plain = _BEFORE.sub("", name, count=1) if _BEFORE.match(name) else name
    if (entrez := _WITH_ENTREZ.fullmatch(plain)) is not None:
        plain = entrez[1]
    if (found := _WITH_ID.fullmatch(plain)) is not None:
        gene = _known().get((found[1] or found[4]).upper())
        return gene or found["behind"] or found["before"] or plain
    return _known().get(plain.upper(), plain)


def is_lesion_gene(symbol: str) -> bool:
    """Whether an approved symbol is that of a gene of lesions."""
    return _known().get(symbol.upper()) == symbol


def is_with_id(name: str) -> bool:
    """Whether a name is a symbol and an id of one gene, joined by a mark."""
    return bool(_WITH_ID.fullmatch(name) or _WITH_ENTREZ.fullmatch(name))


def ensembl_ids(symbols: Collection[str]) -> tuple[str, ...]:
    """Give the Ensembl ids of genes of lesions."""
    return tuple(name for name, symbol in _known().items() if name.startswith("ENSG") and symbol in symbols)


@cache
def _known() -> Mapping[str, str]:
    """Symbol by name in capitals; what two genes claim is nobody's."""
    with files(__package__).joinpath(TABLE).open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    own = {row["symbol"].upper(): row["symbol"] for row in rows}
    old = [(name.upper(), row["symbol"]) for row in rows for name in row["aliases"].split("|") if name]
    claims = Counter(name for name, _ in set(old))
    return {
        **{name: symbol for name, symbol in old if claims[name] == 1},
        **{row["ensembl_id"]: row["symbol"] for row in rows},
        **_BY_CUSTOM,
        **_SEPTINS,
        **own,
    }
