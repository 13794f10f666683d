"""Lesions teach what they are worth, and the figures stand beside those without them."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.evidence.findings import FLAGS
from leukotype.inputs import LesionFiles
from leukotype.learning.lesion_weights import MOST
from leukotype.learning.retrain import TrainingFiles, run
from leukotype.model.bundle import load
from tests.learning.conftest import HERE, SMALL


@pytest.fixture(scope="module")
def fusions(files, tmp_path_factory):
    """ETV6::RUNX1 in each patient of that label, and a row of a sample that is not there."""
    samples = pd.read_csv(files.labels)
    own = samples.loc[samples["subtype"] == "ETV6::RUNX1", "sample"]
    rows = [(name, "ETV6", "RUNX1") for name in own] + [("another", "BCR", "ABL1")]
    path = tmp_path_factory.mktemp("lesions") / "fusions.csv"
    pd.DataFrame(rows, columns=["sample", "gene_5prime", "gene_3prime"]).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def done(files, fusions, tmp_path_factory):
    given = TrainingFiles([files.counts], files.labels, lesions=LesionFiles((fusions,)))
    return run(given, SMALL, HERE, tmp_path_factory.mktemp("models") / "mine", track=False)


def test_the_weight_of_a_lesion_that_she_has_is_learned_and_the_others_stay(done):
    base, mine = load().model.lesion_weights, load(done.out).model.lesion_weights
    by_name = dict(zip(map(str, FLAGS), zip(mine, base, strict=True), strict=True))
    learned, shipped = by_name["defining"]
    assert 0 <= learned <= MOST
    assert learned != shipped
    assert by_name["compatible"][0] == by_name["compatible"][1]  # no patient has one
    assert done.learned.weights.set_index("lesion").loc["defining", "samples"] == 12


def test_every_figure_stands_with_and_without(done):
    told = load(done.out).manifest
    assert told["metrics"]["with_lesions"]["n"] == told["metrics"]["held_out"]["n"] == 48
    assert [each.split.cohort for each in done.learned.cohorts if each.with_lesions] == ["A", "B"]
    assert set(told["data_sha256"]) == {"counts.csv", "labels.csv"}
    assert set(told["lesions_sha256"]) == {"fusions.csv"}
    card = (done.out / "card.md").read_text()
    assert "## Held-out patients, with their lesions" in card
    assert f"| accuracy | {told['metrics']['with_lesions']['accuracy']:g} |" in card
    assert "of samples that this run does not have" in card


def test_figures_by_expression_alone_do_not_know_of_the_lesions(files, done, tmp_path):
    plain = run(TrainingFiles([files.counts], files.labels), SMALL, HERE, tmp_path / "m", track=False)
    assert plain.learned.held_out.figures == done.learned.held_out.figures
    assert plain.learned.with_lesions is None
    assert np.array_equal(load(plain.out).model.lesion_weights, load().model.lesion_weights)
    assert "; what a lesion is worth.\n" in (plain.out / "card.md").read_text()


def test_a_lesion_contradicts_a_held_out_answer(files, tmp_path):
    """BCR::ABL1 in patients labelled otherwise: the rules of predict do not call them ETV6::RUNX1."""
    samples = pd.read_csv(files.labels)
    wrong = samples.loc[samples["subtype"] == "ETV6::RUNX1", "sample"].head(3)
    rows = pd.DataFrame({"sample": wrong, "gene_5prime": "BCR", "gene_3prime": "ABL1"})
    rows.to_csv(tmp_path / "fusions.csv", index=False)
    given = TrainingFiles([files.counts], files.labels, lesions=LesionFiles((tmp_path / "fusions.csv",)))
    trained = run(given, SMALL, HERE, tmp_path / "m", track=False).learned
    plain, with_lesions = (
        report.tables["classes"].set_index("subtype").loc["ETV6::RUNX1"]
        for report in (trained.held_out, trained.with_lesions)
    )
    assert (
        plain["called"] - plain["called_wrong"] >= with_lesions["called"] - with_lesions["called_wrong"] + 3
    )


def test_lesions_of_none_of_the_samples_are_one_line(files, tmp_path):
    (tmp_path / "fusions.csv").write_text("sample,gene_5prime,gene_3prime\nelse,BCR,ABL1\n")
    given = TrainingFiles([files.counts], files.labels, lesions=LesionFiles((tmp_path / "fusions.csv",)))
    with pytest.raises(InputError, match=r"fusions\.csv: expected samples of this run"):
        run(given, SMALL, HERE, tmp_path / "m", track=False)
    assert [path.name for path in tmp_path.iterdir()] == ["fusions.csv"]
