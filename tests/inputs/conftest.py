"""A gene table in miniature, and invented tables in files."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from leukotype.inputs import ExpressionReader, Reading, open_expression

SYMBOLS = frozenset(("A1BG", "A2M", "PAX5", "CD19", "TP53", "RSAD2", "NUTM1", "ABL1", "CRKL", "MAPK1", "U2"))
GENES = [f"ENSG{i:011d}" for i in range(1, 13)]


def known_genes(names: Iterable[str]) -> int:
    return sum(name in SYMBOLS or re.match(r"ENSG\d{11}", name) is not None for name in names)


@pytest.fixture
def count_known() -> Callable[[Iterable[str]], int]:
    return known_genes


@pytest.fixture
def opened() -> Callable[..., ExpressionReader]:
    """open_expression of one path, with the miniature gene table."""

    def go(path: Path, **options: object) -> ExpressionReader:
        return open_expression([path], Reading(**options), count_known=known_genes)  # type: ignore[arg-type]

    return go


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of invented text (or bytes) and return its path."""

    def go(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return go


@pytest.fixture
def matrix() -> Callable[..., str]:
    """Text of a genes x samples matrix from rows of numbers or of text."""

    def go(rows: Iterable[Iterable[object]], samples: Iterable[str] = ("P1", "P2"), sep: str = "\t") -> str:
        lines = [sep.join(["gene_id", *samples])]
        lines += [sep.join([gene, *map(str, row)]) for gene, row in zip(GENES, rows, strict=False)]
        return "\n".join(lines) + "\n"

    return go


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)
