"""A Dask cluster gives what this machine gives."""

import numpy as np
import pytest

from leukotype.errors import InputError
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.learning.settings import Search, Settings
from leukotype.pipeline import classify_files
from leukotype.runs.cluster import Engine

SMALL = Settings(folds=3, inner_folds=3, search=Search(trials=3))


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as workers:
        yield workers


def test_two_workers_give_the_model_of_one_machine(files, cluster, tmp_path):
    files = TrainingFiles([files.counts], files.labels)
    local = run(files, SMALL, Place(Engine.LOCAL, 1), tmp_path / "local" / "m", track=False)
    spread = Place(Engine.DASK, 1, cluster.scheduler_address)
    dask = run(files, SMALL, spread, tmp_path / "dask" / "m", track=False)
    assert dask.learned.candidates.equals(local.learned.candidates)
    assert dask.learned.held_out.figures == local.learned.held_out.figures
    one, other = (classify_files(files.expression, model=done.out) for done in (local, dask))
    assert one.calls["subtype"].tolist() == other.calls["subtype"].tolist()
    numbers = one.probabilities.columns[1:]
    assert np.abs(one.probabilities[numbers] - other.probabilities[numbers]).to_numpy().max() <= 1e-9


def test_workers_work(cluster):
    """The processes that answered are the cluster's, not this one."""
    import os

    place = Place(Engine.DASK, 1, cluster.scheduler_address)
    found = {pid for _, pid in place.map(_process, None, range(8))}
    assert os.getpid() not in found


def _process(_shared, _item):
    import os

    return os.getpid()


def test_a_scheduler_that_is_not_there_is_one_line():
    place = Place(Engine.DASK, 1, "tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="expected a Dask scheduler, found none"):
        list(place.map(_process, None, [1]))


@pytest.mark.parametrize(("engine", "scheduler"), [("dask", ""), ("local", "tcp://127.0.0.1:8786")])
def test_engine_and_scheduler_belong_together(engine, scheduler):
    with pytest.raises(InputError, match="give both or none"):
        Place(Engine(engine), 1, scheduler)


def test_who_watches_is_told_each_step_and_how_much_of_it_is_done():
    told = []
    place = Place(on_progress=lambda *step: told.append(step))
    assert [item for item, _ in place.map(_process, None, ["a", "b"], "measuring")] == ["a", "b"]
    assert told == [(0, 2, "measuring"), (1, 2, "measuring"), (2, 2, "measuring")]


def test_a_training_tells_its_steps_in_their_order(files, tmp_path):
    told = []
    place = Place(Engine.LOCAL, 1, on_progress=lambda *step: told.append(step))
    run(TrainingFiles([files.counts], files.labels), SMALL, place, tmp_path / "m", track=False)
    steps = list(dict.fromkeys(step for _, _, step in told))
    assert steps[0] == "comparing candidates, up to inner fold 2 of 3"
    assert steps[-2:] == ["measuring on held-out patients", "learning from all patients"]
    assert all(0 <= done <= total for done, total, _ in told)
    assert {step for done, total, step in told if done == total} == set(steps[:-1])
