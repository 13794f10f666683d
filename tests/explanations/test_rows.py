"""The rows of a sample add up to what they explain, heaviest first, and the rest stands in one sum."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.explanations.rows import AVERAGE, TRAINING, Question
from leukotype.model.bundle import load
from leukotype.model.classifier import strangeness
from leukotype.pipeline import explain
from leukotype.vocabulary import UNCLASSIFIED


def test_the_sums_are_the_ratios_of_the_probabilities_in_the_output(said):
    probabilities = said.run.probabilities.set_index("sample")
    sums = said.table.groupby(["sample", "subtype", "against"])["contribution"].sum()
    compared = 0
    for (sample, subtype, against), total in sums.items():
        if against in probabilities and probabilities.loc[sample, [subtype, against]].min() > 0.001:
            row = probabilities.loc[sample]  # of four decimals: .001 is known to a twentieth
            assert total == pytest.approx(np.log(row[subtype] / row[against]), abs=0.06)
            compared += 1
    assert compared > 0


@pytest.fixture(scope="module")
def distant(cohort):
    """The shipped model with a limit that every sample exceeds, and what it says of the cohort."""
    bundle = load()
    strict = replace(bundle, model=replace(bundle.model, limit=0.01))
    return strict, explain(cohort.counts, model=strict, top=4)


def test_a_sample_unlike_the_b_all_of_training_is_told_its_genes_parts_of_the_distance(distant):
    said = distant[1]
    reasons = said.run.calls.set_index("sample")["reason"]
    far = reasons[reasons.str.contains("unlike anything in training")].index
    rows = said.table[said.table["against"] == TRAINING]
    assert len(far) > 5
    assert rows["sample"].drop_duplicates().tolist() == far.tolist()
    assert set(rows["subtype"]) == {UNCLASSIFIED}
    assert set(rows["scale"]) == {"distance"}
    assert set(said.table.loc[said.table["against"] != TRAINING, "scale"]) == {"log-odds"}
    for sample, total in rows.groupby("sample")["contribution"].sum().items():
        assert f"distance {total:.1f}, limit 0.0" in reasons[sample]  # as the call prints it


def test_the_parts_of_the_distance_are_those_of_the_model(distant, cohort):
    strict, said = distant
    values = strict.genes.harmonise(cohort.counts.T).values.to_numpy(float)
    scaled = strict.model.features.all_genes(values)
    read = strict.model.features.genes
    own = values[:, read]
    expected = pd.Series(strangeness(scaled, own), cohort.counts.columns)
    rows = said.table[said.table["against"] == TRAINING]
    sums = rows.groupby("sample")["contribution"].sum()
    assert np.allclose(sums, expected[sums.index], atol=1e-6)
    named = rows[rows["features"] == 1]
    places = strict.genes.ids[read].get_indexer(named["gene_id"])
    theirs = scaled[cohort.counts.columns.get_indexer(named["sample"]), places]
    assert np.allclose(named["value"], theirs, atol=1e-8)
    assert np.allclose(named["contribution"], theirs**2 / (~np.isnan(own)).sum(axis=1)[0], atol=1e-8)
    assert (named.groupby("sample").size() == 4).all()
    assert set(rows.loc[rows["features"] != 1, "feature"]) == {"all other genes"}


def test_the_shipped_limit_sets_no_simulated_sample_aside(said):
    assert TRAINING not in set(said.table["against"])


def test_only_the_samples_asked_for(cohort):
    names = cohort.counts.columns[[3, 1]].tolist()
    table = explain(cohort.counts, samples=names, top=3).table
    assert table["sample"].drop_duplicates().tolist() == names
    features = ["expression", "chromosome", "gene set", "look-alikes"]
    named = table[(table["features"] == 1) & table["layer"].isin(features)]
    assert (named.groupby(["sample", "subtype", "against"]).size() == 3).all()


def test_the_heaviest_come_first_and_the_rest_of_each_layer_stands_in_one_row(said):
    features = said.table[said.table["layer"].isin(["expression", "chromosome", "gene set"])]
    for _, rows in features.groupby(["sample", "subtype", "against"]):
        named, rest = rows[rows["features"] == 1], rows[rows["feature"].str.startswith("all other")]
        assert named["contribution"].abs().is_monotonic_decreasing
        assert not rest[["layer", "expert"]].duplicated().any()
        assert (rest["direction"] == np.where(rest["contribution"] > 0, "for", "against")).all()


def test_how_many_are_named_changes_no_sum(cohort, said):
    """Every feature that weighs anything, and four: the sums of all rows are the same."""
    key = ["sample", "subtype", "against"]
    few = explain(cohort.counts, cohort.blasts, top=4).table.groupby(key)["contribution"].sum()
    every = explain(cohort.counts, cohort.blasts, top=10**6).table
    rest = every[every["feature"].str.startswith("all other")]
    np.testing.assert_allclose(rest["contribution"], 0.0, atol=1e-9)
    np.testing.assert_allclose(few, every.groupby(key)["contribution"].sum(), atol=1e-4)


def test_a_marker_is_named_where_the_literature_knows_it_for_either_subtype():
    """CLEC12A (CD371) in DUX4-r: Schumich et al., Haematologica 2019;104:e352; a gene of neither has none."""
    for subtype, against in (("DUX4-r", "KMT2A-r"), ("KMT2A-r", "DUX4-r")):
        row = Question("a", subtype, against).row("CLEC12A", "", "expression", 1.0, -2.0)
        assert row.known_marker.endswith("in DUX4-r")
        assert row.source
        assert row.direction == "against"
    row = Question("a", "KMT2A-r", None).row("CLEC12A", "", "expression", 1.0, 2.0)
    assert (row.known_marker, row.source, row.against) == ("", "", AVERAGE)
