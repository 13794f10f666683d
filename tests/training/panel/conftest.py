"""Two small made cohorts, a third source, profiles and rank scores: a hundred samples, 460 genes."""

import numpy as np
import pandas as pd
import pytest

from leukotype.model.genes import GeneTable
from leukotype.vocabulary import CHROMOSOMES
from training.panel.learning import Name, Teacher
from training.panel.sources import (
    CLASSES,
    PROFILES,
    SIGNATURE,
    PanelGenes,
    Patients,
    RankTables,
    Sources,
)
from training.panel.weights import Unseen, learn_factors, pool_of, score

N_GENES = 460
TAUGHT = ("BCR::ABL1", "DUX4-r", "ETV6::RUNX1", "Hyperdiploid", "KMT2A-r", "iAMP21")
RANKED = tuple(name for name in CLASSES if name != "Near haploid")
SHIFT, GENES_SHIFTED = 3.0, 20


def levels():
    """Log2 level of each gene in each class: each class raises its own twenty genes."""
    base = np.random.default_rng(7).normal(6.0, 2.0, N_GENES)
    out = np.tile(base, (len(CLASSES), 1))
    for number in range(len(CLASSES)):
        out[number, number * GENES_SHIFTED : (number + 1) * GENES_SHIFTED] += SHIFT
    return out


def patients(each, seed, name):
    rng, labels = np.random.default_rng(seed), np.repeat(np.array(TAUGHT, dtype=object), each)
    rows = levels()[[CLASSES.index(label) for label in labels]]
    values = 2 ** (rows + rng.normal(0, 0.7, rows.shape))
    names = np.array([f"{name}{number}" for number in range(len(labels))], dtype=object)
    return Patients(values, labels, names, names)


def panel_genes():
    ids = [f"ENSG{number:011d}" for number in range(N_GENES)]
    chromosomes = np.arange(N_GENES) % len(CHROMOSOMES)
    frame = pd.DataFrame(
        {
            "symbol": [f"GENE{number}" for number in range(N_GENES)],
            "entrez": "",
            "chromosome": [CHROMOSOMES[number] for number in chromosomes],
            "length": 1000.0,
            "aliases": "",
        },
        index=ids,
    )
    every = np.arange(N_GENES)
    critical = np.isin(every, every[chromosomes == 20][:6])
    lengths = np.random.default_rng(3).uniform(500.0, 5000.0, N_GENES)
    own = (every, every, every[::2])
    return PanelGenes(GeneTable(frame), lengths, chromosomes.astype(np.intp), critical, *own)


def rank_tables():
    rng, each = np.random.default_rng(11), 6
    labels = np.repeat(np.array([*RANKED, "B-other"], dtype=object), each)
    scores = rng.uniform(0.2, 0.7, (len(labels), len(RANKED)))
    for column, name in enumerate(RANKED):
        scores[labels == name, column] = 1.0
    up = np.array([np.arange(GENES_SHIFTED) + CLASSES.index(name) * GENES_SHIFTED for name in RANKED])
    near = np.arange(GENES_SHIFTED) + CLASSES.index("Near haploid") * GENES_SHIFTED
    up = np.vstack([up, near]).astype(np.intp)
    signature = np.r_[rng.normal(0.8, 0.1, 10), rng.normal(0.4, 0.1, 30)]
    marks = np.arange(40) < 10
    sets = (*RANKED, SIGNATURE)
    return RankTables(
        np.full(N_GENES, 1000.0), sets, up, np.roll(up, 5, axis=0), scores, labels, signature, marks
    )


@pytest.fixture(scope="session")
def sources():
    cohorts, stjude = patients(8, 1, "c"), patients(5, 2, "s")
    blood = 2 ** np.random.default_rng(5).normal(6.0, 2.0, (6, N_GENES))
    blood[:, np.arange(N_GENES) % len(CHROMOSOMES) == 9] = np.nan
    profiles = np.array([levels()[CLASSES.index(name)] for name in PROFILES.values()])
    profiles[:, ::5] = np.nan
    diploid = patients(1, 4, "d").values
    names = np.arange(len(diploid)).astype(str)
    clinical = (pd.DataFrame(index=cohorts.names), pd.DataFrame(index=stjude.names))
    return Sources(
        panel_genes(), cohorts, clinical[0], stjude, clinical[1], profiles, rank_tables(), diploid, names,
        blood[:3], blood[3:],
    )  # fmt: skip


@pytest.fixture(scope="session")
def learn(sources):
    """Learn a whole panel from the made sources."""

    def learn_pool():
        teacher = Teacher(sources)
        experts = teacher.gaussians(sources.cohorts, sources.stjude)
        experts[Name.RANKS] = teacher.ranks(sources.cohorts)
        fresh = patients(3, 21, "w")
        parts = score(experts, fresh.values, teacher.near_haploid)
        weights = dict.fromkeys(Name, 0.3)
        factors = learn_factors([Unseen(parts, fresh.codes)], weights)
        return pool_of(experts, weights, factors, teacher.near_haploid)

    return learn_pool


@pytest.fixture(scope="session")
def pool(learn):
    return learn()


@pytest.fixture(scope="session")
def fresh():
    """Samples that nothing learned from."""
    return patients(2, 31, "f")
