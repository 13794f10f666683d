"""A pool that was stored answers alike, and one that learning cannot have given is refused."""

import io

import numpy as np
import pytest

from leukotype.errors import ModelFileError
from leukotype.model import stored_pool
from leukotype.model.audit import ArrayFile
from leukotype.model.log_odds import softmax
from leukotype.model.pool import NO_LIMIT
from tests.made_sources import made_pool


@pytest.fixture(scope="module")
def pool():
    return made_pool()


def chances(pool, values):
    return softmax(pool.answer(values).log_odds)


def test_a_pool_that_was_stored_without_slopes_is_read(pool, fresh):
    """Pools of before slopes were learned: look-alikes share as the sum says."""
    arrays = stored_pool.state(pool)
    del arrays["pairs"], arrays["slopes"], arrays["most"]
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    again = stored_pool.read(ArrayFile("pool.npz", buffer.getvalue()), fresh.values.shape[1])
    answer = again.answer(fresh.values)
    np.testing.assert_array_equal(answer.log_odds, again.add(answer.parts))


def stored(pool, **changes):
    buffer = io.BytesIO()
    np.savez(buffer, **{**stored_pool.state(pool), **changes})
    return ArrayFile("pool.npz", buffer.getvalue())


def test_a_stored_pool_answers_alike(pool, fresh):
    again = stored_pool.read(stored(pool), fresh.values.shape[1])
    np.testing.assert_allclose(chances(again, fresh.values), chances(pool, fresh.values), atol=5e-3)
    assert again.factors == pool.factors
    assert again.weights == pool.weights
    assert again.distinctions == pool.distinctions


def test_a_pool_of_before_limits_were_learned_has_none(pool, fresh):
    arrays = stored_pool.state(pool)
    del arrays["most"]
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    again = stored_pool.read(ArrayFile("pool.npz", buffer.getvalue()), fresh.values.shape[1])
    assert {each.most for each in again.distinctions.values()} == {NO_LIMIT}


@pytest.mark.parametrize(
    ("name", "change", "match"),
    [
        ("weights", lambda x: x * np.nan, "weights: expected numbers from 0 to 100, found nan"),
        ("classes", lambda x: x[[0, 0, *range(2, len(x))]], "classes: expected each name once"),
        ("pairs", lambda x: x * 0, "pairs: expected positions below 21, each once"),
        ("pairs", lambda x: x + 30, "pairs: expected positions below 21, each once"),
        ("slopes", lambda x: -x, "slopes: expected numbers from 0 to 1000"),
        ("most", lambda x: x * np.nan, "most: expected numbers from 0 to 1000"),
        ("reads", lambda x: x + 9, "reads: expected positions below"),
        ("readings", lambda x: x + 9, "readings: expected numbers from 0 to 2"),
        ("scale0.genes", lambda x: x + 10**6, r"scale0\.genes: expected positions below"),
        ("scale0.genes", lambda x: x * 0, "each once"),
        ("scale0.spread", lambda x: x * 0, r"scale0\.spread: expected numbers from 1e-06"),
        ("expert0.classes", lambda _: np.array(["T-ALL"]), "expected"),
        ("expert0.means", lambda x: x[:, 1:], "expected"),
        ("expert0.loadings", lambda x: np.full_like(x, np.inf), r"expert0\.loadings: expected numbers"),
        ("expert0.ridge", lambda x: x * 0, r"expert0\.ridge: expected numbers from 1e-06"),
    ],
)
def test_what_learning_cannot_have_given_is_refused_in_one_line(pool, fresh, name, change, match):
    file = stored(pool, **{name: change(stored_pool.state(pool)[name])})
    with pytest.raises(ModelFileError, match=match) as caught:
        stored_pool.read(file, fresh.values.shape[1])
    assert "\n" not in str(caught.value)
