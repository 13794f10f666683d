"""Lesions against the labels of 1,334 patients (Gu et al., Nat Genet 2019;51:296), and of 32 with AML."""

import pytest

from training.benchmarks.lesions import BY_FUSION, aml, by_subtype, doubled, genomes, missed, patients


@pytest.fixture(scope="module")
def table(data):
    return patients(data)


@pytest.fixture(scope="module")
def found(table):
    return genomes(table, copy_number=False)


def test_the_lesions_of_subtypes_that_a_fusion_defines(table, found):
    counts = by_subtype(table, found).loc[list(BY_FUSION)]
    assert counts["patients"].sum() == 517
    assert (counts["defined"] + counts["typical"]).sum() == 515


def test_nobody_is_defined_as_another_subtype_that_the_labels_know(table, found):
    assert by_subtype(table, found)["another defined"].sum() == 0


def test_who_is_of_a_subtype_that_the_labels_do_not_know(table, found):
    """IGH with a CEBP gene: ZEB2/CEBP was no subtype in 2019, and no patient of the table has that label."""
    assert "ZEB2/CEBP" not in set(table["subtype"])
    later = [line for line in missed(table, found) if line.endswith("(of a later subtype)")]
    assert len(later) == 5
    assert all("IGH-CEBP" in line for line in later)


def test_a_doubled_clone_is_never_hyperdiploid_where_rna_seq_counts_chromosomes(table):
    states = doubled(table, genomes(table, copy_number=True))["patients"].to_dict()
    assert states == {"low hypodiploid": 16, "near haploid": 15, "near triploid or more": 1}


def test_no_lesion_of_b_all_in_aml(data):
    counted = aml(data)
    assert len(counted) == 32
    assert not any(counted.values())
