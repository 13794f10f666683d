"""Samples on the scale of the profiles, whatever their depth."""

import numpy as np
import pytest

from leukotype.calling.profile_levels import ProfileLevels

USUAL = np.random.default_rng(8).uniform(4, 12, 300)  # log2(CPM + 1) of a mean leukemia


@pytest.mark.parametrize("depth", [0.01, 1.0, 30.0])
def test_a_mean_leukemia_has_its_own_levels(depth):
    (found,) = ProfileLevels.of(depth * (2.0**USUAL - 1)[None], USUAL).at(range(300))
    assert found == pytest.approx(USUAL)


def test_a_gene_has_the_same_level_whichever_others_are_asked_for():
    values = np.random.default_rng(9).poisson(300, (2, 300)).astype(float)
    values[0, 7] = np.nan
    levels = ProfileLevels.of(values, USUAL)
    assert np.array_equal(levels.at([7, 3]), levels.at(range(300))[:, [7, 3]], equal_nan=True)
    assert np.isnan(levels.at([7])[0, 0])


def test_nothing_is_told_of_a_sample_without_reads_nor_by_a_model_without_profiles():
    assert np.isnan(ProfileLevels.of(np.zeros((1, 300)), USUAL).at([0, 1])).all()
    assert np.isnan(ProfileLevels.of(np.ones((2, 5)), None).at([0, 4])).all()
