"""AnnData on the disk, read block by block: h5ad files and zarr stores have the same layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.expression.containers import MOST_NAMES, check_names, damage_error, refusing_damage
from leukotype.inputs.expression.format import Format
from leukotype.inputs.expression.gene_column import ROWS_SEEN, find_gene_column
from leukotype.inputs.expression.hdf5_probe import chunk_problem, probe
from leukotype.inputs.expression.identifiers import are_row_numbers
from leukotype.inputs.expression.matrix import Matrix, Values, chunk_rows, import_extra, spool

H5AD: Final = Format("h5ad", value_type_known=False)
ZARR: Final = Format("zarr store", value_type_known=False)
_H5AD: Final = "h5ad file"
_ZARR: Final = "zarr store"


class AnnDataMatrix(Matrix):
    """The X of an AnnData, or a layer: observations in rows, variables in columns; nothing else is read.

    Parameters
    ----------
    group
        The open file or store: a mapping with ``X``, ``obs`` and ``var``.
    kind
        What it is called in messages.
    layer
        The layer to read; None for X.
    """

    def __init__(self, path: Path, group: Any, kind: str, layer: str | None = None) -> None:
        self.label, self.annotation, self._kind = str(path), [], kind
        with refusing_damage(self.label, self._kind):
            x = group.get("X") if layer is None else _layer(path, group, layer)
            if x is None or x.attrs.get("encoding-type") == "null":
                raise InputError(f"{path}: expected values in X, found none: put the counts in X")
            _check_chunks(path, kind, x)
            self._rows, self.columns = (_names(path, kind, group[axis]) for axis in ("obs", "var"))
            if are_row_numbers(self.columns):
                self.columns, self.names_from = _genes_of(group["var"], self.columns)
            # Stored by rows (csr) or by columns (csc): along the other axis nothing can be cut out.
            self._sparse = "" if hasattr(x, "shape") else str(x.attrs["encoding-type"])[:3]
            self._x = _sparse(x) if self._sparse else x
            layers = sorted(group["layers"]) if "layers" in group else []
            layers += ["raw"] if "raw" in group else []
            others = layers and layer is None
            self.remark = f"X was read; there are layers too: {abridge(layers)}" if others else ""
            found, wanted = tuple(self._x.shape), (len(self._rows), len(self.columns))
            numbers = np.issubdtype(self._x.dtype, np.number)
        if found != wanted or not numbers:
            raise InputError(
                f"{path}: {layer or 'X'}: expected numbers of {wanted[0]} observations x {wanted[1]} "
                f"variables, found {self._x.dtype} of shape {found}: write the {kind} again"
            )

    def rows(self, limit: int | None = None) -> list[str]:
        """Names of the rows, all or the first ``limit``."""
        return self._rows[:limit]

    def by_rows(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` rows."""
        if self._sparse == "csc":
            yield from spool(self._chunks(self.columns, by_rows=False), self._rows, size)
            return
        for start in range(0, len(self._rows), size):
            names = self._rows[start : start + size]
            yield pd.DataFrame(self._cut(start, size, by_rows=True), index=names, columns=self.columns)

    def by_columns(self, size: int) -> Iterator[pd.DataFrame]:
        """Frames of up to ``size`` columns, turned."""
        if self._sparse == "csr":
            yield from spool(self._chunks(self._rows, by_rows=True), self.columns, size)
            return
        for start in range(0, len(self.columns), size):
            names = self.columns[start : start + size]
            yield pd.DataFrame(self._cut(start, size, by_rows=False), index=names, columns=self._rows)

    def _chunks(self, names: list[str], *, by_rows: bool) -> Iterator[tuple[list[str], Values]]:
        """Chunks of genes along the axis that sparse numbers are stored by."""
        size = chunk_rows(len(self.columns if by_rows else self._rows))
        for start in range(0, len(names), size):
            yield names[start : start + size], self._cut(start, size, by_rows=by_rows)

    def _cut(self, start: int, size: int, *, by_rows: bool) -> Values:
        """Rows, or columns turned, from ``start`` on."""
        part = slice(start, start + size)
        with refusing_damage(self.label, self._kind):
            values = self._x[part] if by_rows else self._x[:, part]
            if self._sparse:
                values.check_format()  # places beyond the matrix would be written to
            dense = np.asarray(values.toarray() if self._sparse else values, dtype=np.float32)
        return dense if by_rows else dense.T


def open_h5ad(path: Path, layer: str | None = None) -> AnnDataMatrix:
    """Open an h5ad file.

    Raises
    ------
    InputError
        If it is damaged, is no AnnData, or the extra is not installed.
    """
    import_extra("anndata", "h5ad", path)
    h5py = import_extra("h5py", "h5ad", path)
    if problem := probe(path, MOST_NAMES, layer):
        raise damage_error(str(path), _H5AD, problem)
    with refusing_damage(str(path), _H5AD):
        group = h5py.File(path, "r")
    return AnnDataMatrix(path, group, _H5AD, layer)


def open_zarr(path: Path, layer: str | None = None) -> AnnDataMatrix:
    """Open a zarr store, of format 2 or 3, as AnnData's ``write_zarr`` makes it.

    Raises
    ------
    InputError
        If it is damaged, is no AnnData, or the extra is not installed.
    """
    zarr = import_extra("zarr", "zarr", path)
    import_extra("anndata", "zarr", path)
    with refusing_damage(str(path), _ZARR):
        # A copy of the metadata at the root may be older than the arrays.
        store = zarr.open(path, mode="r", use_consolidated=False)
        is_group = isinstance(store, zarr.Group)
        if not is_group or "obs" not in store:
            found = "a group of another kind" if is_group else "an array without names"
            raise InputError(
                f"{path}: expected a zarr store of AnnData, found {found}: write it by AnnData's write_zarr"
            )
    return AnnDataMatrix(path, store, _ZARR, layer)


def _layer(path: Path, group: Any, name: str) -> Any:
    layers = group.get("layers") or {}
    if name not in layers:
        raise InputError(
            f"{path}: expected a layer {quote(name)}, found {abridge(list(layers)) or 'no layers'}: name one "
            "of these by --layer, or leave it out for X"
        )
    return layers[name]


def _names(path: Path, kind: str, frame: Any) -> list[str]:
    """Names of an axis; of its table nothing else is read."""
    from anndata.io import read_elem

    if "_index" not in frame.attrs:
        raise InputError(
            f"{path}: expected the layout of AnnData 0.7 or later, found an older one: read it with AnnData, "
            "and write it again"
        )
    index = frame[frame.attrs["_index"]]
    check_names(str(path), kind, getattr(index, "size", 0))
    _check_chunks(path, kind, index)
    return [str(name) for name in read_elem(index)]


def _genes_of(frame: Any, numbers: list[str]) -> tuple[list[str], str]:
    """Name the variables by a column of genes where their index numbers them."""
    from anndata.io import read_elem

    columns = [name for name in frame.attrs.get("column-order", ()) if hasattr(frame[name], "shape")]
    texts = {name: [str(cell) for cell in read_elem(frame[name])] for name in columns}
    found = find_gene_column(columns, [texts[name][:ROWS_SEEN] for name in columns])
    return (numbers, "") if found is None else (texts[columns[found]], columns[found])


def _check_chunks(path: Path, kind: str, node: Any) -> None:
    """Refuse chunks that a few bytes of metadata make larger than the memory, before one is unpacked."""
    if problem := chunk_problem(node):
        raise damage_error(str(path), kind, problem)


def _sparse(group: Any) -> Any:
    from anndata.io import sparse_dataset

    return sparse_dataset(group)
