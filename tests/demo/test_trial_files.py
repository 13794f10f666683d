"""Files of the SYNTHETIC trial are what a laboratory and a trial would have, and are read as theirs are."""

import pandas as pd
import pytest

from leukotype.demo.trial_cohort import simulate_trial
from leukotype.demo.trial_files import _counts, _write_inputs
from leukotype.efficacy import parse_columns, read_clinical, read_columns
from leukotype.efficacy.columns import EXAMPLE_TOML
from leukotype.model.bundle import load
from leukotype.pipeline import classify


@pytest.fixture(scope="module")
def trial():
    return simulate_trial(2026)


@pytest.fixture(scope="module")
def paths(trial, tmp_path_factory):
    return _write_inputs(trial, tmp_path_factory.mktemp("trial"), 2026)


def test_every_file_says_that_it_is_invented(paths):
    assert set(paths) == {"counts", "blasts", "trial", "fusions", "mutations", "karyotypes", "columns"}
    assert all(path.name.startswith("SYNTHETIC_") for path in paths.values())
    names = pd.read_csv(paths["trial"])["patient"]
    assert names.str.startswith("SYNTHETIC-").all()


def test_the_truth_is_in_no_file(trial, paths):
    """Subtypes come from the calls, and blasts from the laboratory's table."""
    table = pd.read_csv(paths["trial"])
    assert set(trial.columns) - set(table.columns) == {"true_subtype", "blast_pct"}
    blasts = pd.read_csv(paths["blasts"])
    assert blasts.columns.tolist() == ["sample", "blast_pct"]
    assert blasts["blast_pct"].to_numpy() == pytest.approx(trial["blast_pct"].to_numpy())


def test_the_trial_is_read_by_its_own_toml(trial, paths):
    columns = read_columns(paths["columns"])
    clinical = read_clinical(paths["trial"], columns)
    assert clinical.patients.index.tolist() == trial["patient"].tolist()
    plain = parse_columns(EXAMPLE_TOML, "example")
    assert [each.name for each in columns.subsets] == ["T315I"]
    assert plain.label("salvage") != columns.label("salvage") == "Salvage"
    assert columns.sensitivity.adjust_for == ("age", "salvage", "first_remission")


def test_counts_are_whole_numbers_of_the_models_genes_a_column_a_patient(trial, paths):
    counts = pd.read_csv(paths["counts"], index_col=0)
    assert counts.columns.tolist() == trial["patient"].tolist()
    assert list(counts.index) == list(load().genes.ids)
    assert {dtype.kind for dtype in counts.dtypes} == {"i"}
    assert counts.to_numpy().min() >= 0


def test_what_expression_was_never_taught_is_called_nothing_by_expression(trial):
    """CDX2/UBTF and ZEB2/CEBP among them: without their lesion they are what B-other is, unclassified."""
    bundle = load()
    taught = set(bundle.profiles.names) & set(bundle.model.subtypes)
    rare = trial[~trial["true_subtype"].isin(taught) & (trial["blast_pct"] > 50)]
    assert len(rare)
    found = classify(_counts(rare, 3).set_index("gene_id")).calls
    assert not set(found.loc[found["status"] == "called", "subtype"])
