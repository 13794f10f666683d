"""Transcripts summed to genes, by a map that the user gives or by names that carry their gene."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, quote
from leukotype.inputs.expression.other_tables import are_annotation
from leukotype.inputs.source import container, stream
from leukotype.inputs.tables.text import TextTable, open_table

_VERSION: Final = re.compile(r"\.\d+(_\d+)?(?=$|_PAR_Y$)")
# A map that knows fewer of the transcripts than this belongs to another annotation.
MIN_MATCHED: Final = 0.5


class _Lookup:
    """Names to names, as written and then without versions; of several, the first of the file."""

    def __init__(self, keys: Sequence[str], values: Sequence[str]) -> None:
        pairs = [(key, value) for key, value in zip(keys, values, strict=True) if value]
        self._exact = dict(reversed(pairs))
        self._plain = {_VERSION.sub("", key): value for key, value in reversed(pairs)}

    def genes_of(self, names: Sequence[str]) -> list[str | None]:
        return [self._exact.get(name) or self._plain.get(_VERSION.sub("", name)) for name in names]


class TranscriptMap:
    """Transcript to gene, looked up as written and then without versions."""

    def __init__(self, path: Path) -> None:
        self._path = path
        left, right = _read_pairs(path)
        self._lookups = (_Lookup(left, right), _Lookup(right, left))
        self._last: tuple[list[str], list[str | None]] = ([], [])

    def genes_of(self, label: str, transcripts: Sequence[str]) -> list[str | None]:
        """Gene of each transcript; None for one that the map lacks.

        Raises
        ------
        InputError
            When the map knows fewer than half of the transcripts.
        """
        if list(transcripts) == self._last[0]:
            return self._last[1]
        found = max((lookup.genes_of(transcripts) for lookup in self._lookups), key=_count_known)
        if _count_known(found) < MIN_MATCHED * len(transcripts):
            lacking = next(name for name, gene in zip(transcripts, found, strict=True) if gene is None)
            raise InputError(
                f"{self._path}: expected the transcripts of {label}, found {_count_known(found)} "
                f"of {len(transcripts)} (not {quote(lacking)}): give the map of the annotation that "
                "the reads were counted with"
            )
        self._last = (list(transcripts), found)
        return found


def _count_known(genes: Sequence[str | None]) -> int:
    return sum(gene is not None for gene in genes)


def _read_pairs(path: Path) -> tuple[list[str], list[str]]:
    """Read the first two columns of a map; a header line is a pair that matches nothing."""
    if container(path) != "text":
        raise InputError(
            f"{path}: expected a map of transcripts to genes as csv or tsv, found another kind of file"
        )
    table = open_table(path)
    if are_annotation(table.head):
        raise InputError(
            f"{path}: expected a map of transcripts to genes, found an annotation (GTF or GFF): write its "
            "transcript_id and gene_id as two columns"
        )
    if min(len(row.fields) for row in table.head) < 2:
        raise InputError(f"{path}: expected two columns, transcript and gene, found one: add the genes")
    frame = _pairs(table)
    return frame[0].str.strip('" ').tolist(), frame[1].str.strip('" ').tolist()


def _pairs(table: TextTable) -> pd.DataFrame:
    """Parse the first two columns fast: a map has 250,000 rows, and no quote of it spans lines."""
    try:
        with stream(table.path) as raw:
            return pd.read_csv(
                raw,
                sep=table.delimiter,
                header=None,
                usecols=[0, 1],
                dtype=str,
                na_filter=False,
                quoting=csv.QUOTE_NONE,
                encoding=table.encoding,
            )
    except pd.errors.ParserError as error:
        problem = str(error).strip().rpartition("error: ")[2]
        raise InputError(
            f"{table.path}: cannot be read as two columns ({problem}): export it again"
        ) from error


def sum_to_genes(label: str, values: pd.DataFrame, tx2gene: TranscriptMap | None) -> tuple[pd.DataFrame, str]:
    """Sum the transcripts of each gene.

    Parameters
    ----------
    label
        The file, for messages.
    values
        Samples x transcripts, linear.
    tx2gene
        The map; not needed where GENCODE's joined names (``ENST..|ENSG..|..``) carry the gene.

    Returns
    -------
        Samples x genes in the order of their first transcript, and a note on what was done.

    Raises
    ------
    InputError
        When a map is needed and was not given, or when it does not fit.
    """
    names = [str(name) for name in values.columns]
    genes: list[str | None]
    if all("|" in name for name in names):
        genes = [name.split("|")[1] for name in names]
    elif tx2gene is None:
        raise InputError(
            f"{label}: expected genes, found transcripts ({quote(names[0])}): "
            "give a table of transcript and gene by --tx2gene FILE, or the tool's table of genes"
        )
    else:
        genes = tx2gene.genes_of(label, names)
    mapped = np.array([gene is not None for gene in genes])
    codes, order = pd.factorize(np.array([gene for gene in genes if gene is not None], dtype=object))
    rows = values.to_numpy()[:, mapped]
    summed = np.stack([np.bincount(codes, row, minlength=len(order)) for row in rows]).astype(np.float32)
    lacking = int((~mapped).sum())
    note = f"{len(names)} transcripts summed to {len(order)} genes; without a gene, left out: {lacking}"
    return pd.DataFrame(summed, index=values.index, columns=order), note
