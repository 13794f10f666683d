"""Hot spots and the normal form of a protein change."""

import pytest

from leukotype.inputs.lesions.hotspots import GENES, HOT_SPOTS, hot_spot_at, hot_spot_of, wanted_gene
from leukotype.inputs.lesions.protein_changes import (
    changes_protein,
    consequence_terms,
    protein_change,
    substitution,
)

CODONS = {"CCC": "P", "CGC": "R", "AAC": "N", "TAC": "Y", "CAT": "H", "CGT": "R", "ACT": "T", "ATT": "I"}
COMPLEMENT = str.maketrans("ACGT", "TGCA")


def test_where_the_hot_spots_lie():
    """VEP writes chr9:g.37015168G>C as PAX5 Pro80Arg; ClinVar RCV000432136 is NC_000009.12:g.130872896C>T."""
    assert hot_spot_at("chr9", 37015168, "G", "C").change == "P80R"
    assert hot_spot_at("9", 130872896, "C", "T").change == "T315I"
    assert hot_spot_at("chr7", 50382593, "A", "T").change == "N159Y"


def test_another_base_or_place_is_no_hot_spot():
    assert hot_spot_at("chr9", 37015168, "G", "A") is None
    assert hot_spot_at("chr9", 37015168, "C", "G") is None
    assert hot_spot_at("chr9", 37015165, "G", "C") is None  # where it lies on GRCh37 (three bases away)
    assert hot_spot_at("chr8", 37015168, "G", "C") is None
    assert hot_spot_at("chr9", None, "", "") is None


def test_a_place_that_only_one_source_gives_is_not_looked_up():
    placed = {spot.gene: spot.place is not None for spot in HOT_SPOTS}
    assert placed == {"PAX5": True, "IKZF1": True, "ABL1": True, "ZEB2": False}
    assert hot_spot_of("ZEB2", "H1038R").coding == "c.3113A>G"


@pytest.mark.parametrize("spot", HOT_SPOTS, ids=lambda spot: spot.gene)
def test_coding_change_residue_and_bases_agree(spot):
    number = int(spot.coding[2:-3])
    assert (number + 2) // 3 == int(spot.change[1:-1])
    coding = (spot.coding[-3], spot.coding[-1])
    if spot.place is not None:
        forward = spot.place[2:]
        backward = tuple(base.translate(COMPLEMENT) for base in forward)
        # PAX5 lies on the minus strand, IKZF1 and ABL1 on the plus strand (Ensembl 103).
        assert coding == (backward if spot.gene == "PAX5" else forward)
    at = (number - 1) % 3
    changed = {
        (CODONS[codon], CODONS.get(codon[:at] + coding[1] + codon[at + 1 :]))
        for codon in CODONS
        if codon[at] == coding[0]
    }
    assert (spot.change[0], spot.change[-1]) in changed


def test_places_lie_within_their_genes(data):
    """Gene bounds are Ensembl 103's."""
    import pandas as pd

    genes = pd.read_csv(data / "reference" / "genes.csv.gz").set_index("symbol")
    for spot in HOT_SPOTS:
        if spot.place is not None:
            gene = genes.loc[spot.gene]
            assert str(gene["chr"]) == spot.place[0]
            assert gene["start"] <= spot.place[1] <= gene["end"]


def test_t315i_has_another_number_on_the_longer_transcript():
    """ClinVar RCV000432136: NP_005148.2:p.Thr315Ile is NP_009297.2:p.Thr334Ile."""
    assert hot_spot_of("ABL1", "T334I").change == "T315I"
    assert hot_spot_of("ABL1", "T315A") is None


def test_genes_of_the_trial_and_their_earlier_symbols():
    assert {"KMT2D", "TP53", "CREBBP", "KMT2C", "NOTCH1", "ARID2", "KRAS", "ABL1", "IKZF1"} <= GENES
    assert wanted_gene("MLL2") == "KMT2D"
    assert wanted_gene("MLL3") == "KMT2C"
    assert wanted_gene("TP53") == "TP53"
    assert wanted_gene("TTN") == ""


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("p.Pro80Arg", "P80R"),
        ("ENSP00000350844.4:p.Pro80Arg", "P80R"),
        ("NP_057953.1:p.(Pro80Arg)", "P80R"),
        ("p.P80R", "P80R"),
        ("P80R", "P80R"),
        (" p.(Pro80Arg) ", "P80R"),
        ("p.Arg196Ter", "R196*"),
        ("p.R196*", "R196*"),
        ("R196X", "R196*"),
        ("p.Tyr705LeufsTer12", "Y705fs"),
        ("p.Y705Lfs*12", "Y705fs"),
        ("Y705fs", "Y705fs"),
        ("ENSP00000269305.4:p.Arg273%3D", "R273="),
        ("p.Arg273=", "R273="),
        ("p.Val345Val", "V345="),
        ("p.Ter253Cysext*?", "*253Cext*?"),
        ("p.Leu287dup", "L287dup"),
        ("p.Glu750del", "E750del"),
        ("p.Pro46_Asn47insSerSerPro", "P46_N47insSSP"),
        ("p.Met1?", "M1?"),
        ("p.X125_splice", "X125_splice"),
        ("IK6", "IK6"),
        ("", ""),
        (".", ""),
        ("p.?", ""),
        ("NA", ""),
    ],
)
def test_protein_changes_in_one_letter_code(written, normal):
    assert protein_change(written) == normal


def test_substitutions_without_hgvs():
    assert substitution("P/R", "80") == "P80R"
    assert substitution("R/*", "196") == "R196*"
    assert substitution("V", "345") == "V345="
    assert substitution("-/L", "287-288") == ""
    assert substitution("", "") == ""


@pytest.mark.parametrize(
    ("consequence", "change", "altering"),
    [
        ("missense_variant", "P80R", True),
        ("splice_donor_variant&intron_variant", "", True),
        ("", "IK6", True),
        ("frameshift_variant", "", True),
        ("synonymous_variant", "R273=", False),
        ("splice_region_variant&synonymous_variant", "R273=", False),
        ("intron_variant", "", False),
        ("3_prime_UTR_variant", "", False),
        ("upstream_gene_variant", "", False),
        ("", "", False),
    ],
)
def test_what_changes_the_protein(consequence, change, altering):
    assert changes_protein(consequence, change) is altering


def test_classes_of_maf_are_sequence_ontology_terms():
    assert consequence_terms("Missense_Mutation") == "missense_variant"
    assert consequence_terms("Silent") == "synonymous_variant"
    assert consequence_terms("missense_variant") == "missense_variant"
