"""Blasts are read as their share of what pathologists say."""

import numpy as np
import pytest

from leukotype.learning.purity import KNOTS, USUAL, learn_blasts


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


def test_a_small_cohort_has_curves_too():
    """Fewer rows than a window: the curves still rise with the score."""
    scaled, share, own = made(n=110)
    model = learn_blasts(scaled, share, own, np.arange(len(share)))
    assert (np.diff(model.middle) >= 0).all()
    assert (model.low <= model.middle).all()
    assert (model.middle <= model.high).all()
