"""Settings are checked before the long work."""

import re
from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.learning.settings import Settings, read_settings


def test_without_a_file_the_defaults_stand():
    assert read_settings(None) == Settings()


def test_the_documentation_prints_the_defaults(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "retraining.md").read_text(encoding="utf-8")
    path = tmp_path / "c.toml"
    path.write_text(re.search(r"```toml\n(seed.*?)```", text, re.DOTALL)[1])
    assert read_settings(path) == Settings()


def test_a_file_changes_what_it_names(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('seed = 7\n[search]\nkind = ["svm"]\nc = [0.001, 0.01]\n')
    found = read_settings(path, trials=3)
    assert (found.seed, found.min_patients) == (7, 5)
    assert (found.search.kind, found.search.c, found.search.trials) == (("svm",), (0.001, 0.01), 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed = 7", "expected one of seed, min_patients, folds"),
        ('seed = "7"', "seed: expected a whole number, found '7'"),
        ("seed = true", "seed: expected a whole number, found True"),
        ("min_patients = 2", "min_patients: expected at least 3, found 2"),
        ("[search]\ntrials = 0", "trials: expected at least 1"),
        (
            '[search]\nkind = ["forest"]',
            "[search] kind: expected 'svm', 'logistic' or 'xgboost', found 'forest'",
        ),
        ("[search]\nc = [0.0, 1.0]", "c: expected lowest and highest"),
        ("[search]\nc = 0.1", "[search] c: expected a list, found 0.1"),
        ("[search]\ndepth = [2, 9]", "depth: expected lowest and highest, between 1 and 6"),
        ("[search]\ndepth = [2.0, 4.0]", "[search] depth: expected a whole number, found 2.0"),
        ("[search]\ncolumn_share = [0.5, 0.1]", "column_share: expected lowest and highest"),
        ("[search]\nprune_after = -1", "prune_after: expected at least 0"),
        ('[search]\nstorage = "redis"', "[search] storage: expected 'sqlite' or 'journal', found 'redis'"),
        ("cluster_rows = 0", "cluster_rows: expected at least 1"),
        ("seed = ", "expected TOML"),
        ("search = 3", "search: expected a section, found 3: write [search]"),
        ("[mixing]\nbackgrounds = 0", "[mixing] backgrounds: expected at least 1, found 0"),
        (
            "[mixing]\ncells = 4",
            "[mixing]: expected one of dilutions, gate_dilutions, low_below, backgrounds, "
            "scrambled, found 'cells'",
        ),
        ("[search]\nkind = []", "[search] kind: expected a list that is not empty, found []"),
        ("[search]\nc = [0.1]", "[search] c: expected a longer list, found [0.1]"),
        ("[search]\nc = [0.1, 0.2, 0.3]", "[search] c: expected a list of up to 2, found [0.1, 0.2, 0.3]"),
        ("max_wrong = nan", "max_wrong: expected at least 0, found nan"),
        ("gate_c = 0.0", "gate_c: expected more than 0"),
    ],
)
def test_bad_settings_are_refused_in_one_line(tmp_path, text, said):
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_settings(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


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
        ('[merge]\n"DUX4-r" = "HLF"\nHLF = "B-other"\n', "found HLF, which is merged itself"),
        ('[merge]\nHLF = "HLF"\n', "found HLF, which is merged itself"),
        ("merge = 3\n", "merge: expected a section, found 3"),
        ("untaught = 1\n", "untaught: expected true or false, found 1"),
        ("folds = true\n", "folds: expected a whole number, found True"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said) as error:
        settings_of(tmp_path, text)
    assert "\n" not in str(error.value)
