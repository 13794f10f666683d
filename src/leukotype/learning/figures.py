"""How right a model is on patients it never saw: one count for every model, of training or of a test set.

`evaluate` takes `Answers` and gives a `Report`: single figures, and tables. What a figure is::

    n                    samples of subtypes that the model was taught; all figures are of these
    n_not_taught         samples of other labels; how many were called something (not_taught_but_called), and
                         how many what they are (not_taught_called_right: a lesion alone can name a subtype)
    accuracy, balanced_accuracy, macro_f1    of the most probable answer, without a threshold
    ece, brier           of the probabilities of the subtypes, given that a sample is B-ALL
    called               share with a call, with the model's own threshold
    right_among_called   share right among these
    answered             share with a call, a pair of look-alikes or a candidate
    right_among_answered share right among these; a pair is right where it holds the subtype
    covered_90, _95      share whose subtype is in the prediction set of that level; size_90, _95: mean
                         number of subtypes in it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from leukotype.learning.patients import Words
from leukotype.learning.versions import METRIC
from leukotype.model.conformal import LEVELS
from leukotype.model.features import Array

CONFIDENCE: Final = 0.95  # of the exact (Clopper-Pearson) intervals
BINS: Final = 10  # of equal width, as Guo et al., Proc ICML 2017;70:1321 take for the ECE
RIGHT: Final = "right_among_called"  # beside it, where two models are measured on the same samples
_THRESHOLDS: Final = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Answers:
    """A model's answers for samples it was not taught.

    Parameters
    ----------
    subtypes
        names of the columns of the probabilities.
    names, truth
        samples and their subtypes; one that the model was never taught is counted apart.
    probabilities
        samples x subtypes, given that the sample is B-ALL.
    called
        the answer with the model's own threshold, "" where none is.
    cohorts
        where each sample comes from, if that is known.
    forced
        the answer without any threshold, where it is not the most probable subtype: a gate may say that a
        sample has too few blasts, or is not B-ALL.
    likely
        what a candidate or a pair of look-alikes names, as a tuple; empty where a sample is called or nothing
        is likely; None where it is not known.
    covered, sizes
        samples x `leukotype.model.conformal.LEVELS`: is the subtype in the prediction set, and how many are;
        None where the sets are not known.
    blasts
        samples x (estimate, lowest, highest), percent; None where they were not asked for.
    """

    subtypes: tuple[str, ...]
    names: Words
    truth: Words
    probabilities: Array
    called: Words
    cohorts: Words | None = None
    forced: Words | None = None
    likely: Words | None = None
    covered: npt.NDArray[np.bool_] | None = None
    sizes: npt.NDArray[np.intp] | None = None
    blasts: Array | None = None

    @property
    def most_probable(self) -> Words:
        """Most probable subtype, given that the sample is B-ALL."""
        return np.asarray(np.array(self.subtypes, dtype=object)[self.probabilities.argmax(axis=1)])

    @property
    def best(self) -> Words:
        """Answer without any threshold."""
        return self.most_probable if self.forced is None else self.forced

    def take(self, rows: npt.NDArray[Any]) -> Answers:
        """Give the chosen samples."""
        told = [getattr(self, each.name) for each in fields(self)[1:]]
        taken: list[Any] = [None if each is None else each[rows] for each in told]
        return Answers(self.subtypes, *taken)

    def of_subtypes(self, subtypes: Sequence[str]) -> Answers:
        """Give the answers with these columns; a subtype that the model was not taught has probability 0."""
        wide = pd.DataFrame(self.probabilities, columns=list(self.subtypes))
        filled = wide.reindex(columns=list(subtypes), fill_value=0.0).to_numpy()
        return replace(self, subtypes=tuple(subtypes), probabilities=filled)

    def merge(self, merge: Mapping[str, str]) -> Answers:
        """Read subtypes as others: labels, answers and probabilities, which add up."""
        if not merge:
            return self
        names = sorted({merge.get(name, name) for name in self.subtypes})
        summed = np.zeros((len(self.truth), len(names)))
        for name, column in zip(self.subtypes, self.probabilities.T, strict=True):
            summed[:, names.index(merge.get(name, name))] += column
        read: dict[str, Any] = {
            each: None if (told := getattr(self, each)) is None else _rename(told, merge)
            for each in ("truth", "called", "forced")
        }
        likely = None if self.likely is None else _rename_each(self.likely, merge)
        return replace(self, subtypes=tuple(names), probabilities=summed, likely=likely, **read)


def _rename(names: Words, merge: Mapping[str, str]) -> Words:
    return np.array([merge.get(name, name) for name in names], dtype=object)


def _rename_each(names: Words, merge: Mapping[str, str]) -> Words:
    found = np.empty(len(names), dtype=object)
    found[:] = [tuple(merge.get(name, name) for name in each) for each in names]
    return found


@dataclass(frozen=True)
class Report:
    """Single figures by name, and tables by name; see `evaluate`."""

    figures: dict[str, float] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def join(parts: Sequence[Answers]) -> Answers:
    """Put the answers of several folds together; a subtype that a fold was not taught has probability 0."""
    names = tuple(sorted({name for part in parts for name in part.subtypes}))
    wide = [part.of_subtypes(names) for part in parts]
    joined: list[Any] = []
    for each_field in fields(Answers)[1:]:
        told = [getattr(part, each_field.name) for part in wide]
        joined.append(None if any(each is None for each in told) else np.concatenate(told))
    return Answers(names, *joined)


def evaluate(answers: Answers) -> Report:
    """Count what is right.

    Samples of a label that was never taught count in the figures ``not_taught`` alone, and stand in the
    confusion table.

    Returns
    -------
    Figures (see the head of this module), rounded to four decimals, and the tables ``classes`` (`per_class`),
    ``confusion``, ``reliability``, ``risk_coverage``, and ``cohorts`` where there are two or more.

    Raises
    ------
    ValueError
        If no sample has a subtype that was taught.
    """
    known = np.isin(answers.truth, answers.subtypes)
    taught, strange = answers.take(np.flatnonzero(known)), answers.take(np.flatnonzero(~known))
    if not len(taught.truth):
        raise ValueError("no sample has a subtype that the model was taught")
    figures = {
        "n": len(taught.truth),
        "n_not_taught": len(strange.truth),
        "not_taught_but_called": int((strange.called != "").sum()),
        "not_taught_called_right": int((strange.called == strange.truth).sum()),
        **_count(taught),
    }
    tables = {
        "classes": per_class(taught),
        "confusion": confusion(answers),
        "reliability": reliability(taught),
        "risk_coverage": risk_coverage(taught),
    }
    if taught.cohorts is not None and len(set(taught.cohorts)) > 1:
        tables["cohorts"] = per_cohort(taught)
    return Report({name: round(float(value), 4) for name, value in figures.items()}, tables)


def _count(taught: Answers) -> dict[str, float]:
    called = taught.called != ""
    return {
        "accuracy": float((taught.best == taught.truth).mean()),
        METRIC: balanced_accuracy(taught.truth, taught.best),
        "macro_f1": macro_f1(taught.truth, taught.best),
        "ece": ece(taught),
        "brier": brier(taught),
        "called": float(called.mean()),
        RIGHT: float((taught.called == taught.truth)[called].mean()) if called.any() else np.nan,
        **_answer_figures(taught),
        **_sets(taught),
    }


def _answer_figures(taught: Answers) -> dict[str, float]:
    """Count pairs of look-alikes and candidates with the calls."""
    if taught.likely is None:
        return {}
    right, likely = taught.called == taught.truth, np.array([len(each) > 0 for each in taught.likely])
    holds = np.array([own in each for own, each in zip(taught.truth, taught.likely, strict=True)])
    answered = (taught.called != "") | likely
    share = float((right | holds)[answered].mean()) if answered.any() else np.nan
    return {"answered": float(answered.mean()), "right_among_answered": share}


def _sets(taught: Answers) -> dict[str, float]:
    """Say how often the prediction sets hold the subtype, and how many they hold."""
    found: dict[str, float] = {}
    if taught.covered is not None and taught.sizes is not None:
        for level, covered, sizes in zip(LEVELS, taught.covered.T, taught.sizes.T, strict=True):
            found |= {f"covered_{level:.0%}".rstrip("%"): float(covered.mean())}
            found |= {f"size_{level:.0%}".rstrip("%"): float(sizes.mean())}
    return found


def balanced_accuracy(truth: Words, best: Words) -> float:
    """Mean, over the labels that are there, of the share answered right."""
    return float(np.mean([(best[truth == name] == name).mean() for name in sorted(set(truth))]))


def macro_f1(truth: Words, best: Words) -> float:
    """Mean F1 of the labels that are there."""
    return float(np.mean([_f1(truth == name, best == name) for name in sorted(set(truth))]))


def _f1(own: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    return float(2 * (own & said).sum() / max(1, own.sum() + said.sum()))


def per_class(answers: Answers) -> pd.DataFrame:
    """Sensitivity and specificity of each label with exact 95 % intervals, and precision; no threshold.

    ``answered`` counts the samples that were given this answer, ``called`` those of this label that were
    called something.
    """
    rows, best = [], answers.best
    for name in sorted(set(answers.truth)):
        own, said = answers.truth == name, best == name
        sensitivity = _rate("sensitivity", int((own & said).sum()), int(own.sum()))
        specificity = _rate("specificity", int((~own & ~said).sum()), int((~own).sum()))
        told = {"answered": int(said.sum()), "precision": own[said].mean() if said.any() else np.nan}
        wrong = own & (answers.called != "") & (answers.called != name)
        called = {"called": int((own & (answers.called != "")).sum()), "called_wrong": int(wrong.sum())}
        rows.append({"subtype": name, "n": int(own.sum()), **sensitivity, **specificity, **told, **called})
    return pd.DataFrame(rows).round(3)


def _rate(name: str, hits: int, n: int) -> dict[str, float]:
    low, high = exact_interval(hits, n)
    return {name: hits / n if n else np.nan, f"{name}_low": low, f"{name}_high": high}


def exact_interval(hits: int, n: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (Clopper and Pearson, Biometrika 1934;26:404); NaN of nobody."""
    if not n:
        return np.nan, np.nan
    interval = binomtest(hits, n).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)


def per_cohort(answers: Answers) -> pd.DataFrame:
    """Count each cohort apart: a model may be sure of one laboratory and wrong of another."""
    cohorts = np.full(len(answers.truth), "") if answers.cohorts is None else answers.cohorts
    rows = []
    for name in sorted(set(cohorts)):
        own = answers.take(np.flatnonzero(cohorts == name))
        rows.append({"cohort": name, "n": len(own.truth), **_count(own)})
    return pd.DataFrame(rows).round(4)


def confusion(answers: Answers) -> pd.DataFrame:
    """Labels (rows) by answers without a threshold (columns)."""
    return pd.crosstab(pd.Series(answers.truth, name="label"), pd.Series(answers.best, name="answer"))


def _sureness(answers: Answers) -> tuple[Array, npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Probability of the most probable subtype, whether it is right, and the bin of the probability."""
    top = answers.probabilities.max(axis=1)
    bins = np.asarray(np.minimum((top * BINS).astype(np.intp), BINS - 1))
    return top, np.asarray(answers.most_probable == answers.truth), bins


def ece(answers: Answers) -> float:
    """Mean distance of the sureness of answers from the share that is right (expected calibration error)."""
    top, right, bins = _sureness(answers)
    gaps = (abs(top[bins == each].sum() - right[bins == each].sum()) for each in range(BINS))
    return float(sum(gaps) / len(top))


def brier(answers: Answers) -> float:
    """Mean squared distance of the probabilities from the truth, over all classes: 0 to 2 (Brier 1950)."""
    truth = answers.truth[:, None] == np.array(answers.subtypes, dtype=object)[None, :]
    return float(((answers.probabilities - truth) ** 2).sum(axis=1).mean())


def reliability(answers: Answers) -> pd.DataFrame:
    """Say how often answers of a probability are right; bins without an answer are left out."""
    top, right, bins = _sureness(answers)
    rows = []
    for each in np.unique(bins):
        own = bins == each
        rows.append((f"{each / BINS:.1f} to {(each + 1) / BINS:.1f}", int(own.sum()), top[own].mean(),
                     right[own].mean()))  # fmt: skip
    return pd.DataFrame(rows, columns=["probability", "n", "mean_probability", "right"]).round(3)


def risk_coverage(answers: Answers) -> pd.DataFrame:
    """Share of the samples called, and wrong among them, against the threshold.

    A sample whose answer is no subtype (`Answers.forced`) is called at none.
    """
    best, top = answers.best, answers.probabilities.max(axis=1)
    right, rows = best == answers.truth, []
    for threshold in _THRESHOLDS:
        kept = (top >= threshold) & np.isin(best, answers.subtypes)
        n, wrong = int(kept.sum()), int((~right[kept]).sum())
        rows.append((threshold, len(top), n, n / len(top), wrong, wrong / n if n else np.nan))
    columns = ["threshold", "n", "called", "share_called", "wrong", "share_wrong"]
    return pd.DataFrame(rows, columns=columns).round(3)


def learning_curve(points: Sequence[tuple[str, float, Answers]]) -> pd.DataFrame:
    """Figures of the same held-out patients against how much was learned from.

    Parameters
    ----------
    points
        name of the share, samples learned from (mean of the folds), answers.
    """
    columns = ["share", "samples", METRIC, "macro_f1"]
    rows = []
    for share, samples, answers in points:
        figures = evaluate(answers).figures
        rows.append((share, round(samples), *(figures[each] for each in columns[2:])))
    return pd.DataFrame(rows, columns=columns)
