"""Class means of a source on another scale are those of the target, and a source weighs as it is trusted."""

import numpy as np

from leukotype.learning.class_means import ClassMeans, Trust, align, joint_means


def test_a_source_on_another_scale_is_brought_to_the_target(rng):
    names, sizes = tuple("abcdef"), np.full(6, 10.0)
    target = ClassMeans(names[:5], rng.normal(0, 1, (5, 40)), sizes[:5])
    sixth = rng.normal(0, 1, (1, 40))
    source = ClassMeans(names, 3.0 + 2.0 * np.vstack([target.means, sixth]), sizes)
    found = align(source, target)
    np.testing.assert_allclose(found.means[:5], target.means, atol=1e-9)
    np.testing.assert_allclose(found.means[5:], sixth, atol=1e-9)


def test_a_gene_without_a_source_keeps_the_mean_of_all_classes():
    one = ClassMeans(("a", "b"), np.array([[1.0, np.nan], [3.0, 4.0]]), np.array([5.0, 5.0]))
    found = joint_means([one], ("a", "b"), Trust(0.0, 1e-9))
    np.testing.assert_allclose(found, [[1.0, 4.0], [3.0, 4.0]], atol=1e-6)
