"""From levels to copies: karyotypes that are known give levels, and the levels give them back."""

import numpy as np
import pytest

from leukotype.model.ploidy import (
    _BASELINES,
    _RATIOS_OF_COPIES,
    _RESPONSES,
    SURE,
    _densities,
    infer_copies,
    state_of_number,
)
from leukotype.vocabulary import CHROMOSOMES, PloidyState

ERROR = np.full(len(CHROMOSOMES), 0.03)
# Gains of a classical high hyperdiploid ALL, 21 twice (Paulsson et al., Nat Genet 2015;47:672).
HYPERDIPLOID = {"X": 3, "4": 3, "6": 3, "10": 3, "14": 3, "17": 3, "18": 3, "21": 4}
# Losses of a low hypodiploid ALL (Holmfeldt et al., Nat Genet 2013;45:242).
LOW_HYPODIPLOID = dict.fromkeys(("2", "3", "7", "12", "13", "15", "16", "17", "20"), 1)
# A near haploid clone keeps two of 21 and often of X, 14 and 18 (the same source).
NEAR_HAPLOID = dict.fromkeys(CHROMOSOMES, 1) | dict.fromkeys(("14", "18", "21", "X"), 2)


def levels(changed, *, response=1.0, around=0.0):
    """Log2 ratios that these copies give; the common level of a sample is not known, so any will do."""
    copies = {name: 2.0 for name in CHROMOSOMES} | changed
    shown = {name: np.log2(number / 2) for name, number in copies.items()}
    if copies["X"] > 2:  # one X is silent: of three copies two are read, where of two one is
        shown["X"] = np.log2(copies["X"] - 1)
    raw = response * np.array([shown[name] for name in CHROMOSOMES])
    return raw - np.median(raw) + around


def listed(changed):
    gained = [name for name in CHROMOSOMES for _ in range(int(changed.get(name, 2)) - 2)]
    return tuple(gained), tuple(name for name in CHROMOSOMES if changed.get(name) == 1)


# ICC 2022 (Arber et al., Blood 2022;140:1200): near haploid 24 to 31, low hypodiploid 32 to 39; high
# hyperdiploid 51 to 67 (Alaggio et al., Leukemia 2022;36:1720).
@pytest.mark.parametrize(
    ("number", "state"),
    [
        (24, PloidyState.NEAR_HAPLOID),
        (31, PloidyState.NEAR_HAPLOID),
        (32, PloidyState.LOW_HYPODIPLOID),
        (39, PloidyState.LOW_HYPODIPLOID),
        (40, PloidyState.HIGH_HYPODIPLOID),
        (45, PloidyState.HIGH_HYPODIPLOID),
        (46, PloidyState.DIPLOID),
        (47, PloidyState.LOW_HYPERDIPLOID),
        (50, PloidyState.LOW_HYPERDIPLOID),
        (51, PloidyState.HYPERDIPLOID),
        (67, PloidyState.HYPERDIPLOID),
        (68, PloidyState.NEAR_TRIPLOID),
        (92, PloidyState.NEAR_TRIPLOID),
        (5, PloidyState.UNCERTAIN),
    ],
)
def test_the_number_of_chromosomes_has_its_state(number, state):
    assert state_of_number(number) == state


@pytest.mark.parametrize("response", [1.0, 0.8, 0.6])
@pytest.mark.parametrize("around", [-0.1, 0.0, 0.1])
@pytest.mark.parametrize(
    ("changed", "state", "number"),
    [
        ({}, PloidyState.DIPLOID, 46),
        (HYPERDIPLOID, PloidyState.HYPERDIPLOID, 55),
        (LOW_HYPODIPLOID, PloidyState.LOW_HYPODIPLOID, 37),
        (NEAR_HAPLOID, PloidyState.NEAR_HAPLOID, 27),
        ({"21": 3}, PloidyState.LOW_HYPERDIPLOID, 47),
        ({"7": 1}, PloidyState.HIGH_HYPODIPLOID, 45),
    ],
)
def test_a_known_karyotype_comes_back_from_its_levels(changed, state, number, response, around):
    found = infer_copies(levels(changed, response=response, around=around), ERROR)
    assert (found.state, found.chromosomes) == (state, number)
    assert (found.gained(), found.lost()) == listed(changed)
    assert found.probability >= SURE


def test_the_level_of_two_copies_is_found():
    of_two = levels(NEAR_HAPLOID)[CHROMOSOMES.index("21")]
    assert infer_copies(levels(NEAR_HAPLOID), ERROR).baseline == pytest.approx(of_two, abs=0.05)


def test_the_retained_chromosomes_of_a_near_haploid_clone_are_no_gains():
    # 14, 18, 21 and X stand out in both; what tells them apart is what else does, not how far.
    haploid = infer_copies(levels(NEAR_HAPLOID, response=0.58), ERROR)
    assert haploid.gained() == ()
    assert haploid.state == PloidyState.NEAR_HAPLOID
    gains = infer_copies(levels(HYPERDIPLOID), ERROR)
    assert gains.lost() == ()
    assert gains.state == PloidyState.HYPERDIPLOID


@pytest.mark.parametrize("others", [{}, {"9": 3}, {"5": 3, "9": 3}])
def test_many_copies_of_21_with_little_else_are_a_suspicion_of_iamp21(others):
    # Harrison et al., Leukemia 2014;28:1015: five or more RUNX1 signals, 21 alone; the mean of 21 is less.
    assert infer_copies(levels({"21": 4} | others), ERROR).state == PloidyState.IAMP21


def test_a_third_21_alone_is_none():
    assert infer_copies(levels({"21": 3}), ERROR).state == PloidyState.LOW_HYPERDIPLOID


def test_four_copies_of_21_among_many_gains_are_hyperdiploidy():
    assert infer_copies(levels(HYPERDIPLOID | {"21": 5}), ERROR).state == PloidyState.HYPERDIPLOID


def test_the_loss_of_the_silent_x_is_not_claimed():
    found = infer_copies(levels({}), ERROR)
    assert "X" not in found.lost()
    assert "X" not in infer_copies(levels(LOW_HYPODIPLOID), ERROR).lost()


def test_a_chromosome_without_a_level_is_neither_gained_nor_lost():
    level = levels(LOW_HYPODIPLOID)
    level[CHROMOSOMES.index("7")] = np.nan
    found = infer_copies(level, ERROR)
    assert found.copies[CHROMOSOMES.index("7")] == 0
    assert np.isnan(found.certainty[CHROMOSOMES.index("7")])
    assert found.lost() == ("2", "3", "12", "13", "15", "16", "17", "20")
    assert found.chromosomes == 38


def test_levels_as_wide_as_their_errors_are_called_uncertain():
    level = levels(HYPERDIPLOID)
    found = infer_copies(level, np.full(len(CHROMOSOMES), 0.8))
    assert found.state == PloidyState.UNCERTAIN
    assert found.probability < SURE


def test_noise_as_large_as_the_errors_is_diploid():
    rng = np.random.default_rng(3)
    found = [infer_copies(rng.normal(0, 0.05, len(CHROMOSOMES)), np.full(23, 0.05)).state for _ in range(100)]
    assert found.count(PloidyState.DIPLOID) >= 95


def test_errors_that_are_too_small_are_widened_to_the_scatter():
    # Noise of twice the errors: if these were taken at their word, under three in four would be diploid.
    rng = np.random.default_rng(3)
    found = [infer_copies(rng.normal(0, 0.1, len(CHROMOSOMES)), np.full(23, 0.05)).state for _ in range(100)]
    assert found.count(PloidyState.DIPLOID) >= 77


def test_noise_beyond_the_errors_never_gives_a_state_that_defines_a_subtype():
    rng = np.random.default_rng(3)
    found = {infer_copies(rng.normal(0, 0.1, len(CHROMOSOMES)), ERROR).state for _ in range(100)}
    assert not found & {PloidyState.NEAR_HAPLOID, PloidyState.LOW_HYPODIPLOID}


def test_one_level_between_whole_copies_changes_no_other_chromosome():
    level = levels(LOW_HYPODIPLOID)
    level[CHROMOSOMES.index("9")] -= 0.5  # half of 9 is lost
    assert set(infer_copies(level, ERROR).lost()) - {"9"} == set(LOW_HYPODIPLOID)


def test_the_certainty_of_copies_is_a_probability():
    found = infer_copies(levels(HYPERDIPLOID), ERROR)
    assert ((found.certainty > 0.5) & (found.certainty <= 1)).all()
    assert 0 < found.probability <= 1


@pytest.mark.parametrize("scatter", [0.1, 1.0, 100.0])
def test_densities_are_those_of_the_normal_distribution_however_far_a_level_lies(scatter):
    rng = np.random.default_rng(4)
    level, error = rng.normal(0, scatter, len(CHROMOSOMES)), rng.uniform(0.07, 0.3, len(CHROMOSOMES))
    expected = _BASELINES[:, None, None, None] + _RESPONSES[:, None, None] * _RATIOS_OF_COPIES
    off = (level[:, None] - expected) / error[:, None]
    oracle = np.exp(-0.5 * off**2).reshape(-1, *_RATIOS_OF_COPIES.shape).transpose(1, 0, 2)
    with np.errstate(over="raise", invalid="raise"):
        found = _densities(level, error, _RATIOS_OF_COPIES)
    np.testing.assert_allclose(found, oracle, rtol=1e-11, atol=1e-50)
