"""Trainings that were killed: MLflow shows them as running until somebody says that they are over."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any, Final

PROCESS: Final = "leukotype.process"
_FILTER: Final = "attributes.status = 'RUNNING'"
_KILLED: Final = "KILLED"
_MOST: Final = 1000


def process_tag() -> dict[str, str]:
    """Tag of a run by which others see whether its process still lives: the machine, and its number."""
    return {PROCESS: f"{platform.node()} {os.getpid()}"}


def close_killed(client: Any, experiment: str, *, untold: bool = False) -> list[str]:
    """Close the runs whose process on this machine has ended, with the runs within them.

    Parameters
    ----------
    experiment
        its id.
    untold
        close also what does not say whose it is: runs of versions before 0.4.

    Returns
    -------
    The runs' ids.
    """
    running = client.search_runs([experiment], _FILTER, max_results=_MOST)
    over = {run.info.run_id for run in running if _is_over(run.data.tags, untold=untold)}
    over |= {run.info.run_id for run in running if run.data.tags.get("mlflow.parentRunId") in over}
    for name in over:
        client.set_terminated(name, status=_KILLED)
    return sorted(over)


def _is_over(tags: Mapping[str, str], *, untold: bool) -> bool:
    machine, _, number = tags.get(PROCESS, "").rpartition(" ")
    if not number.isdigit():
        return untold
    return machine == platform.node() and not lives(int(number))


def lives(process: int) -> bool:
    """Whether a process of this number is there, perhaps another one: what it left stays for longer."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
