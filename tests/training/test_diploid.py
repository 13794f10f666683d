"""What is learned of diploid leukemias holds for those it has not seen, with copies changed and diluted."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from leukotype.evidence.knowledge import LESION_GENES
from leukotype.learning.mixing import unread_chromosomes
from leukotype.learning.panel import chromosome_numbers
from leukotype.model.bundle import load
from leukotype.model.dosage import estimate
from leukotype.vocabulary import CHROMOSOMES, PloidyState
from training.diploid import DIRECTIONS, FLOOR, dosage_genes, learn_reference, read_counts

HYPERDIPLOID = {"X": 3, "4": 3, "6": 3, "10": 3, "14": 3, "17": 3, "18": 3, "21": 4}
LOW_HYPODIPLOID = dict.fromkeys(("2", "3", "7", "12", "13", "15", "16", "17", "20"), 1)
NEAR_HAPLOID = dict.fromkeys(CHROMOSOMES[:22], 1) | dict.fromkeys(("14", "18", "21"), 2)
SERIOUS = {PloidyState.HYPERDIPLOID, PloidyState.LOW_HYPODIPLOID, PloidyState.NEAR_HAPLOID}
LEARNED = np.arange(0, 36, 3)  # 12 of the 44; the others are held out


@pytest.fixture(scope="module")
def shipped():
    return load().reference


@pytest.fixture(scope="module")
def counts(data):
    """Raw counts of 44 B-ALL with a diploid karyotype (RNAseqCNV)."""
    return read_counts(data / "reference/diploid_ball_counts.parquet")


def test_reads_of_no_gene_are_no_part_of_a_library(data, counts):
    """HTSeq's last rows (``__no_feature``, ...): in this file about half of the reads."""
    whole = pd.read_parquet(data / "reference/diploid_ball_counts.parquet")
    assert set(whole.index) - set(counts.index) >= {"__no_feature", "__ambiguous", "__not_aligned"}
    assert 0.4 < (counts.sum() / whole.sum()).median() < 0.6


@pytest.fixture(scope="module")
def annotation(data):
    return pd.read_csv(data / "reference/genes.csv.gz").set_index("ensembl_id")


@pytest.fixture(scope="module")
def chosen(data, counts):
    return dosage_genes(data, counts)


@pytest.fixture(scope="module")
def chromosomes(annotation, chosen):
    return chromosome_numbers(annotation.loc[chosen, "chr"])


@pytest.fixture(scope="module")
def pure(counts, chosen):
    return (counts / counts.sum() * 1e6).loc[chosen].to_numpy(float).T


@pytest.fixture(scope="module")
def normal(data, chosen, chromosomes, pure):
    """Sorted normal blood cells (GSE115736), whose file lacks chromosomes 10 and 20."""
    blood = read_counts(data / "reference/normal_blood_cells_counts.parquet")
    values = (blood / blood.sum() * 1e6).reindex(chosen).fillna(0.0).to_numpy(float).T
    lacking = np.isin(chromosomes, [CHROMOSOMES.index("10"), CHROMOSOMES.index("20")])
    assert not values[:, lacking].any()
    values[:, lacking] = pure[:, lacking].mean(axis=0)
    return values


@pytest.fixture(scope="module")
def learned(pure, normal, chromosomes):
    return learn_reference(pure[LEARNED], normal, chromosomes, 1)


@pytest.fixture(scope="module")
def found(pure, normal, chromosomes, learned):
    """Copies found in the 32 samples held out, with copies changed and normal cells added."""

    def go(changed, blasts):
        factor = np.ones(len(CHROMOSOMES))
        for name, copies in changed.items():
            factor[CHROMOSOMES.index(name)] = copies - 1 if name == "X" else copies / 2
        rng = np.random.default_rng(5)
        held_out = np.setdiff1d(np.arange(len(pure)), LEARNED)
        assert len(held_out) == 32
        return [
            estimate(
                learned,
                blasts * pure[row] * factor[chromosomes]
                + (1 - blasts) * rng.dirichlet(np.full(len(normal), 0.2)) @ normal,
            ).copies
            for row in held_out
        ]

    return go


def test_the_genes_are_well_read_coding_genes_sorted_by_their_places(counts, annotation, chosen, chromosomes):
    genes = annotation.loc[chosen]
    assert genes["biotype"].eq("protein_coding").all()
    places = list(zip(chromosomes, genes["start"], strict=True))
    assert places == sorted(places)
    assert chromosomes.min() == 0
    assert set(chromosomes) == set(range(len(CHROMOSOMES)))
    cpm = counts.loc[chosen] / counts.sum() * 1e6
    assert cpm.median(axis=1).min() > 1.0


def test_genes_that_differ_between_subtypes_are_left_out(annotation, chosen):
    # Silent or loud by subtype, whatever their copies: DUX4-r turns on PTPRM, TCF3::PBX1 turns on MERTK.
    symbols = set(annotation.loc[chosen, "symbol"])
    assert not symbols & {"PTPRM", "MERTK", "CRLF2", "MUC4", "WNT16"}
    assert len(symbols) > 8_000


def test_the_shipped_reference_is_of_these_genes_and_its_markers_come_last(shipped, chosen, chromosomes):
    ids = list(shipped.genes.ids)
    assert ids[: len(chosen)] == list(chosen)
    np.testing.assert_array_equal(shipped.dosage.chromosomes, chromosomes)
    assert set(shipped.genes.frame["symbol"].iloc[len(chosen) :]) <= LESION_GENES
    assert set(shipped.genes.frame["symbol"]) >= LESION_GENES


def test_the_shipped_reference_holds_what_was_learned_and_no_sample(shipped, pure):
    state = shipped.dosage.state()
    assert state["directions"].shape == (len(shipped.dosage), DIRECTIONS)
    assert sum(array.size for array in state.values()) < pure.size / 2
    logs = np.log2(pure / pure.sum(axis=1, keepdims=True) * 1e6 + 1)
    away = np.median(logs, axis=0) - shipped.dosage.centre
    assert np.abs(away - np.median(away)).max() < 0.35
    assert np.abs(away - np.median(away)).mean() < 0.08
    assert shipped.dosage.spread.min() >= FLOOR
    assert ((shipped.dosage.level_spread > 0) & (shipped.dosage.level_spread < 0.1)).all()


def test_the_chromosomes_that_a_file_lacks_are_named(data, shipped):
    for name, lacking in (("normal_blood_cells", {"10", "20"}), ("diploid_ball", set())):
        counts = read_counts(data / f"reference/{name}_counts.parquet").reindex(shipped.genes.ids)
        read = counts.fillna(0).to_numpy().sum(axis=1) > 0
        assert set(unread_chromosomes(read, shipped.genes)) == lacking


def test_the_same_seed_learns_the_same(pure, normal, chromosomes):
    few = pure[:5]
    one, other = (learn_reference(few, normal, chromosomes, 1) for _ in range(2))
    for name, array in one.state().items():
        np.testing.assert_array_equal(array, other.state()[name])
    another = learn_reference(few, normal, chromosomes, 2)
    assert not np.array_equal(one.directions, another.directions)
    np.testing.assert_array_equal(one.centre, another.centre)  # of the undiluted samples alone


def test_held_out_diploid_leukemias_have_no_state_that_speaks_for_a_subtype(found):
    for blasts in (1.0, 0.8, 0.6, 0.45):
        states = Counter(copies.state for copies in found({}, blasts))
        assert not SERIOUS & set(states), blasts
        assert states[PloidyState.DIPLOID] >= 26, blasts


@pytest.mark.parametrize("blasts", [1.0, 0.8])
@pytest.mark.parametrize(
    ("changed", "state", "least"),
    [
        (HYPERDIPLOID, PloidyState.HYPERDIPLOID, 32),
        (LOW_HYPODIPLOID, PloidyState.LOW_HYPODIPLOID, 32),
        (NEAR_HAPLOID, PloidyState.NEAR_HAPLOID, 29),
    ],
    ids=["hyperdiploid", "low hypodiploid", "near haploid"],
)
def test_copies_of_held_out_leukemias_come_back(found, changed, state, least, blasts):
    every = found(changed, blasts)
    states = Counter(copies.state for copies in every)
    assert states[state] >= least
    assert set(states) <= {state, PloidyState.UNCERTAIN}
    wrong = [
        sum(number != changed.get(name, 2) for name, number in zip(CHROMOSOMES, copies.copies, strict=True))
        for copies in every
    ]
    assert sorted(wrong)[len(wrong) * 3 // 4] == 0
    assert max(wrong) <= 4


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        (HYPERDIPLOID, PloidyState.HYPERDIPLOID),
        (LOW_HYPODIPLOID, PloidyState.LOW_HYPODIPLOID),
        (NEAR_HAPLOID, PloidyState.NEAR_HAPLOID),
    ],
    ids=["hyperdiploid", "low hypodiploid", "near haploid"],
)
def test_many_normal_cells_hide_a_state_and_never_make_another(found, changed, state):
    for blasts in (0.6, 0.45):
        states = {copies.state for copies in found(changed, blasts)}
        assert not (states & SERIOUS) - {state}, blasts
