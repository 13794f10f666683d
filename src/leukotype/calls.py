"""Probabilities, blast percentages and lesions become one call a sample; none is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from leukotype.blasts import hold_reason
from leukotype.classifier import GATE_CLASSES, Probabilities
from leukotype.evidence import Evidence, Finding, as_text
from leukotype.features import Array
from leukotype.genome import Genomes, PloidyCall
from leukotype.lesions import Kind
from leukotype.reconcile import Decision, Opinion, reconcile
from leukotype.risk import risk_group
from leukotype.vocabulary import (
    CALL_COLUMNS,
    INOVATE_SUBTYPES,
    LOOK_ALIKES,
    LOW_BLASTS,
    NOT_B_ALL,
    RISK_LOW_BLAST,
    Agreement,
    BlastSource,
    PloidyState,
    Scheme,
    Status,
)

NOT_SUBTYPES = (LOW_BLASTS, NOT_B_ALL)  # last columns of the probabilities
DIGITS = 4  # decimals of a probability in the output


@dataclass(frozen=True)
class Calls:
    """The result of a run.

    Parameters
    ----------
    calls
        one row a sample in input order, columns `CALL_COLUMNS`.
    probabilities
        ``sample`` and one column a class, also for samples that were not called.
    evidence
        every lesion that was looked at, columns `EVIDENCE_COLUMNS`.
    dosage
        one row a sample and chromosome: what the counts show of its copies.
    run
        inputs with hashes, model, options, notes and versions.
    """

    calls: pd.DataFrame
    probabilities: pd.DataFrame
    evidence: pd.DataFrame
    dosage: pd.DataFrame
    run: dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """What turns the probabilities of a model into calls.

    Parameters
    ----------
    classes
        names of the joint probabilities' columns: the subtypes, then low blasts and not B-ALL.
    threshold
        a subtype is called from this probability on; chosen in training, stands in the manifest.
    limit
        a sample stranger than this is unlike every B-ALL of training, whatever the probabilities say.
    """

    classes: tuple[str, ...]
    threshold: float
    limit: float


@dataclass(frozen=True)
class Sample:
    """What is known of one sample when it is called.

    Parameters
    ----------
    gate
        probabilities of `GATE_CLASSES`.
    joint, expression
        probabilities of all classes, with the lesions and by expression alone.
    blast_pct
        given percentage, NaN without one.
    used
        lesions that count.
    looked
        kinds of lesion that were looked for.
    """

    gate: Array
    joint: Array
    expression: Array
    strangeness: float
    blast_pct: float
    used: Sequence[Finding] = ()
    looked: frozenset[Kind] = frozenset()


def given_blasts_win(gate: Array, blast_pct: Array) -> Array:
    """Where a blast percentage was given, take the estimate of low blasts out of the gate."""
    gate = gate.copy()
    given = ~np.isnan(blast_pct)
    gate[given, GATE_CLASSES.index(LOW_BLASTS)] = 0.0
    return np.asarray(gate / gate.sum(axis=1, keepdims=True))


def as_samples(
    names: Sequence[str], probabilities: Probabilities, blast_pct: Array, evidence: Evidence
) -> list[Sample]:
    """Put together what is known of each sample; probabilities are rounded, since what is printed decides."""
    parts = replace(probabilities, gate=given_blasts_win(probabilities.gate, blast_pct))
    joint = parts.joint().round(DIGITS)
    expression = replace(parts, subtype=parts.expression).joint().round(DIGITS)
    used = [evidence.used(name) for name in names]
    looked = [evidence.looked.get(name, frozenset()) for name in names]
    known = zip(parts.gate, joint, expression, parts.strangeness, blast_pct, used, looked, strict=True)
    return [Sample(*each) for each in known]


def decide(sample: Sample, rules: Rules) -> Decision:
    """Call one sample: the gate first, then the probabilities, then what its lesions make of these."""
    looked = bool(sample.looked)
    held = _held_back(sample, rules)
    if held is not None:
        return replace(held, agreement=Agreement.NONE if looked else Agreement.NOT_GIVEN)
    subtypes = rules.classes[: -len(NOT_SUBTYPES)]
    first = int(np.argsort(sample.expression[: len(subtypes)], kind="stable")[-1])
    joint = dict(zip(subtypes, map(float, sample.joint), strict=False))
    opinion = Opinion(subtypes[first], float(sample.expression[first]), joint, rules.threshold)
    return reconcile(_most_probable(sample.joint, rules), opinion, sample.used, looked=looked)


def _held_back(sample: Sample, rules: Rules) -> Decision | None:
    """Say why a sample gets no subtype whatever its lesions are; None if it may get one."""
    if (held := hold_reason(sample.blast_pct)) is not None:
        return Decision(Status.LOW_BLASTS, held)
    side, certainty = GATE_CLASSES[int(sample.gate.argmax())], sample.gate.max()
    if side == NOT_B_ALL:
        return Decision(Status.NOT_B_ALL, f"expression is not that of B-ALL (probability {certainty:.2f})")
    if side == LOW_BLASTS:
        return Decision(
            Status.UNCLASSIFIED,
            f"expression looks like under 30 % blasts (probability {certainty:.2f}): "
            "give the blast percentage",
        )
    if sample.strangeness > rules.limit:
        return Decision(
            Status.NOT_B_ALL,
            f"expression is unlike any B-ALL of training (distance {sample.strangeness:.1f}, "
            f"limit {rules.limit:.1f})",
        )
    return None


def _most_probable(joint: Array, rules: Rules) -> Decision:
    """Call the most probable class if it is a subtype and reaches the threshold."""
    second, first = np.argsort(joint, kind="stable")[-2:]
    names, threshold = rules.classes, rules.threshold
    if names[first] in NOT_SUBTYPES or joint[first] < threshold:
        return Decision(
            Status.UNCLASSIFIED,
            f"no subtype reaches {threshold:.2f}: {names[first]} {joint[first]:.2f}, "
            f"{names[second]} {joint[second]:.2f}",
        )
    return Decision(Status.CALLED, "", names[first], joint[first], names[second], joint[second])


def make_calls(
    names: Sequence[str],
    probabilities: Probabilities,
    rules: Rules,
    genomes: Genomes,
    *,
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
    genomes
        lesions and ploidy by sample.
    """
    samples = as_samples(names, probabilities, blast_pct, genomes.evidence)
    rows = [
        _row(decide(sample, rules), sample, genomes.ploidy[name], scheme)
        for name, sample in zip(names, samples, strict=True)
    ]
    calls = pd.DataFrame(rows)
    calls.insert(0, "sample", list(names))
    calls["genes_found_pct"] = round(genes_found_pct, 1)
    calls["model"] = model
    table = pd.DataFrame([sample.joint for sample in samples], columns=list(rules.classes))
    table.insert(0, "sample", list(names))
    return calls[list(CALL_COLUMNS)], table


def _row(decision: Decision, sample: Sample, ploidy: PloidyCall, scheme: Scheme) -> dict[str, Any]:
    called = decision.status == Status.CALLED
    in_trial = decision.subtype in INOVATE_SUBTYPES
    risk = {Status.CALLED: risk_group(decision.subtype), Status.LOW_BLASTS: RISK_LOW_BLAST}
    return {
        "status": str(decision.status),
        "subtype": decision.subtype,
        "probability": decision.probability,
        "runner_up": decision.runner_up,
        "runner_up_probability": decision.runner_up_probability,
        "reason": "; ".join(filter(None, [decision.reason, *_remarks(decision, ploidy, scheme)])),
        "blast_pct": sample.blast_pct,
        "blast_source": str(BlastSource.NONE if np.isnan(sample.blast_pct) else BlastSource.GIVEN),
        "risk_group": risk.get(decision.status, ""),
        "in_trial_scheme": str(in_trial).lower() if called else "",
        "subclass": decision.subclass,
        "evidence": as_text(sample.used),
        "evidence_agreement": str(decision.agreement),
        "ploidy_state": str(ploidy.state or ""),
        "chromosomes_gained": ",".join(ploidy.gained),
        "chromosomes_lost": ",".join(ploidy.lost),
    }


def _remarks(decision: Decision, ploidy: PloidyCall, scheme: Scheme) -> list[str]:
    """Say what a reader of this call should know beside its reason."""
    remarks = []
    if ploidy.state in (None, PloidyState.UNCERTAIN) and decision.subtype in LOOK_ALIKES:
        remarks.append(LOOK_ALIKES[decision.subtype])
    if ploidy.state == PloidyState.DIPLOID and decision.subtype == "Hyperdiploid":
        remarks.append("no gain of a chromosome is seen: check the karyotype")
    if ploidy.state in (PloidyState.MASKED_HYPODIPLOIDY, PloidyState.IAMP21):
        remarks.append(f"{ploidy.state}: check by FISH or array")
    if decision.subtype and np.isnan(decision.probability):
        remarks.append("expression was never taught this subtype: the lesion alone names it")
    called = decision.status == Status.CALLED
    if called and decision.subtype not in INOVATE_SUBTYPES and scheme == Scheme.INOVATE:
        remarks.append("outside the trial's 13 subtypes")
    return remarks
