"""What the shipped model says stays as it was; tests/frozen/README.md says how it may change."""

import io

import pandas as pd
import pytest

from tests.frozen.freeze import DEMO, EXTERNAL, HASHES, TABLES, demo, external

# Another processor may add in another order: of four printed decimals the last one may differ.
ROUNDING = 2e-4


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("frozen") / "demo")


@pytest.mark.parametrize("name", TABLES)
def test_the_demo_says_what_it_said(shown, name):
    found, kept = pd.read_csv(io.StringIO(shown[name])), pd.read_csv(DEMO / f"{name}.csv")
    pd.testing.assert_frame_equal(found, kept, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("name", EXTERNAL)
def test_real_patients_are_called_as_they_were(data, tmp_path, name):
    kept = dict(reversed(line.split()) for line in HASHES.read_text().splitlines())
    found = external(data, name, tmp_path / "out")
    assert {table: kept[f"{name}/{table}.csv"] for table in TABLES} == found
