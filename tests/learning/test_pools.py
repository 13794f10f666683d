"""Class means over sources, dilution, ranks among fewer genes, weights: each as it should be on made data."""

import numpy as np

from leukotype.learning.pools import Pools, Teacher


def test_the_experts_of_a_laboratory_left_out_never_saw_it(sources):
    """Patients of two laboratories: each is held out as a whole, and its weights come from the other."""
    seen, cohorts = [], sources.cohorts

    class Watched(Teacher):
        def members(self, cohort, stjude):
            seen.append(set(cohort.cohorts))
            return super().members(cohort, stjude)

    class WatchedPools(Pools):
        teacher = Watched(sources)

    pools = WatchedPools(sources, cohorts)
    taught = pools.fit(cohorts)
    assert seen == [{"c1"}, {"c0"}, {"c0", "c1"}]
    assert taught.names.tolist() == cohorts.names.tolist()
    assert (taught.log_odds.argmax(axis=1) == taught.codes).mean() > 0.9


def test_patients_that_are_tested_teach_nothing(sources):
    cohorts = sources.cohorts
    train = cohorts.take(np.arange(0, len(cohorts.labels), 3))
    seen = Pools(sources, cohorts)._teaching_rows(train)
    assert set(cohorts.names[seen]) == set(train.names)
