"""Lesions of the SYNTHETIC trial stand in the numbers that Blood Adv 2024;8(12):3226 printed."""

import pandas.testing as pdt
import pytest

from leukotype.demo.trial_cohort import simulate_trial
from leukotype.demo.trial_lesions import lesions
from leukotype.vocabulary import MIN_BLAST_PCT


@pytest.fixture(scope="module", params=[1, 2026])
def trial(request):
    return simulate_trial(request.param)


@pytest.fixture(scope="module")
def tables(trial):
    return lesions(trial, seed=4)


def responders(trial, names):
    """(responders, patients) on InO and on SC of the patients with these names."""
    own = trial[trial["patient"].isin(names)]
    arms = [own[own["arm"] == arm] for arm in ("InO", "SC")]
    return [(int((arm["response"] != "other").sum()), len(arm)) for arm in arms]


@pytest.mark.parametrize(
    ("fusion", "n"), [(("BCR", "ABL1"), 13), (("IGH", "CRLF2"), 6), (("KMT2A", "AFF1"), 6)]
)
def test_fusions_are_as_many_as_printed(tables, fusion, n):
    found = tables["fusions"]
    assert ((found["gene_5prime"] == fusion[0]) & (found["gene_3prime"] == fusion[1])).sum() == n


@pytest.mark.parametrize(
    ("gene", "change", "printed"),
    [("ABL1", "T315I", [(1, 3), (3, 6)]), ("TP53", "R175H", [(5, 5), (1, 8)])],
)
def test_who_has_t315i_and_tp53_responded_as_printed(trial, tables, gene, change, printed):
    found = tables["mutations"]
    own = found.loc[(found["gene"] == gene) & (found["protein_change"] == change), "sample"]
    assert own.is_unique
    assert responders(trial, own) == printed


def test_t315i_is_seen_in_bcr_abl1_alone(trial, tables):
    found = tables["mutations"]
    own = found.loc[found["protein_change"] == "T315I", "sample"]
    assert set(trial.set_index("patient").loc[own, "true_subtype"]) == {"BCR::ABL1"}


def test_genes_of_the_figures_are_altered_in_eight_patients_and_others_in_fewer(tables):
    """Figures 2 and 4 draw the genes that are altered in at least 8."""
    sizes = tables["mutations"].groupby("gene")["sample"].nunique()
    drawn = {"KMT2D", "CREBBP", "KMT2C", "NOTCH1", "ARID2", "KRAS", "IKZF1", "JAK2", "ABL1", "TP53"}
    assert set(sizes.index[sizes >= 8]) == drawn


def test_every_patient_leaves_a_trace_of_having_been_tested(trial, tables):
    names = trial["patient"].tolist()
    for table in tables.values():
        assert set(table["sample"]) == set(names)
    assert tables["fusions"]["sample"].tolist() == tables["karyotypes"]["sample"].tolist() == names


def test_in_marrow_of_few_blasts_no_fusion_and_no_ploidy_is_seen(trial, tables):
    few = set(trial.loc[trial["blast_pct"] < MIN_BLAST_PCT, "patient"])
    fusions, karyotypes = tables["fusions"], tables["karyotypes"]
    assert set(fusions.loc[fusions["sample"].isin(few), "gene_5prime"]) == {""}
    assert set(karyotypes.loc[karyotypes["sample"].isin(few), "karyotype"]) == {"46,XX[20]"}


def test_karyotypes_are_those_of_eleven_low_hypodiploid_and_of_the_hyperdiploid(trial, tables):
    seen = trial[trial["blast_pct"] >= MIN_BLAST_PCT].set_index("patient")["true_subtype"]
    karyotypes = tables["karyotypes"].set_index("sample")["karyotype"]
    low = karyotypes.index[karyotypes.str.startswith("36,")]
    high = karyotypes.index[karyotypes.str.startswith("54,")]
    assert len(low) == 11
    assert set(low) == set(seen.index[seen == "Low hypodiploid"])
    assert set(high) == set(seen.index[seen == "Hyperdiploid"])


def test_a_seed_gives_one_set_of_lesions(trial, tables):
    again = lesions(trial, seed=4)
    for name, table in tables.items():
        pdt.assert_frame_equal(again[name], table)
    assert not lesions(trial, seed=5)["mutations"].equals(tables["mutations"])
