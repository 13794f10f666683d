"""A retrained bundle is read as any other, learned what it says, and is whole or not there."""

import json

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import Reading
from leukotype.learning import store
from leukotype.learning.card import APPENDIX
from leukotype.learning.contest import LabelledFiles, judge
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from tests.learning.conftest import HERE, TWO_TRIALS, inputs


def test_predict_reads_it_and_calls_its_subtypes(files, done):
    calls = classify_files([files.counts], model=done.out).calls
    truth = pd.read_csv(files.labels)["subtype"]
    called = calls["status"] == "called"
    assert called.mean() > 0.9
    assert (calls["subtype"] == truth)[called].all()
    assert calls["model"].unique().tolist() == [load(done.out).label]


def test_what_was_not_learned_is_the_base_models(done):
    base, mine = load(), load(done.out)
    assert np.array_equal(mine.model.gate.weights, base.model.gate.weights)
    assert np.array_equal(mine.model.features.centre, base.model.features.centre)
    assert np.array_equal(mine.model.lesion_weights, base.model.lesion_weights)
    assert mine.model.limit == base.model.limit
    assert list(mine.genes.ids) == list(base.without_pool().genes.ids)
    assert mine.model.subtypes == ("BCR::ABL1-like", "DUX4-r", "ETV6::RUNX1", "Hyperdiploid")
    assert mine.profiles.names == (*mine.model.subtypes, "T-ALL", "normal")
    assert mine.manifest["base"]["sha256"] == base.digest


def test_the_profiles_are_those_of_her_patients(files, done):
    """log2(CPM + 1) of the ETV6::RUNX1 patients, counted by hand from the table."""
    counts = pd.read_csv(files.counts, index_col=0)
    own = counts[[name for name in counts if name.endswith("ETV6")]]
    by_hand = np.log2(own / counts[own.columns].sum() * 1e6 + 1).mean(axis=1)
    mine = load(done.out)
    row = mine.profiles.means[mine.profiles.names.index("ETV6::RUNX1")]
    assert row == pytest.approx(by_hand.loc[mine.genes.ids].to_numpy(), abs=1e-4)


def test_the_card_holds_the_figures(done):
    card = (done.out / "card.md").read_text()
    assert f"| balanced_accuracy | {done.learned.held_out.figures['balanced_accuracy']:g} |" in card
    assert "## Cohort A, learned from the others" in card
    assert "| ETV6::RUNX1 | 12 |" in card
    assert f"Kept from {load().label}: the genes; the reference of the chromosomes; centre and spread" in card


def test_the_card_is_short_before_its_tables(done):
    body, _, appendix = (done.out / "card.md").read_text().partition(APPENDIX)
    assert len(body.split()) <= 1500
    assert "### Labels (rows) and answers without a threshold (columns)" in appendix


def test_the_learning_curve_ends_at_the_folds_own_figures(done):
    """48 patients, three folds: 32 to learn from, 24 and 16 with a part of them."""
    curve = done.learned.curve
    assert curve["share"].tolist() == ["50%", "75%", "100%"]
    assert curve["samples"].tolist() == [16, 24, 32]
    assert curve["balanced_accuracy"].iloc[-1] == done.learned.held_out.figures["balanced_accuracy"]


def test_a_subtype_that_was_not_taught_is_asked_for(done):
    """Each of the four subtypes in turn, of a model of the other three: none is called itself."""
    table = done.learned.untaught
    assert table["subtype"].tolist() == ["BCR::ABL1-like", "DUX4-r", "ETV6::RUNX1", "Hyperdiploid"]
    assert table["n"].tolist() == [12] * 4
    for subtype, called, called_as in zip(table["subtype"], table["called"], table["called_as"], strict=True):
        counts = [int(each.rpartition(" ")[2]) for each in called_as.split(", ") if each]
        assert sum(counts) == called
        assert subtype not in [each.rpartition(" ")[0] for each in called_as.split(", ")]
    metrics = load(done.out).manifest["metrics"]
    assert metrics["untaught"]["called"] == pytest.approx(table["called"].sum() / 48, abs=1e-4)
    assert f"{table['called'].sum()} of 48 patients" in (done.out / "card.md").read_text().replace("\n", " ")


def test_each_fold_says_what_was_chosen_and_how_right_it_is(done):
    assert [fold.split.fold for fold in done.learned.folds] == [0, 1, 2]
    assert sum(fold.report.figures["n"] for fold in done.learned.folds) == 48
    assert [fold.split.cohort for fold in done.learned.cohorts] == ["A", "B"]
    assert [fold.samples for fold in done.learned.cohorts] == [24, 24]
    metrics = load(done.out).manifest["metrics"]
    assert metrics["cohorts"]["A"] == done.learned.cohorts[0].report.figures
    assert len(done.learned.held_out.tables["cohorts"]) == 2


def test_the_same_files_give_the_same_bytes(files, done, tmp_path):
    again = run(inputs(files), TWO_TRIALS, HERE, tmp_path / "mine", track=False)
    assert again.digest == done.digest


def test_replicates_teach_and_are_tested_once(files, tmp_path):
    """The second sample of the first patient: 48 samples, 47 patients."""
    labels = pd.read_csv(files.labels)
    labels["patient"] = labels["sample"]
    labels.loc[1, "patient"] = labels.loc[0, "patient"]
    labels.to_csv(tmp_path / "labels.csv", index=False)
    found = run(
        inputs(files, tmp_path / "labels.csv"), TWO_TRIALS, HERE, tmp_path / "mine", track=False
    ).learned
    assert found.held_out.figures["n"] == 47
    assert found.cohorts[0].report.figures["n"] == 23
    assert len(found.fitted.codes) == 48


def test_a_bundle_is_not_written_over(files, done):
    with pytest.raises(InputError, match="expected no such folder yet"):
        run(inputs(files), TWO_TRIALS, HERE, done.out, track=False)


def test_a_failure_while_writing_leaves_no_bundle(files, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "save", full)
    with pytest.raises(OSError, match="No space"):
        run(inputs(files), TWO_TRIALS, HERE, tmp_path / "mine", track=False)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.search.db"]


def test_the_manifest_names_no_folder_of_this_machine(done):
    told = json.loads((done.out / "manifest.json").read_text())
    assert set(told["data_sha256"]) == {"counts.csv", "labels.csv"}


@pytest.fixture(scope="module")
def of_dfci(data, tmp_path_factory):
    """Trained on GSE181157 alone, as the assembled cohorts have it (log10 CPM)."""
    folder = tmp_path_factory.mktemp("dfci")
    samples = pd.read_csv(data / "cohorts" / "samples.csv")
    own = samples[(samples["cohort"] == "GSE181157") & (samples["lineage"] == "B-ALL")]
    own = own[own["subtype"] != "Hypodiploid (unspecified)"]
    own[["sample", "subtype", "patient", "blast_pct"]].to_csv(folder / "labels.csv", index=False)
    files = TrainingFiles(
        [data / "cohorts" / "expression.parquet"],
        folder / "labels.csv",
        reading=Reading(value_type="log10-cpm"),
    )
    return run(files, Settings(jobs=1, search=Search(trials=1)), HERE, folder / "dfci", track=False)


def test_retrained_on_one_cohort_it_reads_another(data, of_dfci, tmp_path):
    """GSE227832, of the eight subtypes that GSE181157 has five patients of; 18 % are in none of these."""
    samples = pd.read_csv(data / "cohorts" / "samples.csv")
    other = samples[(samples["cohort"] == "GSE227832") & (samples["lineage"] == "B-ALL")]
    other[["sample", "subtype"]].to_csv(tmp_path / "labels.csv", index=False)
    test = LabelledFiles(
        [data / "cohorts" / "expression.parquet"], tmp_path / "labels.csv", Reading(value_type="log10-cpm")
    )
    report, _ = judge(load(of_dfci.out), test, classify_files)
    assert report.figures["n"] == 217
    assert report.figures["accuracy"] > 0.85
    assert report.figures["right_among_called"] > 0.9


def test_retrained_on_one_cohort_it_reads_raw_counts_of_a_third(data, of_dfci):
    """GSE161501, 19 children of St. Jude Total XVI, symbols, raw counts."""
    home = data / "external" / "GSE161501"
    report, _ = judge(
        load(of_dfci.out), LabelledFiles([home / "counts.tsv.gz"], home / "labels.csv"), classify_files
    )
    assert report.figures["n"] == 19
    assert report.figures["accuracy"] == 1.0
