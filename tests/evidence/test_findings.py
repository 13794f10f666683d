"""Lesions become evidence: what counts, what is kept unused and why, and that unknown is not absent."""

import math

import numpy as np
import pandas as pd
import pytest

from leukotype.evidence.findings import (
    FLAGS,
    KINASE_ALERT,
    Evidence,
    Finding,
    as_text,
    flags,
    fusion_findings,
    kinase_alerts,
    marker_findings,
    mutation_findings,
    ploidy_findings,
    translocation_findings,
)
from leukotype.inputs.lesions.fusions import FUSION_COLUMNS, read_fusions
from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.inputs.lesions.records import Exchange, Verdict
from leukotype.inputs.lesions.variants import VARIANT_COLUMNS, read_variants
from leukotype.model.bundle import load
from leukotype.vocabulary import EVIDENCE_COLUMNS, SUBTYPES, LesionKind, PloidyState

ALL = tuple(sorted(SUBTYPES))
# Subtypes that a fusion defines and that callers find well; not what joins IGH or DUX4, which they miss.
DETECTABLE = {
    "BCR::ABL1",
    "CDX2/UBTF",
    "ETV6::RUNX1",
    "HLF",
    "KMT2A-r",
    "MEF2D-r",
    "NUTM1-r",
    "TCF3::PBX1",
    "ZNF384-r",
}


ABSENT = {name: {"absent"} for name in DETECTABLE}


def fusions(*calls):
    """Findings of calls written as (5' gene, 3' gene, reads, caller, why not)."""
    rows = [
        (
            "P1",
            f"{caller}.tsv",
            caller,
            first,
            second,
            reads,
            "",
            not why_not,
            why_not,
            why_not == Verdict.NOT_FOUND,
        )
        for first, second, reads, caller, why_not in calls
    ]
    frame = pd.DataFrame(rows, columns=list(FUSION_COLUMNS)).astype({"reads": "Int64"})
    return list(fusion_findings(frame))


def mutation(gene, change, *, reads=40, usable=True, why_not=""):
    row = dict.fromkeys(VARIANT_COLUMNS, "") | {
        "sample": "P1",
        "source": "P1.vcf",
        "gene": gene,
        "protein_change": change,
        "alt_reads": reads,
        "usable": usable,
        "why_not": why_not,
    }
    return list(mutation_findings(pd.DataFrame([row], columns=list(VARIANT_COLUMNS))))


def evidence(found, looked=()):
    return Evidence.of(found, {"P1": frozenset(looked)})


def flagged(found, looked=(), subtypes=ALL):
    """Names of the flags that stand, by subtype."""
    values = flags(evidence(found, looked), ["P1"], subtypes)[0]
    assert set(np.unique(values)) <= {0.0, 1.0}
    return {
        name: {str(FLAGS[place]) for place in np.flatnonzero(row)}
        for name, row in zip(subtypes, values, strict=True)
        if row.any()
    }


def test_one_event_of_two_callers_in_both_orientations_counts_once_with_its_most_reads():
    found = fusions(
        ("MEF2D", "BCL9", 60, "FusionCatcher", ""),
        ("BCL9", "MEF2D", 76, "FusionCatcher", ""),
        ("MEF2D", "BCL9", 70, "CICERO", ""),
    )
    (used,) = evidence(found).lesions("P1")
    assert (used.subtype, used.strength, used.reads) == ("MEF2D-r", "defining", 76)
    assert len(evidence(found).table(["P1"])) == 3


def test_a_count_of_reads_is_not_hidden_by_a_source_that_tells_none():
    # DEFECT: NaN < 40 is false, so a table without reads that is read first hides the reads of the others.
    found = fusions(("MEF2D", "BCL9", pd.NA, "table", ""), ("MEF2D", "BCL9", 40, "CICERO", ""))
    assert [each.reads for each in evidence(found).lesions("P1")] == [40]
    assert [each.reads for each in evidence(found[::-1]).lesions("P1")] == [40]


def test_two_events_count_as_two():
    found = fusions(("PAX5", "ZNF521", 630, "CICERO", ""), ("P2RY8", "CRLF2", 22, "CICERO", ""))
    assert [each.lesion for each in evidence(found).lesions("P1")] == ["PAX5::ZNF521", "P2RY8::CRLF2"]


def test_a_call_that_its_caller_doubts_is_kept_and_does_not_count():
    found = fusions(("BCR", "ABL1", 2, "CICERO", "fewer than 3 supporting reads"))
    table = evidence(found).table(["P1"])
    assert table["used"].tolist() == [False, False]
    assert set(table["why_not"]) == {"fewer than 3 supporting reads"}
    assert evidence(found).lesions("P1") == []
    assert "defining" not in flagged(found, [LesionKind.FUSION]).get("BCR::ABL1", set())


def test_a_pair_with_a_driver_that_is_no_lesion_is_kept_with_the_reason():
    (found,) = fusions(("ETV6", "FOXP1", 40, "FusionCatcher", ""))
    assert (found.used, found.subtype) == (False, "")
    assert found.why_not == "this pair is no known lesion"


def test_a_doubt_of_the_caller_is_told_before_that_the_pair_is_unknown():
    (found,) = fusions(("IGH", "CRLF2,CSF2RA", 2, "x", "banned"))[:1]
    assert found.why_not == "banned"
    (found,) = fusions(("CSF2RA", "CRLF2", 20, "x", "1222 reads map on both genes"))
    assert (found.used, found.why_not) == (False, "1222 reads map on both genes")


def test_a_pair_without_any_gene_of_a_lesion_is_not_listed():
    assert fusions(("VPREB3", "IGLL5", 400, "CICERO", "")) == []


# Gu et al., Nat Genet 2019;51:296 and Li et al., PNAS 2018;115:E11711: IGH with a CEBP gene; BCL2, MYC or
# BCL6 with an immunoglobulin locus.
@pytest.mark.parametrize(
    ("first", "second", "subtype"),
    [
        ("IGH", "CEBPD", "ZEB2/CEBP"),
        ("CEBPA", "IGH", "ZEB2/CEBP"),
        ("IGH", "MYC", "BCL2/MYC"),
        ("BCL2", "IGH", "BCL2/MYC"),
        ("IGL", "BCL6", "BCL2/MYC"),
        ("IGH", "EPOR", "BCR::ABL1-like"),
        ("IGH", "DUX4", "DUX4-r"),
    ],
)
def test_a_hijacked_enhancer_is_evidence_in_either_orientation(first, second, subtype):
    # DEFECT: the genes that are read leave out CEBPx, BCL2, MYC and BCL6: these calls are dropped unseen.
    found = fusions((first, second, 30, "FusionCatcher", ""))
    assert [(each.subtype, each.used) for each in found] == [(subtype, True)]


def test_an_undescribed_partner_of_kmt2a_is_typical_with_a_caveat():
    (found,) = fusions(("KMT2A", "NEWGENE1", 30, "Arriba", ""))
    assert (found.subtype, found.strength) == ("KMT2A-r", "typical")
    assert "partner not described" in found.reference


@pytest.mark.parametrize(
    ("first", "second", "subclass"),
    [
        # Roberts et al., N Engl J Med 2014;371:1005, and later cohorts: pairs seen once or twice.
        ("OFD1", "JAK2", "CRLF2/JAK"),
        ("CSF2RA", "CRLF2", "CRLF2/JAK"),
        ("NEW", "EPOR", "CRLF2/JAK"),
        ("SNX1", "ABL1", "ABL-class"),
        ("NEW", "ABL2", "ABL-class"),
        ("SNX29", "PDGFRB", "ABL-class"),
        ("NEW", "PDGFRA", "ABL-class"),
        ("NEW", "CSF1R", "ABL-class"),
        ("ETV6", "NTRK3", ""),
        ("ZMYM2", "FLT3", ""),
        ("MYH9", "IL2RB", ""),
        ("CEMIP2", "PTK2B", ""),
        ("KDM6A", "PTK2B", ""),
        ("NEW", "TYK2", "CRLF2/JAK"),
        # WHO, ICC: a myeloid and lymphoid neoplasm with FGFR1 may look like B-ALL.
        ("BCR", "FGFR1", ""),
        ("ZMYM2", "FGFR1", ""),
        # FISH that shows the signals of a gene apart does not tell its partner.
        ("PDGFRB", "?", "ABL-class"),
    ],
)
def test_a_kinase_with_another_partner_is_an_alert_and_no_subtype(first, second, subclass):
    (found,) = fusions((first, second, 9, "Arriba", ""))
    assert (found.subtype, found.subclass, found.used) == ("", subclass, False)
    assert found.why_not == KINASE_ALERT
    table = evidence([found]).table(["P1"])
    assert kinase_alerts(table) == [
        f"fusions that may turn on a kinase, which is no subtype by itself: 1 (P1 {first}::{second})"
    ]


def test_an_alert_needs_a_call_that_counts_and_another_gene():
    few = fusions(("OFD1", "JAK2", 1, "Arriba", "fewer than 3 supporting reads"))
    assert kinase_alerts(evidence([*few, *fusions(("BCR", "ABL1", 9, "Arriba", ""))]).table(["P1"])) == []
    assert fusions(("FLT3", "FLT3", 9, "Arriba", ""), ("MYH9", "NEW", 9, "Arriba", "")) == []


def test_neighbours_of_nutm1_and_partners_in_carcinoma_are_no_lesion():
    """KATNBL1 lies 130 kilobases from NUTM1 on 15q14; SLC12A6::NUTM1 is a lesion (Boer et al., 2021)."""
    (inverted,) = fusions(("KATNBL1", "NUTM1", 9, "Arriba", ""))
    assert (inverted.subtype, inverted.used) == ("", False)
    (carcinoma,) = fusions(("BRD4", "NUTM1", 9, "Arriba", ""))  # French, Annu Rev Pathol 2012;7:247
    assert (carcinoma.subtype, carcinoma.used) == ("", False)
    (real,) = fusions(("SLC12A6", "NUTM1", 9, "Arriba", ""))
    assert (real.subtype, real.strength) == ("NUTM1-r", "defining")


def test_a_duplication_within_pax5_is_compatible_with_pax5alt():
    """Gu et al., Nat Genet 2019;51:296: intragenic amplification of PAX5."""
    (found,) = fusions(("PAX5", "PAX5", 13, "Arriba", ""))
    assert (found.subtype, found.strength, found.used) == ("PAX5alt", "compatible", True)


def test_crlf2_of_which_fish_shows_one_half_has_its_class():
    (found,) = fusions(("CRLF2", "?", None, "FISH", ""))
    assert (found.subtype, found.subclass) == ("BCR::ABL1-like", "CRLF2/JAK")


def test_crlf2_joined_to_igh_is_told_with_its_finer_class():
    # COH000893 of MD-ALL, Ph-like: FusionCatcher IGH@ -> CRLF2, 461 pairs and 340 unique reads.
    (found,) = fusions(("IGH", "CRLF2", 461, "FusionCatcher", ""))
    assert (found.subtype, found.strength, found.subclass) == ("BCR::ABL1-like", "typical", "CRLF2/JAK")


@pytest.mark.parametrize("caller", ["FusionCatcher", "CICERO"])
def test_the_real_files_of_a_ph_like_leukemia_say_so(data, caller):
    # MD-ALL's COH000893 (formats/PROVENANCE.tsv), whose two callers write it in opposite orientations.
    path = {
        "FusionCatcher": data / "formats/fusioncatcher/COH000893_D1.fusioncatcher",
        "CICERO": data / "formats/cicero/COH000893_D1.cicero.gz",
    }[caller]
    read = read_fusions([f"P1={path}"], ["P1"])
    found = evidence(fusion_findings(read.frame), [LesionKind.FUSION])
    used = found.lesions("P1")
    assert {(each.subtype, each.strength, each.subclass) for each in used} == {
        ("BCR::ABL1-like", "typical", "CRLF2/JAK")
    }
    assert {frozenset(each.lesion.split("::")) for each in used} == {frozenset({"IGH", "CRLF2"})}
    assert max(each.reads for each in used) > 200


@pytest.mark.parametrize(
    "path",
    [
        "formats/fusioncatcher/COH000757_D1.fusioncatcher",
        "formats/fusioncatcher/COH000893_D1.fusioncatcher",
        "formats/cicero/COH000757_D1.cicero",
        "formats/cicero/COH000893_D1.cicero.gz",
        "external/mdall/COH000082_D1.fusioncatcher.txt",
        "external/mdall/COH000082_D1.cicero.tsv",
        "external/mdall/COH000353_D1.fusioncatcher.txt",
        "external/mdall/COH000353_D1.cicero.tsv",
    ],
)
def test_the_decoys_of_the_real_files_never_count(data, path):
    # Pairs of formats/README.md: frequent in B cells, banned, or of genes that share their reads.
    decoys = [
        {"BANK1", "IGH"},
        {"FOXP1", "IGH"},
        {"IGH", "BACH2"},
        {"IGH", "EBF1"},
        {"CSF2RA", "CRLF2"},
        {"ETV6", "FOXP1"},
        {"ETV6", "EBF1"},
        {"PAX5", "HSPA8"},
        {"GRK2", "IGH"},
    ]
    read = read_fusions([f"P1={data / path}"], ["P1"])
    assert len(read.frame) > 100
    used = evidence(fusion_findings(read.frame)).lesions("P1")
    assert not [each.lesion for each in used if set(each.lesion.split("::")) in decoys]


def test_a_leukemia_with_pax5_p80r_has_no_fusion_that_counts(data):
    # MD-ALL's COH000757: formats/README.md: "no driver fusion".
    folder = data / "formats"
    files = [folder / "fusioncatcher/COH000757_D1.fusioncatcher", folder / "cicero/COH000757_D1.cicero"]
    read = read_fusions([f"P1={path}" for path in files], ["P1"])
    assert [each.lesion for each in evidence(fusion_findings(read.frame)).lesions("P1")] == []


def test_the_real_vcf_defines_pax5_p80r_by_its_position(data):
    # The same patient: GATK HaplotypeCaller on RNA, without annotation; chr9:37015169 (GRCh38).
    pytest.importorskip("pysam")
    path = data / "formats/vcf_gatk/COH000757_D1.HaplotypeCaller.vcf.gz"
    read = read_variants([f"P1={path}"], ["P1"])
    used = evidence(mutation_findings(read.frame)).lesions("P1")
    assert [(each.lesion, each.subtype, each.strength) for each in used] == [
        ("PAX5 P80R", "PAX5 P80R", "defining")
    ]
    assert used[0].reads >= 3


@pytest.mark.parametrize(
    ("gene", "change", "subtype", "strength"),
    [
        ("PAX5", "P80R", "PAX5 P80R", "defining"),
        ("IKZF1", "N159Y", "IKZF1 N159Y", "defining"),
        ("ZEB2", "H1038R", "ZEB2/CEBP", "defining"),
        ("ABL1", "T315I", "BCR::ABL1", "typical"),
        ("JAK2", "R683G", "BCR::ABL1-like", "compatible"),
        ("TP53", "R248Q", "Low hypodiploid", "compatible"),
    ],
)
def test_a_hot_spot_speaks_for_its_subtype(gene, change, subtype, strength):
    (found,) = mutation(gene, change)
    assert (found.subtype, found.strength, found.used, found.reads) == (subtype, strength, True, 40)


@pytest.mark.parametrize(("gene", "change"), [("PAX5", "P80L"), ("IKZF1", "N159S"), ("NOTCH1", "L1600P")])
def test_another_change_marks_no_subtype_and_is_kept(gene, change):
    (found,) = mutation(gene, change)
    assert (found.lesion, found.used, found.why_not) == (f"{gene} {change}", False, "marks no subtype")


def test_a_hot_spot_with_too_few_reads_is_kept_with_the_reason():
    # DEFECT: the reason of a mutation that fits a lesion and is not usable is left out.
    (found,) = mutation("PAX5", "P80R", reads=2, usable=False, why_not="fewer than 3 reads")
    assert (found.subtype, found.used) == ("PAX5 P80R", False)
    assert found.why_not == "fewer than 3 reads"
    assert evidence([found]).lesions("P1") == []


def test_a_mutation_without_known_reads_counts():
    (found,) = mutation("PAX5", "P80R", reads=pd.NA)
    assert found.used
    assert math.isnan(found.reads)


def test_ploidy_speaks_for_and_against():
    found = list(ploidy_findings("P1", "counts", PloidyState.LOW_HYPODIPLOID, "low hypodiploid, 37"))
    assert {(each.subtype, str(each.strength)) for each in found if each.used} == {
        ("Low hypodiploid", "defining"),
        ("Hyperdiploid", "against"),
    }


def test_a_state_that_marks_nothing_or_does_not_count_is_kept_with_the_reason():
    (found,) = ploidy_findings("P1", "counts", PloidyState.UNCERTAIN, "uncertain")
    assert (found.used, found.why_not) == (False, "marks no subtype")
    held = list(ploidy_findings("P1", "counts", PloidyState.NEAR_HAPLOID, "text", "a number was given"))
    assert [(each.used, each.why_not) for each in held] == [(False, "a number was given")] * 2


# Bands as laboratories write them; t(9;22)(p24;q11) joins BCR and JAK2, t(1;19)(p13;q13) other genes.
@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ("t(9;22)(q34;q11)", "BCR::ABL1"),
        ("t(9;22)(q34.1;q11.2)", "BCR::ABL1"),
        ("t(12;21)(p13;q22)", "ETV6::RUNX1"),
        ("t(1;19)(q23;p13.3)", "TCF3::PBX1"),
        ("t(4;11)(q21;q23)", "KMT2A-r"),
        ("t(17;19)(q22;p13)", "HLF"),
        ("t(9;22)(p24;q11.2)", None),
        ("t(1;19)(p13;q13)", None),
        ("t(9;22)", None),
        ("t(9;22;11)(q34;q11;q13)", "BCR::ABL1"),
    ],
)
def test_a_translocation_in_its_bands(text, subtype):
    found = list(translocation_findings("P1", "k.csv", parse_karyotype(f"46,XX,{text}").translocations))
    assert [(each.lesion, each.subtype, each.used) for each in found] == [
        (text, subtype or "", subtype is not None)
    ]


def test_a_marker_counts_from_its_level_on_and_silence_says_nothing():
    levels = {"CRLF2": 6.6, "CDX2": 3.9, "NUTM1": math.nan, "HLF": 0.0}
    found = list(marker_findings("P1", "counts", levels))
    assert [(each.subtype, each.strength, each.kind) for each in found] == [
        ("BCR::ABL1-like", "typical", LesionKind.EXPRESSION)
    ]
    assert list(marker_findings("P1", "counts", {})) == []


def test_nothing_known_gives_no_flag():
    assert not flags(Evidence(), ["P1", "P2"], ALL).any()
    assert flags(Evidence(), ["P1", "P2"], ALL).shape == (2, len(ALL), len(FLAGS))


def test_unknown_is_not_absent():
    assert flagged([]) == {}
    assert flagged([], [LesionKind.MUTATION, LesionKind.COPY_NUMBER]) == {}


def test_a_caller_that_found_nothing_makes_absent_what_it_would_have_found():
    assert flagged([], [LesionKind.FUSION]) == ABSENT


def test_what_was_found_is_not_absent():
    found = flagged(fusions(("KMT2A", "NEWGENE1", 30, "Arriba", "")), [LesionKind.FUSION])
    assert found == ABSENT | {"KMT2A-r": {"typical"}}


def test_what_was_not_found_is_absent_too():
    said = fusions(
        ("BCR", "ABL1", pd.NA, "FISH", Verdict.NOT_FOUND), ("KMT2A", "AFF1", 2, "Arriba", "few reads")
    )
    assert flagged(said, [LesionKind.FUSION]) == {k: v for k, v in ABSENT.items() if k != "KMT2A-r"}


def test_a_translocation_of_the_karyotype_is_found_although_the_caller_missed_it():
    found = list(translocation_findings("P1", "k.csv", [Exchange("t", ("12", "21"), ("p13", "q22"))]))
    assert flagged(found, [LesionKind.FUSION])["ETV6::RUNX1"] == {"defining"}


def test_the_strongest_lesion_of_a_subtype_counts_alone_and_what_speaks_against_stands_beside():
    found = fusions(
        ("MEF2D", "BCL9", 76, "CICERO", ""),
        ("MEF2D", "VPREB3", 3, "CICERO", ""),
        ("BCR", "ABL1", 50, "CICERO", ""),
        ("IGH", "CRLF2", 50, "CICERO", ""),
    )
    assert flagged(found) == {
        "MEF2D-r": {"defining"},
        "BCR::ABL1": {"defining"},
        "BCR::ABL1-like": {"typical", "against"},
    }


def test_subtypes_that_the_model_was_not_taught_have_no_flag():
    found = fusions(("TCF3", "HLF", 50, "CICERO", ""))
    assert flagged(found, [LesionKind.FUSION], ("BCR::ABL1", "DUX4-r")) == {"BCR::ABL1": {"absent"}}


def test_one_sample_changes_no_other():
    found = fusions(("BCR", "ABL1", 50, "CICERO", ""))
    given = Evidence.of(found, {"P1": frozenset({LesionKind.FUSION}), "P2": frozenset()})
    both = flags(given, ["P2", "P1"], ALL)
    assert not both[0].any()
    np.testing.assert_array_equal(both[1], flags(given, ["P1"], ALL)[0])


def test_without_lesions_the_probabilities_are_those_of_expression_to_the_last_bit(data):
    bundle = load()
    counts = pd.read_csv(data / "external/GSE161501/counts.tsv.gz", sep="\t", index_col=0).T
    values = bundle.genes.harmonise(counts).values.to_numpy(float)
    nothing = flags(Evidence(), list(counts.index), bundle.model.subtypes)
    plain, flagless = bundle.model.predict(values), bundle.model.predict(values, nothing)
    assert plain.subtype.tobytes() == plain.expression.tobytes() == flagless.subtype.tobytes()
    assert plain.gate.tobytes() == flagless.gate.tobytes()


def test_a_defining_lesion_raises_its_subtype_and_no_flag_turns_against_its_own(data):
    bundle = load()
    weights = dict(zip(map(str, FLAGS), bundle.model.lesion_weights, strict=True))
    assert weights["defining"] > 0
    assert all(weights[name] >= 0 for name in ("typical", "compatible"))
    assert weights["against"] <= 0
    assert weights["absent"] <= 0


def test_the_text_names_the_strongest_first_and_leaves_out_what_speaks_against():
    found = [
        *fusions(("P2RY8", "CRLF2", 22, "CICERO", ""), ("BCR", "ABL1", 40, "CICERO", "")),
        *mutation("TP53", "R248Q", reads=pd.NA),
    ]
    assert as_text(evidence(found).lesions("P1")) == (
        "BCR::ABL1 (defining of BCR::ABL1, 40 reads); P2RY8::CRLF2 (typical of BCR::ABL1-like, 22 reads); "
        "TP53 R248Q (compatible of Low hypodiploid)"
    )
    against = list(ploidy_findings("P1", "counts", PloidyState.DIPLOID, "diploid, about 46"))
    assert [each.strength for each in against] == ["against"]
    assert as_text(against) == as_text([]) == ""


def test_the_table_has_the_rows_of_the_samples_asked_for_in_their_order():
    found = [
        Finding(name, "f", LesionKind.FUSION, "A::B", used=False, why_not="x") for name in ("P2", "P1", "P2")
    ]
    table = Evidence.of(found, {}).table(["P1", "P2", "P3"])
    assert tuple(table.columns) == EVIDENCE_COLUMNS
    assert table["sample"].tolist() == ["P1", "P2", "P2"]
    empty = Evidence().table(["P1"])
    assert empty.empty
    assert tuple(empty.columns) == EVIDENCE_COLUMNS


def test_the_flags_are_the_strengths_and_absent():
    assert [str(flag) for flag in FLAGS] == ["defining", "typical", "compatible", "against", "absent"]


@pytest.mark.parametrize(
    ("left", "right", "subtypes", "said"),
    [
        ("IGH", "CEBPE", ["ZEB2/CEBP"], ""),
        ("IGH", "CEBPA", ["ZEB2/CEBP"], "ICC names CEBPE alone"),
        ("KMT2A", "ATP5MG,UBE4A", [""], ""),  # neighbours on 11q23
        ("KMT2A", "CEP164", ["KMT2A-r"], "partner not described"),
    ],
)
def test_partners_with_a_caution(left, right, subtypes, said):
    row = ("P1", "f", "Arriba", left, right, 12, "high", True, "", False)
    found = list(fusion_findings(pd.DataFrame([row], columns=list(FUSION_COLUMNS))))
    assert [each.subtype for each in found] == subtypes
    assert said in found[0].reference
