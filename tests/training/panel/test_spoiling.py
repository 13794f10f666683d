"""A sample that is spoiled on purpose keeps what it lacks."""

import numpy as np
import pytest

from training.panel.spoiling import sequence, three_prime


def test_what_is_missing_stays_missing_when_a_sample_is_spoiled(rng):
    values = rng.exponential(100.0, (2, 50))
    values[:, 7] = np.nan
    tags = three_prime(values, np.linspace(500, 5000, 50))
    assert np.isnan(sequence(tags, 1e4, rng)).sum() == 2
    assert np.nansum(sequence(tags, 1e4, rng), axis=1) == pytest.approx(1e4, rel=0.1)
