"""How right models are on patients that taught them nothing: answers for the tested side of each split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leukotype.calling.calls import Rules, as_samples, decide
from leukotype.calling.reconcile import Decision
from leukotype.evidence.findings import Evidence, flags
from leukotype.learning.estimator import Candidate, Fitted, Ground, Parameters, PoolCandidate, fit
from leukotype.learning.figures import Answers, Report, exact_interval, join, learning_curve
from leukotype.learning.patients import Patients, Words
from leukotype.learning.splits import QUARTERS, Rows, Sides, Split, SplitKind, once
from leukotype.model.classifier import GATE_CLASSES, Probabilities, SubtypeModel
from leukotype.model.conformal import prediction_sets
from leukotype.model.features import Array
from leukotype.model.log_odds import softmax
from leukotype.vocabulary import LOW_BLASTS, MIN_BLAST_PCT, NOT_B_ALL, Status

Study = Callable[[Fitted, Rows], Any]


@dataclass(frozen=True)
class HeldOut:
    """Answers for the tested patients of a split.

    Parameters
    ----------
    plain, with_lesions
        by expression alone, and with their lesions where files of these were given.
    beside
        what a study asked of the split's model.
    """

    plain: Answers
    with_lesions: Answers | None = None
    beside: Any = None


@dataclass(frozen=True)
class Fold:
    """One split of a measurement: what was chosen on its training patients, and how right that is."""

    split: Split
    samples: int
    chosen: Parameters
    report: Report
    answers: Answers
    with_lesions: Report | None = None


@dataclass(frozen=True)
class Learned:
    """A model and all that is known of it.

    Parameters
    ----------
    held_out, with_lesions
        figures of patients held out by the outer folds; inside each fold the candidate is chosen anew. By
        expression alone, and with their lesions where files of these were given.
    folds, cohorts
        the outer folds one by one, and each cohort learned from the others; the latter empty with one cohort.
    curve
        the figures of the folds with a part of each fold's patients to learn from.
    untaught
        what a model of all other subtypes calls the patients of each subtype; empty where not counted.
    candidates
        one row a candidate, with its inner score on all patients.
    chosen
        the candidate that the model was fitted with.
    weights
        what each kind of lesion is worth, and how many samples have it; empty without files of lesions.
    answers
        of the outer folds, for studies that count further: by expression alone, and with lesions.
    beside
        what a study asked of the outer folds' models.
    key
        what data, settings, base model and packages are: equal for equal ones.
    """

    fitted: Fitted
    held_out: Report
    with_lesions: Report | None
    folds: tuple[Fold, ...]
    cohorts: tuple[Fold, ...]
    curve: pd.DataFrame
    untaught: pd.DataFrame
    candidates: pd.DataFrame
    chosen: Parameters
    weights: pd.DataFrame
    answers: tuple[Answers, Answers | None]
    beside: tuple[Any, ...]
    key: str

    @property
    def untaught_calls(self) -> tuple[int, int]:
        """How many patients of untaught subtypes were called, and of how many."""
        called, n = (int(self.untaught[name].sum()) for name in ("called", "n"))
        return called, n


@dataclass(frozen=True)
class Task:
    """A split, the candidate to be fitted on it, and what else is asked of the model; its rows are tested."""

    sides: Sides
    candidate: Candidate | PoolCandidate
    study: Study | None = None


def answer(ground: Ground, question: Task) -> HeldOut:
    """Fit a candidate on a split's training patients, and answer for one sample of each test patient."""
    with threadpool_limits(1):
        return _answer(ground, question)


def _answer(ground: Ground, question: Task) -> HeldOut:
    sides = question.sides
    fitted = fit(ground, sides.train, question.candidate)
    tested = once(ground.patients, sides.test)
    who, evidence = ground.patients.take(tested), ground.evidence
    if ground.base is None:
        plain = ask(fitted, who)
        lesions = None if evidence is None else ask(fitted, who, evidence)
    else:
        scaled = (
            ground.base.features.all_genes(who.values) if ground.scaled is None else ground.scaled[tested]
        )
        plain = _ask_open(fitted, who, scaled)
        lesions = None if evidence is None else _ask_open(fitted, who, scaled, evidence)
    study = question.study
    return HeldOut(plain, lesions, None if study is None else study(fitted, sides.test))


def ask(fitted: Fitted, who: Patients, evidence: Evidence | None = None) -> Answers:
    """Ask a model about samples as `leukotype predict` does, gate and blasts included.

    Parameters
    ----------
    who
        samples with their expression; their labels are the truth.
    evidence
        lesions by sample; None to call by expression alone.
    """
    known = None if evidence is None else _flags(evidence, who, fitted.model)
    parts = fitted.model.predict(who.values, known)
    best = np.array(fitted.model.subtypes, dtype=object)[parts.subtype.argmax(axis=1)]
    other = parts.gate.argmax(axis=1) == GATE_CLASSES.index(NOT_B_ALL)
    few = parts.blasts[:, 0] < MIN_BLAST_PCT
    forced = np.select([other, few], [NOT_B_ALL, LOW_BLASTS], default=best)
    model = fitted.model
    rules = Rules(model.classes, fitted.threshold, model.limit, model.most_outlying, model.sets)
    found = _as_answers(rules, who, parts, evidence)
    return replace(found, forced=forced, blasts=parts.blasts)


def _ask_open(fitted: Fitted, who: Patients, scaled: Array, evidence: Evidence | None = None) -> Answers:
    """Ask for the subtype given that a sample is B-ALL: gate and blasts are the base model's."""
    model, n = fitted.model, len(who)
    log_odds = model.calibration(model.subtype(model.features.subtype_view(scaled)))
    expression = softmax(log_odds)
    known = None if evidence is None else _flags(evidence, who, model)
    chances = expression if known is None else softmax(log_odds + known @ model.lesion_weights)
    gate = np.tile(np.eye(len(GATE_CLASSES))[0], (n, 1))
    none = np.empty((n, 0, len(model.subtypes)))
    parts = Probabilities(gate, chances, expression, np.zeros(n), np.zeros(n), np.full((n, 3), 100.0), none)
    rules = Rules(model.classes, fitted.threshold, np.inf, np.inf, model.sets)
    return _as_answers(rules, who, parts, evidence)


def _flags(evidence: Evidence, who: Patients, model: SubtypeModel) -> Array:
    return flags(evidence, [str(name) for name in who.names], model.subtypes)


def _as_answers(rules: Rules, who: Patients, parts: Probabilities, evidence: Evidence | None) -> Answers:
    """Call by the rules of `leukotype predict`."""
    names = [str(name) for name in who.names]
    samples = as_samples(names, parts, np.full(len(names), np.nan), evidence or Evidence())
    decided = [decide(each, rules) for each in samples]
    called = np.array(
        [each.subtype if each.status == Status.CALLED else "" for each in decided], dtype=object
    )
    inside = np.stack([prediction_sets(parts.subtype, least) for least in rules.sets], axis=1)
    own = who.labels[:, None] == np.array(rules.subtypes, dtype=object)[None, :]
    return Answers(
        rules.subtypes, who.names, who.labels, parts.subtype, called, who.cohorts, likely=_likely(decided),
        covered=(inside & own[:, None, :]).any(axis=2), sizes=inside.sum(axis=2),
    )  # fmt: skip


def _likely(decided: Sequence[Decision]) -> Words:
    """Say what candidates and pairs of look-alikes name."""
    found = np.empty(len(decided), dtype=object)
    for place, each in enumerate(decided):
        likely = each.group or (each.subtype,)
        found[place] = likely if each.status == Status.CANDIDATE else ()
    return found


def of_kind(answers: Mapping[Split, HeldOut], kind: SplitKind) -> dict[Split, HeldOut]:
    """Give the answers of one kind of split."""
    return {split: each for split, each in answers.items() if split.kind is kind}


def curve(splits: Sequence[Sides], answers: Mapping[Split, HeldOut], folds: int) -> pd.DataFrame:
    """Figures of the same held-out patients against the share that was learned from."""
    points = []
    for quarters in range(2, QUARTERS + 1):
        kind = SplitKind.FOLD if quarters == QUARTERS else SplitKind.PART
        own = [each for each in splits if each.split.kind is kind and each.split.quarters == quarters]
        if len(own) == folds:
            size = float(np.mean([len(each.train) for each in own]))
            joined = join([answers[each.split].plain for each in own])
            points.append((f"{quarters / QUARTERS:.0%}", size, joined))
    return learning_curve(points)


def folds_table(folds: Sequence[Fold]) -> pd.DataFrame:
    """One row a split: what was chosen, and how right it is."""
    rows = [
        {"fold": str(fold.split), "samples": fold.samples, **asdict(fold.chosen), **fold.report.figures}
        for fold in folds
    ]
    return pd.DataFrame(rows)


def called_untaught(given: Mapping[Split, HeldOut]) -> pd.DataFrame:
    """Count what models call patients of a subtype that they were not taught; none of these is right."""
    rows = []
    for split, each in given.items():
        n, called = len(each.plain.called), each.plain.called[each.plain.called != ""]
        low, high = exact_interval(len(called), n)
        often = pd.Series(called, dtype=object).value_counts()
        told = ", ".join(f"{subtype} {count}" for subtype, count in often.items())
        rows.append((split.subtype, n, len(called), len(called) / n, low, high, told))
    shares = ("share_called", "share_called_low", "share_called_high")
    return pd.DataFrame(rows, columns=["subtype", "n", "called", *shares, "called_as"]).round(3)
