"""Each class known by its profile alone: its patients in both cohorts are the test, never the training."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import numpy as np

from leukotype.learning.lessons import GeneLesson, gene_expert, learn_block
from leukotype.learning.pool_weights import ExpertName
from leukotype.learning.pools import hardly_known
from leukotype.learning.sources import CLASSES, PROFILES, UNDEFINED
from leukotype.model.features import Array, Marks
from leukotype.model.pool import by_class
from training.panel.left_out import BOSTON, NORDIC, OTHER, Study

# Of the two experts that take part, fixed, so that no test patient sets them.
FIXED_WEIGHTS: Final = {ExpertName.COHORTS: 0.14, ExpertName.STJUDE: 0.42}
TOGETHER: Final = ("A", "A and C")
OFFSETS: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
LEAST_PATIENTS: Final = 3
FALSE_AT_MOST: Final = 0.01


def taught_classes(study: Study) -> list[str]:
    """List the classes with a profile and enough patients in the cohorts to be tested by."""
    labels = study.sources.cohorts.labels
    return [name for name in PROFILES.values() if (labels == name).sum() >= LEAST_PATIENTS]


def margins(study: Study) -> dict[str, Array]:
    """Give each sample's margin of a class over the best other, by ``class/experts``.

    NaN for the patients of no class.
    """

    def make() -> dict[str, Array]:
        found = {name: _margins(study, name) for name in taught_classes(study)}
        return {f"{name}/{key}": own[key] for name, own in found.items() for key in own}

    return study.cache.get("class_out", make)


def _margins(study: Study, name: str) -> dict[str, Array]:
    out = {key: np.full(len(study.everyone), np.nan) for key in TOGETHER}
    column = CLASSES.index(name)
    for cohort in (NORDIC, BOSTON):
        test = study.of(cohort) & defined(study)
        for key, scores in _scores(study, name, cohort, study.sources.cohorts.values[test]).items():
            out[key][test] = scores[:, column] - np.delete(scores, column, axis=1).max(axis=1)
    return out


def _scores(study: Study, name: str, cohort: str, values: Array) -> dict[str, Array]:
    """Score samples by experts that saw neither their cohort nor a patient of the class."""
    other = OTHER[cohort]
    train, stjude = study.sources.cohorts.take(study.of(other)), study.sources.stjude
    lesson = study.teacher.stjude_lesson(stjude, train)
    cohorts = study.teacher.cohort_lesson(train, (stjude,))
    own = _scores_by_class(cohorts, ExpertName.COHORTS, name, hardly_known(train), values)
    plain = _scores_by_class(lesson, ExpertName.STJUDE, name, (), values)
    return dict(zip(TOGETHER, (own, own + plain), strict=True))


def _scores_by_class(
    lesson: GeneLesson, which: ExpertName, name: str, drop: Collection[str], values: Array
) -> Array:
    """Learn one expert without the patients of a class, and give its weighted scores."""
    like = {} if name == "ETV6::RUNX1-like" else {"ETV6::RUNX1-like": "ETV6::RUNX1"}
    member = gene_expert(learn_block(lesson, no_patients=(name,), drop=drop), which)
    return FIXED_WEIGHTS[which] * by_class(member.scores(values), member.expert.classes, CLASSES, like)


def defined(study: Study) -> Marks:
    """Mark the patients of the cohorts that are of a class."""
    return np.asarray(~np.isin(study.sources.cohorts.labels, UNDEFINED))


def rates(study: Study, found: Mapping[str, Array], key: str, offset: float) -> Array:
    """Give classes x (sensitivity, false positives) with an offset added to the profile-taught class."""
    rows = []
    for name in taught_classes(study):
        claimed = found[f"{name}/{key}"] + offset > 0
        own = study.sources.cohorts.labels == name
        rows.append((claimed[own].mean(), claimed[~own & defined(study)].mean()))
    return np.array(rows)


def at_one_percent(study: Study, found: Mapping[str, Array], key: str) -> Array:
    """Give each class's sensitivity where 1 % of the others are claimed: its own cut, read off the test."""
    out = []
    for name in taught_classes(study):
        margin, own = found[f"{name}/{key}"], study.sources.cohorts.labels == name
        others = np.sort(margin[~own & defined(study)])[::-1]
        out.append((margin[own] > others[int(FALSE_AT_MOST * len(others))]).mean())
    return np.array(out)


def lines(study: Study) -> Iterator[str]:
    """Print sensitivity and false positives by offset, and by class."""
    found = margins(study)
    for key in TOGETHER:
        for offset in OFFSETS:
            sensitivity, false = rates(study, found, key, offset).T
            yield (
                f"{key} offset {offset}: median sensitivity {np.median(sensitivity):.3f}, "
                f"false positives: median {np.median(false):.4f}, largest {false.max():.4f}"
            )
        at_cut, plain = at_one_percent(study, found, key), rates(study, found, key, 0.0)
        yield f"{key}, each class at 1 % false positives: median sensitivity {np.median(at_cut):.3f}"
        for name, (sensitivity, false), cut in zip(taught_classes(study), plain, at_cut, strict=True):
            yield f"    {name:15s} sensitivity {sensitivity:.3f}, false {false:.4f}; at 1 % false {cut:.3f}"
