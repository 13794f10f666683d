"""Two models that were measured apart are asked about the same samples, and the agreed figures decide."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.errors import InputError
from leukotype.learning.contest import Contest, LabelledFiles, contest, judge, merged_by_either
from leukotype.learning.figures import Report
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from leukotype.runs.cluster import Engine


def measured(challenger, champion):
    names = ("balanced_accuracy", "right_among_called")
    one, other = (
        Report({"n": 20, "called": 0.9, **dict(zip(names, each, strict=True))}, {})
        for each in (challenger, champion)
    )
    return Contest(one, other, ())


@pytest.mark.parametrize(
    ("challenger", "champion", "said"),
    [
        ((0.9, 0.95), (0.9, 0.95), ""),
        ((0.91, 0.96), (0.9, 0.95), ""),
        ((0.89, 0.99), (0.9, 0.95), "balanced_accuracy 0.89 of 20 samples, the champion's is 0.9"),
        ((0.99, 0.94), (0.9, 0.95), "right_among_called 0.94 of 20 samples, the champion's is 0.95"),
        ((0.9, np.nan), (0.9, 0.95), "right_among_called nan of 20 samples, the champion's is 0.95"),
        ((0.9, 0.5), (0.9, np.nan), ""),
    ],
)
def test_neither_agreed_figure_may_drop(challenger, champion, said):
    assert measured(challenger, champion).against == said


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ({}, {}, {}),
        ({"A": "B"}, {}, {"A": "B"}),
        ({"A": "B"}, {"B": "C"}, {"A": "C", "B": "C"}),
        ({"A": "B"}, {"A": "C"}, {"A": "C", "B": "C"}),
        ({"A": "B"}, {"B": "A"}, {"A": "B"}),
    ],
)
def test_what_either_merges_is_merged_for_both(one, other, both):
    assert merged_by_either(one, other) == both


def test_the_shipped_model_against_itself_and_against_one_that_merges(files):
    """The second model reads DUX4-r as B-other, and so does the first then."""
    shipped = load()
    config = {"merge": {"DUX4-r": "B-other"}}
    merging = replace(shipped, manifest={**shipped.manifest, "config": config})
    found = contest(merging, shipped, LabelledFiles([files.counts], files.labels), classify_files)
    assert found.challenger.figures == found.champion.figures
    assert found.n == 48
    assert "B-other" in found.champion.tables["classes"]["subtype"].tolist()
    assert "DUX4-r" not in found.champion.tables["classes"]["subtype"].tolist()
    assert "merged for both, as one of them was taught: DUX4-r as B-other" in found.notes
    assert not found.against
    assert found.tags()["leukotype.test.n"] == "48"


def test_files_that_a_model_learned_from_are_warned_of(files):
    shipped = load()
    given = LabelledFiles([files.counts], files.labels)
    digests = {"counts.csv": hashlib.sha256(files.counts.read_bytes()).hexdigest()}
    champion = replace(shipped, manifest={**shipped.manifest, "data_sha256": digests})
    notes = contest(shipped, champion, given, classify_files).notes
    assert any("is for you to know" in note for note in notes)
    assert any(note.startswith("champion: the model learned from samples of") for note in notes)
    assert not any(note.startswith("challenger: the model learned from samples of") for note in notes)


def test_labels_that_neither_was_taught_are_one_line(files, tmp_path):
    shipped = load()
    labels = pd.read_csv(files.labels)
    unknown = [name for name in ("B-other", "Low hyperdiploid")
               if name not in shipped.model.subtypes]  # fmt: skip
    assert len(unknown) > 1
    labels["subtype"] = (unknown * len(labels))[: len(labels)]
    labels.to_csv(tmp_path / "labels.csv", index=False)
    with pytest.raises(InputError, match="expected subtypes that one of the models was taught, found none"):
        contest(shipped, shipped, LabelledFiles([files.counts], tmp_path / "labels.csv"), classify_files)


def test_samples_without_labels_measure_nothing(files, capsys):
    assert main(["models", "promote", "--expression", str(files.counts)]) == 2
    said = capsys.readouterr().err
    assert (
        said
        == "leukotype: models promote: expected --expression and --labels together, found one: give both\n"
    )


def test_a_test_on_its_own_patients_is_said_to_be_none(files, done, tmp_path):
    _, notes = judge(load(done.out), LabelledFiles([files.counts], files.labels), classify_files)
    assert any(note.startswith("the model learned from samples of") for note in notes)
    other = tmp_path / "other.csv"
    pd.read_csv(files.counts, index_col=0).iloc[:, ::-1].to_csv(other)
    _, notes = judge(load(done.out), LabelledFiles([other], files.labels), classify_files)
    assert not any(note.startswith("the model learned from samples of") for note in notes)


def test_labels_that_the_model_cannot_give_are_one_line(files, done, tmp_path):
    labels = pd.read_csv(files.labels)
    labels["subtype"] = ["HLF", "MEF2D-r"] * (len(labels) // 2)
    labels.to_csv(tmp_path / "labels.csv", index=False)
    with pytest.raises(InputError, match="expected subtypes that the model was taught, found none: it knows"):
        judge(load(done.out), LabelledFiles([files.counts], tmp_path / "labels.csv"), classify_files)


MERGE = {"DUX4-r": "B-other"}


def test_what_was_merged_stands_in_the_card_and_in_later_tests(files, tmp_path):
    settings = Settings(folds=2, inner_folds=2, jobs=1, untaught=False, search=Search(trials=1), merge=MERGE)
    labels = tmp_path / "labels.csv"
    pd.read_csv(files.labels).drop(columns="cohort").to_csv(labels, index=False)
    given = TrainingFiles([files.counts], labels)
    done = run(given, settings, Place(Engine.LOCAL, 1), tmp_path / "mine", track=False)
    assert "- merged by the settings: DUX4-r as B-other (12 samples)" in (done.out / "card.md").read_text()
    report, _ = judge(load(done.out), LabelledFiles([files.counts], files.labels), classify_files)
    assert report.figures["n"] == 48
    assert report.figures["n_not_taught"] == 0
    assert report.tables["classes"].set_index("subtype").loc["B-other", "n"] == 12
    assert done.learned.untaught.empty
    assert done.learned.cohorts == ()  # one cohort: nothing to leave out, and that is said
    assert "All are of one cohort" in (done.out / "card.md").read_text()
