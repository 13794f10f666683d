"""Builds a model's gene table from the reference annotation: Ensembl 103, HGNC's old names, Entrez."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.errors import InputError
from leukotype.model.genes import GeneTable

# A symbol that a spreadsheet took for a date, as the list of old names writes it (15-SEP for SEP15).
_DATE: Final = re.compile(r"(\d+)-(MAR|SEP|OCT|DEC)")
# No name of a gene in a table: a bare number would pass for an Entrez id, the others would break the text.
_UNUSABLE: Final = re.compile(r"\d*|.*[|\t\n].*")


def build_gene_table(data: Path, ensembl_ids: Sequence[str]) -> GeneTable:
    """Build the table of these genes, in this order.

    An old name is kept when HGNC gives it to one gene only and it is nobody's approved symbol. Where HGNC has
    renamed a gene since Ensembl 103, the newer symbol and its old names are among the aliases too.

    Parameters
    ----------
    data
        Folder with ``reference/genes.csv.gz``, ``gene_aliases.csv.gz`` and ``entrez.csv.gz``.
    ensembl_ids
        Ensembl ids without version, each once.

    Returns
    -------
    GeneTable
        The genes with symbol, Entrez id, chromosome, length (bases) and old names.

    Raises
    ------
    InputError
        When an id is not in the annotation.
    ValueError
        When an id stands twice, or none is given.
    """
    genes = _read(data / "reference" / "genes.csv.gz").set_index("ensembl_id")
    unknown = [name for name in ensembl_ids if name not in genes.index]
    if unknown:
        raise InputError(
            f"genes.csv.gz: {len(unknown)} genes not found, the first {unknown[0]!r}: give Ensembl 103 ids"
        )
    entrez = _read(data / "reference" / "entrez.csv.gz").set_index("ensembl_id")["entrez_id"]
    old_names = _read(data / "reference" / "gene_aliases.csv.gz")
    chosen = genes.loc[list(ensembl_ids)]
    aliases = _aliases_by_symbol(old_names, set(genes["symbol"]))
    newer = _newer_symbols(old_names, genes)
    frame = pd.DataFrame(
        {
            "symbol": chosen["symbol"],
            "entrez": entrez.reindex(chosen.index).fillna(""),
            "chromosome": chosen["chr"],
            "length": chosen["length"].astype("float64"),
            "aliases": ["|".join(_names(symbol, newer, aliases)) for symbol in chosen["symbol"]],
        },
        index=chosen.index,
    )
    return GeneTable(frame)


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _aliases_by_symbol(old_names: pd.DataFrame, annotated: set[str]) -> dict[str, list[str]]:
    """Old names of each approved symbol, without those of two symbols and those that are symbols now."""
    approved = annotated | set(old_names["symbol"])
    owners: dict[str, list[str]] = defaultdict(list)
    for alias, symbol in zip(old_names["alias"], old_names["symbol"], strict=True):
        for spelling in _spellings(alias):
            if symbol not in owners[spelling]:
                owners[spelling].append(symbol)
    aliases: dict[str, list[str]] = defaultdict(list)
    for alias, symbols in owners.items():
        if len(symbols) == 1 and alias not in approved and not _UNUSABLE.fullmatch(alias):
            aliases[symbols[0]].append(alias)
    return aliases


def _spellings(alias: str) -> Iterator[str]:
    """Yield the old name; of a date also the ways in which spreadsheets write it (15-Sep, Sep-15)."""
    yield alias
    if date := _DATE.fullmatch(alias):
        day, month = int(date[1]), date[2].title()
        yield from dict.fromkeys([f"{day}-{month}", f"{day:02d}-{month}", f"{month}-{day:02d}"])


def _newer_symbols(old_names: pd.DataFrame, genes: pd.DataFrame) -> dict[str, str]:
    """Symbols of the annotation that HGNC has renamed since -> the newer symbol, on the same chromosome."""
    chromosomes = genes.drop_duplicates("symbol", keep=False).set_index("symbol")["chr"]
    once = old_names.drop_duplicates("alias", keep=False)
    once = once[once["alias"].isin(chromosomes.index) & ~once["alias"].isin(old_names["symbol"])]
    once = once[~once["symbol"].isin(genes["symbol"])]
    same = once["chromosome"].to_numpy() == chromosomes.loc[once["alias"]].to_numpy()
    once = once[same].drop_duplicates("symbol", keep=False)
    return dict(zip(once["alias"], once["symbol"], strict=True))


def _names(symbol: str, newer: Mapping[str, str], aliases: Mapping[str, list[str]]) -> list[str]:
    """List the other names of a gene: its newer symbol first, then old ones, each once."""
    names = aliases.get(symbol, [])
    if renamed := newer.get(symbol):
        names = [renamed, *names, *aliases.get(renamed, [])]
    return list(dict.fromkeys(names))
