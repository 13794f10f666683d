"""What a notebook has of its calls: a table, figures, explanations, a page; and AnnData in and out."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest

from leukotype import annotate, classify, classify_files
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import load

PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def cohort():
    patients = [Patient("girl", "DUX4-r", 90.0), Patient("boy", "KMT2A-r", 90.0)]
    return simulate_patients(load(), patients, 3)


@pytest.fixture(scope="module")
def result(cohort):
    return classify(cohort.counts)


def test_the_figures_show_themselves_in_a_notebook(result):
    drawn = [result.plot.map(), result.plot.waterfall("girl"), result.plot.chromosomes("boy")]
    assert all(each._repr_png_().startswith(PNG) for each in drawn)
    assert "girl DUX4-r, boy KMT2A-r" in drawn[0].alt
    assert "DUX4-r against" in drawn[1].alt
    assert "Chromosomes of boy" in drawn[2].alt
    swarm = result.plot.beeswarm("DUX4-r")
    assert "over 2 samples" in swarm.title


@pytest.mark.parametrize("figure", ["waterfall", "chromosomes"])
def test_a_sample_that_is_not_there_is_said(result, figure):
    with pytest.raises(InputError, match="nobody"):
        getattr(result.plot, figure)("nobody")
    with pytest.raises(InputError, match="subtype: expected one of"):
        result.plot.beeswarm("measles")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of matplotlib, in shap
def test_explanations_are_of_this_result_and_go_to_shap(result):
    said = result.explain(samples=["girl"])
    assert set(said.table["sample"]) == {"girl"}
    own = said.to_shap("DUX4-r")
    assert own.values.shape == own.data.shape


def test_files_that_a_sheet_names_are_explained_by_its_names(cohort, tmp_path):
    for name in cohort.counts:
        cohort.counts[name].to_csv(tmp_path / f"{name}.txt", sep="\t", header=False)
    (tmp_path / "sheet.csv").write_text("sample,counts\nP1,girl.txt\nP2,boy.txt\n")
    files = [tmp_path / "girl.txt", tmp_path / "boy.txt"]
    result = classify_files(files, samples=tmp_path / "sheet.csv")
    assert result.calls["sample"].tolist() == ["P1", "P2"]
    assert set(result.explain(samples=["P2"]).table["sample"]) == {"P2"}


def test_expression_that_was_changed_since_is_not_explained(cohort):
    counts = cohort.counts.copy()
    result = classify(counts)
    counts["girl"] = counts["boy"] * 2
    with pytest.raises(InputError, match="classify it again"):
        result.explain()


def test_a_result_writes_its_page_and_its_folder(result, tmp_path):
    page = result.report(tmp_path / "page.html", title="Two children")
    text = page.read_text(encoding="utf-8")
    assert "<title>Two children" in text
    assert "DUX4-r" in text
    assert (tmp_path / "run" / "calls.csv") in result.save(tmp_path / "run")


def test_files_give_the_same_result_with_figures(cohort, result, tmp_path):
    path = tmp_path / "counts.csv"
    cohort.counts.to_csv(path)
    again = classify_files(str(path))
    pd.testing.assert_frame_equal(again.calls, result.calls)
    assert again.plot.chromosomes("girl").alt == result.plot.chromosomes("girl").alt
    assert set(again.explain().table["sample"]) == {"girl", "boy"}


LESIONS = {
    "fusions": pd.DataFrame(
        {"sample": ["boy"], "gene_5prime": ["KMT2A"], "gene_3prime": ["AFF1"], "reads": [40]}
    ),
    "karyotype": pd.DataFrame({"sample": ["girl"], "karyotype": ["46,XX,del(9)(p21)[12]"]}),
    "variants": pd.DataFrame(
        {"sample": ["girl"], "gene": ["IKZF1"], "protein_change": ["p.N159Y"], "alt_reads": [30]}
    ),
    "cnv": pd.DataFrame({"sample": ["girl"], "chromosome": ["9p"], "change": [-1]}),
}  # fmt: skip


def test_lesions_stand_in_data_frames_as_in_files(cohort, tmp_path):
    for name, frame in LESIONS.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    read = {name: tmp_path / f"{name}.csv" for name in LESIONS}
    files, frames = (classify(cohort.counts, **told) for told in (read, LESIONS))
    pd.testing.assert_frame_equal(frames.calls, files.calls)
    assert frames.calls["evidence_agreement"].iloc[1] in ("supports", "decides")
    plain = [each.evidence.drop(columns="source") for each in (frames, files)]
    pd.testing.assert_frame_equal(*plain)
    read = set(frames.evidence["source"]) - {"counts"}
    assert read
    assert all(each.startswith("(data frame of ") for each in read)
    told = json.dumps(frames.record())
    assert "(data frame of fusions)" in told
    assert "leukotype-" not in told.replace(files.model.name, "")
    assert set(frames.explain(samples=["boy"]).table["layer"]) >= {"fusion"}


def test_frames_of_one_sample_each_and_karyotypes_by_sample(cohort):
    own = {"boy": LESIONS["fusions"].drop(columns="sample")}
    told = classify(cohort.counts, fusions=own, karyotype={"boy": "46,XY,t(4;11)(q21;q23)[20]"})
    both = told.evidence[(told.evidence["sample"] == "boy") & told.evidence["used"]]
    frames = {each.partition(")")[0] for each in both["source"]}
    assert frames >= {"(data frame of fusions", "(data frame of karyotype"}


def test_a_frame_that_cannot_be_used_is_named_as_it_was_given(cohort):
    with pytest.raises(InputError, match=r"^\(data frame of fusions\): ") as caught:
        classify(cohort.counts, fusions=LESIONS["fusions"].assign(sample="nobody"))
    assert "/" not in str(caught.value).partition(":")[0]


def test_a_column_that_may_name_the_genes_says_set_index(cohort):
    frame = cohort.counts.rename_axis("x").reset_index().rename_axis("row")
    with pytest.raises(InputError, match=r"column 'x': .*give frame.set_index\('x'\)"):
        classify(frame)


def as_anndata(cohort):
    """Make what scanpy leaves: log1p of CPM in X, counts in a layer."""
    counts = cohort.counts.T
    x = np.log1p(counts.div(counts.sum(axis=1), axis=0) * 1e4)
    data = anndata.AnnData(x.astype(np.float32), layers={"counts": counts.to_numpy(np.float32)})
    data.obs["blasts"], data.obs["sex"] = [90.0, 20.0], ["M", "unknown"]
    data.obs["age"], data.obs["iscn"] = [62.0, np.nan], ["46,XX[20]", ""]
    return data


def test_anndata_is_annotated_from_a_layer_with_blasts_and_sex_of_its_obs(cohort, tmp_path):
    data = as_anndata(cohort)
    before = data.X.copy()
    result = annotate(data, layer="counts", blasts="blasts", sex="sex", age="age", karyotype="iscn")
    assert result.ages == {"girl": 62.0}
    assert "karyotype" in result.sources[-1].path
    assert data.obs["leukotype_status"].tolist() == ["called", "low_blasts"]
    assert data.obs["leukotype_subtype"].tolist() == ["DUX4-r", ""]
    assert data.obs["leukotype_in_trial_scheme"].tolist() == [True, pd.NA]
    assert "given male" in data.obs["leukotype_reason"].iloc[0]
    assert json.loads(data.uns["leukotype"])["id"] == result.id
    np.testing.assert_array_equal(data.X, before)
    data.write_h5ad(tmp_path / "out.h5ad")
    read = anndata.read_h5ad(tmp_path / "out.h5ad")
    assert read.obs["leukotype_subtype"].tolist() == ["DUX4-r", ""]


def test_a_layer_or_column_that_is_not_there_is_said(cohort):
    data = as_anndata(cohort)
    with pytest.raises(InputError, match="layer: expected a layer, found 'raw': there are counts"):
        annotate(data, layer="raw")
    with pytest.raises(InputError, match="blasts: expected a column of obs, found 'pct'"):
        annotate(data, layer="counts", blasts="pct")
    with pytest.raises(InputError, match="age: expected a column of obs, found 'years'"):
        annotate(data, layer="counts", age="years")


def test_a_layer_of_a_file_is_read_by_its_name(cohort, result, tmp_path):
    path = tmp_path / "cohort.h5ad"
    as_anndata(cohort).write_h5ad(path)
    again = classify_files(path, layer="counts")
    assert again.calls["subtype"].tolist() == result.calls["subtype"].tolist()
    assert again.options.reading.layer == "counts"
    with pytest.raises(InputError, match="expected a layer 'raw', found counts"):
        classify_files(path, layer="raw")
    table = tmp_path / "counts.csv"
    cohort.counts.to_csv(table)
    with pytest.raises(InputError, match="expected an h5ad file or a zarr store, found text"):
        classify_files(table, layer="counts")
