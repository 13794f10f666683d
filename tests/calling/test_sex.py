"""The sex that genes of X and Y show, beside the given one."""

import numpy as np
import pandas as pd
import pytest

from leukotype.calling.profile_levels import ProfileLevels
from leukotype.calling.sex import GENE_OF_X, GENES_OF_Y, SexSeen, see_sexes
from leukotype.demo.simulate import simulate_cohort
from leukotype.model.bundle import load
from leukotype.pipeline import classify, classify_files
from leukotype.vocabulary import Sex

GENES = load().genes


def seen(xist, y, given=Sex.UNKNOWN):
    """Look at one sample with these levels of XIST and of each gene of Y."""
    cpm = np.zeros((1, len(GENES.ids)))
    symbols = GENES.frame["symbol"].to_numpy()
    cpm[0, symbols == GENE_OF_X] = 2.0**xist - 1
    cpm[0, np.isin(symbols, GENES_OF_Y)] = 2.0**y - 1
    return see_sexes(["P1"], ProfileLevels(cpm, np.ones(1)), GENES, {"P1": given})[0]


# XIST is read where one X is silent (Brown et al., Nature 1991;349:38); a leukemia that lost its Y, or its
# silent X, shows neither; XXY and the cells of two people show both.
@pytest.mark.parametrize(
    ("xist", "y", "sex"),
    [
        (10.0, 0.1, Sex.FEMALE),
        (0.1, 7.0, Sex.MALE),
        (0.1, 0.1, Sex.UNKNOWN),
        (10.0, 7.0, Sex.BOTH),
        (np.nan, 7.0, Sex.UNKNOWN),
        (10.0, np.nan, Sex.UNKNOWN),
    ],
)
def test_the_sex_is_told_by_xist_and_y_and_unknown_where_neither_shows(xist, y, sex):
    assert seen(xist, y).expressed == sex


def test_another_sex_than_was_given_is_a_remark_and_an_unknown_one_is_not():
    told = seen(10.0, 0.1, Sex.MALE)
    assert told.differs
    assert "by expression female, given male (log2 CPM: XIST 10.0" in told.remark
    for same in (seen(10.0, 0.1, Sex.FEMALE), seen(10.0, 0.1), seen(0.1, 0.1, Sex.MALE), SexSeen()):
        assert (same.differs, same.remark) == (False, "")
    assert "two people" in seen(10.0, 7.0).remark


def test_a_model_without_the_genes_tells_no_sex():
    few = type(GENES)(GENES.frame[~GENES.frame["symbol"].isin([GENE_OF_X])])
    told = see_sexes(
        ["P1"], ProfileLevels(np.full((1, len(few.ids)), 31.0), np.ones(1)), few, {"P1": Sex.MALE}
    )
    assert told[0].expressed == Sex.UNKNOWN


def test_a_given_sex_that_could_not_be_compared_is_noted_once():
    counts = simulate_cohort(load(), per_class=1, purities=[90], random_state=6).counts.iloc[:, :2]
    without = counts.drop(GENES.frame.index[GENES.frame["symbol"] == GENES_OF_Y[0]])
    sexes = dict.fromkeys(counts.columns, "male")
    notes = [note for note in classify(without, sex=sexes).notes if "was not compared" in note]
    assert len(notes) == 1
    assert "XIST or a gene of Y (KDM5D, DDX3Y, ZFY, UTY) is not among the genes of the model" in notes[0]
    for run in (classify(counts, sex=sexes), classify(without)):
        assert not [note for note in run.notes if "was not compared" in note]


def test_the_recorded_sex_of_the_children_is_that_of_their_expression(data):
    # The public tables of St. Jude and of the 45 leukemias with raw counts name patients that both have.
    patients = pd.read_csv(data / "cohorts" / "stjude_samples.csv")
    patients = patients[patients["same_patient_in_diploid_counts"].notna()]
    given = patients.set_index("same_patient_in_diploid_counts")["sex"]
    counts = pd.read_parquet(data / "reference" / "diploid_ball_counts.parquet")
    told = classify(counts).calls.set_index("sample")["sex_expression"]
    known = [(given[name], told[name]) for name in given.index if told[name]]
    assert len(known) >= 0.9 * len(given) > 0
    assert all(str(sex).lower()[0] == shown[0] for sex, shown in known)


def test_a_swap_is_in_the_row_and_the_warnings_and_leaves_the_call(data):
    path = data / "external" / "mdall" / "COH000353_D1.HTSeq"
    plain = classify_files([path])
    (name,), (shown,) = plain.calls["sample"], plain.calls["sex_expression"]
    other = {"female": "M", "male": "F"}[shown]
    counts = pd.read_csv(path, sep="\t", header=None, index_col=0).set_axis([name], axis=1)
    run = classify(counts[~counts.index.str.startswith("__")], sex={name: other})
    assert "another patient's sample?" in run.calls["reason"][0]
    assert any("another sex than was given" in text for text in run.warnings)
    same = ["status", "subtype", "probability", "prediction_set_95"]
    pd.testing.assert_frame_equal(run.calls[same], plain.calls[same])


def test_a_patient_whose_sex_is_not_known_is_not_warned_of():
    counts = simulate_cohort(load(), per_class=1, purities=[90], random_state=6).counts.iloc[:, :2]
    first, _ = counts.columns
    run = classify(counts, sex={first: "unknown"})
    assert "sex given for 0 of 2 samples" in run.notes
    assert not any("another sex" in text for text in run.warnings)
