"""Who teaches is read off a laboratory's files: expression with labels, normal cells, lesions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.inputs import LesionFiles
from leukotype.inputs.expression.reader import ExpressionBlock
from leukotype.learning.cohort_files import as_cpm, known_lesions, read_cohort
from leukotype.learning.panel import Panel
from leukotype.learning.patients import Patients
from leukotype.learning.retrain import TrainingFiles, gather
from leukotype.learning.settings import Mixing, Search, Settings
from leukotype.model.bundle import load
from leukotype.vocabulary import ValueType


@pytest.fixture(scope="module")
def patients(files) -> Patients:
    return read_cohort([files.counts], files.labels, Panel.of(load().without_pool()), 5).patients


@pytest.mark.parametrize("suffix", [".h5ad", ".zarr"])
def test_a_cohort_is_the_same_from_every_store(files, patients, tmp_path, suffix):
    import warnings

    import anndata
    import pandas as pd

    counts = pd.read_csv(files.counts, index_col=0)
    data = anndata.AnnData(
        counts.T.to_numpy(np.float32), pd.DataFrame(index=counts.columns), pd.DataFrame(index=counts.index)
    )
    path = tmp_path / f"counts{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which format of zarr will be the default in a later version
        (data.write_zarr if suffix == ".zarr" else data.write_h5ad)(path)
    found = read_cohort([path], files.labels, Panel.of(load().without_pool()), 5).patients
    assert np.array_equal(found.values, patients.values)
    assert found.labels.tolist() == patients.labels.tolist()


def test_a_subtype_with_too_few_patients_is_left_out_and_said(files, tmp_path):
    labels = pd.read_csv(files.labels)
    few = tmp_path / "labels.csv"
    labels.drop(labels.index[labels["subtype"] == "DUX4-r"][4:]).to_csv(few, index=False)
    cohort = read_cohort([files.counts], few, Panel.of(load()), 5)
    assert "DUX4-r" not in cohort.patients.labels
    assert "subtypes with fewer than 5 patients, left out: DUX4-r 4" in cohort.notes


def test_too_few_patients_of_all_but_one_is_one_line(files, tmp_path):
    few = tmp_path / "labels.csv"
    pd.read_csv(files.labels).head(14).to_csv(few, index=False)
    with pytest.raises(InputError, match="expected two subtypes of 5 patients or more, found 1"):
        read_cohort([files.counts], few, Panel.of(load()), 5)


MERGE = {"DUX4-r": "B-other"}


def test_merging_comes_before_counting(files, tmp_path):
    """Four patients of DUX4-r alone are too few; as B-other beside two of these they are six."""
    labels = pd.read_csv(files.labels)
    labels.loc[labels.index[labels["subtype"] == "BCR::ABL1-like"][2:], "subtype"] = ""
    labels.loc[labels["subtype"] == "BCR::ABL1-like", "subtype"] = "B-other"
    labels.drop(labels.index[labels["subtype"] == "DUX4-r"][4:]).to_csv(tmp_path / "labels.csv", index=False)
    alone = read_cohort([files.counts], tmp_path / "labels.csv", Panel.of(load()), 5)
    merged = read_cohort([files.counts], tmp_path / "labels.csv", Panel.of(load()), 5, merge=MERGE)
    assert set(alone.patients.labels) == {"ETV6::RUNX1", "Hyperdiploid"}
    assert merged.patients.counts() == {"B-other": 6, "ETV6::RUNX1": 12, "Hyperdiploid": 12}


QUICK = Settings(
    folds=2, inner_folds=2, jobs=1, curve=False, untaught=False, search=Search(trials=1),
    mixing=Mixing(dilutions=1, gate_dilutions=1, backgrounds=40, scrambled=30),
)  # fmt: skip


def test_normal_cells_that_are_no_counts_are_refused_in_one_line(files, normal_cells, tmp_path):
    logs = np.log2(pd.read_csv(normal_cells, index_col=0) + 1)
    (logs.sub(logs.mean(axis=1), axis=0)).to_csv(tmp_path / "logs.csv")
    given = TrainingFiles([files.counts], files.labels, background=tmp_path / "logs.csv")
    with pytest.raises(InputError, match=r"logs\.csv") as error:
        gather(given, QUICK)
    assert "\n" not in str(error.value)


def test_cells_of_one_name_are_of_one_type(files, normal_cells):
    teaching, _ = gather(TrainingFiles([files.counts], files.labels, background=normal_cells), QUICK)
    assert set(teaching.augmentation.cells.kinds) == {"B", "T", "Mono"}
    rows = teaching.augmentation(teaching.cohort.patients, 1)
    again = replace(teaching.augmentation)(teaching.cohort.patients, 1)
    assert np.array_equal(rows.values, again.values)
    assert rows.share[:48].tolist() == [1.0] * 48


@pytest.fixture(scope="module")
def panel():
    return Panel.of(load().without_pool())


def test_counts_become_counts_per_million_of_all_their_reads(files, patients, panel):
    """Counted by hand; the genes that the panel does not have are among the million."""
    counts = pd.read_csv(files.counts, index_col=0).T
    by_hand = counts.div(counts.sum(axis=1), axis=0) * 1e6
    np.testing.assert_allclose(patients.values, by_hand[panel.genes.ids].to_numpy())
    more = counts.assign(ENSG99999999999=counts.sum(axis=1))
    found = as_cpm(ExpressionBlock("table", more, ValueType.COUNTS), panel)
    np.testing.assert_allclose(found, patients.values / 2)


def test_tpm_are_brought_to_reads_by_the_lengths_of_genes_and_to_the_panels_share(files, patients, panel):
    """TPM are reads per base to a sum: times the lengths they stand in the proportions of the counts."""
    lengths = panel.genes.frame["length"].to_numpy()
    per_base = patients.values / lengths
    tpm = pd.DataFrame(per_base / per_base.sum(axis=1, keepdims=True) * 1e6, columns=panel.genes.ids)
    found = as_cpm(ExpressionBlock("table", tpm, ValueType.TPM), panel)
    own = patients.values / patients.values.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found / found.sum(axis=1, keepdims=True), own, rtol=1e-6)
    usual = (2.0**panel.profiles.means - 1).sum(axis=1).mean()
    np.testing.assert_allclose(found.sum(axis=1), usual)


def test_a_table_with_too_few_of_the_genes_is_refused_with_found_and_needed(patients, panel):
    few = pd.DataFrame(patients.values[:, :50], columns=panel.genes.ids[:50])
    with pytest.raises(InputError, match=r"table: found 50 of the model's 2897 genes, 50 % are needed"):
        as_cpm(ExpressionBlock("table", few, ValueType.COUNTS), panel)


def test_only_lesions_that_were_given_teach(patients, tmp_path):
    """Without files none are known, which is another thing than that none were found."""
    assert known_lesions(LesionFiles(), list(patients.names)).evidence is None
    path = tmp_path / "fusions.csv"
    path.write_text(f"sample,gene_5prime,gene_3prime\n{patients.names[0]},ETV6,RUNX1\n")
    found = known_lesions(LesionFiles((path,)), list(patients.names))
    assert {each.lesion for each in found.evidence.lesions(patients.names[0])} == {"ETV6::RUNX1"}
    assert list(found.evidence.lesions(patients.names[1])) == []
    assert list(found.sha256) == [str(path)]
