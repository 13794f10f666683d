"""Which column of a matrix names its rows: the first, but where that holds the numbers of the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from leukotype.inputs.expression.format import describes_genes
from leukotype.inputs.expression.identifiers import is_ensembl

ROWS_SEEN: Final = 10  # that show whether a column holds genes
_GENES: Final = re.compile(r"gene|symbol|ensembl|ensg|hgnc|hugo", re.IGNORECASE)
_MARKS: Final = re.compile(r"[^a-z0-9]+")
_TYPES: Final = re.compile(r"type|descr|status|version", re.IGNORECASE)


def find_gene_column(names: Sequence[str], columns: Sequence[Sequence[str]]) -> int | None:
    """Find the column of genes of a table whose rows have numbers for names, or none.

    A data frame that was written without its index (``to_csv``, ``write.csv``, recount2) has its genes in a
    column like any other.

    Parameters
    ----------
    names, columns
        of the table; of each column some of its first fields.

    Returns
    -------
        None where no column of text holds Ensembl identifiers or is called as one of genes.
    """
    found = [
        (sum(map(is_ensembl, fields)), _heads_genes(name), -place)
        for place, (name, fields) in enumerate(zip(names, columns, strict=True))
        if fields
        and not any(map(_is_whole, fields))
        and (describes_genes(name) or any(map(is_ensembl, fields)))
    ]
    return -max(found)[2] if found else None


def heads_row_numbers(name: str) -> bool:
    """Whether a name stands over numbers of rows, and over no sample."""
    plain = name.lower()
    if not (plain.isalnum() and plain.isascii()):
        plain = _MARKS.sub("", plain)
    return plain in {"", "index", "x", "rownames", "row", "rowid", "rownumber", "id", "no", "nr", "unnamed0"}


def _heads_genes(name: str) -> bool:
    """Whether a name stands over genes, and not over their types or descriptions."""
    return _GENES.search(name) is not None and _TYPES.search(name) is None


def _is_whole(field: str) -> bool:
    return field.isascii() and field.isdigit()
