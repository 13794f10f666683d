"""Probabilities and blast percentages become one call a sample; none is dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from leukotype.blasts import hold_reason
from leukotype.classifier import GATE_CLASSES, Probabilities
from leukotype.features import Array
from leukotype.risk import risk_group
from leukotype.vocabulary import (
    CALL_COLUMNS,
    INOVATE_SUBTYPES,
    LOOK_ALIKES,
    LOW_BLASTS,
    NOT_B_ALL,
    RISK_LOW_BLAST,
    BlastSource,
    Scheme,
    Status,
)

DIGITS = 4  # decimals of a probability in the output


@dataclass(frozen=True)
class Decision:
    """What is said of one sample.

    Parameters
    ----------
    subtype, runner_up
        empty unless called.
    probability, runner_up_probability
        NaN unless called.
    """

    status: Status
    reason: str
    subtype: str = ""
    probability: float = float("nan")
    runner_up: str = ""
    runner_up_probability: float = float("nan")


@dataclass(frozen=True)
class Calls:
    """The result of a run.

    Parameters
    ----------
    calls
        one row a sample in input order, columns `CALL_COLUMNS`.
    probabilities
        ``sample`` and one column a class, also for samples that were not called.
    run
        inputs with hashes, model, options, notes and versions.
    """

    calls: pd.DataFrame
    probabilities: pd.DataFrame
    run: dict[str, Any]


def given_blasts_win(gate: Array, blast_pct: Array) -> Array:
    """Where a blast percentage was given, take the estimate of low blasts out of the gate."""
    gate = gate.copy()
    given = ~np.isnan(blast_pct)
    gate[given, GATE_CLASSES.index(LOW_BLASTS)] = 0.0
    return np.asarray(gate / gate.sum(axis=1, keepdims=True))


def decide(
    gate: Array,
    joint: Array,
    classes: tuple[str, ...],
    threshold: float,
    blast_pct: float,
    *,
    strangeness: float,
    limit: float,
) -> Decision:
    """Call one sample.

    Parameters
    ----------
    gate
        probabilities of `GATE_CLASSES`.
    joint
        probabilities of `classes`.
    threshold
        a subtype is called from this probability on; chosen in training, stands in the manifest.
    blast_pct
        given percentage, NaN without one.
    strangeness, limit
        beyond the limit a sample is unlike every B-ALL of training, whatever the probabilities say.
    """
    if (held := hold_reason(blast_pct)) is not None:
        return Decision(Status.LOW_BLASTS, held)
    side = GATE_CLASSES[int(gate.argmax())]
    if side == NOT_B_ALL:
        return Decision(Status.NOT_B_ALL, f"expression is not that of B-ALL (probability {gate.max():.2f})")
    if side == LOW_BLASTS:
        return Decision(
            Status.UNCLASSIFIED,
            f"expression looks like under 30 % blasts (probability {gate.max():.2f}): "
            "give the blast percentage",
        )
    if strangeness > limit:
        return Decision(
            Status.NOT_B_ALL,
            f"expression is unlike any B-ALL of training (distance {strangeness:.1f}, limit {limit:.1f})",
        )
    second, first = np.argsort(joint, kind="stable")[-2:]
    if classes[first] in (LOW_BLASTS, NOT_B_ALL) or joint[first] < threshold:
        return Decision(
            Status.UNCLASSIFIED,
            f"no subtype reaches {threshold:.2f}: {classes[first]} {joint[first]:.2f}, "
            f"{classes[second]} {joint[second]:.2f}",
        )
    return Decision(Status.CALLED, "", classes[first], joint[first], classes[second], joint[second])


def make_calls(
    samples: list[str],
    probabilities: Probabilities,
    classes: tuple[str, ...],
    *,
    threshold: float,
    limit: float,
    blast_pct: Array,
    genes_found_pct: float,
    model: str,
    scheme: Scheme,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give one row a sample, in input order: the calls (columns `CALL_COLUMNS`) and all probabilities.

    Parameters
    ----------
    probabilities
        one row a sample.
    classes
        names of the joint probabilities' columns.
    """
    gate = given_blasts_win(probabilities.gate, blast_pct)
    joint = replace(probabilities, gate=gate).joint().round(DIGITS)  # what is printed decides
    rows = [
        _row(decide(g, j, classes, threshold, pct, strangeness=strange, limit=limit), pct, scheme)
        for g, j, pct, strange in zip(gate, joint, blast_pct, probabilities.strangeness, strict=True)
    ]
    calls = pd.DataFrame(rows)
    calls.insert(0, "sample", samples)
    calls["genes_found_pct"] = round(genes_found_pct, 1)
    calls["model"] = model
    table = pd.DataFrame(joint, columns=list(classes))
    table.insert(0, "sample", samples)
    return calls[list(CALL_COLUMNS)], table


def _row(decision: Decision, blast_pct: float, scheme: Scheme) -> dict[str, Any]:
    called = decision.status == Status.CALLED
    in_trial = decision.subtype in INOVATE_SUBTYPES
    remarks = [decision.reason, LOOK_ALIKES.get(decision.subtype, "")]
    if called and not in_trial and scheme == Scheme.INOVATE:
        remarks.append("outside the trial's 13 subtypes")
    risk = {Status.CALLED: risk_group(decision.subtype), Status.LOW_BLASTS: RISK_LOW_BLAST}
    return {
        "status": str(decision.status),
        "subtype": decision.subtype,
        "probability": decision.probability,
        "runner_up": decision.runner_up,
        "runner_up_probability": decision.runner_up_probability,
        "reason": "; ".join(filter(None, remarks)),
        "blast_pct": blast_pct,
        "blast_source": str(BlastSource.NONE if np.isnan(blast_pct) else BlastSource.GIVEN),
        "risk_group": risk.get(decision.status, ""),
        "in_trial_scheme": str(in_trial).lower() if called else "",
    }
