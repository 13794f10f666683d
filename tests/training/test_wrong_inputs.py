"""Nonsense is what it says, and gets no subtype."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype import load
from training.wrong_inputs import COLUMNS, FILES, NEVER, _judge, _judge_file, synthetic

COUNTS = np.array([5.0, 0.0, 9.0, 1.0])


def test_synthetic_samples_are_what_their_names_say() -> None:
    made = {name: make(COUNTS) for name, make in synthetic(np.random.default_rng(1)).items()}
    assert made["highest for lowest"].tolist() == [1, 9, 0, 5]
    assert made["values sorted along the genes"].tolist() == [0, 1, 5, 9]
    assert np.count_nonzero(made["one gene"]) == 1
    assert set(made["nothing but zeros and ones"]) <= {0, 1}
    assert {len(values) for values in made.values()} == {len(COUNTS)}


def test_one_refused_sample_takes_no_other_with_it(data: Path) -> None:
    leukemia = pd.read_parquet(data / "reference" / "diploid_ball_counts.parquet").iloc[:, [2, 5]].T
    table = pd.concat([leukemia, (leukemia.iloc[:1] * 0).rename(index=lambda _: "nothing")])
    row, called = _judge("test", NEVER, load(), table)
    told = dict(zip(COLUMNS, row, strict=True))
    assert (told["n"], told["refused"]) == (3, 1)
    assert told["called"] == len(called)
    assert told["not_b_all"] + told["unclassified"] + told["candidate"] + told["called"] == 2


@pytest.mark.parametrize("name", ["mouse, HTSeq", "lymphoblastoid cell line ERR188021, RSEM"])
def test_mouse_and_a_cell_line_get_no_subtype(name: str, data: Path) -> None:
    row, called = _judge_file(name, load(), data / "formats", FILES[name])
    assert row[COLUMNS.index("called")] == 0
    assert called.empty
    assert row[COLUMNS.index("n")] == row[COLUMNS.index("refused")] + row[COLUMNS.index("not_b_all")]
