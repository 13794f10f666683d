"""Probabilities, blast percentages and lesions become one call a sample; none is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from leukotype.calling.entities import entity_of
from leukotype.calling.reconcile import Decision, Opinion, reconcile
from leukotype.calling.risk import risk_group
from leukotype.calling.sex import SexSeen
from leukotype.calling.tiers import ADVICE, stand
from leukotype.evidence.ages import seen_at
from leukotype.evidence.findings import Evidence, Finding, as_text
from leukotype.evidence.genomes import Genomes, PloidyCall
from leukotype.model.blasts import Blasts, hold_reason, remark
from leukotype.model.classifier import GATE_CLASSES, Probabilities
from leukotype.model.conformal import prediction_sets
from leukotype.model.dropout import LEAST_DROPOUT, MOST_DROPOUT
from leukotype.model.features import Array
from leukotype.vocabulary import (
    B_ALL,
    CALL_COLUMNS,
    CALL_FLAGS,
    INOVATE_SUBTYPES,
    LOOK_ALIKES,
    NO_SUBTYPE,
    NOT_B_ALL,
    RISK_LOW_BLAST,
    SET_SEPARATOR,
    Agreement,
    BlastSource,
    LesionKind,
    PloidyState,
    Scheme,
    Status,
    Tier,
)

DIGITS = 4  # decimals of a probability in the output
_EQUAL = 1e-9  # log-odds that differ by less are equal


@dataclass(frozen=True)
class Rules:
    """What turns the probabilities of a model into calls.

    Parameters
    ----------
    classes
        names of the joint probabilities' columns: the subtypes, then not B-ALL.
    threshold
        a subtype is called from this probability on; chosen in training, stands in the manifest.
    limit
        a sample stranger than this is unlike every B-ALL of training, whatever the probabilities say.
    most_outlying
        the same of the share of genes far from their mean in training.
    sets
        `leukotype.model.conformal.LEVELS` x subtypes: least probability in the prediction set of each level.
    strict
        hold back what may have under 30 % blasts by the interval of the estimate.
    calls_only
        leave unclassified what is no sure call: neither groups nor candidates.
    least_measured
        share of the genes that tell B-ALL from what is not, below which nothing is said of a sample.
    """

    classes: tuple[str, ...]
    threshold: float
    limit: float
    most_outlying: float
    sets: Array
    strict: bool = False
    calls_only: bool = False
    least_measured: float = 0.5

    @property
    def subtypes(self) -> tuple[str, ...]:
        """Classes that are subtypes."""
        return self.classes[:-1]


@dataclass(frozen=True)
class PatientFacts:
    """What stands beside a call and is part of none.

    Parameters
    ----------
    age
        years; None where it is not known.
    """

    sex: SexSeen = field(default_factory=SexSeen)
    age: float | None = None

    def remarks(self, answered: Sequence[str]) -> tuple[str, ...]:
        """Say what a reader should know of these beside an answer."""
        return "" if self.age is None else seen_at(self.age, answered), self.sex.remark


@dataclass(frozen=True)
class Library:
    """What the libraries of some samples caught.

    Parameters
    ----------
    dropout, measured
        as in `Sample`, one value a sample.
    """

    dropout: Array
    measured: Array


@dataclass(frozen=True)
class Sample:
    """What is known of one sample when it is called.

    Parameters
    ----------
    gate
        probabilities of `GATE_CLASSES`.
    joint, expression
        probabilities of all classes, with the lesions and by expression alone.
    subtype
        probabilities of the subtypes, with the lesions, given that the sample is B-ALL.
    blasts
        given and estimated.
    used
        lesions that count.
    experts
        experts x subtypes: log-odds by each expert of a pool, NaN where it is silent.
    looked
        kinds of lesion that were looked for.
    dropout
        share of the genes that every class expresses which the library did not catch.
    measured
        share that the sample has of the genes that tell B-ALL from what is not.
    """

    gate: Array
    joint: Array
    expression: Array
    subtype: Array
    strangeness: float
    outlying: float
    blasts: Blasts
    experts: Array
    used: Sequence[Finding] = ()
    looked: frozenset[LesionKind] = frozenset()
    dropout: float = 0.0
    measured: float = 1.0


def as_samples(
    names: Sequence[str],
    probabilities: Probabilities,
    blast_pct: Array,
    evidence: Evidence,
    library: Library | None = None,
) -> list[Sample]:
    """Put together what is known of each sample; probabilities are rounded, since what is printed decides."""
    parts, seen = probabilities, library or Library(np.zeros(len(names)), np.ones(len(names)))
    joint = parts.joint().round(DIGITS)
    expression = replace(parts, subtype=parts.expression).joint().round(DIGITS)
    blasts = [
        Blasts(float(given), *map(float, row)) for given, row in zip(blast_pct, parts.blasts, strict=True)
    ]
    used = [evidence.lesions(name) for name in names]
    looked = [evidence.looked_for.get(name, frozenset()) for name in names]
    known = (
        parts.gate,
        joint,
        expression,
        parts.subtype,
        parts.strangeness,
        parts.outlying,
        blasts,
        parts.experts,
        used,
        looked,
        seen.dropout,
        seen.measured,
    )
    return [Sample(*each) for each in zip(*known, strict=True)]


def decide(sample: Sample, rules: Rules) -> Decision:
    """Call one sample: the gate first, then the probabilities, then what its lesions make of these."""
    held = _hold_back(sample, rules)
    if held is not None:
        return replace(held, agreement=Agreement.NONE if sample.looked else Agreement.NOT_GIVEN)
    subtypes = rules.subtypes
    first = int(np.argsort(sample.expression[: len(subtypes)], kind="stable")[-1])
    joint = dict(zip(subtypes, map(float, sample.joint), strict=False))
    opinion = Opinion(subtypes[first], float(sample.expression[first]), joint, rules.threshold)
    return reconcile(_by_probability(sample, rules), opinion, sample.used, sample.looked)


def _hold_back(sample: Sample, rules: Rules) -> Decision | None:
    """Say why a sample gets no subtype whatever its lesions are; None if it may get one."""
    few = hold_reason(sample.blasts, strict=rules.strict)
    low = None if few is None else Decision(Status.LOW_BLASTS, few)
    if low is not None and not np.isnan(sample.blasts.given):
        return low
    if not sample.measured >= rules.least_measured:
        return Decision(
            Status.UNCLASSIFIED,
            f"{sample.measured:.0%} of the genes that tell B-ALL from other tissue were measured, "
            f"{rules.least_measured:.0%} are needed: a panel of genes, or a library that failed",
        )
    b_all, certainty = sample.gate[GATE_CLASSES.index(B_ALL)], sample.gate.max()
    if not b_all >= certainty:  # what is no number is no B-ALL either
        return Decision(Status.NOT_B_ALL, f"expression is not that of B-ALL (probability {certainty:.2f})")
    unlike = _unlike_training(sample, rules)
    return Decision(Status.UNCLASSIFIED, unlike) if unlike else low


def _unlike_training(sample: Sample, rules: Rules) -> str:
    """Say how far a sample lies from the B-ALL of training; empty where it lies among it."""
    if not sample.strangeness <= rules.limit:
        return (
            f"expression is unlike anything in training (distance {sample.strangeness:.1f}, limit "
            f"{rules.limit:.1f}): another tissue, or another protocol"
        )
    if not sample.outlying <= rules.most_outlying:
        return (
            f"{sample.outlying:.1%} of the genes lie where those of no B-ALL of training do (limit "
            f"{rules.most_outlying:.1%}): are the values those of these genes?"
        )
    return ""


def _by_probability(sample: Sample, rules: Rules) -> Decision:
    """Answer by the probabilities: a call, a group, a candidate, or nothing."""
    joint, names = sample.joint, rules.classes
    second, first = np.argsort(joint, kind="stable")[-2:]
    own = f"{names[first]} {joint[first]:.2f}, {names[second]} {joint[second]:.2f}"
    standing = stand(joint[:-1], sample.subtype, rules.subtypes, rules.threshold, rules.sets[0])
    runner_up = (names[second], float(joint[second]))
    if names[first] == NOT_B_ALL or standing.tier == Tier.NONE or _is_left(standing.tier, rules):
        return Decision(Status.UNCLASSIFIED, f"no subtype reaches {rules.threshold:.2f}: {own}")
    if standing.tier == Tier.CALLED:
        return Decision(Status.CALLED, "", standing.subtype, standing.probability, *runner_up)
    if standing.tier == Tier.GROUP:
        one, other = standing.group
        reason = f"{one} or {other} {standing.probability:.2f} ({own}): {ADVICE[one, other]}"
        return Decision(
            Status.CANDIDATE,
            reason,
            probability=round(standing.probability, DIGITS),
            tier=Tier.GROUP,
            group=standing.group,
        )
    reason = f"likely, not sure (a call needs {rules.threshold:.2f}): {own}"
    candidate = Decision(Status.CANDIDATE, reason, standing.subtype, standing.probability, *runner_up)
    return replace(candidate, tier=Tier.CANDIDATE)


def _is_left(tier: Tier, rules: Rules) -> bool:
    return rules.calls_only and tier != Tier.CALLED


def make_calls(
    names: Sequence[str],
    probabilities: Probabilities,
    rules: Rules,
    genomes: Genomes,
    *,
    blast_pct: Array,
    library_size: Array,
    genes_found_pct: float,
    model: str,
    scheme: Scheme,
    library: Library | None = None,
    patients: Sequence[PatientFacts] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give one row a sample, in input order: the calls (columns `CALL_COLUMNS`) and all probabilities.

    Parameters
    ----------
    probabilities
        one row a sample.
    genomes
        lesions and ploidy by sample.
    blast_pct, library_size
        one value a sample; NaN where none was given, or where the values are no counts.
    library
        what the library of each sample caught; None for all genes.
    patients
        one a sample; none where nothing is known of them.
    """
    samples = as_samples(names, probabilities, blast_pct, genomes.evidence, library)
    same = {"genes_found_pct": round(genes_found_pct, 1), "model": model}
    each = zip(names, samples, library_size, patients or [PatientFacts()] * len(names), strict=True)
    rows = [
        {
            "sample": name,
            **_row(decide(sample, rules), sample, rules, genomes.ploidy[name], scheme, facts),
            "library_size": size,
            **same,
        }
        for name, sample, size, facts in each
    ]
    calls = pd.DataFrame(rows, columns=list(CALL_COLUMNS))
    for flag in CALL_FLAGS:
        calls[flag] = calls[flag].astype("boolean")
    joint = np.reshape([sample.joint for sample in samples], (len(samples), len(rules.classes)))
    table = pd.DataFrame(joint, columns=list(rules.classes))
    table.insert(0, "sample", list(names))
    return calls, table


def _row(
    decision: Decision,
    sample: Sample,
    rules: Rules,
    ploidy: PloidyCall,
    scheme: Scheme,
    facts: PatientFacts,
) -> dict[str, Any]:
    called = decision.status == Status.CALLED
    possible = decision.status in (Status.CALLED, Status.CANDIDATE, Status.UNCLASSIFIED)
    answered = decision.group or tuple(filter(None, [decision.subtype]))
    sets = [set_of(sample.subtype, rules, least, answered) if possible else "" for least in rules.sets]
    in_trial = decision.subtype in INOVATE_SUBTYPES
    remarks = *_remarks(decision, sample, ploidy, rules, scheme), *facts.remarks(answered)
    return {
        "status": str(decision.status),
        "tier": str(Tier.CALLED if called else decision.tier),
        "subtype": decision.subtype,
        "group": SET_SEPARATOR.join(decision.group),
        "probability": decision.probability,
        "runner_up": decision.runner_up,
        "runner_up_probability": decision.runner_up_probability,
        "experts_agreeing": count_agreement(sample.experts, rules.subtypes, answered),
        "prediction_set_90": sets[0],
        "prediction_set_95": sets[1],
        "reason": "; ".join(filter(None, [decision.reason, *remarks])),
        **_blast_columns(sample.blasts),
        "risk_group": _risk(decision),
        "in_trial_scheme": in_trial if called else pd.NA,
        **_entity_columns(decision),
        "subclass": decision.subclass,
        "evidence": as_text(sample.used),
        "evidence_agreement": str(decision.agreement),
        **_ploidy_columns(ploidy),
        "sex_expression": str(facts.sex.expressed),
    }


def _ploidy_columns(ploidy: PloidyCall) -> dict[str, str]:
    return {
        "ploidy_state": str(ploidy.state or ""),
        "chromosomes_gained": ",".join(ploidy.gained),
        "chromosomes_lost": ",".join(ploidy.lost),
    }


def _entity_columns(decision: Decision) -> dict[str, str]:
    """Name a called subtype as the classifications do; what is only likely has no entity."""
    called = decision.subtype if decision.status == Status.CALLED else ""
    entity = entity_of(called, decision.subclass)
    return {"who_haem5": entity.who, "icc_2022": entity.icc, "ncit": entity.ncit}


def _risk(decision: Decision) -> str:
    """Give the risk group of a call, or of a group all of whose members have the same."""
    if decision.status == Status.LOW_BLASTS:
        return RISK_LOW_BLAST
    if decision.status == Status.CALLED:
        return risk_group(decision.subtype)
    groups = {risk_group(each) for each in decision.group}
    return groups.pop() if len(groups) == 1 else ""


def set_of(subtype: Array, rules: Rules, least: Array, answered: Sequence[str] = ()) -> str:
    """Names of the subtypes in a prediction set, the most probable first; an answer is in every set."""
    names, inside = rules.subtypes, prediction_sets(subtype, least).tolist()
    order = np.argsort(-subtype, kind="stable").tolist()
    found = [names[i] for i in order if inside[i] or names[i] in answered]
    found = [*(name for name in answered if name not in names), *found]
    return SET_SEPARATOR.join(found) or NO_SUBTYPE


def count_agreement(experts: Array, subtypes: Sequence[str], answered: Sequence[str]) -> str:
    """Count the experts that hold what is answered for most probable, of those that speak: ``3 of 4``.

    An expert that does not know a subtype speaks for its look-alike; both are then most probable. Empty where
    nothing is answered, or where no expert can know it.
    """
    spoken = experts[~np.isnan(experts).any(axis=1)]
    own = [subtypes.index(each) for each in answered if each in subtypes]
    if not own or not len(spoken):
        return ""
    held = spoken[:, own].max(axis=1) >= spoken.max(axis=1) - _EQUAL
    return f"{int(held.sum())} of {len(spoken)}"


def _blast_columns(blasts: Blasts) -> dict[str, Any]:
    """Give the percentage that counts and its source, and the estimate with its interval."""
    unknown = np.isnan(blasts.given)
    return {
        "blast_pct": round(blasts.estimate, 1) if unknown else blasts.given,
        "blast_source": str(BlastSource.ESTIMATED if unknown else BlastSource.GIVEN),
        "blast_estimate_pct": round(blasts.estimate, 1),
        "blast_low_pct": round(blasts.low, 1),
        "blast_high_pct": round(blasts.high, 1),
    }


def _remarks(
    decision: Decision, sample: Sample, ploidy: PloidyCall, rules: Rules, scheme: Scheme
) -> list[str]:
    """Say what a reader of this call should know beside its reason."""
    remarks = []
    if LEAST_DROPOUT <= sample.dropout <= MOST_DROPOUT:
        remarks.append(
            f"{sample.dropout:.0%} of the genes that every tissue expresses have no read: genes that the "
            "library did not catch are taken as not measured"
        )
    if decision.status != Status.LOW_BLASTS and (said := remark(sample.blasts)) is not None:
        remarks.append(said)
    if ploidy.state in (None, PloidyState.UNCERTAIN) and decision.subtype in LOOK_ALIKES:
        remarks.append(LOOK_ALIKES[decision.subtype])
    if ploidy.state == PloidyState.DIPLOID and decision.subtype == "Hyperdiploid":
        remarks.append("no gain of a chromosome is seen: check the karyotype")
    if ploidy.state in (PloidyState.MASKED_HYPODIPLOIDY, PloidyState.IAMP21):
        remarks.append(f"{ploidy.state}: check by FISH or array")
    if decision.subtype and decision.subtype not in rules.subtypes and decision.subtype != "B-other":
        remarks.append("expression was never taught this subtype: the lesion alone names it")
    called = decision.status == Status.CALLED
    if called and decision.subtype not in INOVATE_SUBTYPES and scheme == Scheme.INOVATE:
        remarks.append("outside the trial's 13 subtypes")
    return remarks
