"""A matrix of random counts."""

import pandas as pd
import pytest

from tests.inputs.expression.made_tables import GENES, SAMPLES


@pytest.fixture
def frame(rng):
    return pd.DataFrame(rng.integers(0, 900, size=(40, 11)), index=GENES, columns=SAMPLES)
