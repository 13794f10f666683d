"""Two models that were measured apart are asked about the same samples, and the agreed figures decide."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.errors import InputError
from leukotype.learning.contest import Contest, LabelledFiles, contest, merged_by_either
from leukotype.learning.figures import Report
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files


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
