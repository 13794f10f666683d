"""Bars of response: printed rates of Blood Adv 2024;8(12):3226, an arm without patients included."""

import math

import pandas as pd
import pytest

from leukotype.report import draw_best_responses, draw_response_bars

ARMS = ("InO", "SC")


@pytest.fixture
def plot(response):
    return draw_response_bars(response, ARMS, notes=["Intervals at 95 %."])


def bars(figure):
    axes = next(axes for axes in figure.axes if axes.get_label() == "bars")
    return [patch.get_width() for container in axes.containers for patch in container]


def test_a_bar_per_arm_that_has_patients(plot, drawn):
    # BCR::ABL1-like 6/7 and 0/5; PAX5alt 1/3 and nobody.
    assert bars(plot) == pytest.approx([6 / 7, 0, 1 / 3])
    assert len(drawn(plot, "interval")) == 3
    assert len(drawn(plot, "rate")) == 3


def test_numbers_beside_the_bars(plot, texts):
    found = texts(plot)
    assert {"6/7", "0/5", "1/3", "0/0"} <= set(found)
    assert "85.7 (65.7–100.0)ᵃ" in found  # noqa: RUF001
    assert "Intervals: ᵃ Clopper-Pearson." in found
    assert "–, no patient." in found  # noqa: RUF001


def test_another_factor(response, texts):
    found = texts(draw_response_bars(response, ARMS, factor="Risk group"))
    assert {"10/12", "2/19"} <= set(found)
    assert not [text for text in found if "no patient" in text]


@pytest.mark.parametrize("arms", [ARMS, ("Inotuzumab ozogamicin", "Investigator's choice of chemotherapy")])
def test_no_text_lies_over_another(response, arms, collisions):
    response.loc[1, "level"] = "a subtype with a name that is longer than its column is wide"
    assert not collisions(draw_response_bars(response, arms, synthetic=True))


def test_the_axis_is_of_all_percent(plot):
    axes = next(axes for axes in plot.axes if axes.get_label() == "bars")
    assert axes.get_xlim() == (0, 1)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "25", "50", "75", "100"]


def test_a_reader_who_does_not_see_the_figure(plot):
    assert "BCR::ABL1-like InO 6/7, SC 0/5" in plot.alt


def test_rates_that_are_missing_are_not_zero(response):
    response.loc[2, ["rate_comparator", "low_comparator", "high_comparator"]] = math.nan
    assert len(bars(draw_response_bars(response, ARMS))) == 3


def test_the_shares_of_a_subtype_and_arm_fill_its_bar(texts, collisions):
    """Two of four patients with CR, one each with CRi and resistant: half, a quarter, a quarter."""
    rows = [
        ("experimental", "CR"),
        ("experimental", "CR"),
        ("experimental", "CRi"),
        ("experimental", "resistant"),
    ]
    rows += [("comparator", "resistant")]
    patients = pd.DataFrame(rows, columns=["arm", "response"]).assign(subtype=pd.Categorical(["DUX4-r"] * 5))
    figure = draw_best_responses(patients, ("InO", "SC"))
    axes = next(axes for axes in figure.axes if axes.get_label() == "bars")
    widths = [(bar.get_x(), bar.get_width()) for stack in axes.containers for bar in stack]
    assert widths == [(0, 0.5), (0.5, 0.25), (0.75, 0.25), (0, 1)]
    found = texts(figure)
    assert found.index("CR") < found.index("CRi") < found.index("resistant")
    assert {"4", "1"} <= set(found)
    assert not collisions(figure)
