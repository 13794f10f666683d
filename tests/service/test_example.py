"""The example says everywhere that it is SYNTHETIC, and has what a laboratory has beside its counts."""

import csv
import io

import pytest

from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.model.bundle import load
from leukotype.service.example import SYNTHETIC, example_files


@pytest.fixture(scope="module")
def files():
    return {each.name: each.content.read().decode() for each in example_files(load())}


def test_every_file_says_that_it_is_synthetic_or_whose_it_is(files):
    assert SYNTHETIC.startswith("SYNTHETIC")
    samples = next(csv.reader(io.StringIO(files["SYNTHETIC_counts.csv"])))[1:]
    for name in files:
        assert name.startswith("SYNTHETIC_") or name.removesuffix(".fusions.csv") in samples


def test_its_karyotype_is_one_of_a_hyperdiploid_leukemia(files):
    """The modal number that ISCN writes first; WHO-HAEM5 has 51 to 65 chromosomes."""
    (row,) = csv.DictReader(io.StringIO(files["SYNTHETIC_karyotypes.csv"]))
    assert parse_karyotype(row["karyotype"]).chromosomes == (54, 54)


def test_it_is_the_same_every_time(files):
    assert {each.name: each.content.read().decode() for each in example_files(load())} == files
