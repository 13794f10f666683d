"""What the panel should reach and what it reaches, in one table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from leukotype.learning.sources import CLASSES
from leukotype.model.log_odds import softmax
from leukotype.model.pool import Pool
from leukotype.vocabulary import Tier
from training.panel import class_out
from training.panel.left_out import BOSTON, NORDIC, Study
from training.panel.spoiling import AS_IS, FORTY, SIXTY, TAGS
from training.panel.tables import (
    LABELLED,
    LETTERS,
    RARE,
    WRONG,
    external_tally,
    fold_probabilities,
    labelled_samples,
    missing_genes,
    probabilities_never_seen,
    stjude_probabilities,
    stjude_shares,
    thresholds_without,
)
from training.panel.tally import CALLED_FROM, Count, Tally, tally

Row = tuple[str, str, str]
HEADER: Final = ("| what | goal | reached |", "| --- | --- | --- |")


def lines(study: Study, pool: Pool) -> Iterator[str]:
    """Print the table in Markdown."""
    yield from HEADER
    parts = (
        _never_seen(study),
        _folds(study),
        _stjude(study),
        _sources(study),
        _profiles(study),
        _external(study),
        _dilutions(study),
        _missing(study, pool),
    )
    for rows in parts:
        for what, goal, reached in rows:
            yield f"| {what} | {goal} | {reached} |"


def _never(study: Study, cohort: str, way: str = AS_IS, called: float = CALLED_FROM) -> Tally:
    """Count the patients by which a cohort is judged, never seen by experts and weights."""
    (probability, codes), judged = probabilities_never_seen(study, cohort, way), study.judged(cohort)
    return tally(probability[judged], codes[judged], called)


def _never_seen(study: Study) -> Iterator[Row]:
    goals = {NORDIC: ("", "at least 208 / at most 4"), BOSTON: ("at least .95", "at most 2 % wrong")}
    for cohort, (goal, goal_called) in goals.items():
        found = _never(study, cohort)
        n, right = found.n, found.most_probable.right
        yield f"{cohort} never seen, {n}: most probably right", goal, f"{right} ({right / n:.3f})"
        for wrong in WRONG:
            called = thresholds_without(study, cohort, wrong)["both, the larger"]
            strict = _never(study, cohort, AS_IS, called).called
            what = (
                f"the same, called right/wrong from {called:.3f}, chosen without it for <= {wrong:.0%} wrong"
            )
            yield what, goal_called, f"{strict}, {n - strict.n} not called"
        reached = f"{found.called}, {n - found.called.n} not called"
        yield f"the same from {CALLED_FROM}, chosen with both cohorts in view", goal_called, reached
        yield "the same with groups and candidates", "", f"{found.answered}, {n - found.answered.n} silent"
        yield "the same, calibration error", "at most .03", f"{found.ece:.3f}"


def _folds(study: Study) -> Iterator[Row]:
    probability, codes = fold_probabilities(study, AS_IS), study.sources.cohorts.codes
    found = tally(probability[study.known], codes[study.known])
    reached = f"{found.called}; most probable {found.most_probable.right}; answered {found.answered}"
    yield f"five folds, {found.n} of {NORDIC}: called", "at least 218 right, at most 3 wrong", reached


def _stjude(study: Study) -> Iterator[Row]:
    shares = stjude_shares(study, stjude_probabilities(study))
    goals = ("at least .95", "at least .97", "at least .93", "")
    for (group, share), goal in zip(shares.items(), goals, strict=True):
        yield f"the 441 in folds, without B, most probably right: {group}", goal, f"{share:.3f}"
    found = tally(stjude_probabilities(study), study.sources.stjude.codes)
    yield "the 441 in folds, without B: calibration error", "at most .03", f"{found.ece:.3f}"
    factor = study.factors[frozenset(str(LETTERS[letter]) for letter in "AE")]
    names = tuple(LETTERS[letter] for letter in "AE")
    alone = study.stjude_never_seen[AS_IS].only(names).log_odds(study.weights, factor)
    top, labels = softmax(alone).argmax(axis=1), study.sources.stjude.labels
    rare = [(name, labels == name) for name in RARE]
    reached = [f"{name} {(top[own] == CLASSES.index(name)).sum()}/{own.sum()}" for name, own in rare]
    yield "rare classes of the 441 never seen, by A and E", "", ", ".join(reached)


def _sources(study: Study) -> Iterator[Row]:
    """Both cohorts together, all patients of a class."""
    called, answered, n = Count(0, 0), Count(0, 0), 0
    for cohort in (NORDIC, BOSTON):
        found = tally(*probabilities_never_seen(study, cohort))
        called, answered, n = called + found.called, answered + found.answered, n + found.n
    yield (
        f"sources left out, all {n}: called, threshold {CALLED_FROM}",
        "at least 93 %, at most 2 % wrong",
        f"{called.n / n:.1%}, {called.share_wrong:.1%} wrong",
    )
    yield (
        "the same, answered (with groups and candidates)",
        "at least 99 %, at most 3 % wrong",
        f"{answered.n / n:.1%}, {answered.share_wrong:.1%} wrong",
    )


def _profiles(study: Study) -> Iterator[Row]:
    found, goal = class_out.margins(study), "median at least .93, false positives at most .01"
    for key in class_out.TOGETHER:
        sensitivity, false = class_out.rates(study, found, key, 0.0).T
        what = f"profile-taught classes, leave-class-out, {key}: median sensitivity"
        yield what, goal, f"{np.median(sensitivity):.3f}, largest false {false.max():.4f}"
        cut = class_out.at_one_percent(study, found, key)
        yield f"the same, {key}, cut at 1 % false, set on the test itself", "", f"{np.median(cut):.3f}"


def _external(study: Study) -> Iterator[Row]:
    for name in LABELLED:
        found = external_tally(study, name, AS_IS)
        tiers = ", ".join(f"{tier} {count}" for tier, count in found.tiers.items() if count.n)
        goal = "all called and right" if name != "mdall" else ""
        yield f"{name}, {found.n}: right/wrong", goal, tiers
    tags = [external_tally(study, name, TAGS) for name in LABELLED]
    called = sum((each.called for each in tags), Count(0, 0))
    n = sum(each.n for each in tags)
    yield "simulated 3' tags of these: called", "at least 70 %, at most 2 % wrong", f"{called} of {n}"
    parts = study.external("rnaseqcnv")[0][AS_IS]
    for name, row in zip(study.external("rnaseqcnv")[2], softmax(parts.log_odds(study.weights)), strict=True):
        first, second = np.argsort(-row, kind="stable")[:2]
        reached = f"{CLASSES[first]} {row[first]:.2f}, {CLASSES[second]} {row[second]:.2f}"
        if name in ("low_hypodiploid", "near_haploid"):
            yield f"{name} of rnaseqcnv", "right or silent", reached


def _dilutions(study: Study) -> Iterator[Row]:
    goals = {SIXTY: "at least 92 %, at least .98 right", FORTY: "at least 80 %, at least .98 right"}
    codes = study.sources.cohorts.codes
    for way, goal in goals.items():
        outside = [external_tally(study, name, way) for name in LABELLED[:2]]
        held = [tally(*probabilities_never_seen(study, cohort, way)) for cohort in (NORDIC, BOSTON)]
        sets = {
            "GSE161501 and allsorts_test": outside,
            "five folds": [tally(fold_probabilities(study, way), codes)],
            "sources left out": held,
        }
        for name, tallies in sets.items():
            called, n = sum((each.called for each in tallies), Count(0, 0)), sum(each.n for each in tallies)
            reached = f"{called} of {n}: {called.n / n:.0%}, {1 - called.share_wrong:.3f} right"
            yield f"diluted to {way}, {name}: called", goal, reached


def _missing(study: Study, pool: Pool) -> Iterator[Row]:
    values, codes = labelled_samples(study)
    for name, gone in missing_genes(study).items():
        found = tally(softmax(pool.answer(np.where(gone, np.nan, values)).log_odds), codes)
        reached = f"{found.tiers[Tier.CALLED]} of {found.n}"
        yield f"{name}, external sets: called", "fewer calls, no crash", reached
