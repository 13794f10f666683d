"""Fits a model: features, gate, blasts, subtype scores, their calibration, the threshold, what lesions add.

With a base model its features, gate, blasts and limit stay, and the rest is learned. Scikit-learn or the
trees of `leukotype.learning.boosting` give numbers; what comes out is the `SubtypeModel` that predicts, so
that learning and prediction cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from leukotype.errors import InputError
from leukotype.evidence.findings import FLAGS, Evidence, flags
from leukotype.learning.boosting import grow
from leukotype.learning.calibration import (
    as_linear,
    calibrate,
    choose_threshold,
    held_out_log_odds,
    sharpen,
    sharpness,
)
from leukotype.learning.lesion_weights import learn_weights
from leukotype.learning.mixing import SCRAMBLED, Augmentation, TrainingRows
from leukotype.learning.panel import Panel
from leukotype.learning.patients import Cohort, Patients
from leukotype.learning.protocols import TAGS, shift, vary
from leukotype.learning.purity import learn_blasts
from leukotype.learning.settings import DEFAULT_WEIGHTS, Settings
from leukotype.learning.splits import Rows, deal, pairs
from leukotype.model.blasts import BlastModel
from leukotype.model.bundle import Bundle
from leukotype.model.classifier import SubtypeModel, outlying, strangeness
from leukotype.model.conformal import LEVELS, cut_offs
from leukotype.model.features import Array, Features
from leukotype.model.log_odds import Linear, softmax
from leukotype.model.pool import Pool
from leukotype.vocabulary import B_ALL, LOW_BLASTS, SUBTYPES

_ITERATIONS: Final = 20_000
_ROWS: Final = 1000  # of a block
_MANY_ROWS: Final = 8_000
_MANY_COLUMNS: Final = 1_000  # genes one by one, and the others: 2,920; without the others: 256
Scores = Callable[[Array], Array]


class Candidate(Protocol):
    """One setting of a subtype estimator."""

    @property
    def kind(self) -> str:
        """Name of the estimator."""

    def features(self, learned: Features) -> Features:
        """Give the features with the weights of this setting."""

    def fit(self, view: Array, codes: Rows, settings: Settings) -> Scores:
        """Fit to classes."""


@dataclass(frozen=True)
class LinearCandidate:
    """One setting of a linear subtype estimator; see `leukotype.learning.settings.Search`."""

    kind: str
    c: float
    dosage_weight: float
    other_weight: float

    def features(self, learned: Features) -> Features:
        """Give the features with these weights."""
        return replace(learned, dosage_weight=self.dosage_weight, other_weight=self.other_weight)

    def fit(self, view: Array, codes: Rows, settings: Settings) -> Linear:
        """Fit to classes."""
        if self.kind == "svm":
            estimator = LinearSVC(
                C=self.c,
                class_weight="balanced",
                random_state=settings.seed,
                max_iter=_ITERATIONS,
                dual=_dual(view),
            )
        else:
            estimator = LogisticRegression(C=self.c, class_weight="balanced", max_iter=_ITERATIONS, tol=1e-3)
        return as_linear(estimator.fit(view, codes))


@dataclass(frozen=True)
class BoostedCandidate:
    """One setting of boosted trees; see `leukotype.learning.boosting.grow`.

    They read the genes that the subtype classifier reads one by one, and the chromosomes. With the other
    genes too, of which the linear kinds take a little each, they take ten times as long and are no better
    on held-out patients of GSE181157.
    """

    kind: str
    learning_rate: float
    depth: int
    rounds: int
    column_share: float

    def features(self, learned: Features) -> Features:
        """Give the features without the other genes; of a weight a tree knows nothing."""
        return replace(learned, other_weight=0.0)

    def fit(self, view: Array, codes: Rows, settings: Settings) -> Scores:
        """Fit to classes."""
        told = {name: value for name, value in asdict(self).items() if name != "kind"}
        return grow(view, codes, **told, seed=settings.seed, cluster_rows=settings.cluster_rows)


@dataclass(frozen=True)
class PoolCandidate:
    """A pool of experts, of which nothing is searched; see `leukotype.learning.pools`."""

    kind: str = "pool"


Parameters = LinearCandidate | BoostedCandidate | PoolCandidate


def _dual(view: Array) -> bool | Literal["auto"]:
    """Which problem liblinear solves; both have the same answer.

    By itself scikit-learn takes the primal one where there are more samples than columns; with many thousands
    of both the dual one takes a third of the time.
    """
    return True if view.shape[0] >= _MANY_ROWS and view.shape[1] >= _MANY_COLUMNS else "auto"


@dataclass(frozen=True)
class TaughtPool:
    """A pool, and what pools that had not seen a patient say of them.

    Parameters
    ----------
    names
        samples of a class.
    codes
        their classes, as positions among those of the pool.
    log_odds
        samples x classes.
    """

    pool: Pool
    names: npt.NDArray[Any]
    codes: Rows
    log_odds: Array


class PoolTeacher(Protocol):
    """Fits a pool of experts to some patients; see `leukotype.learning.pools`."""

    def fit(self, train: Patients) -> TaughtPool:
        """Learn from these patients, and hold them out in turn."""


@dataclass(frozen=True)
class Ground:
    """What every fit needs.

    Parameters
    ----------
    panel
        the genes.
    base
        model whose features, gate, blasts and limit stay; also its lesion weights, where no patient has such
        a lesion. None where everything is learned.
    scaled
        patients x genes, as the base model's features give them; None without a base.
    augmentation
        what makes rows of the patients; None to learn from the patients alone.
    evidence
        lesions by sample; None without files of these.
    pools
        fits a pool of experts in place of one estimator; None for one.
    """

    patients: Patients
    panel: Panel
    settings: Settings
    base: SubtypeModel | None = None
    scaled: Array | None = None
    augmentation: Augmentation | None = None
    evidence: Evidence | None = None
    pools: PoolTeacher | None = None

    @property
    def known_features(self) -> tuple[float, float]:
        """Weights of the chromosomes and of the other genes where a search begins."""
        own = None if self.base is None else self.base.features
        return DEFAULT_WEIGHTS if own is None else (own.dosage_weight, own.other_weight)

    def prepare(self, train: Rows) -> PreparedRows:
        """Give the rows that some patients teach."""
        if self.scaled is not None and self.base is not None:
            rows = TrainingRows.of(self.patients.take(train))
            return PreparedRows(rows, self.base.features, self.scaled[train])
        own, make = self.patients.take(train).of_genes(self.panel.read), self.augmentation
        rows = TrainingRows.of(own) if make is None else make(own, self.settings.seed)
        features = self._learn_features(rows) if self.base is None else self.base.features
        return PreparedRows(rows, features, features.all_genes(rows.values))

    def _learn_features(self, rows: TrainingRows) -> Features:
        """Learn centre and spread of every gene from undiluted patients of known subtype."""
        own = np.isin(rows.labels.astype(str), SUBTYPES) & (rows.share == 1)
        dosage_weight, other_weight = DEFAULT_WEIGHTS
        return Features.learn(
            rows.values[own],
            rows.labels[own].astype(str),
            subtype_genes=self.panel.subtype_genes,
            chromosomes=self.panel.chromosomes,
            dosage_weight=dosage_weight,
            other_weight=other_weight,
        )


@dataclass(frozen=True)
class Teaching:
    """Who teaches, and what is kept.

    Parameters
    ----------
    panel
        the genes.
    base
        model whose features, gate, blasts and limit stay; also its lesion weights where no patient has such a
        lesion. None: everything is learned, for which `augmentation` must give normal cells.
    evidence
        lesions by sample, where files of these were given.
    further_sha256
        of files that teach beside the patients' own: normal cells, for example.
    pools
        fits a pool of experts in place of one estimator; None for one.
    unread
        see `leukotype.learning.store.build_profiles`.
    learned_from
        sources by part, with their licences, for the manifest.
    """

    cohort: Cohort
    panel: Panel
    base: Bundle | None = None
    augmentation: Augmentation | None = None
    evidence: Evidence | None = None
    further_sha256: Mapping[str, str] | None = None
    pools: PoolTeacher | None = None
    unread: Array | None = None
    learned_from: Mapping[str, str] | None = None

    def ground(self, settings: Settings) -> Ground:
        """Prepare what every fit needs: patients with a base model's features, else with their expression."""
        patients, panel = self.cohort.patients, self.panel
        base = None if self.base is None else self.base.model
        if base is None or self.augmentation is not None:
            return Ground(patients, panel, settings, base, None, self.augmentation, self.evidence, self.pools)
        scaled = _by_blocks(base.features.all_genes, patients.values)
        return Ground(patients.without_values(), panel, settings, base, scaled, evidence=self.evidence)


@dataclass(frozen=True)
class PreparedRows:
    """Rows to learn from, with their features.

    Parameters
    ----------
    scaled
        rows x genes, as the features give them.
    """

    rows: TrainingRows
    features: Features
    scaled: Array

    @property
    def of_known_subtype(self) -> npt.NDArray[np.bool_]:
        """Rows whose subtype is known."""
        return np.isin(self.rows.labels.astype(str), SUBTYPES)


@dataclass(frozen=True)
class Lesson:
    """What a subtype estimator of one setting is fitted on.

    Parameters
    ----------
    view
        rows of known subtype x columns of `Features.subtype_view`.
    codes
        their subtypes, as positions.
    real
        true for undiluted rows whose genes were all measured: the patients themselves.
    folds
        training and test rows of the inner folds, split by patient.
    """

    subtypes: tuple[str, ...]
    names: npt.NDArray[Any]
    view: Array
    codes: Rows
    real: npt.NDArray[np.bool_]
    folds: list[tuple[Rows, Rows]]

    @classmethod
    def of(cls, prepared: PreparedRows, candidate: Candidate, settings: Settings) -> Lesson:
        """Choose the rows of known subtype, and part them into inner folds."""
        rows, own = prepared.rows, np.flatnonzero(prepared.of_known_subtype)
        names, codes = np.unique(rows.labels[own].astype(str), return_inverse=True)
        dealt = deal(codes, rows.patients[own], settings.inner_folds, settings.seed)
        view = _by_blocks(candidate.features(prepared.features).subtype_view, prepared.scaled[own])
        real = (rows.measured & (rows.share == 1))[own]
        subtypes = tuple(str(name) for name in names)
        return cls(subtypes, rows.names[own], view, codes, real, pairs(dealt, len(own)))


@dataclass(frozen=True)
class Fitted:
    """A model learned from some patients.

    Parameters
    ----------
    held_out
        calibrated probabilities of the same patients, undiluted, each by a model and a calibration of the
        inner folds that did not see them.
    names, codes
        their samples, and their subtypes as positions.
    threshold
        see `leukotype.learning.calibration.choose_threshold`.
    """

    model: SubtypeModel
    held_out: Array
    names: npt.NDArray[Any]
    codes: Rows
    threshold: float


def fit(ground: Ground, train: Rows, candidate: Candidate | PoolCandidate) -> Fitted:
    """Fit on these patients; those held out inside teach the calibration and the threshold.

    One thread: with several, sums are added in another order, and other machines give other last digits.
    """
    with threadpool_limits(1):
        prepared, gate = fit_gate(ground, train)
        if isinstance(candidate, PoolCandidate):
            return fit_pool(ground, prepared.features, gate, train)
        return fit_subtypes(ground, prepared, gate, candidate)


@dataclass(frozen=True)
class Gate:
    """What tells B-ALL from the rest, and how much of a sample it is: the parts that a base model keeps."""

    gate: Linear
    blasts: BlastModel
    limit: float
    most_outlying: float


def fit_gate(ground: Ground, train: Rows) -> tuple[PreparedRows, Gate]:
    """Prepare these patients, and learn from them what is not B-ALL and what blasts are, without a base.

    Raises
    ------
    InputError
        Without a base, where there are no examples of B-ALL and of two other kinds.
    """
    prepared = ground.prepare(train)
    if ground.base is not None:
        base = ground.base
        return prepared, Gate(base.gate, base.blasts, base.limit, base.most_outlying)
    rows, scaled = prepared.rows, prepared.scaled
    labels = rows.labels.astype(str)
    gate = _gate(*_as_other_protocols(ground, prepared), ground.settings.gate_c)
    cells = rows.measured & (labels != SCRAMBLED)
    blasts = learn_blasts(scaled[cells], rows.share[cells], rows.own_pct[cells], rows.patients[cells])
    b_all = rows.measured & (prepared.of_known_subtype | (labels == B_ALL))
    return prepared, Gate(gate, blasts, *_limits(ground, prepared, b_all))


def _as_other_protocols(ground: Ground, prepared: PreparedRows) -> tuple[Array, npt.NDArray[Any]]:
    """Give features and labels of the rows that teach the gate, also as other protocols would show them.

    Rows of few blasts teach neither B-ALL nor another kind.
    """
    rows = prepared.rows
    own = np.flatnonzero(rows.measured & (rows.labels.astype(str) != LOW_BLASTS))
    rng, labels = np.random.default_rng(ground.settings.seed), rows.labels[own].astype(str)
    other = prepared.features.as_ranked(vary(rows.values[own], _lengths(ground), rng))
    return np.vstack([prepared.scaled[own], other]), np.concatenate([labels, labels])


def _lengths(ground: Ground) -> Array:
    """Bases of each gene that gate and features read."""
    return ground.panel.genes.frame["length"].to_numpy(np.float64)[ground.panel.read]


def _limits(ground: Ground, prepared: PreparedRows, b_all: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Highest strangeness and most outlying genes of any B-ALL, also as another protocol would show them."""
    rows = prepared.rows
    pure = rows.values[b_all & (rows.share == 1)]
    rng = np.random.default_rng(ground.settings.seed)
    far = shift(pure, _lengths(ground), rng, **TAGS)
    sides = ((prepared.scaled[b_all], rows.values[b_all]), (prepared.features.as_ranked(far), far))
    strange, out = (float(max(measure(*side).max() for side in sides)) for measure in (strangeness, outlying))
    return strange, out


def _gate(scaled: Array, labels: npt.NDArray[Any], c: float) -> Linear:
    """Score B-ALL, then each other label: the columns of `gate_probabilities`."""
    others = sorted(set(labels) - set(SUBTYPES) - {B_ALL})
    if len(others) < 2:
        found = ", ".join(others) or "none"
        raise InputError(
            f"the gate: expected examples of two kinds of what is not B-ALL, found {found}: give normal "
            "cells by --background, or start from a base model"
        )
    names = [B_ALL, *others]
    target = np.array([names.index(label) if label in names else 0 for label in labels])
    sizes = np.bincount(target, minlength=len(names))
    weights = sizes[0] / np.maximum(sizes[target], 1)
    fitted = LogisticRegression(C=c, max_iter=5000, tol=1e-3).fit(scaled, target, sample_weight=weights)
    return Linear(fitted.coef_.T, fitted.intercept_)


def fit_subtypes(ground: Ground, prepared: PreparedRows, gate: Gate, candidate: Candidate) -> Fitted:
    """Fit the subtypes on prepared rows: scores, calibration, threshold, sets, and what lesions add."""
    settings = ground.settings
    lesson = Lesson.of(prepared, candidate, settings)
    view, codes, real = lesson.view, lesson.codes, lesson.real
    scores = np.empty((len(view), len(lesson.subtypes)))
    for train, test in lesson.folds:
        scores[test] = candidate.fit(view[train], codes[train], settings)(view[test])
    log_odds = held_out_log_odds(scores, codes, lesson.folds, settings.calibration_c)
    factor = sharpness(log_odds[real], codes[real])
    held_out, own = softmax(factor * log_odds)[real], codes[real]
    names = lesson.names[real]
    model = SubtypeModel(
        lesson.subtypes,
        replace(candidate.features(prepared.features), genes=ground.panel.read),
        gate.gate,
        gate.blasts,
        candidate.fit(view, codes, settings),
        sharpen(calibrate(scores, codes, settings.calibration_c), factor),
        gate.limit,
        gate.most_outlying,
        _lesion_weights(ground, lesson.subtypes, held_out, names, own),
        np.array([cut_offs(held_out, own, level) for level in LEVELS]),
    )
    threshold = choose_threshold(held_out, own, settings.max_wrong, ground.patients.cohorts_of(names))
    return Fitted(model, held_out, names, own, threshold)


def fit_pool(ground: Ground, features: Features, gate: Gate, train: Rows) -> Fitted:
    """Fit a pool of experts beside a gate: threshold and sets are those of laboratories held out.

    Raises
    ------
    ValueError
        Where no sources of a pool were given.
    """
    if ground.pools is None:
        raise ValueError("a pool of experts: expected its sources, found none")
    taught = ground.pools.fit(ground.patients.take(train))
    held_out, subtypes = softmax(taught.log_odds), taught.pool.classes
    model = SubtypeModel(
        subtypes,
        replace(features, genes=ground.panel.read),
        gate.gate,
        gate.blasts,
        taught.pool,
        Linear(np.eye(len(subtypes)), np.zeros(len(subtypes))),
        gate.limit,
        gate.most_outlying,
        _lesion_weights(ground, subtypes, held_out, taught.names, taught.codes),
        np.array([cut_offs(held_out, taught.codes, level) for level in LEVELS]),
    )
    threshold = choose_threshold(
        held_out, taught.codes, ground.settings.max_wrong, ground.patients.cohorts_of(taught.names)
    )
    return Fitted(model, held_out, taught.names, taught.codes, threshold)


def _lesion_weights(
    ground: Ground, subtypes: tuple[str, ...], held_out: Array, names: npt.NDArray[Any], codes: Rows
) -> Array:
    """Learn what lesions add to held-out probabilities; what nobody has keeps the base model's weight."""
    base = np.zeros(len(FLAGS)) if ground.base is None else ground.base.lesion_weights
    if ground.evidence is None:
        return base
    known = flags(ground.evidence, [str(name) for name in names], subtypes)
    return np.where(known.any(axis=(0, 1)), learn_weights(held_out, known, codes), base)


def right_of_fold(ground: Ground, train: Rows, candidate: Candidate, fold: int) -> list[int]:
    """Count, by subtype in the order of their names, the patients of an inner fold whose score is highest."""
    with threadpool_limits(1):
        lesson = Lesson.of(ground.prepare(train), candidate, ground.settings)
        learned, tested = lesson.folds[fold]
        tested = tested[lesson.real[tested]]
        fitted = candidate.fit(lesson.view[learned], lesson.codes[learned], ground.settings)
        best = fitted(lesson.view[tested]).argmax(axis=1)
        own = lesson.codes[tested]
        return [int(each) for each in np.bincount(best[best == own], minlength=len(lesson.subtypes))]


def sizes_of_folds(ground: Ground, train: Rows) -> Rows:
    """Count the patients that inner folds hold out: folds x subtypes."""
    rows = (
        TrainingRows.of(ground.patients.take(train))
        if ground.augmentation is None
        else ground.prepare(train).rows
    )
    own = np.flatnonzero(np.isin(rows.labels.astype(str), SUBTYPES))
    names, codes = np.unique(rows.labels[own].astype(str), return_inverse=True)
    settings, real = ground.settings, (rows.measured & (rows.share == 1))[own]
    dealt = deal(codes, rows.patients[own], settings.inner_folds, settings.seed)
    return np.array([np.bincount(codes[test[real[test]]], minlength=len(names)) for test in dealt])


def _by_blocks(function: Callable[[Array], Array], values: Array) -> Array:
    """Apply a function of rows to a block of them at a time: on its way it takes several times as much."""
    starts = range(0, len(values), _ROWS)
    blocks = (function(values[start : start + _ROWS]) for start in starts)
    first = next(blocks)
    found = np.empty((len(values), first.shape[1]))
    found[: len(first)] = first
    for start, block in zip(starts[1:], blocks, strict=True):
        found[start : start + _ROWS] = block
    return found
