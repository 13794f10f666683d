"""Who is in the training cohort: facts of GSE227832, GSE181157 and the z-score cohort."""

import numpy as np
import pandas as pd

from leukotype.vocabulary import NOT_B_ALL, SUBTYPES


def test_only_the_two_mixed_cohorts_teach(cohort):
    assert set(cohort.patients.cohorts) == {"GSE227832", "GSE181157"}


def test_every_label_is_a_subtype_or_not_b_all(cohort):
    assert set(cohort.patients.labels) <= {*SUBTYPES, NOT_B_ALL}


def test_subtypes_without_enough_patients_are_not_taught(cohort):
    """GSE227832 and GSE181157 hold 4 Low hyperdiploid, 3 NUTM1-r and no Near haploid or Low hypodiploid."""
    assert not {"Low hyperdiploid", "NUTM1-r", "Near haploid", "Low hypodiploid"} & set(
        cohort.patients.labels
    )


def test_bcr_abl1_patients_are_as_many_as_the_cohorts_have(cohort):
    assert (cohort.patients.labels == "BCR::ABL1").sum() == 11


def test_replicates_share_their_patient(cohort):
    names = pd.Series(cohort.patients.patients, index=cohort.patients.names)
    replicates = [name for name in names.index if name.endswith("_r")]
    assert len(replicates) == 8
    assert all(names[name] == names[name.removesuffix("_r")] for name in replicates)


def test_values_are_cpm(cohort):
    """The tables are log10(CPM + 1): 2,897 genes, some 20 % of a sample's reads, and 2,236 more."""
    read = cohort.patients.of_genes(cohort.panel.read).values
    assert read.shape[1] == 2897
    assert read.min() >= 0
    assert 1e5 < np.median(read.sum(axis=1)) < 1e6
    assert (~np.isnan(cohort.patients.values)).all(axis=0).sum() == 2897 + 2236


def test_t_all_has_t_cell_genes_and_b_all_has_b_cell_genes(cohort):
    symbols = cohort.genes.frame["symbol"].to_numpy()
    leukemia = cohort.patients.labels != NOT_B_ALL
    for gene, in_b in (("CD19", True), ("PAX5", True), ("CD3D", False), ("BCL11B", False)):
        values = cohort.patients.values[:, symbols == gene][:, 0]
        assert (np.median(values[leukemia]) > np.median(values[~leukemia])) == in_b


def test_blood_donors_are_split(cohort):
    assert 0 < cohort.blood.held_out.sum() < len(cohort.blood.held_out)
    training = set(cohort.blood.kinds[~cohort.blood.held_out])
    assert set(cohort.blood.kinds[cohort.blood.held_out]) <= training


def test_chromosomes_that_a_file_of_normal_cells_lacks_are_missing_and_not_zero(cohort):
    """GSE115736 as deposited has 12 reads on chromosomes 10 and 20, none in these genes."""
    missing = np.isnan(cohort.blood.values)
    assert (missing.all(axis=0) == missing.any(axis=0)).all()
    chromosomes = cohort.genes.frame["chromosome"].to_numpy()
    assert set(chromosomes[missing.any(axis=0)]) == {"10", "20"}
    assert not set(chromosomes[~missing.any(axis=0)]) & {"10", "20"}
    for cells in (cohort.stroma, cohort.diploid):
        assert not np.isnan(cells.values).any()
