"""Over many samples features stand by their mean weight, and every sample is a point of each."""

import numpy as np
import pandas as pd
import pytest

from leukotype.explanations import importance
from leukotype.explanations.importance import TOP
from leukotype.pipeline import explain, explain_files


def test_real_patients_show_what_the_literature_says(real):
    """High hyperdiploid: chromosomes X and 21 (Paulsson & Johansson 2009); DUX4-r: CD371 (Schumich 2019)."""
    said = explain_files([real])
    for subtype, feature in [
        ("Hyperdiploid", "chromosome 21"),
        ("DUX4-r", "CLEC12A"),
        ("ETV6::RUNX1", "CLIC5"),
    ]:
        rows = said.importance.table[said.importance.table["subtype"] == subtype].set_index("feature")
        assert rows.loc[feature, "when_called"] > 0
        assert rows.loc[feature, "known_marker"].endswith(subtype)
    hyperdiploid = said.table[
        (said.table["subtype"] == "Hyperdiploid") & (said.table["layer"] == "copy number")
    ]
    assert (hyperdiploid["contribution"] > 0).all()
    assert len(hyperdiploid) == 22  # 11 patients, in general and against the runner-up


def test_the_table_is_a_count_of_the_points(said):
    """Mean of absolute values over all samples, and plain mean over those that were called so."""
    found, calls = said.importance, said.run.calls.set_index("sample")["subtype"]
    compared = 0
    for row in found.table.itertuples():
        own = found.points.query("subtype == @row.subtype and rank == @row.rank").set_index("sample")
        assert own.index.tolist() == calls.index.tolist()
        assert set(own["feature"]) == {row.feature}
        assert row.mean_contribution == pytest.approx(own["contribution"].abs().mean(), abs=1e-6)
        mine = own.loc[calls == row.subtype, "contribution"]
        assert (
            np.isnan(row.when_called)
            if mine.empty
            else row.when_called == pytest.approx(mine.mean(), abs=1e-6)
        )
        compared += not mine.empty
    assert compared > 100


def test_the_thirty_heaviest_of_each_subtype_heaviest_first(said):
    for _, rows in said.importance.table.groupby("subtype"):
        assert rows["rank"].tolist() == list(range(1, TOP + 1))
        assert rows["mean_contribution"].is_monotonic_decreasing


def test_how_many_samples_are_held_in_memory_changes_nothing(said, cohort, monkeypatch):
    monkeypatch.setattr(importance, "_AT_ONCE", 7)
    found = explain(cohort.counts, cohort.blasts).importance
    pd.testing.assert_frame_equal(found.table, said.importance.table)
    pd.testing.assert_frame_equal(found.points, said.importance.points)
