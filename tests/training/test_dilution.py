"""What the estimated blasts are worth on another cohort's patients, diluted with donors never seen."""

import numpy as np
import pytest

from leukotype.learning.measurement import ask
from leukotype.model.blasts import DISAGREEMENT
from leukotype.vocabulary import NOT_B_ALL
from training.dilution import ask_diluted, blast_figures, blast_table, external_blast_figures, purity_table


@pytest.fixture(scope="module")
def diluted(cohort, fitted):
    other = (cohort.patients.cohorts == "GSE227832") & (cohort.patients.labels != NOT_B_ALL)
    patients = cohort.patients.take(np.flatnonzero(other)[:60])
    return ask_diluted(fitted, patients, cohort.blood, 0, (1.0, 0.5, 0.2, 0.0))


def test_blasts_fall_with_the_share_of_marrow_of_patients_and_donors_never_seen(diluted):
    table = blast_table(diluted).set_index("share_of_marrow")
    assert table["mean_estimate"].is_monotonic_decreasing
    assert table.loc[0.0, "held_back"] == 1.0
    assert table.loc[0.2, "held_back"] > 0.9
    assert table.loc[1.0, "held_back"] == 0.0
    figures = external_blast_figures(diluted)
    assert figures["GSE161501_blasts_error"] < 8
    assert figures["GSE161501_blasts_auroc_share_under_30"] > 0.99


def test_without_blasts_nothing_is_called(diluted):
    table = purity_table(diluted).set_index("blasts")
    assert table.loc[0.0, "called"] == 0
    assert table.loc[1.0, "called"] > 0.5
    assert (table["n"] == 60).all()


def test_the_pathologists_figures_are_read_better_than_by_their_mean(cohort, fitted):
    """On the patients of the fit itself; held out is the card's."""
    patients = cohort.patients.take(np.flatnonzero(cohort.patients.cohorts == "GSE181157"))
    mixed = ask_diluted(fitted, patients, cohort.blood, 0, (0.2, 0.6))
    figures = blast_figures(cohort, ask(fitted, patients), mixed)
    assert figures["auroc_under_30"] > 0.99
    assert figures["n_pathologist"] == 132
    assert figures["error_dilutions"] < 6
    assert figures["correlation_pathologist"] > 0.5
    assert figures["within_30_points_pathologist"] > 0.95
    assert DISAGREEMENT == 30.0
