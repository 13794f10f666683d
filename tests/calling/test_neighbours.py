"""Levels, likeness and places: what they are on real leukemias, and that no other sample changes them."""

import numpy as np
import pandas as pd
import pytest

from leukotype.calling.neighbours import correlations, marker_profiles
from leukotype.calling.profile_levels import ProfileLevels
from leukotype.demo.simulate import simulate_cohort
from leukotype.model.bundle import Profiles, load
from leukotype.pipeline import classify, classify_files


@pytest.fixture(scope="module")
def real(data):
    """Calls of the 19 children of St. Jude's Total XVI, and their labels."""
    folder = data / "external" / "GSE161501"
    labels = pd.read_csv(folder / "labels.csv").set_index("sample")["subtype"]
    return classify_files([folder / "counts.tsv.gz"]), labels


def test_the_nearest_profile_of_the_children_is_that_of_their_subtype(real):
    calls, labels = real
    likeness = calls.map.drop(columns=["x", "y"]).set_index("sample")
    nearest = likeness.idxmax(axis=1)
    assert (nearest == labels.loc[nearest.index]).all()


def test_published_markers_stand_out_in_the_children_who_have_the_subtype(real):
    calls, labels = real
    markers = calls.markers.set_index("sample")
    dux4 = (labels.loc[markers.index] == "DUX4-r").to_numpy()
    # CD371: Schumich et al., Haematologica 2019;104:e352.
    assert markers["CLEC12A"][dux4].min() > markers["CLEC12A"][~dux4].max()
    assert markers["DUX4"][dux4].median() > markers["DUX4"][~dux4].median()


def test_levels_are_near_log2_cpm_of_the_whole_table(real, data):
    counts = pd.read_csv(data / "external" / "GSE161501" / "counts.tsv.gz", sep="\t", index_col=0)
    cpm = np.log2(counts.loc["MME"] / counts.sum() * 1e6 + 1)
    levels = real[0].markers.set_index("sample")["MME"]
    assert (levels - cpm[levels.index]).abs().max() < 0.7  # the whole table's size and the median of ratios


def test_a_model_without_a_map_gives_no_place(real):
    assert load().map is not None or real[0].map[["x", "y"]].isna().all(axis=None)


@pytest.fixture(scope="module")
def simulated():
    return simulate_cohort(load(), per_class=1, purities=[90], random_state=6).counts


def test_no_other_sample_changes_a_row(simulated):
    whole = classify(simulated)
    for name in simulated.columns[[0, 7]]:
        alone = classify(simulated[[name]])
        for table in ("map", "markers"):
            row = getattr(whole, table).set_index("sample").loc[[name]]
            pd.testing.assert_frame_equal(getattr(alone, table).set_index("sample"), row)


def test_a_gene_has_one_column(simulated):
    """CRLF2 is a published marker, and a gene that a lesion turns on."""
    columns = classify(simulated.iloc[:, :1]).markers.columns
    assert "CRLF2" in columns
    assert "DUX4" in columns
    assert columns.is_unique


def test_deeper_sequencing_gives_the_same_levels(simulated):
    usual, deep = (classify(simulated.iloc[:, :3] * factor) for factor in (1, 7))
    pd.testing.assert_frame_equal(usual.markers, deep.markers)


def a_profile():
    rng = np.random.default_rng(8)
    means = rng.uniform(4, 12, (4, 300))
    return Profiles(("DUX4-r", "KMT2A-r", "T-ALL", "normal"), means, np.ones_like(means))


def test_correlation_is_over_the_genes_that_are_there_weighed_by_how_subtypes_differ():
    profiles = a_profile()
    sample = np.random.default_rng(9).uniform(3, 12, 300)
    sample[::7] = np.nan
    usual = profiles.means[:2].mean(axis=0)
    (found,) = correlations(ProfileLevels(2.0 ** sample[None] - 1, np.ones(1)), profiles)
    spread, read = (profiles.means[:2] - usual).std(axis=0), ~np.isnan(sample)
    weighed = [
        np.cov((sample - usual)[read], (mean - usual)[read], aweights=spread[read]) for mean in profiles.means
    ]
    oracle = [each[0, 1] / np.sqrt(each[0, 0] * each[1, 1]) for each in weighed]
    assert found == pytest.approx(oracle, abs=6e-4)


def test_without_profiles_nothing_is_told():
    nothing = Profiles((), np.empty((0, 0)), np.empty((0, 0)))
    assert correlations(ProfileLevels.of(np.ones((2, 5)), None), nothing).shape == (2, 0)


def test_profiles_of_markers_are_those_of_the_model():
    bundle = load()
    means = marker_profiles(bundle)
    position = bundle.genes.frame["symbol"].tolist().index("CLEC12A")
    assert means["CLEC12A"].to_numpy() == pytest.approx(bundle.profiles.means[:, position])
    assert means["CLEC12A"].idxmax() == "DUX4-r"
