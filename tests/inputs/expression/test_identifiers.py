"""Identifiers as Ensembl and NCBI write them."""

import pytest

from leukotype.inputs.expression.identifiers import TRANSCRIPT, are_row_numbers, is_ensembl


@pytest.mark.parametrize(
    "name", ["ENSG00000139618", "ENSG00000139618.19", "ENST00000380152", "ENSMUSG00000041147"]
)
def test_ensembl(name):
    """BRCA2 of humans, with its version and its transcript, and of the mouse."""
    assert is_ensembl(name)


@pytest.mark.parametrize("name", ["ENST00000380152.8", "NM_000059.4", "XR_001749577.2", "ENSMUST00000044620"])
def test_transcripts(name):
    assert TRANSCRIPT.match(name)


@pytest.mark.parametrize("name", ["BRCA2", "675", "ENSG139618", "NP_000050.3"])
def test_symbols_entrez_ids_and_proteins_are_neither(name):
    assert not is_ensembl(name)
    assert not TRANSCRIPT.match(name)


def test_numbers_of_rows_go_up_by_one_from_none_or_one():
    assert are_row_numbers(["0", "1", "2"])
    assert are_row_numbers(["1", "2", "3"])
    assert not are_row_numbers(["1", "3", "2"])
    assert not are_row_numbers(["2", "3"])
    assert not are_row_numbers([])
