"""Every sample has one row, and a subtype stands in it only where it may be said."""

import math

import numpy as np
import pandas as pd
import pytest

from leukotype.calling.calls import Library, Rules, Sample, decide, make_calls
from leukotype.evidence.findings import Evidence, Finding
from leukotype.evidence.genomes import Genomes, PloidyCall
from leukotype.evidence.knowledge import Strength
from leukotype.model.blasts import Blasts
from leukotype.model.classifier import Probabilities
from leukotype.vocabulary import CALL_COLUMNS, NOT_B_ALL, LesionKind, PloidyState, Scheme, Status

SUBTYPES = ("BCR::ABL1", "BCR::ABL1-like", "ETV6::RUNX1", "Hyperdiploid", "ZEB2/CEBP")
SURE = (0.98, 0.02)  # B-ALL, not B-ALL
FULL = (90.0, 75.0, 98.0)  # estimated blasts: the estimate and its interval
UNKNOWN = math.nan
NO_EXPERTS = np.empty((1, 0, len(SUBTYPES)))
# ICC 2022 (Arber et al., Blood 2022;140:1200): these define their subtypes.
BCR_ABL1 = Finding("s0", "calls.tsv", LesionKind.FUSION, "BCR::ABL1", 12.0, "BCR::ABL1", Strength.DEFINING)
NEAR_HAPLOID = Finding(
    "s0", "counts", LesionKind.COPY_NUMBER, "27 chromosomes", math.nan, "Near haploid", Strength.DEFINING
)


def classes_of(subtypes):
    return (*subtypes, NOT_B_ALL)


def rules_for(subtypes, threshold, *, strict=False):
    """Prediction sets of 90 and 95 %: what has at least .3, or .1."""
    sets = np.repeat([[0.3], [0.1]], len(subtypes), axis=1)
    return Rules(classes_of(subtypes), threshold, 4.0, 0.03, sets, strict)


def decided(
    gate, subtype, *, blasts=UNKNOWN, estimate=FULL, threshold=0.5, strange=1.0, expression=None, used=(),
    strict=False, outlying=0.0, measured=1.0,
):  # fmt: skip
    gates, strangeness = np.array([gate], float), np.full(1, strange)
    estimates = np.array([estimate])
    joint, alone = (
        Probabilities(
            gates, *[np.array([each], float)] * 2, strangeness, strangeness, estimates, NO_EXPERTS
        ).joint()[0]
        for each in (subtype, subtype if expression is None else expression)
    )
    looked = frozenset(each.kind for each in used)
    known, given_b_all = Blasts(blasts, *estimate), np.array(subtype, float)
    sample = Sample(
        gates[0],
        joint,
        alone,
        given_b_all,
        strange,
        outlying,
        known,
        NO_EXPERTS[0],
        used,
        looked,
        measured=measured,
    )
    return decide(sample, rules_for(SUBTYPES, threshold, strict=strict))


def called(
    gates,
    subtypes,
    *,
    blasts=None,
    estimates=None,
    threshold=0.5,
    scheme=Scheme.INOVATE,
    evidence=None,
    ploidy=None,
    names=SUBTYPES,
    dropout=0.0,
):
    """Calls and probabilities of samples named s0, s1, ...; `ploidy` is that of all."""
    samples = [f"s{number}" for number in range(len(gates))]
    said = np.array(subtypes, float)
    return make_calls(
        samples,
        Probabilities(
            np.array(gates, float),
            said,
            said,
            np.ones(len(gates)),
            np.zeros(len(gates)),
            np.array(estimates or [FULL] * len(gates)),
            np.empty((len(gates), 0, len(names))),
        ),
        rules_for(names, threshold),
        Genomes(evidence or Evidence(), dict.fromkeys(samples, ploidy or PloidyCall())),
        blast_pct=np.full(len(gates), UNKNOWN) if blasts is None else np.array(blasts, float),
        library_size=np.full(len(gates), 1e7),
        genes_found_pct=98.5847,
        model="toy 1.0 (0123abcd)",
        scheme=scheme,
        library=Library(np.full(len(gates), dropout), np.ones(len(gates))),
    )


def one_row(subtype, **options):
    return called([SURE], [subtype], **options)[0].iloc[0]


def surely(name):
    return [0.96 if each == name else 0.01 for each in SUBTYPES]


def test_a_clear_subtype_is_called_with_its_runner_up():
    decision = decided(SURE, (0.7, 0.2, 0.05, 0.03, 0.02))
    assert (decision.status, decision.subtype, decision.runner_up) == (
        Status.CALLED,
        "BCR::ABL1",
        "BCR::ABL1-like",
    )
    assert decision.probability == pytest.approx(0.98 * 0.7)
    assert decision.runner_up_probability == pytest.approx(0.98 * 0.2)
    assert decision.reason == ""


def test_under_thirty_percent_blasts_no_subtype_is_given_however_sure_the_model():
    decision = decided(SURE, surely("Hyperdiploid"), blasts=29.9)
    assert decision.status == Status.LOW_BLASTS
    assert decision.subtype == decision.runner_up == ""
    assert math.isnan(decision.probability)
    assert "29.9 %" in decision.reason


def test_exactly_thirty_percent_blasts_is_enough():
    assert decided(SURE, surely("Hyperdiploid"), blasts=30.0).status == Status.CALLED


def test_blasts_given_as_enough_win_over_the_estimate_that_they_are_few():
    few = (15.0, 10.0, 21.0)
    rows = called([SURE] * 2, [surely("Hyperdiploid")] * 2, blasts=[UNKNOWN, 80.0], estimates=[few] * 2)[0]
    assert rows["status"].tolist() == ["low_blasts", "called"]
    assert rows["subtype"].tolist() == ["", "Hyperdiploid"]
    assert rows["blast_source"].tolist() == ["estimated", "given"]
    assert rows["blast_pct"].tolist() == [15.0, 80.0]
    assert rows["blast_estimate_pct"].tolist() == [15.0, 15.0]
    assert "80 % as given, but blasts" not in rows["reason"][0]
    assert "80 % as given" in rows["reason"][1]


def test_blasts_given_as_too_few_win_over_the_estimate_that_they_are_enough():
    row = one_row(surely("Hyperdiploid"), blasts=[12.0])
    assert (row["status"], row["subtype"]) == ("low_blasts", "")


def test_an_interval_across_thirty_is_called_with_a_remark_or_held_back_when_strict():
    near = (36.0, 26.0, 48.0)
    row = called([SURE], [surely("Hyperdiploid")], estimates=[near])[0].iloc[0]
    assert (row["status"], row["subtype"]) == ("called", "Hyperdiploid")
    assert "36 % (estimated; 90 % interval 26 to 48), near 30 %" in row["reason"]
    held = decided(SURE, surely("Hyperdiploid"), estimate=near, strict=True)
    assert (held.status, held.subtype) == (Status.LOW_BLASTS, "")


def test_the_prediction_sets_hold_what_reaches_their_cut_off_the_most_probable_first():
    row = one_row([0.25, 0.6, 0.05, 0.08, 0.02])
    assert row["prediction_set_90"] == "BCR::ABL1-like"
    assert row["prediction_set_95"] == "BCR::ABL1-like|BCR::ABL1"
    assert one_row([0.2] * 5)["prediction_set_90"] == "none"


def test_a_sample_that_is_set_aside_has_no_prediction_set():
    rows = called([(0.1, 0.9), SURE], [surely("BCR::ABL1")] * 2, blasts=[UNKNOWN, 12.0])[0]
    assert rows["status"].tolist() == ["not_b_all", "low_blasts"]
    assert (rows[["prediction_set_90", "prediction_set_95"]] == "").all(axis=None)


def test_what_is_not_b_all_has_no_subtype():
    decision = decided((0.15, 0.85), surely("BCR::ABL1"))
    assert (decision.status, decision.subtype) == (Status.NOT_B_ALL, "")
    assert "0.85" in decision.reason


def test_given_blasts_do_not_make_a_t_all_a_b_all():
    row = called([(0.15, 0.85)], [surely("BCR::ABL1")], blasts=[95.0])[0].iloc[0]
    assert (row["status"], row["subtype"]) == ("not_b_all", "")


def test_under_the_threshold_both_candidates_are_named_and_none_is_called():
    decision = decided((1, 0), (0.45, 0.4, 0.05, 0.05, 0.05), threshold=0.5)
    assert (decision.status, decision.subtype) == (Status.UNCLASSIFIED, "")
    for part in ("BCR::ABL1 0.45", "BCR::ABL1-like 0.40", "0.50"):
        assert part in decision.reason


@pytest.mark.parametrize("gate", [(UNKNOWN, 1), (1, UNKNOWN), (UNKNOWN, UNKNOWN)])
def test_a_gate_that_is_no_number_does_not_open(gate):
    assert decided(gate, surely("BCR::ABL1")).status == Status.NOT_B_ALL


def test_probabilities_a_strangeness_or_blasts_that_are_no_number_call_nothing():
    assert decided((1, 0), [UNKNOWN] * len(SUBTYPES)).status == Status.UNCLASSIFIED
    assert decided((1, 0), surely("BCR::ABL1"), strange=UNKNOWN).status == Status.UNCLASSIFIED
    assert decided((1, 0), surely("BCR::ABL1"), threshold=UNKNOWN).status != Status.CALLED
    nothing = (UNKNOWN, UNKNOWN, UNKNOWN)
    assert decided((1, 0), surely("BCR::ABL1"), estimate=nothing).status == Status.LOW_BLASTS


def test_the_threshold_itself_is_enough():
    assert decided((1, 0), (0.5, 0.5, 0, 0, 0), threshold=0.5).status == Status.CALLED


def test_what_is_printed_decides():
    """Four decimals are written: 0.49996 stands there as 0.5, the threshold."""
    row = called([(1, 0)], [(0.49996, 0.49994, 0.0001, 0, 0)])[0].iloc[0]
    assert (row["status"], row["probability"]) == ("called", 0.5)


def test_a_leukemia_whose_subtypes_each_stay_under_not_b_all_is_not_called():
    decision = decided((0.55, 0.45), (0.2, 0.2, 0.2, 0.2, 0.2), threshold=0.1)
    assert (decision.status, decision.subtype) == (Status.UNCLASSIFIED, "")


def test_etv6_runx1_is_called_and_marked_as_outside_the_trial():
    row = one_row(surely("ETV6::RUNX1"), scheme=Scheme.INOVATE)
    assert (row["status"], row["subtype"], row["in_trial_scheme"]) == ("called", "ETV6::RUNX1", False)
    assert "outside the trial's 13" in row["reason"]


def test_icc_has_etv6_runx1_and_says_nothing_of_it():
    row = one_row(surely("ETV6::RUNX1"), scheme=Scheme.ICC)
    assert (row["status"], row["subtype"], row["reason"]) == ("called", "ETV6::RUNX1", "")
    assert not row["in_trial_scheme"]


def test_a_subtype_of_the_trial_has_no_remark():
    row = one_row(surely("BCR::ABL1"))
    assert (row["reason"], row["in_trial_scheme"]) == ("", True)


@pytest.mark.parametrize(
    ("subtype", "look_alike"), [("Hyperdiploid", "Near haploid"), ("B-other", "Low hypodiploid")]
)
@pytest.mark.parametrize("state", [None, PloidyState.UNCERTAIN])
def test_a_look_alike_is_named_beside_the_call_where_no_ploidy_is_known(subtype, look_alike, state):
    """Near haploid leukemias cluster with hyperdiploid ones (Gu et al., Nat Genet 2019;51:296)."""
    row = one_row([0.02, 0.98], names=("ETV6::RUNX1", subtype), ploidy=PloidyCall(state))
    assert (row["status"], row["subtype"]) == ("called", subtype)
    assert look_alike in row["reason"]
    assert "check the karyotype" in row["reason"]


@pytest.mark.parametrize("subtype", ["Hyperdiploid", "B-other"])
def test_no_look_alike_is_named_where_the_ploidy_is_known(subtype):
    ploidy = PloidyCall(PloidyState.HYPERDIPLOID, ("X",), (), "counts")
    assert one_row([0.02, 0.98], names=("ETV6::RUNX1", subtype), ploidy=ploidy)["reason"] == ""


@pytest.mark.parametrize("state", [PloidyState.MASKED_HYPODIPLOIDY, PloidyState.IAMP21])
def test_what_is_only_suspected_is_sent_to_fish_or_array(state):
    row = one_row(surely("BCR::ABL1"), ploidy=PloidyCall(state))
    assert f"{state}: check by FISH or array" in row["reason"]


def test_the_ploidy_stands_in_the_row_and_a_chromosome_gained_twice_twice():
    ploidy = PloidyCall(PloidyState.HYPERDIPLOID, ("4", "21", "21", "X"), ("7",), "karyotypes.csv")
    row = one_row(surely("Hyperdiploid"), ploidy=ploidy)
    assert row["ploidy_state"] == "hyperdiploid"
    assert (row["chromosomes_gained"], row["chromosomes_lost"]) == ("4,21,21,X", "7")
    unknown = one_row(surely("Hyperdiploid"))
    assert unknown[["ploidy_state", "chromosomes_gained", "chromosomes_lost"]].tolist() == ["", "", ""]


def given(*findings, looked=(LesionKind.FUSION,)):
    """Lesions of the sample s0."""
    return Evidence.of(findings, {"s0": frozenset(looked)})


def test_a_lesion_of_the_called_subtype_stands_beside_it_with_its_reads():
    row = one_row(surely("BCR::ABL1"), evidence=given(BCR_ABL1))
    assert row["evidence"] == "BCR::ABL1 (defining of BCR::ABL1, 12 reads)"
    assert (row["subtype"], row["evidence_agreement"], row["reason"]) == ("BCR::ABL1", "supports", "")


def test_a_lesion_decides_between_look_alikes_and_the_row_says_so():
    row = one_row(surely("BCR::ABL1-like"), evidence=given(BCR_ABL1))
    assert (row["subtype"], row["evidence_agreement"]) == ("BCR::ABL1", "decides")
    assert (row["runner_up"], row["risk_group"]) == ("BCR::ABL1-like", "high risk, BCR::ABL1+")
    assert "decided by BCR::ABL1" in row["reason"]
    assert "BCR::ABL1-like 0.94" in row["reason"]


def test_a_subtype_that_was_never_taught_has_no_probability():
    row = one_row(surely("Hyperdiploid"), evidence=given(NEAR_HAPLOID))
    assert (row["status"], row["subtype"], row["runner_up"]) == ("called", "Near haploid", "Hyperdiploid")
    assert math.isnan(row["probability"])
    assert "expression was never taught this subtype" in row["reason"]
    assert (row["in_trial_scheme"], row["risk_group"]) == (False, "unmapped")


def test_a_lesion_against_a_sure_call_leaves_the_sample_open():
    row = one_row(surely("ETV6::RUNX1"), evidence=given(BCR_ABL1))
    assert (row["status"], row["subtype"], row["evidence_agreement"]) == ("unclassified", "", "conflicts")
    for side in ("BCR::ABL1 (defining of BCR::ABL1)", "ETV6::RUNX1 0.94"):
        assert side in row["reason"]
    assert row["risk_group"] == ""
    assert pd.isna(row["in_trial_scheme"])


def test_what_was_looked_for_and_not_found_is_not_what_was_not_looked_for():
    calls, _ = called([SURE, SURE], [surely("BCR::ABL1")] * 2, evidence=given())
    assert calls["evidence_agreement"].tolist() == ["none", "not_given"]
    assert calls["evidence"].tolist() == ["", ""]


def test_under_thirty_percent_blasts_no_lesion_gives_a_subtype():
    row = one_row(surely("BCR::ABL1"), blasts=[29.9], evidence=given(BCR_ABL1))
    assert (row["status"], row["subtype"], row["evidence_agreement"]) == ("low_blasts", "", "none")
    assert row["evidence"] == "BCR::ABL1 (defining of BCR::ABL1, 12 reads)"
    assert one_row(surely("BCR::ABL1"), blasts=[29.9])["evidence_agreement"] == "not_given"


@pytest.mark.parametrize(
    ("gate", "estimate", "status"),
    [((0.15, 0.85), FULL, Status.NOT_B_ALL), (SURE, (15.0, 10.0, 21.0), Status.LOW_BLASTS)],
)
def test_no_lesion_opens_the_gate(gate, estimate, status):
    """BCR::ABL1 is also the lesion of chronic myeloid leukemia (WHO-HAEM5)."""
    decision = decided(gate, surely("BCR::ABL1"), estimate=estimate, used=[BCR_ABL1])
    assert (decision.status, decision.subtype) == (status, "")


def test_expression_alone_and_not_what_the_lesion_made_of_it_is_told_beside_a_lesion():
    decision = decided(
        SURE, surely("BCR::ABL1"), expression=(0.5, 0.4, 0.05, 0.03, 0.02), threshold=0.6, used=[BCR_ABL1]
    )
    assert (decision.subtype, decision.probability) == ("BCR::ABL1", pytest.approx(0.98 * 0.96))
    assert "expression shows BCR::ABL1 0.49" in decision.reason


@pytest.mark.parametrize(
    ("subtype", "group"),
    [
        ("BCR::ABL1", "high risk, BCR::ABL1+"),
        ("BCR::ABL1-like", "high risk, BCR::ABL1-"),
        ("Hyperdiploid", "standard to intermediate"),
        ("ZEB2/CEBP", "undetermined"),
        ("ETV6::RUNX1", "unmapped"),
    ],
)
def test_a_call_has_the_risk_group_of_its_subtype(subtype, group):
    assert one_row(surely(subtype))["risk_group"] == group


def test_low_blasts_are_a_risk_group_and_what_was_not_called_has_none():
    calls, _ = called(
        [SURE, (0.15, 0.85), SURE],
        [surely("BCR::ABL1"), surely("BCR::ABL1"), [0.2] * 5],
        blasts=[10.0, UNKNOWN, UNKNOWN],
    )
    assert calls["status"].tolist() == ["low_blasts", "not_b_all", "unclassified"]
    assert calls["risk_group"].tolist() == ["low blast", "", ""]
    assert calls["in_trial_scheme"].isna().all()


def test_values_that_are_not_those_of_their_genes_call_nothing():
    decision = decided(SURE, surely("Hyperdiploid"), outlying=0.031)
    assert (decision.status, decision.subtype) == (Status.UNCLASSIFIED, "")
    assert "3.1% of the genes" in decision.reason
    assert decided(SURE, surely("Hyperdiploid"), outlying=0.03).status == Status.CALLED
    assert decided(SURE, surely("Hyperdiploid"), outlying=UNKNOWN).status == Status.UNCLASSIFIED


def test_every_sample_has_one_row_in_input_order():
    gates = [SURE, (0.15, 0.85), SURE, SURE, SURE]
    subtypes = [surely("Hyperdiploid")] * 3 + [[0.2] * 5, surely("BCR::ABL1")]
    estimates = [FULL, FULL, (15.0, 10.0, 21.0), FULL, FULL]
    calls, probabilities = called(gates, subtypes, blasts=[29.0] + [UNKNOWN] * 4, estimates=estimates)
    assert tuple(calls.columns) == CALL_COLUMNS
    assert calls["sample"].tolist() == probabilities["sample"].tolist() == ["s0", "s1", "s2", "s3", "s4"]
    assert calls["status"].tolist() == ["low_blasts", "not_b_all", "low_blasts", "unclassified", "called"]


def test_a_subtype_stands_only_where_it_is_called_or_likely():
    rng = np.random.default_rng(0)
    n = 300
    blasts = np.where(rng.random(n) < 0.5, UNKNOWN, rng.uniform(0, 100, n))
    calls, _ = called(rng.dirichlet([2, 1], n), rng.dirichlet([0.3] * 5, n), blasts=blasts)
    said = calls["status"] == "called"
    assert 0 < said.sum() < n
    likely = said | (calls["tier"] == "candidate")
    for column in ("subtype", "runner_up"):
        assert (calls[column].eq("") == ~likely).all()
    assert (calls["runner_up_probability"].isna() == ~likely).all()
    assert (calls["probability"].isna() == ~(likely | (calls["tier"] == "group"))).all()
    assert (calls.loc[said, "probability"] >= 0.5).all()
    assert not said[blasts < 30].any()
    assert calls.loc[~said, "reason"].ne("").all()


def test_the_probabilities_of_all_classes_stand_for_all_samples():
    _, table = called([SURE, (0.15, 0.85)], [surely("BCR::ABL1")] * 2, blasts=[10.0, UNKNOWN])
    assert table.columns.tolist() == ["sample", *classes_of(SUBTYPES)]
    np.testing.assert_allclose(table.drop(columns="sample").sum(axis=1), 1.0, atol=5e-4)


def test_the_row_tells_whose_blasts_how_many_genes_and_which_model():
    calls, _ = called([SURE, SURE], [surely("BCR::ABL1")] * 2, blasts=[UNKNOWN, 64.0])
    assert calls["blast_source"].tolist() == ["estimated", "given"]
    assert calls["blast_pct"].tolist() == [FULL[0], 64.0]
    assert calls["library_size"].tolist() == [1e7, 1e7]
    assert calls["genes_found_pct"].tolist() == [98.6, 98.6]
    assert calls["model"].tolist() == ["toy 1.0 (0123abcd)"] * 2


def test_what_is_unlike_every_b_all_is_not_called_however_sure_the_probabilities():
    decision = decided(SURE, surely("Hyperdiploid"), strange=4.1)
    assert (decision.status, decision.subtype) == (Status.UNCLASSIFIED, "")
    assert "4.1" in decision.reason
    assert "another tissue, or another protocol" in decision.reason  # distance alone is no diagnosis
    assert decided(SURE, surely("Hyperdiploid"), strange=4.0).status == Status.CALLED


def test_of_a_panel_of_genes_nothing_is_said_not_even_that_it_is_no_b_all():
    found = decided((0.01, 0.99), surely("Hyperdiploid"), measured=0.3)
    assert found.status == Status.UNCLASSIFIED
    assert "30% of the genes that tell B-ALL from other tissue were measured, 50% are needed" in found.reason


def test_genes_that_the_library_did_not_catch_are_said_beside_the_call():
    row = one_row(surely("Hyperdiploid"), dropout=0.3)
    assert row["status"] == "called"
    assert "30% of the genes that every tissue expresses have no read" in row["reason"]
    assert "have no read" not in one_row(surely("Hyperdiploid"), dropout=0.005)["reason"]
