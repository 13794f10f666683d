"""What was scored once is kept: in memory, and in a folder only where the user named one."""

import numpy as np
import pytest

from leukotype.learning.pool_weights import ExpertName, Parts
from training.panel.left_out import Cache, as_arrays, as_ways
from training.panel.measure import main


def never():
    raise AssertionError


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache = Cache()
    made = cache.get("scores", lambda: {"a": np.arange(3.0)})
    assert cache.get("scores", never) is made
    assert not list(tmp_path.iterdir())


def test_a_folder_serves_the_next_run(tmp_path):
    Cache(tmp_path / "kept").get("scores", lambda: {"a": np.arange(3.0)})
    again = Cache(tmp_path / "kept").get("scores", never)
    np.testing.assert_array_equal(again["a"], np.arange(3.0))


def test_parts_are_read_back_as_they_were():
    ways = {
        "as is": Parts(
            {ExpertName.COHORTS: np.ones((2, 3)), ExpertName.RANKS: np.zeros((2, 3))}, np.arange(2.0)
        ),
        "60 %": Parts({ExpertName.COHORTS: np.full((2, 3), 2.0)}, None),
    }
    again = as_ways(as_arrays(ways), tuple(ways))
    for way, parts in ways.items():
        assert list(again[way].scores) == list(parts.scores)
        assert (again[way].near_haploid is None) == (parts.near_haploid is None)
        for name, own in parts.scores.items():
            np.testing.assert_array_equal(again[way].scores[name], own)


def test_a_data_folder_that_is_not_there_is_said(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path / "nowhere")])
    assert "--data DIR" in capsys.readouterr().err
