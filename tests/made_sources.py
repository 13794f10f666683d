"""Two small made cohorts, a third source, profiles and rank scores: a hundred samples, 460 genes."""

from functools import cache

import numpy as np
import pandas as pd

from leukotype.learning.pool_weights import ExpertName, Unseen, Weighting, learn_factors, pool_of
from leukotype.learning.pools import Teacher
from leukotype.learning.sources import CLASSES, PROFILES, RankTables, SourceGenes, Sources, SourceSamples
from leukotype.model.genes import GeneTable
from leukotype.model.pool import Distinction
from leukotype.vocabulary import CHROMOSOMES

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
    cohorts = np.array([f"{name}{number % 2}" for number in range(len(labels))], dtype=object)
    return SourceSamples(names, labels, names, cohorts, values, np.full(len(names), np.nan))


def source_genes():
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
    return SourceGenes(GeneTable(frame), lengths, chromosomes.astype(np.intp), critical, *own)


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
    sets = (*RANKED, "signature")
    return RankTables(
        np.full(N_GENES, 1000.0), sets, up, np.roll(up, 5, axis=0), scores, labels, signature, marks
    )


@cache
def made_sources():
    cohorts, stjude = patients(8, 1, "c"), patients(5, 2, "s")
    blood = 2 ** np.random.default_rng(5).normal(6.0, 2.0, (3, N_GENES))
    blood[:, np.arange(N_GENES) % len(CHROMOSOMES) == 9] = np.nan
    profiles = np.array([levels()[CLASSES.index(name)] for name in PROFILES.values()])
    profiles[:, ::5] = np.nan
    diploid = patients(1, 4, "d").values
    return Sources(source_genes(), cohorts, stjude, profiles, rank_tables(), diploid, blood)


@cache
def made_pool():
    """Learn a whole pool from the made sources, with equal weights and a slope."""
    sources = made_sources()
    teacher = Teacher(sources)
    members = teacher.members(sources.cohorts, sources.stjude)
    fresh = patients(3, 21, "w")
    weights = dict.fromkeys(ExpertName, 0.3)
    factors = learn_factors([Unseen(teacher.score(members, fresh.values), fresh.codes)], weights)
    weighting = Weighting(weights, {("BCR::ABL1", "BCR::ABL1-like"): Distinction(1.5)})
    return pool_of(members, weighting, factors, teacher.near_haploid)


def fresh_patients():
    """Samples that nothing learned from."""
    return patients(2, 31, "f")
