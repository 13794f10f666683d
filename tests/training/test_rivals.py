"""Calls of another classifier are scored on the same samples, by the same rule."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.vocabulary import NOT_B_ALL

PROGRAM = Path(__file__).parents[2] / "training" / "benchmarks" / "rivals.py"
COMPARED = pd.DataFrame(
    {"label": ["BCR::ABL1-like", "DUX4-r", "DUX4-r", "KMT2A-r", NOT_B_ALL], "call": ""}, index=list("abcde")
)


@pytest.fixture(scope="module")
def rivals() -> ModuleType:
    specification = importlib.util.spec_from_file_location("rivals", PROGRAM)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    before = list(sys.path)
    specification.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_names_gaps_and_several_answers_of_a_rival(rivals: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text('sample,subtype\na,Ph-like\nb,"PAX5alt,Ph-like"\nc,KMT2A\ne,Ph-like\nx,HLF\n')
    name, table = rivals.read_rival(f"Other={path}", COMPARED)
    assert table["call"].tolist() == ["BCR::ABL1-like", "", "KMT2A-r", "", "BCR::ABL1-like"]
    found = rivals.score(name, table)
    assert (found["n"], found["right"], found["wrong"]) == (4, 1, 1)
    assert found["not answered"] == "2 (50.0%)"
    assert found["T-ALL given a subtype"] == "1 of 1"


def test_a_name_that_is_no_subtype_is_refused(rivals: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("sample,subtype\na,banana\n")
    with pytest.raises(InputError, match="'banana'"):
        rivals.read_rival(f"Other={path}", COMPARED)


def test_shares_have_the_exact_interval(rivals: ModuleType) -> None:
    """195 of 229 right and 13 not answered; the interval by R: binom.test(195, 229)$conf.int."""
    row = rivals.row("ALLCatchR", 229, 195, 13, "")
    assert row["not answered"] == "13 (5.7%)"
    assert row["share right (95 %)"].startswith("0.852 (0.79")
    assert row["wrong"] == 21
