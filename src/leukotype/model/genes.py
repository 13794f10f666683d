"""Brings the genes of a table, however named, to the genes of a model, in the model's order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.errors import ModelFileError
from leukotype.vocabulary import IdType

COLUMNS: Final = ("symbol", "entrez", "chromosome", "length", "aliases")
_HEADER: Final = ("ensembl_id", *COLUMNS)

# Every human Ensembl gene id has 15 characters: ENSG and 11 digits, or ENSGR and 10 (old GENCODE, copy on Y).
_ENSEMBL_LENGTH: Final = 15
_ENSEMBL: Final = re.compile(r"ENSGR?\d{10,11}(?:\D.*)?")
# What may follow: the version (.14), the lift of GENCODE to GRCh37 (_6), the pseudoautosomal copy on Y, and
# the symbol that RSEM's --append-names writes (_TSPAN6).
_SUFFIX: Final = re.compile(r"(?:\.\d+)?(?:_\d+|_PAR_Y)*(?:_[A-Za-z].*)?")
# An Ensembl id wherever it stands in a name that was put together: FGR_ENSG00000000938.13, FGR (ENSG...).
_WITHIN: Final = re.compile(r"(?<![A-Za-z0-9])ENSGR?\d{10,11}(?:\.\d+)?(?![A-Za-z0-9.-])", re.IGNORECASE)
_GFF: Final = ("gene-", "gene:")  # before a gene's name in the annotations of NCBI and of Ensembl
# What Excel makes of MARCH1, SEPT2 and DEC1: a day, in the words of a few languages, or its serial number.
_DATE: Final = re.compile(
    r"\d{1,2}[-./ ]+(?:mar|m\u00e4r|mrz|sep|dec|dez|d\u00e9c|dic|oct|okt|apr)[a-z.]*|"
    r"(?:mar|m\u00e4r|mrz|sep|dec|dez|d\u00e9c|dic)[a-z.]*[-./ ]\d{1,2}|4[0-9]{4}(?:\.0)?|"
    r"\d{4}-\d\d-\d\d(?:[ T]00:00:00)?|\d{1,2}[-./]\d{1,2}[-./](?:\d\d){1,2}",
    re.IGNORECASE,
)
_TABLE: Final = 100  # names
_PLAIN: Final = re.compile(r"ENSG\d{11}")
_NOT_KEPT_BY_R: Final = re.compile(r"[^A-Za-z0-9._]")

# How well a name fits its gene, best first; only the best of the names that a table has is used.
_APPROVED, _APPROVED_IN_R, _ALIAS, _ALIAS_IN_R = _FITS = range(4)
_NOBODY: Final = -1
_ENSEMBL_START: Final = "ENSG"

# Name -> len(_FITS) * position of the gene + fit; one integer, so that a whole table is looked up at once.
_Index = dict[str, int]
_Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Harmonised:
    """A table in the model's genes, and what was done to bring it there.

    Attributes
    ----------
    values
        Samples x model genes (Ensembl ids, model order), float64; NaN in every row for a gene that the
        table lacks.
    id_type
        How the table named its genes.
    found
        Genes of the model that the table has.
    merged
        Columns that were summed into another: duplicates, versions, copies on Y, two old names of a gene.
    renamed
        Genes found only under an old name.
    missing
        Ensembl ids of the model's genes that the table lacks, in model order.
    dates
        Names that a spreadsheet has made dates of, among symbols.
    lower_case
        Whether all symbols stood in lower case.
    named_otherwise
        Genes that the table has under another type of id alone.
    """

    values: pd.DataFrame
    id_type: IdType
    found: int
    merged: int
    renamed: int
    missing: tuple[str, ...]
    dates: tuple[str, ...] = ()
    lower_case: bool = False
    named_otherwise: int = 0

    @property
    def found_pct(self) -> float:
        """Genes of the model that the table has, in percent of the model's genes."""
        return 100.0 * self.found / (self.found + len(self.missing))


@dataclass(frozen=True, eq=False)
class _Columns:
    """Which columns of a table are which genes: the same for all tables with these names.

    Attributes
    ----------
    names
        Of the table's columns, as they stand.
    genes, first
        Positions of the genes found, ascending, and of the first column of each.
    again, more
        The same of the columns that are summed into those.
    """

    names: pd.Index[Any]
    id_type: IdType
    genes: _Codes
    first: _Codes
    again: _Codes
    more: _Codes
    renamed: int
    dates: tuple[str, ...]
    lower_case: bool
    named_otherwise: int

    def read(self, values: npt.NDArray[Any], n_genes: int) -> npt.NDArray[np.float64]:
        """Give samples x all genes from samples x columns; NaN where a gene has no column."""
        if not len(self.genes):
            return np.full((len(values), n_genes), np.nan)
        columns, lacking = np.zeros(n_genes, dtype=np.intp), np.ones(n_genes, dtype=bool)
        columns[self.genes], lacking[self.genes] = self.first, False
        out = values.take(columns, axis=1).astype(np.float64, copy=False)
        np.add.at(out.T, self.again, values[:, self.more].T.astype(np.float64, copy=False))
        out[:, lacking] = np.nan
        return out


@dataclass(frozen=True, eq=False)
class GeneTable:
    """The model's genes in model order, with every id by which a table may name them.

    Parameters
    ----------
    frame
        One row a gene, indexed by Ensembl id without version; columns ``symbol``, ``entrez`` (may be empty),
        ``chromosome``, ``length`` (bases) and ``aliases`` (old names joined by ``|``; may be empty).

    Raises
    ------
    ValueError
        When a column is absent, the frame is empty, or an Ensembl id is malformed or stands twice.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        absent = [column for column in COLUMNS if column not in self.frame.columns]
        if absent:
            raise ValueError(f"gene table: column {absent[0]!r} is absent")
        if self.frame.empty:
            raise ValueError("gene table: expected at least one gene, found none")
        wrong = [name for name in self.ids.tolist() if not _PLAIN.fullmatch(str(name))]
        if wrong:
            raise ValueError(f"gene table: expected an Ensembl id without version, found {wrong[0]!r}")
        if self.frame.index.has_duplicates:
            raise ValueError(f"gene table: {self.ids[self.ids.duplicated()][0]} stands twice")

    @property
    def ids(self) -> pd.Index[str]:
        """Ensembl ids, without version, in model order."""
        return self.frame.index

    @cached_property
    def places(self) -> dict[str, int]:
        """Position of each gene by its approved symbol."""
        symbols = self.frame["symbol"].tolist()
        return {symbol: place for place, symbol in reversed([*enumerate(symbols)]) if symbol}

    def count_known(self, names: Iterable[str]) -> int:
        """Count the names that are one of these genes, by whatever type of id.

        Parameters
        ----------
        names
            Ensembl ids with or without version, approved symbols or Entrez ids; symbols are case-sensitive.

        Returns
        -------
        int
            How many of the names, each as often as it stands there.
        """
        texts = _as_text(names)
        return next((known for each in _spellings(texts) if (known := self._count(each))), 0)

    def _count(self, names: Sequence[str]) -> int:
        codes = _codes(self._index(IdType.ENSEMBL), names, IdType.ENSEMBL)
        left = [names[at] for at in np.flatnonzero(codes == _NOBODY).tolist()]
        return len(names) - len(left) + sum(self._is_named(name) for name in left)

    def _is_named(self, name: str) -> bool:
        """Whether a name is an approved symbol or an Entrez id; no Ensembl id is one.

        Old names count for nothing here: P1, P2 and A are some, and names of samples too.
        """
        if name.startswith(_ENSEMBL_START):
            return False
        code = self._index(IdType.SYMBOL).get(name, _NOBODY)
        approved = code != _NOBODY and code % len(_FITS) in (_APPROVED, _APPROVED_IN_R)
        return approved or name in self._index(IdType.ENTREZ)

    def harmonise(self, values: pd.DataFrame, id_type: IdType | None = None) -> Harmonised:
        """Bring a table to the model's genes; every row on its own, and the table given stays as it is.

        The type of id by which most columns are known decides, and columns named otherwise count as unknown.
        All columns that name a gene equally well are summed (duplicates, versions, copies on the
        pseudoautosomal region of Y). An approved symbol wins over an old name, which is read only where the
        table lacks the approved one; where several old names of a gene stand there without it, they are
        summed too, since an older annotation counted the pieces of the gene apart. A name that fits two of
        the model's genes is used for neither. R's spelling of a symbol (``HLA.A``, ``X5S_rRNA``) is read
        where it is nobody's own name, and so is an id with its symbol or with the word gene before it
        (``ENSG...|FGR`` of StringTie's prepDE.py, ``gene-FGR`` of NCBI). A missing value stays missing, and
        so does any sum with it.

        Parameters
        ----------
        values
            Samples x genes as the file named them, on a linear scale (sums of logarithms mean nothing).
        id_type
            How the genes are named; by default told from the names.

        Returns
        -------
        Harmonised
            The values in the model's genes; ``found`` is 0 where no gene is known.
        """
        columns = self._find_columns(values.columns, id_type)
        out = columns.read(values.to_numpy(), len(self.frame))
        return Harmonised(
            values=pd.DataFrame(out, index=values.index, columns=self.ids),
            id_type=columns.id_type,
            found=len(columns.genes),
            merged=len(columns.again),
            renamed=columns.renamed,
            missing=tuple(self.ids.delete(columns.genes)),
            dates=columns.dates,
            lower_case=columns.lower_case,
            named_otherwise=columns.named_otherwise,
        )

    def _find_columns(self, names: pd.Index[Any], asked: IdType | None) -> _Columns:
        """Look the names of a table up; once only for consecutive tables of the same names."""
        last = self._last_columns.get(asked)
        if last is None or not last.names.equals(names):
            last = self._last_columns[asked] = self._look_up_columns(names, asked)
        return last

    @cached_property
    def _last_columns(self) -> dict[IdType | None, _Columns]:
        return {}

    def _look_up_columns(self, names: pd.Index[Any], asked: IdType | None) -> _Columns:
        texts = _as_text(names.tolist())
        id_type, codes = self._look_up(texts, asked)
        codes, named_otherwise = (codes, 0) if asked else self._fill_in(texts, codes, id_type)
        columns, genes, fits = _best_columns(codes, len(self.frame))
        found, first = np.unique(genes, return_index=True)
        again = np.delete(np.arange(len(genes)), first)
        return _Columns(
            names,
            id_type,
            found,
            columns[first],
            genes[again],
            columns[again],
            renamed=int((fits[first] >= _ALIAS).sum()),
            dates=tuple(filter(_DATE.fullmatch, texts)) if id_type is IdType.SYMBOL else (),
            lower_case=id_type is IdType.SYMBOL and _in_lower_case(texts),
            named_otherwise=named_otherwise,
        )

    def _fill_in(self, names: Sequence[str], codes: _Codes, id_type: IdType) -> tuple[_Codes, int]:
        """Give names of another type their code, of genes that no name of the table's own type means.

        Returns
        -------
        The codes, and the number of genes that were found so.
        """
        left, filled = np.flatnonzero(codes == _NOBODY), codes.copy()
        spelled = [names[at] for at in left.tolist()]
        for other in (IdType.ENSEMBL, IdType.SYMBOL):
            if spelled and other is not id_type:
                found, known = _codes(self._index(other), spelled, other), _genes(filled)
                new = (found != _NOBODY) & ~np.isin(found // len(_FITS), known)
                filled[left[new]] = found[new]
        return filled, len(_genes(filled)) - len(_genes(codes))

    def to_text(self) -> str:
        """Write the table as tab-separated text: the same genes always give the same bytes."""
        lengths = [str(length) for length in self.frame["length"].astype(np.float64).tolist()]
        rows = self.frame[list(COLUMNS)].assign(length=lengths).itertuples(name=None)
        return "".join("\t".join(map(str, row)) + "\n" for row in [_HEADER, *rows])

    @classmethod
    def from_text(cls, text: str) -> GeneTable:
        """Read what :meth:`to_text` wrote.

        Parameters
        ----------
        text
            Tab-separated, with a header.

        Returns
        -------
        GeneTable
            The same genes, in the same order.

        Raises
        ------
        ModelFileError
            When the text is not a gene table; the message names the line.
        """
        header, *lines = text.removesuffix("\n").split("\n")
        if tuple(header.split("\t")) != _HEADER:
            raise ModelFileError(f"gene table, line 1: expected the columns {', '.join(_HEADER)}")
        rows = [line.split("\t") for line in lines]
        for number, row in enumerate(rows, start=2):
            if len(row) != len(_HEADER):
                raise ModelFileError(
                    f"gene table, line {number}: expected {len(_HEADER)} cells, found {len(row)}"
                )
        try:
            frame = pd.DataFrame(rows, columns=list(_HEADER), dtype=object).set_index("ensembl_id")
            return cls(frame.assign(length=frame["length"].astype(np.float64)))
        except ValueError as error:
            raise ModelFileError(str(error)) from error

    def _index(self, id_type: IdType) -> _Index:
        """Names -> code of one type of id; made when first asked for."""
        if id_type not in self._indexes:
            self._indexes[id_type] = self._make_index(id_type)
        return self._indexes[id_type]

    @cached_property
    def _indexes(self) -> dict[IdType, _Index]:
        return {}

    def _make_index(self, id_type: IdType) -> _Index:
        if id_type is IdType.ENSEMBL:
            return _index_ensembl(self.ids)
        if id_type is IdType.ENTREZ:
            return _index_entrez(self.frame["entrez"])
        return _index_symbols(self.frame["symbol"], self.frame["aliases"])

    def _look_up(self, names: Sequence[str], id_type: IdType | None) -> tuple[IdType, _Codes]:
        """Give each name its code; the type of id, when not given, is the one that knows most names."""
        types = list(IdType) if id_type is None else [IdType(id_type)]
        for spelled in _spellings(names):
            best, codes = self._most_known(spelled, types)
            if (codes != _NOBODY).any():
                break
        if id_type is None and (codes == _NOBODY).all():
            best = _shape(names)
        return best, codes

    def _most_known(self, names: Sequence[str], types: Sequence[IdType]) -> tuple[IdType, _Codes]:
        codes, most = {}, 0
        others = len(names) - [name[: len(_ENSEMBL_START)] for name in names].count(_ENSEMBL_START)
        for each in types:
            codes[each] = _codes(self._index(each), names, each)
            most = max(most, int((codes[each] != _NOBODY).sum()))
            if most >= others:
                break  # what begins as an Ensembl id is neither a symbol nor an Entrez id
        best = max(codes, key=lambda each: int((codes[each] != _NOBODY).sum()))
        return best, codes[best]


def _as_text(names: Iterable[object]) -> list[str]:
    return [name if type(name) is str else str(name) for name in names]


def _spellings(names: Sequence[str]) -> Iterator[list[str]]:
    """Give names as they stand; then without what stands beside them; then, all in lower case, in upper."""
    yield list(names)
    bare = [_bare(name) for name in names]
    yield bare
    if _in_lower_case(names):
        yield [name.upper() for name in bare]


def _in_lower_case(names: Sequence[str]) -> bool:
    """Whether a table, and not one stray name, is in lower case, as janitor and databases make it."""
    return len(names) >= _TABLE and all(name == name.lower() for name in names)


def _bare(name: str) -> str:
    """Leave out what annotations and tools write beside a gene's name: ``gene-FGR``, ``ENSG...|FGR``."""
    if found := _WITHIN.search(name):
        return found[0].upper()
    for word in _GFF:
        name = name.removeprefix(word)
    first, _, rest = name.strip("'").partition("|")
    return (rest or first).removesuffix(".0")


def _codes(index: _Index, names: Sequence[str], id_type: IdType) -> _Codes:
    """Give each name its code; an Ensembl id whatever version, lift or copy it names."""
    if id_type is not IdType.ENSEMBL:
        return np.array([index.get(name, _NOBODY) for name in names], dtype=np.int64)
    codes = np.array([index.get(name[:_ENSEMBL_LENGTH], _NOBODY) for name in names], dtype=np.int64)
    for at in np.flatnonzero(codes != _NOBODY).tolist():
        if len(names[at]) > _ENSEMBL_LENGTH and not _SUFFIX.fullmatch(names[at], _ENSEMBL_LENGTH):
            codes[at] = _NOBODY
    return codes


def _genes(codes: _Codes) -> _Codes:
    """Give the genes that codes mean, each once."""
    return np.unique(codes[codes != _NOBODY] // len(_FITS))


def _shape(names: Sequence[str]) -> IdType:
    """Type of id that most of the names look like, when none of them is known."""
    ensembl = sum(_ENSEMBL.fullmatch(name) is not None for name in names)
    entrez = sum(name.isdecimal() for name in names)
    symbol = len(names) - ensembl - entrez
    if symbol >= max(ensembl, entrez):
        return IdType.SYMBOL
    return IdType.ENSEMBL if ensembl >= entrez else IdType.ENTREZ


def _best_columns(codes: _Codes, n_genes: int) -> tuple[_Codes, _Codes, _Codes]:
    """Columns to read, with the gene of each and how well its name fits: the best fit that a gene has."""
    columns = np.flatnonzero(codes != _NOBODY)
    genes, fits = np.divmod(codes[columns], len(_FITS))
    best = np.full(n_genes, len(_FITS), dtype=np.int64)
    np.minimum.at(best, genes, fits)
    kept = fits == best[genes]
    return columns[kept], genes[kept], fits[kept]


def _index_ensembl(ids: Iterable[str]) -> _Index:
    index = {}
    for gene, name in enumerate(ids):
        index[name] = index[f"ENSGR{name[5:]}"] = gene * len(_FITS) + _APPROVED
    return index


def _index_entrez(entrez: Iterable[str]) -> _Index:
    index: _Index = {}
    _claim(index, ((name, gene) for gene, name in enumerate(entrez) if name), _APPROVED)
    return _without_disputed(index)


def _index_symbols(symbols: Iterable[str], aliases: Iterable[str]) -> _Index:
    """Index symbols and old names: own names are claimed before R's spellings, symbols before old names."""
    own = [(name, gene) for gene, name in enumerate(symbols) if name]
    old = [(name, gene) for gene, names in enumerate(aliases) for name in names.split("|") if name]
    index: _Index = {}
    _claim(index, own, _APPROVED)
    _claim(index, ((name.upper(), gene) for name, gene in own if not name.isupper()), _APPROVED)  # C1ORF112
    _claim(index, old, _ALIAS)
    _claim(index, _spell_as_r(own), _APPROVED_IN_R)
    _claim(index, _spell_as_r(old), _ALIAS_IN_R)
    return _without_disputed(index)


def _claim(index: _Index, names: Iterable[tuple[str, int]], fit: int) -> None:
    """Give each name that is still free to its gene, and a name that two genes claim to nobody."""
    claims: _Index = {}
    for name, gene in names:
        code = gene * len(_FITS) + fit
        claims[name] = code if claims.get(name, code) == code else _NOBODY
    index |= {name: code for name, code in claims.items() if name not in index}


def _without_disputed(index: _Index) -> _Index:
    return {name: code for name, code in index.items() if code != _NOBODY}


def _spell_as_r(names: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Spell names as R's ``make.names`` does, where that differs: HLA.A for HLA-A, X5S_rRNA for 5S_rRNA."""
    for name, gene in names:
        spelled = _NOT_KEPT_BY_R.sub(".", name)
        if not name[0].isalpha():
            spelled = f"X{spelled}"
        if spelled != name:
            yield spelled, gene
