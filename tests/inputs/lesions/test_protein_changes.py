"""Protein changes in one form (HGVS, varnomen.hgvs.org), and what they do to the protein."""

import pytest

from leukotype.inputs.lesions.protein_changes import (
    changes_protein,
    consequence_terms,
    protein_change,
    substitution,
)


@pytest.mark.parametrize(
    ("written", "change"),
    [
        ("p.Pro80Arg", "P80R"),
        ("NP_057953.1:p.(Pro80Arg)", "P80R"),
        ("ENSP00000350844.4:p.Arg273%3D", "R273="),
        ("p.R196*", "R196*"),
        ("p.Arg196Ter", "R196*"),
        ("R196X", "R196*"),
        ("p.Tyr705GlnfsTer3", "Y705fs"),
        ("R273R", "R273="),
        ("IK6", "IK6"),
        (".", ""),
        ("p.?", ""),
    ],
)
def test_a_change_has_one_form(written, change):
    assert protein_change(written) == change


def test_one_residue_from_the_columns_of_vep():
    assert substitution("P/R", "80") == "P80R"
    assert substitution("PL/R", "80-81") == ""


@pytest.mark.parametrize(
    ("consequence", "change", "alters"),
    [
        ("synonymous_variant", "R273=", False),
        ("missense_variant", "P80R", True),
        ("splice_donor_variant", "", True),
        ("intron_variant", "", False),
        ("missense_variant&splice_region_variant", "", True),
    ],
)
def test_what_alters_the_protein(consequence, change, alters):
    assert changes_protein(consequence, change) is alters


def test_classes_of_maf_as_sequence_ontology():
    """As vcf2maf writes them, backwards."""
    assert consequence_terms("Frame_Shift_Del") == "frameshift_variant"
    assert consequence_terms("missense_variant") == "missense_variant"
