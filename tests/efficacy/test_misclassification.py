"""Subtypes drawn from their probabilities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.efficacy import AnalysisOptions
from leukotype.efficacy.misclassification import misclassification_method, misclassification_rows
from leukotype.efficacy.subgroups import factors
from leukotype.vocabulary import Sensitivity

OPTIONS = AnalysisOptions(sensitivity=(Sensitivity.MISCLASSIFICATION,))


def drawn(trial, chances, draws=30):
    request = replace(trial.columns.sensitivity, draws=draws)
    asked = replace(trial, chances=chances, columns=replace(trial.columns, sensitivity=request))
    return pd.DataFrame(list(misclassification_rows(asked, factors(asked), OPTIONS)))


@pytest.fixture
def sure(trial):
    """Probabilities of 1 for what was called."""
    called = trial.patients.loc[trial.patients["status"] == "called", "subtype"].astype(str)
    return pd.get_dummies(called).astype(float)


def test_sure_calls_move_nothing(trial, sure):
    found = drawn(trial, sure, draws=3)
    known = found[found["estimable"]]
    for name in ("estimate", "low", "high"):
        assert np.allclose(known[name], known["main_estimate"])
    assert (known["draws"] == 3).all()


def test_what_is_called_is_compared_as_the_main_analysis_does(trial, sure, analysis):
    found = drawn(trial, sure, draws=1)
    own = found[
        (found["quantity"] == "hazard ratio") & (found["factor"] == "Risk group") & found["estimable"]
    ]
    main = analysis.survival.set_index(["endpoint", "factor", "level"])["hr"]
    for row in own.to_dict("records"):
        assert row["main_estimate"] == pytest.approx(
            main[row["endpoint"], "Risk group", row["level"]], rel=1e-6
        )


def test_two_subtypes_that_cannot_be_told_apart_share_their_patients(trial, sure):
    """13 patients who are BCR::ABL1 or BCR::ABL1-like at even odds: 6.5 on average."""
    chances = sure.copy()
    both = ["BCR::ABL1", "BCR::ABL1-like"]
    who = chances["BCR::ABL1"] == 1
    assert who.sum() == 13
    chances.loc[who, both] = 0.5
    found = drawn(trial, chances, draws=400)
    sizes = found[(found["quantity"] == "patients") & (found["level"] == "BCR::ABL1")]
    row = sizes[sizes["factor"] == "Subtype"].iloc[0]
    assert row["main_estimate"] == 13
    assert 6 <= row["estimate"] <= 7
    assert row["low"] <= 4  # the 2.5th percentile of Binomial(13, 1/2) is 3
    assert row["high"] >= 9  # the 97.5th is 10


def test_patients_that_are_not_drawn_keep_their_group(trial, sure):
    """Low blasts have no subtype to draw."""
    found = drawn(trial, sure * 0 + 1, draws=20)
    row = found[(found["quantity"] == "patients") & (found["level"] == "low blast")].iloc[0]
    assert row["low"] == row["high"] == row["main_estimate"] == 25


def test_the_same_seed_draws_the_same(trial, sure):
    even = sure * 0 + 1
    pd.testing.assert_frame_equal(drawn(trial, even, 5), drawn(trial, even, 5))


def test_the_method_counts_who_is_drawn(trial, sure):
    asked = replace(trial, chances=sure)
    (said,) = misclassification_method(asked, OPTIONS)
    assert "subtype of 66 patients" in said
    assert not list(misclassification_method(asked, AnalysisOptions()))
    assert not list(misclassification_rows(asked, factors(asked), AnalysisOptions()))
