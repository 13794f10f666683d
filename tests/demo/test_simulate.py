"""Synthetic patients look like the class that they were drawn from."""

import pandas as pd
import pytest

from leukotype import classify, load
from leukotype.demo.simulate import SyntheticCohort, add_mixture, laboratory_blasts, simulate_cohort
from leukotype.model.bundle import Bundle


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load()


@pytest.fixture(scope="module")
def cohort(bundle: Bundle) -> SyntheticCohort:
    return simulate_cohort(bundle, per_class=3, purities=(90, 20), random_state=20)


def test_same_seed_same_cohort_other_seed_another(bundle, cohort):
    again = simulate_cohort(bundle, per_class=3, purities=(90, 20), random_state=20)
    other = simulate_cohort(bundle, per_class=3, purities=(90, 20), random_state=21)
    pd.testing.assert_frame_equal(cohort.counts, again.counts)
    assert not cohort.counts.equals(other.counts)


def test_counts_are_whole_and_none_is_negative(bundle, cohort):
    assert {dtype.kind for dtype in cohort.counts.dtypes} == {"i"}
    assert cohort.counts.to_numpy().min() >= 0
    assert list(cohort.counts.index) == list(bundle.genes.ids)
    assert cohort.counts.columns.is_unique


def test_depth_is_that_of_a_library_of_20_to_60_million_reads(bundle, cohort):
    """The model's genes take a share of the reads that the profiles tell."""
    shares = (2.0**bundle.profiles.means - 1).sum(axis=1) / 1e6
    totals = cohort.counts.sum()
    assert totals.min() > 0.7 * 20e6 * shares.min()
    assert totals.max() < 2.0 * 60e6 * shares.max()


def test_every_class_stands_there_and_every_subtype_at_every_purity(bundle, cohort):
    assert set(cohort.truth) == set(bundle.profiles.names)
    table = pd.crosstab(cohort.truth, cohort.blasts)
    subtypes = [name for name in bundle.profiles.names if name not in ("T-ALL", "normal")]
    assert (table.loc[subtypes, [20.0, 90.0]] == 3).all(axis=None)
    assert table.loc["T-ALL"].to_dict() == {0.0: 0, 20.0: 0, 90.0: 3}
    assert table.loc["normal"].to_dict() == {0.0: 3, 20.0: 0, 90.0: 0}


def test_every_name_says_that_it_is_synthetic(cohort):
    assert all(name.startswith("SYN_") for name in cohort.counts.columns)
    assert "SYN_ETV6-RUNX1_90pct_1" in cohort.counts.columns
    assert list(cohort.counts.columns) == list(cohort.blasts.index) == list(cohort.truth.index)


def test_nine_tenths_blasts_are_called_as_simulated(bundle, cohort):
    calls = classify(cohort.counts, model=bundle).calls.set_index("sample")
    pure = (cohort.blasts == 90) & (cohort.truth != "T-ALL")
    assert (calls["subtype"] == cohort.truth)[pure].mean() >= 0.8


def test_what_is_no_b_all_is_never_given_a_subtype(bundle, cohort):
    calls = classify(cohort.counts, model=bundle).calls.set_index("sample")
    assert set(calls.loc[cohort.truth.isin(["T-ALL", "normal"]), "status"]) <= {
        "not_b_all",
        "low_blasts",
        "unclassified",
    }


def test_reported_blasts_are_the_purity_or_missing(cohort):
    reported = laboratory_blasts(cohort)
    given = reported.notna()
    assert (reported[given] == cohort.blasts[given]).all()
    assert {20.0, 90.0} == set(reported[given])
    assert {0.0, 20.0, 90.0} == set(cohort.blasts[~given])


@pytest.mark.parametrize(("per_class", "purities"), [(0, (90,)), (1, ()), (1, (101,)), (1, (-1,))])
def test_impossible_cohorts_are_refused(bundle, per_class, purities):
    with pytest.raises(ValueError, match="expected at least one patient"):
        simulate_cohort(bundle, per_class=per_class, purities=purities, random_state=1)


def test_half_of_each_of_two_patients_is_added_and_nobody_else_changes(cohort):
    first, second = "DUX4-r", "KMT2A-r"
    both = add_mixture(cohort, first, second)
    (name,) = set(both.counts) - set(cohort.counts)
    parts = [
        cohort.truth.index[(cohort.truth == group) & (cohort.blasts == 90)][0] for group in (first, second)
    ]
    whole = cohort.counts[parts].sum(axis=1)
    assert ((whole - 2 * both.counts[name]).isin([0, 1])).all()
    assert both.truth[name] == "DUX4-r and KMT2A-r"
    assert both.counts[list(cohort.counts)].equals(cohort.counts)


def test_girls_and_boys_take_turns_and_two_patients_in_one_tube_show_both(bundle):
    cohort = simulate_cohort(bundle, per_class=1, purities=[90], random_state=4)
    frame = bundle.genes.frame
    of_y, xist = (
        cohort.counts[(frame["chromosome"] == "Y").to_numpy()],
        (frame["symbol"] == "XIST").to_numpy(),
    )
    assert (of_y.sum() == 0).tolist() == [number % 2 == 0 for number in range(of_y.shape[1])]
    assert (cohort.counts[xist].sum() == 0).tolist() == [number % 2 == 1 for number in range(of_y.shape[1])]
