"""The table of lesions: what it says of described lesions, and that it does not contradict itself."""

import re

import pytest

from leukotype.evidence.findings import fusion_rules
from leukotype.evidence.knowledge import (
    ABL_CLASS,
    ANY,
    CRLF2_JAK,
    FUSIONS,
    LESION_GENES,
    MARKERS,
    MUTATIONS,
    PLOIDIES,
    REFERENCES,
    TRANSLOCATIONS,
    Strength,
    cite,
)
from leukotype.vocabulary import SUBTYPES, PloidyState

ROWS = (*FUSIONS, *MUTATIONS, *PLOIDIES, *TRANSLOCATIONS, *MARKERS)


def said(first, second):
    """What the table says for a pair of genes: subtype, strength and finer class; not what it excludes."""
    rows = fusion_rules(frozenset(first.split(",")), frozenset(second.split(",")))
    return {(row.subtype, str(row.strength), row.subclass) for row in rows if row.strength != "against"}


def pairs(row):
    return [(one, other) for one in sorted(row.one) for other in sorted(row.other - ANY)]


def test_every_row_names_a_subtype_of_the_vocabulary():
    assert {row.subtype for row in ROWS} <= set(SUBTYPES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{type(row).__name__} {row.subtype}")
def test_every_row_has_a_source(row):
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", row.source)}
    assert cited <= set(REFERENCES)
    assert cited or re.search(r"[12]\d\d\d;\d+", row.source), "neither a reference nor an article"


def test_every_reference_is_cited():
    cited = {int(number) for row in ROWS for number in re.findall(r"\[(\d+)\]", row.source)}
    assert cited == set(REFERENCES)


def test_a_reference_names_its_journal_year_volume_and_page():
    for text in REFERENCES.values():
        assert re.search(r"[A-Z][A-Za-z ]+ (19|20)\d\d;\d+:E?\d+", text), text


def test_numbers_are_spelled_out():
    # Arber et al. is the ICC, Alaggio et al. the WHO classification.
    said = cite("[1] [2]: excluded by definition")
    assert said.startswith("Arber et al., ")
    assert "Blood 2022;140:1200; Alaggio et al., " in said
    assert said.endswith("Leukemia 2022;36:1720: excluded by definition")
    assert cite("[99]; Gorre et al.") == "[99]; Gorre et al."


def test_every_subtype_with_a_known_lesion_can_be_defined():
    # ICC 2022 and WHO-HAEM5; what has no lesion of its own is told by expression alone.
    defined = {row.subtype for row in ROWS if row.strength == Strength.DEFINING}
    typical = {row.subtype for row in ROWS if row.strength == Strength.TYPICAL}
    assert set(SUBTYPES) - defined == {
        "BCR::ABL1-like",
        "Hyperdiploid",
        "PAX5alt",
        "B-other",
        "ETV6::RUNX1-like",
        "iAMP21",
        "Low hyperdiploid",
    }
    assert {"BCR::ABL1-like", "Hyperdiploid", "PAX5alt", "iAMP21"} <= typical


def test_no_pair_of_genes_speaks_for_two_subtypes():
    for row in FUSIONS:
        for one, other in pairs(row):
            assert len({subtype for subtype, _, _ in said(one, other)}) == 1, (one, other)


def test_no_row_is_hidden_by_one_before_it():
    hidden = {
        (one, other)
        for row in FUSIONS
        for one, other in pairs(row)
        if row not in fusion_rules(frozenset([one]), frozenset([other]))
    }
    assert hidden == set()


def test_no_mutation_translocation_or_marker_speaks_for_two_subtypes():
    for table, key in ((MUTATIONS, 2), (TRANSLOCATIONS, 2), (MARKERS, 1)):
        own = [row[:key] for row in table if row.strength != Strength.AGAINST]
        assert len(own) == len(set(own))


# Pairs as the literature writes them: Roberts et al., N Engl J Med 2014;371:1005 (kinases, CRLF2, EPOR);
# Gu et al., Nat Commun 2016;7:13331 (MEF2D) and Nat Genet 2019;51:296 (PAX5, IGH::CEBP, BCL2/MYC); Meyer et
# al., Leukemia 2023;37:988 (KMT2A); Boer et al., Leukemia 2021;35:2978 (NUTM1).
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("BCR", "ABL1", ("BCR::ABL1", "defining", "")),
        ("ETV6", "RUNX1", ("ETV6::RUNX1", "defining", "")),
        ("TCF3", "PBX1", ("TCF3::PBX1", "defining", "")),
        ("TCF3", "HLF", ("HLF", "defining", "")),
        ("TCF4", "HLF", ("HLF", "defining", "")),
        ("KMT2A", "AFF1", ("KMT2A-r", "defining", "")),
        ("KMT2A", "MLLT1", ("KMT2A-r", "defining", "")),
        ("KMT2A", "NEWGENE1", ("KMT2A-r", "typical", "")),
        ("MEF2D", "BCL9", ("MEF2D-r", "defining", "")),
        ("MEF2D", "CSF1R", ("MEF2D-r", "defining", "")),
        ("EP300", "ZNF384", ("ZNF384-r", "defining", "")),
        ("TCF3", "ZNF384", ("ZNF384-r", "defining", "")),
        ("SMARCA2", "ZNF362", ("ZNF384-r", "defining", "")),
        ("CUX1", "NUTM1", ("NUTM1-r", "defining", "")),
        ("RUNX1", "NUTM1", ("NUTM1-r", "defining", "")),
        ("IGH", "DUX4", ("DUX4-r", "defining", "")),
        ("DUX4", "ERG", ("DUX4-r", "defining", "")),
        ("UBTF", "ATXN7L3", ("CDX2/UBTF", "defining", "")),
        ("PAN3", "FLT3", ("CDX2/UBTF", "typical", "")),
        ("IGH", "CEBPD", ("ZEB2/CEBP", "defining", "")),
        ("IGH", "CEBPA", ("ZEB2/CEBP", "defining", "")),
        ("IGH", "MYC", ("BCL2/MYC", "defining", "")),
        ("IGL", "MYC", ("BCL2/MYC", "defining", "")),
        ("IGH", "BCL2", ("BCL2/MYC", "defining", "")),
        ("IGH", "BCL6", ("BCL2/MYC", "defining", "")),
        ("IGH", "CRLF2", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("P2RY8", "CRLF2", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("IGH", "EPOR", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("BCR", "JAK2", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("PAX5", "JAK2", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("MYB", "TYK2", ("BCR::ABL1-like", "typical", CRLF2_JAK)),
        ("NUP214", "ABL1", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("ETV6", "ABL1", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("RCSD1", "ABL2", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("SSBP2", "CSF1R", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("EBF1", "PDGFRB", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("FIP1L1", "PDGFRA", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("NCOR1", "LYN", ("BCR::ABL1-like", "typical", ABL_CLASS)),
        ("PAX5", "ZNF521", ("PAX5alt", "typical", "")),
        ("PAX5", "ETV6", ("PAX5alt", "typical", "")),
        ("ETV6", "IKZF1", ("ETV6::RUNX1-like", "compatible", "")),
    ],
)
def test_a_described_fusion_in_either_orientation(first, second, expected):
    assert said(first, second) == said(second, first) == {expected}


# Decoys of the real files (external/mdall, formats/fusioncatcher): frequent, and the mark of nothing.
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("BANK1", "IGH"),
        ("FOXP1", "IGH"),
        ("IGH", "BACH2"),
        ("IGH", "EBF1"),
        ("CSF2RA", "CRLF2"),
        ("ETV6", "FOXP1"),
        ("ETV6", "EBF1"),
        ("PAX5", "HSPA8"),
        ("PAX5", "SSH2"),
        ("TAF15", "TCF3"),
        ("GRK2", "IGH"),
        ("LYN", "HBA1"),
        ("KMT2A", "KMT2A"),
    ],
)
def test_a_decoy_is_no_lesion(first, second):
    assert said(first, second) == said(second, first) == set()


def test_bcr_abl1_excludes_its_like_and_etv6_runx1_excludes_its_like():
    for pair, like in ((("BCR", "ABL1"), "BCR::ABL1-like"), (("ETV6", "RUNX1"), "ETV6::RUNX1-like")):
        rows = fusion_rules(*(frozenset([gene]) for gene in pair))
        assert [row.subtype for row in rows if row.strength == Strength.AGAINST] == [like]


def test_one_of_several_genes_that_a_caller_names_is_enough():
    assert said("DUX4,DUX4L9", "IGH") == {("DUX4-r", "defining", "")}


def test_the_strengths_stand_in_the_order_of_their_weight():
    assert [str(each) for each in Strength] == ["defining", "typical", "compatible", "against"]


def test_low_hypodiploid_and_near_haploid_are_defined_by_their_ploidy_and_are_not_hyperdiploid():
    rows = {(row.state, row.subtype): row.strength for row in PLOIDIES}
    for state, subtype in (
        (PloidyState.LOW_HYPODIPLOID, "Low hypodiploid"),
        (PloidyState.NEAR_HAPLOID, "Near haploid"),
    ):
        assert rows[state, subtype] == Strength.DEFINING
        assert rows[state, "Hyperdiploid"] == Strength.AGAINST
    # Gains also stand beside a fusion (ICC 2022): they are typical, and define nothing.
    assert rows[PloidyState.HYPERDIPLOID, "Hyperdiploid"] == Strength.TYPICAL


def test_the_markers_are_the_genes_that_a_lesion_turns_on():
    # Makinen et al., Int J Mol Sci 2022;23:4574 and Yasuda et al., Blood 2022;139:1850.
    assert {"CRLF2", "CDX2", "NUTM1", "HLF", "DUX4"} == LESION_GENES
    assert {row.gene: row.subtype for row in MARKERS}["CDX2"] == "CDX2/UBTF"


def test_cic_dux4_is_no_lesion_of_dux4_r():
    """Kawamura-Saito et al., Hum Mol Genet 2006;15:2125: the lesion of a sarcoma."""
    rules = [rule for rule in FUSIONS if rule.fits(frozenset({"CIC"}), frozenset({"DUX4"}))]
    assert rules == []
    assert any(rule.fits(frozenset({"IGH"}), frozenset({"DUX4"})) for rule in FUSIONS)
