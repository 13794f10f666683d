"""Experts that read genes and chromosomes know the classes that patients or profiles taught them."""

import numpy as np

from leukotype.learning.lessons import gene_expert, learn_block, principal_rows
from leukotype.learning.pools import Teacher
from leukotype.learning.sources import CLASSES
from leukotype.model.pool import by_class


def test_fewer_rows_keep_the_covariance(rng):
    rows = rng.normal(0, 1, (12, 4)) @ rng.normal(0, 1, (4, 60))
    few = principal_rows(rows, 4)
    assert len(few) == 4
    np.testing.assert_allclose(few.T @ few, rows.T @ rows, atol=1e-9)


def test_a_class_without_patients_is_known_by_its_profile(sources, fresh):
    teacher = Teacher(sources)
    lesson = teacher.cohort_lesson(sources.cohorts, (sources.stjude,))
    member = gene_expert(learn_block(lesson, no_patients=("KMT2A-r",)), "genes")
    top = by_class(member.scores(fresh.values), member.expert.classes, CLASSES).argmax(axis=1)
    own = fresh.labels == "KMT2A-r"
    assert (top[own] == fresh.codes[own]).all()
    assert not (top[~own] == CLASSES.index("KMT2A-r")).any()


def test_a_class_that_shall_not_be_known_is_not(sources):
    lesson = Teacher(sources).cohort_lesson(sources.cohorts, ())
    assert "DUX4-r" not in learn_block(lesson, drop=("DUX4-r",)).classes
