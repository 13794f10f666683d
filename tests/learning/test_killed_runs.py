"""Trainings that were killed are closed, and those that live are left alone."""

import platform
import subprocess
import sys

import pytest

from leukotype.learning.killed_runs import PROCESS, process_tag
from leukotype.learning.registry import Registry
from leukotype.learning.tracking import Store

# MLflow and SQLAlchemy warn of each other; what warns in our own code is seen in every other test.
pytestmark = pytest.mark.filterwarnings("default")


def test_runs_of_trainings_that_were_killed_are_closed_and_those_that_live_are_not(store):
    opened = Store.open(ship=False)
    experiment = opened.mlflow.get_experiment_by_name("leukotype").experiment_id
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    here = platform.node()
    tags = {
        "dead": {PROCESS: f"{here} {int(dead.stdout)}"},
        "living": process_tag(),
        "elsewhere": {PROCESS: f"not-{here} {int(dead.stdout)}"},
        "untold": {},
    }
    runs = {name: opened.client.create_run(experiment, tags=tag).info.run_id for name, tag in tags.items()}
    inside = opened.client.create_run(experiment, tags={"mlflow.parentRunId": runs["dead"]}).info.run_id

    def states():
        return {
            name: opened.client.get_run(run).info.status for name, run in {**runs, "inside": inside}.items()
        }

    Store.open(ship=False)
    closed = {"dead": "KILLED", "inside": "KILLED"}
    assert states() == {"living": "RUNNING", "elsewhere": "RUNNING", "untold": "RUNNING", **closed}
    Registry(opened).repair()
    assert states() == {"living": "RUNNING", "elsewhere": "RUNNING", "untold": "KILLED", **closed}
