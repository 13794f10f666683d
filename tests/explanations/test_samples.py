"""Explanations of whole runs: of the calls themselves, of real patients, and of an earlier run's files."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.explanations import EXPLANATION_COLUMNS
from leukotype.pipeline import classify, classify_files, explain, explain_files, explain_folder
from leukotype.runs.files import RUN
from leukotype.runs.options import RunOptions
from leukotype.runs.run import Run
from leukotype.vocabulary import NOT_B_ALL


def test_the_calls_are_those_of_classify(cohort, said):
    calls = classify(cohort.counts, cohort.blasts)
    pd.testing.assert_frame_equal(said.run.calls, calls.calls)
    pd.testing.assert_frame_equal(said.run.probabilities, calls.probabilities)


def test_every_sample_in_general_and_against_its_runner_up(cohort, said):
    assert tuple(said.table.columns) == EXPLANATION_COLUMNS
    asked = said.table.drop_duplicates(["sample", "subtype", "against"])
    assert asked["sample"].drop_duplicates().tolist() == cohort.counts.columns.tolist()
    assert (asked["sample"].value_counts() >= 2).all()


def test_what_is_not_b_all_is_explained_by_the_gate(said, cohort):
    t_all = cohort.truth.index[cohort.truth == "T-ALL"][0]
    first = said.table[said.table["sample"] == t_all].iloc[0]
    assert (first["subtype"], first["against"]) == (NOT_B_ALL, "B-ALL")


def test_the_gate_is_not_asked_where_the_blasts_were_given(cohort):
    blasts = cohort.blasts.where(cohort.truth != "DUX4-r", 12.0)
    said = explain(cohort.counts, blasts)
    sample = cohort.truth.index[cohort.truth == "DUX4-r"][0]
    assert said.run.calls.set_index("sample").loc[sample, "status"] == "low_blasts"
    assert "B-ALL" not in set(said.table.loc[said.table["sample"] == sample, "against"])


def test_a_lesion_shows_its_source_spelled_out(real):
    table = explain_files([real], top=1).table
    sources = set(table.loc[table["layer"] == "copy number", "source"])
    assert any("Blood 2022;140:1200" in source for source in sources)
    assert not any(source.startswith("[") for source in sources)


def test_a_sample_that_is_not_there_is_named(cohort):
    with pytest.raises(InputError, match="found 'nobody'"):
        explain(cohort.counts, samples=["nobody"])


def test_nothing_to_name_is_refused(cohort):
    with pytest.raises(InputError, match="top: expected at least 1, found 0"):
        explain(cohort.counts, top=0)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of matplotlib, in shap
def test_shap_s_own_plots_get_values_that_add_up_to_the_log_odds(cohort, said):
    found = said.to_shap("DUX4-r")
    odds = said.explainer.log_odds(said.predicted)
    column = said.explainer.subtypes.index("DUX4-r")
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, odds[:, column], atol=1e-6)
    assert found.values.shape == (len(cohort.counts.columns), len(found.feature_names))
    assert found.feature_names[-1] == "lesions"


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_subtype_that_was_never_taught_has_no_values(said):
    with pytest.raises(InputError, match=r"subtype: expected one of .*, found 'B-other'"):
        said.to_shap("B-other")


@pytest.fixture
def earlier(real, tmp_path):
    """Folder of a run on a copy of the real table."""
    table = shutil.copy(real, tmp_path / "counts.tsv.gz")
    classify_files([table]).save(tmp_path / "out")
    return tmp_path


def test_an_earlier_run_is_found_again(earlier):
    run = Run.load(earlier / "out")
    assert run.options == RunOptions(expression=(earlier / "counts.tsv.gz",))
    again = explain_folder(earlier / "out", top=1).run
    assert again.record() | {"written": run.written} == run.record()
    pd.testing.assert_frame_equal(again.calls[["sample", "subtype"]], run.calls[["sample", "subtype"]])


def test_a_file_that_changed_is_refused(earlier):
    with (earlier / "counts.tsv.gz").open("ab") as table:
        table.write(b"\0")
    with pytest.raises(InputError, match=r"counts\.tsv\.gz: the file has changed since the run"):
        explain_folder(earlier / "out")


def test_a_file_that_is_gone_is_refused(earlier):
    (earlier / "counts.tsv.gz").unlink()
    with pytest.raises(InputError, match=r"counts\.tsv\.gz: the file that .*run\.json names is not there"):
        explain_folder(earlier / "out")


def test_a_run_with_another_model_is_refused(earlier):
    record = json.loads((earlier / "out" / RUN).read_text())
    record["model"]["sha256"] = "0" * 64
    (earlier / "out" / RUN).write_text(json.dumps(record))
    with pytest.raises(InputError, match="expected the model"):
        explain_folder(earlier / "out")


@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_what_is_no_record_is_refused(earlier, content):
    (earlier / "out" / RUN).write_text(content)
    with pytest.raises(InputError, match="expected the record of a run"):
        explain_folder(earlier / "out")


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="give the folder that leukotype predict wrote"):
        explain_folder(tmp_path)


def test_a_data_frame_is_not_found_again(cohort, tmp_path):
    classify(cohort.counts).save(tmp_path)
    with pytest.raises(InputError, match="the run read a data frame"):
        explain_folder(tmp_path)
