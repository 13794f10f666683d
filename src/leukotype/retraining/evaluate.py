"""How right a model is on patients it never saw: one count for every model, of training or of a test set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from leukotype.features import Array

LEVEL: Final = 0.95  # of the exact (Clopper-Pearson) intervals
BINS: Final = 10  # of equal width, as Guo et al., Proc ICML 2017;70:1321 take for the ECE
METRIC: Final = "balanced_accuracy"  # by which candidates are chosen and champions defended
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
        the subtype called with the model's own threshold, "" where none is.
    """

    subtypes: tuple[str, ...]
    names: npt.NDArray[Any]
    truth: npt.NDArray[Any]
    probabilities: Array
    called: npt.NDArray[Any]

    @property
    def best(self) -> npt.NDArray[Any]:
        """Most probable subtype, whatever the threshold."""
        return np.asarray(np.array(self.subtypes, dtype=object)[self.probabilities.argmax(axis=1)])

    def take(self, rows: npt.NDArray[Any]) -> Answers:
        """Give the chosen samples."""
        return Answers(self.subtypes, *(getattr(self, each.name)[rows] for each in fields(self)[1:]))


@dataclass(frozen=True)
class Report:
    """Single figures by name, and tables by name."""

    figures: dict[str, float]
    tables: dict[str, pd.DataFrame]


def join(parts: Sequence[Answers]) -> Answers:
    """Put the answers of several folds together; a subtype that a fold was not taught has probability 0."""
    names = tuple(sorted({name for part in parts for name in part.subtypes}))
    tables = [pd.DataFrame(part.probabilities, columns=list(part.subtypes)) for part in parts]
    wide = pd.concat([table.reindex(columns=list(names), fill_value=0.0) for table in tables])
    return Answers(
        names,
        np.concatenate([part.names for part in parts]),
        np.concatenate([part.truth for part in parts]),
        wide.to_numpy(),
        np.concatenate([part.called for part in parts]),
    )


def evaluate(answers: Answers) -> Report:
    """Count what is right. Samples of a subtype that was never taught count in ``not_taught`` alone."""
    known = np.isin(answers.truth, answers.subtypes)
    taught, strange = answers.take(np.flatnonzero(known)), answers.take(np.flatnonzero(~known))
    if not len(taught.truth):
        raise ValueError("no sample has a subtype that the model was taught")
    best, top = taught.best, taught.probabilities.max(axis=1)
    right, called = best == taught.truth, taught.called != ""
    names = sorted(set(taught.truth))
    figures = {
        "n": len(taught.truth),
        "n_not_taught": len(strange.truth),
        "not_taught_but_called": int((strange.called != "").sum()),
        "accuracy": right.mean(),
        METRIC: np.mean([right[taught.truth == name].mean() for name in names]),
        "macro_f1": np.mean([_f1(taught.truth == name, best == name) for name in names]),
        "ece": _ece(top, right),
        "brier": _brier(taught),
        "called": called.mean(),
        "right_among_called": (taught.called == taught.truth)[called].mean() if called.any() else np.nan,
    }
    tables = {
        "classes": per_class(taught),
        "confusion": pd.crosstab(
            pd.Series(answers.truth, name="label"), pd.Series(answers.best, name="answer")
        ),
        "reliability": reliability(top, right),
        "risk_coverage": risk_coverage(top, right),
    }
    return Report({name: round(float(value), 4) for name, value in figures.items()}, tables)


def per_class(answers: Answers) -> pd.DataFrame:
    """Sensitivity and specificity of each subtype with exact 95 % intervals, without a threshold."""
    rows, best = [], answers.best
    for name in sorted(set(answers.truth)):
        own, said = answers.truth == name, best == name
        sensitivity = _rate("sensitivity", int((own & said).sum()), int(own.sum()))
        specificity = _rate("specificity", int((~own & ~said).sum()), int((~own).sum()))
        wrong = own & (answers.called != "") & (answers.called != name)
        called = {"called": int((own & (answers.called != "")).sum()), "called_wrong": int(wrong.sum())}
        rows.append({"subtype": name, "n": int(own.sum()), **sensitivity, **specificity, **called})
    return pd.DataFrame(rows).round(3)


def _rate(name: str, hits: int, n: int) -> dict[str, float]:
    if not n:
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    interval = binomtest(hits, n).proportion_ci(LEVEL, method="exact")
    return {name: hits / n, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _f1(own: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    return float(2 * (own & said).sum() / max(1, own.sum() + said.sum()))


def _bins(top: Array) -> npt.NDArray[np.intp]:
    return np.asarray(np.minimum((top * BINS).astype(np.intp), BINS - 1))


def _ece(top: Array, right: npt.NDArray[np.bool_]) -> float:
    """Mean distance of the sureness of answers from the share that is right (expected calibration error)."""
    bins = _bins(top)
    return float(
        sum(abs(top[bins == each].sum() - right[bins == each].sum()) for each in range(BINS)) / len(top)
    )


def _brier(answers: Answers) -> float:
    """Mean squared distance of the probabilities from the truth, over all classes: 0 to 2 (Brier 1950)."""
    truth = answers.truth[:, None] == np.array(answers.subtypes, dtype=object)[None, :]
    return float(((answers.probabilities - truth) ** 2).sum(axis=1).mean())


def reliability(top: Array, right: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Say how often answers of a probability are right; bins without an answer are left out."""
    bins, rows = _bins(top), []
    for each in np.unique(bins):
        own = bins == each
        rows.append((f"{each / BINS:.1f} to {(each + 1) / BINS:.1f}", int(own.sum()), top[own].mean(),
                     right[own].mean()))  # fmt: skip
    return pd.DataFrame(rows, columns=["probability", "n", "mean_probability", "right"]).round(3)


def risk_coverage(top: Array, right: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Share of the samples called, and wrong among them, against the threshold."""
    rows = []
    for threshold in _THRESHOLDS:
        kept = top >= threshold
        n, wrong = int(kept.sum()), int((~right[kept]).sum())
        rows.append((threshold, len(top), n, n / len(top), wrong, wrong / n if n else np.nan))
    columns = ["threshold", "n", "called", "share_called", "wrong", "share_wrong"]
    return pd.DataFrame(rows, columns=columns).round(3)
