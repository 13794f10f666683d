"""Oncoprint: every patient counts in the percentages, whether altered or not."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.report import draw_oncoprint
from leukotype.report.trial.oncoprint import spread
from leukotype.vocabulary import LOW_BLASTS

OTHER = ("mutation", "copy number")


@pytest.fixture
def patients():
    return pd.DataFrame(
        {
            "patient": ["P1", "P2", "P3", "P4", "P5"],
            "subtype": [LOW_BLASTS, "B-other", "BCR::ABL1", "B-other", "BCR::ABL1"],
            "arm": ["SC", "InO", "SC", "InO", "SC"],
        }
    )


def long(*rows):
    frame = pd.DataFrame(rows, columns=["patient", "gene", "kind"])
    return frame.assign(subtype="B-other", pathway="")


@pytest.fixture
def alterations():
    return long(
        ("P2", "TP53", "mutation"),
        ("P2", "TP53", "mutation"),  # a second mutation of the same gene
        ("P2", "TP53", "copy number"),
        ("P5", "TP53", "mutation"),
        ("P4", "KRAS", "mutation"),
        ("P3", "BCR::ABL1", "fusion"),
    )


def cells(figure, name):
    """Left edges of the cells of a kind, row by row."""
    axes = next(axes for axes in figure.axes if axes.get_label() == "oncoprint")
    found = [each for each in axes.collections if each.get_label() == name]
    return [[path.vertices[:, 0].min() for path in each.get_paths()] for each in found]


def test_percentages_are_of_all_patients(alterations, patients, texts):
    found = texts(draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations"))
    # TP53: P2 (twice mutated and a copy lost) and P5, of five; KRAS: P4.
    assert found[found.index("TP53") + 1 : found.index("TP53") + 3] == ["2", "40.0"]
    assert found[found.index("KRAS") + 1 : found.index("KRAS") + 3] == ["1", "20.0"]
    assert "BCR::ABL1" not in found[found.index("n") :]
    assert "Percentages are of all 5 patients; 2 have none of the alterations shown." in found


def test_percentages_are_of_those_tested(alterations, patients, texts):
    figure = draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations", tested={"TP53": 4})
    found = texts(figure)
    assert found[found.index("TP53") + 1 : found.index("TP53") + 3] == ["2/4", "50.0"]
    assert found[found.index("KRAS") + 1 : found.index("KRAS") + 3] == ["1", "20.0"]
    assert "of all 5 patients" not in " ".join(found)
    assert "Percentages are of the patients tested" in " ".join(found)


def test_nineteen_of_sixty(texts):
    # A library that leaves out the ten patients without any alteration prints 38 % here.
    patients = pd.DataFrame({"patient": [f"P{i}" for i in range(60)], "subtype": "B-other"})
    rows = [(f"P{i}", "TP53", "mutation") for i in range(19)] + [
        (f"P{i}", "KRAS", "mutation") for i in range(19, 50)
    ]
    found = texts(draw_oncoprint(long(*rows), patients, kinds=OTHER, title="Alterations"))
    assert "31.7" in found
    assert "51.7" in found


def test_every_patient_has_a_cell_in_every_row(alterations, patients):
    figure = draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations")
    assert [len(row) for row in cells(figure, "patients")] == [5, 5]
    assert [len(row) for row in cells(figure, "mutation")] == [2, 1]
    assert [len(row) for row in cells(figure, "copy number")] == [1, 0]


def test_patients_stand_by_subtype(alterations, patients, texts):
    figure = draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations")
    everyone = cells(figure, "patients")[0]
    # BCR::ABL1: P5 (altered) before P3; B-other: P2 (altered in the first row) before P4; low blasts: P1.
    assert cells(figure, "mutation") == [[everyone[0], everyone[2]], [everyone[3]]]
    found = texts(figure)
    names = [found.index(name) for name in ("BCR::ABL1 (2)", "B-other (2)")]
    assert names == sorted(names)


def test_kinds_are_drawn_apart(alterations, patients, texts):
    found = texts(draw_oncoprint(alterations, patients, kinds=("fusion",), title="Fusions"))
    assert found[found.index("BCR::ABL1") + 1 : found.index("BCR::ABL1") + 3] == ["1", "20.0"]
    assert "TP53" not in found


def test_rare_genes_are_counted_not_hidden(alterations, patients, texts):
    found = texts(draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations", at_least=2))
    assert "KRAS" not in found
    assert "Altered in fewer than 2 patients and not shown: 1 genes." in found


def test_no_alteration_at_all(alterations, patients, texts):
    figure = draw_oncoprint(alterations[:0], patients, kinds=OTHER, title="Alterations")
    assert "none" in texts(figure)
    assert "Percentages are of all 5 patients; 5 have none of the alterations shown." in texts(figure)


def test_genes_by_pathway(alterations, patients, texts):
    alterations["pathway"] = alterations["gene"].map({"TP53": "cell cycle", "KRAS": "RAS"})
    found = texts(draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations"))
    assert {"cell cycle", "RAS"} <= set(found)


def test_tracks(alterations, patients, texts):
    figure = draw_oncoprint(
        alterations, patients, kinds=OTHER, title="Alterations", tracks=["arm"], arms=("InO", "SC")
    )
    assert [len(cells(figure, f"arm {arm}")[0]) for arm in ("InO", "SC")] == [2, 3]
    assert {"Arm:", "InO", "SC"} <= set(texts(figure))


@pytest.mark.parametrize("n", [1, 91, 5000])
def test_cohorts_of_all_sizes(n, collisions):
    draw = np.random.default_rng(1)
    subtypes = ["BCR::ABL1", "BCR::ABL1-like", "ZNF384-r", "CDX2/UBTF", "ZEB2/CEBP", "B-other", LOW_BLASTS]
    share = [0.3, 0.2, 0.01, 0.01, 0.01, 0.17, 0.3]
    patients = pd.DataFrame(
        {"patient": [f"P{i}" for i in range(n)], "subtype": draw.choice(subtypes, n, p=share)}
    )
    rows = [(f"P{i}", gene, "mutation") for gene in ("TP53", "KMT2D") for i in range(0, n, 3)]
    figure = draw_oncoprint(long(*rows), patients, kinds=OTHER, title="Alterations", synthetic=True)
    assert not collisions(figure)
    shown = sum(
        path.get_extents().width for row in figure.axes[0].collections[:1] for path in row.get_paths()
    )
    assert shown > 0


def test_an_alteration_of_nobody(alterations, patients):
    with pytest.raises(InputError, match="found P5: list every patient"):
        draw_oncoprint(alterations, patients[:4], kinds=OTHER, title="Alterations")


def test_a_patient_twice(alterations, patients):
    with pytest.raises(InputError, match="found P2 twice"):
        draw_oncoprint(alterations, pd.concat([patients, patients[1:2]]), kinds=OTHER, title="Alterations")


def test_an_unknown_kind(alterations, patients):
    alterations.loc[0, "kind"] = "methylation"
    with pytest.raises(InputError, match="found \\['methylation'\\]"):
        draw_oncoprint(alterations, patients, kinds=OTHER, title="Alterations")


def test_no_patients(alterations, patients):
    with pytest.raises(InputError, match="found none"):
        draw_oncoprint(alterations[:0], patients[:0], kinds=OTHER, title="Alterations")


def test_labels_move_only_as_far_as_they_must():
    assert spread([10, 20, 30], [3, 3, 3], 0, 40) == [10, 20, 30]
    assert spread([10, 10, 30], [4, 4, 4], 0, 40) == [8, 12, 30]
    assert spread([1, 39], [4, 4], 0, 40) == [2, 38]


def test_bars_of_the_altered_and_bands_of_age_in_their_order(alterations, patients, texts):
    """Two genes of P2 are one; the shades of age rise with it."""
    order = ["not known", "<40", "40-54", "55-64", ">=65"]
    ages = pd.Categorical([">=65", "<40", "40-54", "<40", "55-64"], order, ordered=True)
    bands = patients.assign(age=ages)
    figure = draw_oncoprint(alterations, bands, kinds=OTHER, title="Alterations", tracks=("age",))
    burden = cells(figure, "burden")
    assert len(burden) == 1
    found = texts(figure)
    assert "most 1" in found
    order = [text for text in found if text in set(bands["age"])]
    assert order == ["<40", "40-54", "55-64", ">=65"]
