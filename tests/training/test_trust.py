"""What the estimated blasts and the prediction sets are worth on another cohort's patients."""

import numpy as np
import pytest
from training.blasts import KNOTS, USUAL, learn_blasts
from training.heldout import answers
from training.mixing import dilute
from training.trust import blast_figures, blast_table, external_blast_figures, sets_table

from leukotype.model.blasts import DISAGREEMENT
from leukotype.vocabulary import NOT_B_ALL


def made(n=8_800, seed=0):
    """Rows of which one gene falls with the share of blasts; every other marrow has a pathologist's 80 %."""
    rng = np.random.default_rng(seed)
    share = np.tile(np.linspace(0, 1, 11), n // 11)
    scaled = np.column_stack([3 * (0.5 - share), *rng.normal(size=(5, n))])
    own = np.where(np.arange(n) // 11 % 2, 80.0, np.nan)
    own[share == 0] = 0.0
    return scaled + rng.normal(scale=0.05, size=scaled.shape), share, own


def test_dilutions_are_read_as_their_share_of_the_pathologists_figure():
    scaled, share, own = made()
    model = learn_blasts(scaled, share, own, np.arange(len(share)))
    found = model(scaled)
    assert len(model.scores) == KNOTS
    for each in (0.3, 0.5, 0.7):
        assert found[np.isclose(share, each), 0].mean() == pytest.approx(80 * each, abs=6)
    assert (found[:, 1] <= found[:, 0]).all()
    assert (found[:, 0] <= found[:, 2]).all()


def test_without_any_pathologist_a_marrow_counts_as_the_usual_one():
    scaled, share, _ = made()
    unknown = np.where(share == 0, 0.0, np.nan)
    found = learn_blasts(scaled, share, unknown, np.arange(len(share)))(scaled)
    assert found[np.isclose(share, 0.5), 0].mean() == pytest.approx(USUAL / 2, abs=5)


@pytest.fixture(scope="module")
def diluted(cohort, fitted):
    test = np.flatnonzero((cohort.patients.cohorts == "GSE227832") & (cohort.patients.labels != NOT_B_ALL))[
        :60
    ]
    rng, patients = np.random.default_rng(0), cohort.patients.take(test)
    return [
        (
            each,
            answers(
                fitted, dilute(patients.values, each, cohort.blood, rng, held_out=True), patients.labels, test
            ),
        )
        for each in (1.0, 0.5, 0.2, 0.0)
    ]


def test_blasts_fall_with_the_share_of_marrow_of_patients_and_donors_never_seen(diluted):
    table = blast_table(diluted).set_index("share_of_marrow")
    assert table["mean_estimate"].is_monotonic_decreasing
    assert table.loc[0.0, "held_back"] == 1.0
    assert table.loc[0.2, "held_back"] > 0.9
    assert table.loc[1.0, "held_back"] == 0.0
    figures = external_blast_figures(diluted)
    assert figures["GSE161501_blasts_error"] < 8
    assert figures["GSE161501_blasts_auroc_share_under_30"] > 0.99


def test_the_pathologists_figures_are_read_better_than_by_their_mean(cohort, fitted, diluted):
    """On the patients of the fit itself; held out is the card's."""
    rows = np.flatnonzero(cohort.patients.cohorts == "GSE181157")
    patients = cohort.patients.take(rows)
    held = answers(fitted, patients.values, patients.labels, rows)
    rng, mixed = np.random.default_rng(0), []
    for share in (0.2, 0.6):
        values = dilute(patients.values, share, cohort.blood, rng, held_out=True)
        mixed.append((share, answers(fitted, values, patients.labels, rows)))
    figures = blast_figures(cohort, held, mixed)
    assert figures["auroc_under_30"] > 0.99
    assert figures["n_pathologist"] == 132
    assert figures["error_dilutions"] < 6
    assert figures["correlation_pathologist"] > 0.5
    assert figures["within_30_points_pathologist"] > 0.95
    assert DISAGREEMENT == 30.0


def test_sets_of_a_higher_level_are_larger_and_cover_more(diluted):
    (_, whole), *_ = diluted
    table = sets_table({"expression": whole}).set_index("promised")
    assert table.loc[0.95, "covered"] >= table.loc[0.9, "covered"]
    assert table.loc[0.95, "mean_size"] >= table.loc[0.9, "mean_size"]
    assert (table["low"] <= table["covered"]).all()
