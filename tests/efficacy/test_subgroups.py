"""Subgroups part the patients, have a test of interaction, and P values that count them."""

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy import (
    AnalysisOptions,
    ArmTests,
    analyse,
    check_clinical,
    join_trial,
    parse_columns,
)
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.efficacy.subgroups import adjust, tarone
from leukotype.vocabulary import AlterationKind


def row(frame, endpoint, level):
    return frame[(frame["endpoint"] == endpoint) & (frame["level"] == level)].iloc[0]


def test_every_patient_is_in_one_level_of_every_factor(analysis):
    for frame in (analysis.response[analysis.response["endpoint"] == "CR/CRi"], analysis.survival):
        sums = frame.groupby(["endpoint", "factor"])[["n_experimental", "n_comparator"]].sum()
        assert (sums == [43, 48]).all(axis=None)


def test_interaction_stands_beside_every_factor(analysis):
    rows = analysis.survival[analysis.survival["family"] != "all"]
    tests = rows[["endpoint", "factor", "interaction_p", "interaction_test"]].drop_duplicates()
    assert not tests.duplicated(["endpoint", "factor"]).any()
    assert set(tests["interaction_test"].str.partition(",")[0]) == {"likelihood ratio"}
    risk = row(analysis.response, "CR/CRi", "high risk, BCR::ABL1-")
    assert risk["interaction_test"] == "Zelen exact, two-sided"
    assert 0 < risk["interaction_p"] < 1


def frame_of(p, **columns):
    rows = pd.DataFrame({"endpoint": "OS", "factor": "Subtype", "family": "subtype", "p": p})
    rows = rows.assign(level=[f"level {i}" for i in range(len(p))], members=range(len(p)), rest=False)
    return rows.assign(interaction_p=np.nan).assign(**columns)


def test_adjusted_p_values_as_holm_and_benjamini_hochberg_define_them():
    """Holm, Scand J Stat 1979;6:65, and Benjamini and Hochberg, J R Stat Soc B 1995;57:289, by hand."""
    rows = frame_of([0.01, 0.04, 0.03, 0.005, np.nan, 0.01, 0.001], members=[1, 2, 3, 4, 5, 1, 9])
    rows.loc[6, "family"] = "all"
    found = adjust(rows)
    np.testing.assert_allclose(found["p_holm"], [0.03, 0.06, 0.06, 0.02, np.nan, 0.03, np.nan])
    np.testing.assert_allclose(found["p_bh"], [0.02, 0.04, 0.04, 0.02, np.nan, 0.02, np.nan])


def test_a_family_is_of_one_kind_and_holds_the_altered_alone():
    """Three genes: Holm by hand of .01, .02, .03; what is left of them carries the overall effect."""
    rows = frame_of(
        [0.001, 0.01, 0.0001, 0.02, 0.0001, 0.03, 0.0001],
        family=["subtype", *["gene"] * 6],
        level=["DUX4-r", *["altered", "not altered"] * 3],
        rest=[False, *[False, True] * 3],
        factor=["Subtype", "A", "A", "B", "B", "C", "C"],
        interaction_p=[0.2, 0.01, 0.01, 0.02, 0.02, 0.5, 0.5],
    )
    found = adjust(rows)
    none = np.nan
    np.testing.assert_allclose(found["p_holm"], [0.001, 0.03, none, 0.04, none, 0.04, none])
    np.testing.assert_allclose(found["p_bh"], [0.001, 0.03, none, 0.03, none, 0.03, none])
    np.testing.assert_allclose(found["interaction_p_holm"], [0.2, 0.03, 0.03, 0.04, 0.04, 0.5, 0.5])
    np.testing.assert_allclose(found["interaction_p_bh"], [0.2, 0.03, 0.03, 0.03, 0.03, 0.5, 0.5])


def test_tarone_counts_the_tables_that_can_reach_the_level():
    """By hand: .05 / 1 is reached by four tables, .05 / 2 by three, .05 / 3 by two; k is 3."""
    p, least = np.array([0.004, 0.02, 0.03, 0.06, 1.0]), np.array([0.004, 0.01, 0.02, 0.04, 0.5])
    np.testing.assert_allclose(tarone(p, least), [0.012, 0.06, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(tarone(np.array([0.3]), np.array([0.2])), [np.nan])


def test_the_printed_p_value_of_bcr_abl1_like_among_the_subtypes(trial):
    """Blood Adv 2024;8(12):3226: .0076, one-sided. Of 11 subtypes with a test it is the least: 11 * .0076."""
    found = analyse(trial, AnalysisOptions(tests=ArmTests.PAPER)).response
    like = row(found, "CR/CRi", "BCR::ABL1-like")
    assert like["p"] == pytest.approx(0.0075758, abs=5e-8)
    assert like["p_bh"] == pytest.approx(11 * like["p"])
    assert round(like["p_bh"], 3) == 0.083
    # Four of the 11 can reach .05 / 4, more than three .05 / 3; one patient against one cannot.
    assert like["p_tarone"] == pytest.approx(like["p"] * 4)
    assert np.isnan(row(found, "CR/CRi", "MEF2D-r")["p_tarone"])


def test_adjusted_p_values_are_not_below_the_raw(analysis):
    for frame in (analysis.response, analysis.survival):
        rows = frame.dropna(subset="p_holm")
        assert (rows["p_holm"] >= rows["p"]).all()
        assert (rows["p_bh"] <= rows["p_holm"] + 1e-12).all()


def test_genes_altered_in_eight_patients_make_a_subgroup(clinical_table, columns, calls):
    names = clinical_table["patient"].tolist()
    rows = [(name, "TP53", "mutation") for name in names[:8]]
    rows += [(name, "KRAS", "mutation") for name in names[:7]]
    rows += [(name, "IGH::CRLF2", "fusion") for name in names[:9]]
    altered = pd.DataFrame(rows, columns=["sample", "gene", "kind"])
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    trial = join_trial(clinical, calls, alterations=altered)
    found = analyse(trial)
    assert set(found.response.loc[found.response["family"] == "gene", "factor"]) == {"TP53"}
    assert set(analyse(trial, AnalysisOptions(min_altered=7)).response["factor"]) >= {"TP53", "KRAS"}
    counts = found.frequencies.set_index(["factor", "level"])["n"]
    assert counts["Mutation", "TP53"] == 8
    assert counts["Fusion", "IGH::CRLF2"] == 9
    by_subtype = found.alterations_by_subtype
    tp53 = by_subtype[by_subtype["name"] == "TP53"]
    assert tp53["n"].sum() == 91
    assert tp53["n_altered"].sum() == 8


@pytest.fixture
def tested_in_part(clinical_table, columns, calls):
    """Mutations were looked for in the first 30 patients only: TP53 altered in 10, KRAS in 8."""
    names = clinical_table["patient"].tolist()
    rows = [(name, "TP53", "mutation") for name in names[:10]]
    rows += [(name, "KRAS", "mutation") for name in names[:8]]
    altered = pd.DataFrame(rows, columns=["sample", "gene", "kind"])
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    return join_trial(clinical, calls, alterations=altered, tested={AlterationKind.MUTATION: names[:30]})


def test_who_was_not_tested_is_not_among_the_not_altered(tested_in_part):
    found = analyse(tested_in_part)
    for frame, endpoint in ((found.response, "CR/CRi"), (found.survival, "OS")):
        rows = frame[(frame["factor"] == "TP53") & (frame["endpoint"] == endpoint)]
        sizes = rows[["n_experimental", "n_comparator"]].sum(axis=1)
        assert sizes.tolist() == [10, 20]
        assert set(rows["n_tested"]) == {30}
        assert set(frame.loc[frame["family"] != "gene", "n_tested"]) == {91}
    counts = found.frequencies.set_index(["factor", "level"]).loc[("Mutation", "TP53")]
    assert counts[["n", "n_tested", "percent"]].tolist() == pytest.approx([10, 30, 100 * 10 / 30])
    tp53 = found.alterations_by_subtype[found.alterations_by_subtype["name"] == "TP53"]
    assert (tp53["n_altered"].sum(), tp53["n"].sum()) == (10, 30)


def test_the_interaction_of_a_gene_is_of_those_tested(tested_in_part, clinical_table, columns, calls):
    """The same P value as from a trial of the tested patients alone."""
    names = tested_in_part.patients.index[:30]
    alone = join_trial(
        check_clinical(clinical_table.iloc[:30], columns, "trial.csv"),
        calls[calls["sample"].isin(names)],
        alterations=tested_in_part.alterations.rename(columns={"patient": "sample"}),
    )
    whole, part = analyse(tested_in_part).survival, analyse(alone).survival
    values = [
        frame[(frame["factor"] == "TP53") & (frame["endpoint"] == "OS")]["interaction_p"].tolist()
        for frame in (whole, part)
    ]
    assert values[0] == pytest.approx(values[1])


def test_a_blank_in_a_gene_column_is_not_tested(clinical_table, calls):
    columns = parse_columns(EXAMPLE_TOML.replace("columns = []", 'columns = ["TP53"]'), "x")
    values = ["1"] * 9 + ["0"] * 11 + [""] * 71
    trial = join_trial(check_clinical(clinical_table.assign(TP53=values), columns, "x"), calls)
    rows = analyse(trial).response
    rows = rows[(rows["factor"] == "TP53") & (rows["endpoint"] == "CR/CRi")]
    assert rows[["n_experimental", "n_comparator"]].sum(axis=1).tolist() == [9, 11]
