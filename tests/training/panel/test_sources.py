"""What the panel reads of real patients is what its sources say of themselves."""

import numpy as np
import pytest

from training.panel.sources import read_external_set, read_sources


@pytest.fixture(scope="module")
def real(data):
    return read_sources(data)


def test_numbers_of_patients(real):
    # The B-ALL of both cohorts as assembled, replicates among them; 441 patients of Schmidt et al., Blood Adv
    # 2022, one of no class here, Beder et al., HemaSphere 2023.
    assert real.cohort_table["cohort"].value_counts().to_dict() == {"GSE227832": 299, "GSE181157": 136}
    assert len(real.sources.stjude.labels) == 439  # and one seems to be a patient of GSE161501
    assert real.sources.ranks.scores.shape == (2294, 20)
    assert real.sources.ranks.near_haploid.sum() == 24


def test_every_set_of_genes_is_read_and_the_last_tells_near_haploid(real):
    assert real.sources.ranks.sets[-1] == "near haploid against hyperdiploid"
    assert (real.sources.ranks.up >= 0).any(axis=1).all()
    assert (real.sources.ranks.down >= 0).any(axis=1).all()
    near = real.sources.ranks.signature[real.sources.ranks.near_haploid]
    assert near.mean() > real.sources.ranks.signature[~real.sources.ranks.near_haploid].mean()


def test_the_blood_lacks_chromosomes_10_and_20(real):
    # As deposited GSE115736 has hardly a read on them.
    lacking = np.isnan(real.sources.blood).all(axis=0)
    whole = real.sources.genes.table.frame.assign(lacking=lacking).groupby("chromosome")["lacking"].mean()
    assert set(whole[whole == 1.0].index) - {"Y", "MT"} == {"10", "20"}
    assert np.isnan(real.late_blood).all(axis=0).tolist() == lacking.tolist()


def test_the_region_that_iamp21_amplifies_holds_runx1(real):
    assert "RUNX1" in set(real.sources.genes.table.frame["symbol"][real.sources.genes.critical])


def test_an_external_set_lacks_genes_of_no_file(data, real):
    values, labels, names = read_external_set(data, "mdall", real.sources.genes)
    assert dict(zip(names, labels, strict=True)) == {"COH000082_D1": "PAX5alt", "COH000353_D1": "MEF2D-r"}
    assert (np.isnan(values).all(axis=0) == np.isnan(values).any(axis=0)).all()
    assert np.isnan(values).mean() < 0.05
