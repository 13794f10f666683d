"""A dask data frame is called as the same frame, and read partition by partition."""

import pytest

import leukotype
from leukotype.demo.simulate import simulate_cohort
from leukotype.errors import InputError


@pytest.fixture(scope="module")
def counts():
    """SYNTHETIC counts of 30 samples, in rows."""
    made = simulate_cohort(leukotype.load(), per_class=1, purities=(70.0, 95.0), random_state=5)
    return made.counts.T.iloc[:30]


def test_a_dask_frame_is_called_as_the_same_frame(counts):
    import dask.dataframe as dd

    given = dd.from_pandas(counts, npartitions=4, sort=False)
    here, chunked = leukotype.classify(counts), leukotype.classify(given)
    assert chunked.calls.equals(here.calls)
    assert chunked.probabilities.equals(here.probabilities)
    assert "format: dask data frame, files: 1" in chunked.notes


def test_a_dask_frame_is_never_computed_as_a_whole(counts):
    """Counts the rows of each piece as it is computed."""
    import dask.dataframe as dd

    sizes = []

    def seen(part):
        sizes.append(len(part))
        return part

    given = dd.from_pandas(counts, npartitions=4, sort=False).map_partitions(seen, meta=counts)
    sizes.clear()
    leukotype.classify(given)
    assert max(sizes) <= -(-len(counts) // 4)


def test_genes_in_the_rows_of_a_dask_frame_are_refused(counts):
    import dask.dataframe as dd

    with pytest.raises(InputError, match="dask data frame: expected samples in the rows, found genes"):
        leukotype.classify(dd.from_pandas(counts.T, npartitions=2, sort=False))
