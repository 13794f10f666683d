"""Rare subtypes are read as others by the settings, in the learning and in every later test."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.learning.cohort_files import read_cohort
from leukotype.learning.contest import LabelledFiles, judge
from leukotype.learning.panel import Panel
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings, read_settings
from leukotype.model.bundle import load
from leukotype.pipeline import classify_files
from leukotype.runs.cluster import Engine

MERGE = {"DUX4-r": "B-other"}


def settings_of(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return read_settings(path)


def test_a_table_of_subtypes_is_read(tmp_path):
    assert settings_of(tmp_path, '[merge]\n"DUX4-r" = "B-other"\n').merge == MERGE
    assert Settings().merge == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[merge]\n"DUX4-r" = "rest"\n', r"\[merge\]: expected subtypes, found 'rest': write BCR::ABL1, "),
        ('[merge]\n"DUX4" = "B-other"\n', r"\[merge\]: expected subtypes, found 'DUX4'"),
        ('[merge]\n"DUX4-r" = "HLF"\nHLF = "B-other"\n', "HLF is merged itself"),
        ('[merge]\nHLF = "HLF"\n', "HLF is merged itself"),
        ("merge = 3\n", "merge: expected a table, found 3"),
        ("untaught = 1\n", "untaught: expected bool such as True, found 1"),
        ("folds = true\n", "folds: expected int such as 5, found True"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said) as error:
        settings_of(tmp_path, text)
    assert "\n" not in str(error.value)


def test_merging_comes_before_counting(files, tmp_path):
    """Four patients of DUX4-r alone are too few; as B-other beside two of these they are six."""
    labels = pd.read_csv(files.labels)
    labels.loc[labels.index[labels["subtype"] == "BCR::ABL1-like"][2:], "subtype"] = ""
    labels.loc[labels["subtype"] == "BCR::ABL1-like", "subtype"] = "B-other"
    labels.drop(labels.index[labels["subtype"] == "DUX4-r"][4:]).to_csv(tmp_path / "labels.csv", index=False)
    alone = read_cohort([files.counts], tmp_path / "labels.csv", Panel.of(load()), 5)
    merged = read_cohort([files.counts], tmp_path / "labels.csv", Panel.of(load()), 5, merge=MERGE)
    assert set(alone.patients.labels) == {"ETV6::RUNX1", "Hyperdiploid"}
    assert merged.patients.counts() == {"B-other": 6, "ETV6::RUNX1": 12, "Hyperdiploid": 12}


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
