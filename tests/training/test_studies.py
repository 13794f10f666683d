"""The studies of faults: each does to a table, a file or a process what its name says."""

import json
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from training.studies.altered import damage
from training.studies.children import in_child
from training.studies.clients import bodies, summary
from training.studies.faults import Case, cases, outcome
from training.studies.kills import stop_at

TRUTH = pd.Series({"a": "DUX4-r", "b": "DUX4-r", "c": "BCR::ABL1"})
GENES = [f"G{i}" for i in range(20)]
COUNTS = pd.DataFrame(np.arange(60).reshape(20, 3) * 10, index=GENES, columns=list("abc"))


@pytest.fixture
def made():
    return dict(cases(COUNTS, TRUTH, np.random.default_rng(1)))


def test_swapped_samples_have_the_counts_of_another_subtype(made):
    swapped = made["samples swapped between subtypes"].counts
    for name in "abc":
        (owner,) = [each for each in "abc" if swapped[name].equals(COUNTS[each])]
        assert TRUTH[owner] != TRUTH[name]


def test_faults_change_what_they_say_and_nothing_else(made):
    assert made["rows in another order"].counts.loc[COUNTS.index].equals(COUNTS)
    assert (made["names of the genes one row further down"].counts.to_numpy() == COUNTS.to_numpy()).all()
    assert made["every sample twice, under two names"].truth["c_b"] == "BCR::ABL1"
    assert made["one field in each sample empty"].counts.isna().sum().tolist() == [1, 1, 1]


def test_a_table_that_is_refused_is_counted_by_its_samples():
    assert outcome(Case(COUNTS, TRUTH)) == {"n": 3, "refused": 3}


def test_damage_is_near_and_small():
    draw = random.Random(1)  # noqa: S311 - places of damage
    whole = bytes(range(256)) * 100
    for _ in range(50):
        damaged = damage(whole, draw)
        changed = [i for i, (a, b) in enumerate(zip(whole, damaged, strict=False)) if a != b]
        assert len(damaged) == len(whole) or whole.startswith(damaged)
        assert not changed or changed[-1] - changed[0] < 512


def refuse():
    raise InputError("x")


def test_a_child_s_end_is_told(tmp_path):
    assert in_child(lambda: 0).fault == ""
    assert in_child(refuse).fault == "traceback"
    assert in_child(lambda: 2).fault == "not one line"


def test_a_process_is_stopped_at_the_change_of_a_file_that_was_asked_for(tmp_path):
    def work():
        stop_at(2, "a kill")
        for name in "abc":
            (tmp_path / name).write_bytes(b"x")
        return 0

    assert in_child(work).code == 137
    assert sorted(path.name for path in Path(tmp_path).iterdir()) == ["a"]


def test_what_clients_lost_and_what_differs_is_counted():
    answers = [("a", 1, 10.0), ("b", 2, 20.0), ("a", 1, 30.0), ("b", 3, 40.0), ("a", None, 99.0)]
    assert summary(answers) == (5, 1, 1, 30.0, 99.0)


def test_a_request_of_a_client_is_one_patients():
    told = {way: bodies(COUNTS, as_files=way) for way in (False, True)}
    assert [each.patient for each in told[False]] == list("abc")
    assert json.loads(told[False][1].content)["samples"][0]["counts"]["G19"] == COUNTS.loc["G19", "b"]
    assert ",b\nG0,10" in told[True][1].content.decode()
