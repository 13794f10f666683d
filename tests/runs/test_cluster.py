"""Samples called on the workers of a Dask cluster are called as on one machine."""

import os
import sys

import numpy as np
import pandas as pd
import pytest

import leukotype
from leukotype.cli import main
from leukotype.demo.simulate import simulate_cohort
from leukotype.errors import InputError
from leukotype.pipeline import classify_files, explain
from leukotype.runs.cluster import Cluster, Engine

NOBODY = "tcp://127.0.0.1:9"  # a port at which no scheduler listens


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as workers:
        yield Cluster(workers.scheduler_address)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """SYNTHETIC counts of 600 samples, in rows: three blocks."""
    counts = simulate_cohort(leukotype.load(), per_class=20, purities=(70.0, 95.0), random_state=5).counts
    path = tmp_path_factory.mktemp("counts") / "counts.parquet"
    counts.T.to_parquet(path)
    return path


def test_two_workers_call_as_one_machine(cluster, table):
    here, there = classify_files([table]), classify_files([table], cluster=cluster)
    assert len(here.calls) > 2 * 256  # more than two blocks
    assert there.calls["sample"].tolist() == pd.read_parquet(table, columns=[]).index.tolist()
    assert there.calls.equals(here.calls)
    one, other = (each.probabilities.set_index("sample").to_numpy(float) for each in (here, there))
    assert np.abs(one - other).max() <= 1e-9
    assert there.dosage.equals(here.dosage)
    assert there.record() == here.record()


def test_two_workers_explain_as_one_machine(cluster, table):
    some = pd.read_parquet(table).iloc[:300]  # two blocks
    here, there = explain(some, top=3), explain(some, top=3, cluster=cluster)
    pd.testing.assert_frame_equal(there.table, here.table, atol=1e-7)
    assert there.table["sample"].drop_duplicates().tolist() == some.index.tolist()


def test_the_command_writes_the_same_calls(cluster, table, tmp_path):
    assert main(["predict", str(table), "--quiet", "--out", str(tmp_path / "here")]) == 0
    spread = ["--engine", "dask", "--scheduler", cluster.scheduler]
    assert main(["predict", str(table), "--quiet", "--out", str(tmp_path / "there"), *spread]) == 0
    for name in ("calls.csv", "probabilities.csv", "evidence.csv", "dosage.csv"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_a_sample_that_cannot_be_called_is_the_same_line(cluster, table, tmp_path):
    """Of a hundred genes, found by a worker."""
    few = pd.read_parquet(table).iloc[:3, :100]
    few.to_csv(tmp_path / "few.csv")
    said = []
    for where in (None, cluster):
        with pytest.raises(InputError, match=r"found \d+ of the model's 2897 genes, 1449 ") as caught:
            classify_files([tmp_path / "few.csv"], cluster=where)
        said.append(str(caught.value))
    assert said[0] == said[1]


class _Noted:
    """What notes each process that it is unpacked in."""

    def __init__(self, path):
        self.path = path

    def __setstate__(self, state):
        self.__dict__ = state
        with self.path.open("a") as notes:
            notes.write(f"{os.getpid()}\n")


def test_the_workers_work_and_what_is_shared_is_not_sent_with_each_item(cluster, tmp_path):
    told = list(cluster.map(_where, _Noted(tmp_path / "unpacked"), range(20)))
    assert [number for number, _ in told] == list(range(20))
    homes = {process for _, process in told}
    assert os.getpid() not in homes
    unpacked = [int(process) for process in (tmp_path / "unpacked").read_text().split()]
    assert homes <= set(unpacked)
    # Dask may take a copy from a worker that stands idle, and send it anew.
    assert len(unpacked) <= 4


def _where(_shared, number):
    return number, os.getpid()


def test_few_items_are_taken_ahead(cluster):
    """Two workers of one thread each: four items are on their way, and one result is looked at."""
    taken = []

    def items():
        for number in range(40):
            taken.append(number)
            yield number

    seen = [len(taken) - done for done, _ in enumerate(cluster.map(_where, None, items()))]
    assert max(seen) == 4


def test_no_scheduler_is_one_line(capsys, table, tmp_path):
    spread = ["--engine", "dask", "--scheduler", NOBODY]
    assert main(["predict", str(table), "--out", str(tmp_path / "out"), "--quiet", *spread]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert f"--scheduler {NOBODY}: expected a Dask scheduler, found none" in said[0]
    assert not (tmp_path / "out").exists()


def test_an_address_that_is_none():
    with pytest.raises(InputError, match="expected a Dask scheduler, found none"):
        list(Cluster("nonsense://here").map(_where, None, [1]))


def test_no_worker_is_one_line(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("leukotype.runs.cluster._WORKER_SECONDS", 1)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(InputError, match="expected workers, found none in 1 seconds"),
    ):
        list(Cluster(empty.scheduler_address).map(_where, None, [1]))


@pytest.mark.parametrize(
    ("name", "found"), [("numpy", np.__version__.replace(".", r"\.")), ("no-such-package", "none")]
)
def test_other_versions_on_the_workers_are_refused(cluster, monkeypatch, name, found):
    """The workers are processes of their own, and have what is installed."""
    monkeypatch.setattr("leukotype.runs.cluster._versions", lambda: {name: "0.0.1"})
    with pytest.raises(
        InputError, match=rf"worker tcp://.*: expected {name} 0\.0\.1, found {found}: install"
    ):
        list(cluster.map(_where, None, [1]))


def test_workers_that_die_are_one_line():
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as one,
        pytest.raises(InputError, match="expected workers to the end, lost them") as caught,
    ):
        list(Cluster(one.scheduler_address).map(_die, None, [1]))
    assert "\n" not in str(caught.value)


def _die(_shared, _item):
    os._exit(1)


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"distributed is not installed: pip install '\.\[dask\]'"):
        list(Cluster(NOBODY).map(_where, None, [1]))


@pytest.mark.parametrize(("engine", "scheduler"), [("dask", ""), ("local", NOBODY)])
def test_engine_and_scheduler_belong_together(engine, scheduler):
    with pytest.raises(InputError, match="give both or none"):
        Engine(engine).cluster(scheduler)


def test_this_machine_needs_no_cluster():
    assert Engine.LOCAL.cluster("") is None
    assert Engine.DASK.cluster(NOBODY) == Cluster(NOBODY)
