"""Forest plots: what is drawn is what the frame says, every row of it."""

import math

import pandas as pd
import pytest
from matplotlib.text import Text

from leukotype.report import draw_response_forest, draw_shrinkage_forest, draw_survival_forest
from leukotype.report.drawing import render

ARMS = ("InO", "SC")
LONG = ("Inotuzumab ozogamicin", "Investigator's choice of chemotherapy")


def axes_of(figure):
    return next(axes for axes in figure.axes if axes.get_label() == "forest")


@pytest.fixture
def response_plot(response):
    return draw_response_forest(response, ARMS, notes=["Difference: Newcombe, 95 %."])


@pytest.fixture
def survival_plot(survival):
    return draw_survival_forest(survival, ARMS, endpoint="PFS")


def test_numbers_of_the_trial_as_printed(response_plot, texts):
    found = texts(response_plot)
    for text in ("32/43", "16/48", "6/7", "10/12", "2/19"):
        assert text in found
    for rate in ("74.4 (", "33.3 (", "85.7 (", "83.3 (", "10.5 ("):
        assert [text for text in found if text.startswith(rate)]
    assert {"(95 % CI)", "%", "Difference, %"} <= set(found)
    assert [text for text in found if text.startswith("41.1 (")]


def test_every_p_value_has_its_test_and_side(response_plot, texts):
    found = texts(response_plot)
    for p in ("<.001ᵃ", ".0076ᶜ", ".0047ᶜ"):
        assert p in found
    note = next(text for text in found if text.startswith("P values:"))
    assert note == "P values: ᵃ Pearson chi-squared, one-sided; ᵇ exact Zelen; ᶜ Fisher exact, one-sided."
    assert [text for text in found if "not adjusted" in text]


def test_interaction_stands_beside_each_factor(response_plot, texts):
    assert {"P for interaction .22ᵇ", "P for interaction .044ᵇ", "P for interaction .18ᵇ"} <= set(
        texts(response_plot)
    )


def test_every_row_is_drawn_or_says_why_not(response_plot, survival_plot, drawn, texts):
    assert len(drawn(response_plot, "estimate")) == 4
    assert "NE: no patient on SC" in texts(response_plot)
    assert "\N{EN DASH}" in texts(response_plot)
    assert len(drawn(survival_plot, "estimate")) == 4
    assert "NE: no event on InO" in texts(survival_plot)


def test_points_and_limits(response_plot, drawn):
    points = [float(line.get_xdata()[0]) for line in drawn(response_plot, "estimate")]
    assert points == pytest.approx([32 / 43 - 16 / 48, 6 / 7, 10 / 12 - 2 / 19, 5 / 5 - 1 / 8])
    low, high = axes_of(response_plot).get_xlim()
    assert low <= 0.2
    assert high >= 1


def test_the_axis_of_ratios_is_logarithmic(response_plot, survival_plot):
    assert axes_of(survival_plot).get_xscale() == "log"
    assert axes_of(response_plot).get_xscale() == "linear"
    low, high = axes_of(survival_plot).get_xlim()
    assert low < 0.236 < 1 < high


def test_an_interval_that_leaves_the_axis_ends_in_arrows(survival_plot, drawn):
    arrows = drawn(survival_plot, "arrow")
    low, high = axes_of(survival_plot).get_xlim()
    assert [(line.get_marker(), float(line.get_xdata()[0])) for line in arrows] == [("<", low), (">", high)]
    ends = [tuple(map(float, line.get_xdata())) for line in drawn(survival_plot, "interval")]
    assert ends[1] == (0.081, 0.686)  # near enough to be shown whole
    assert ends[-1] == (low, high)


def test_squares_by_information(survival_plot, drawn):
    marks = {line.get_marker(): line for line in drawn(survival_plot, "estimate")}
    assert set(marks) == {"D", "s"}
    squares = [line.get_markersize() for line in drawn(survival_plot, "estimate") if line.get_marker() == "s"]
    # Information 5 and 20: a quarter of the area, half of the side.
    assert squares[0] / squares[1] == pytest.approx(0.5)


def test_medians_that_are_not_reached(survival_plot, texts):
    assert "NR" in texts(survival_plot)
    assert "0.236 (0.081\N{EN DASH}0.686)" in texts(survival_plot)


def test_the_method_of_the_hazard_ratio(survival, texts):
    survival.loc[4, "hr_method"] = "Firth, profile 97.5 %"
    found = texts(draw_survival_forest(survival, ARMS, endpoint="PFS"))
    assert (
        "Hazard ratio and interval: Cox, Wald 97.5 %; of female: Firth, profile 97.5 %."  # of one row alone
        in found
    )


def test_the_side_that_favours_an_arm(response_plot, survival_plot, texts):
    assert {"← favours SC", "favours InO →"} <= set(texts(response_plot))
    assert {"← favours InO", "favours SC →"} <= set(texts(survival_plot))


@pytest.mark.parametrize("arms", [ARMS, LONG])
def test_no_text_lies_over_another(response, survival, arms, collisions):
    assert not collisions(draw_response_forest(response, arms, synthetic=True))
    assert not collisions(draw_survival_forest(survival, arms, endpoint="PFS", synthetic=True))


def test_many_rows_and_long_labels(survival, collisions, drawn):
    row = survival.iloc[1].to_dict()
    long = "a level whose name is much longer than its column and has averyveryverylongwordinside it"
    rows = [
        row | {"factor": f"A factor with a long name, number {i}", "level": f"{long} {i}"} for i in range(20)
    ]
    reasons = [
        row | {"level": f"{i}", "estimable": False, "why_not": "the reason is long " * 8} for i in range(5)
    ]
    figure = draw_survival_forest(pd.DataFrame([*rows, *reasons]), LONG, endpoint="PFS")
    assert not collisions(figure)
    assert len(drawn(figure, "estimate")) == 20


def test_a_hundred_thousand_patients_fit(response, collisions):
    for name in ("n_experimental", "responders_experimental", "n_comparator", "responders_comparator"):
        response[name] *= 1000
    assert not collisions(draw_response_forest(response, ARMS))


def test_a_label_is_text_and_no_formula(response, texts):
    response.loc[1, "level"] = r"<script>$\frac$ & $5"
    figure = draw_response_forest(response, ARMS)
    assert r"<script>$\frac$ & $5" in " ".join(texts(figure))
    assert not any(each.get_parse_math() for each in figure.findobj(Text) if each.get_text())
    assert render(figure, "svg")


def test_nothing_estimable(survival, drawn):
    survival[["hr", "hr_low", "hr_high", "information", "p"]] = math.nan
    survival["estimable"], survival["why_not"] = False, "no event"
    figure = draw_survival_forest(survival, ARMS, endpoint="PFS")
    assert not drawn(figure, "estimate")
    assert axes_of(figure).get_xscale() == "log"


SHRUNKEN = pd.DataFrame(
    [
        ("Risk group", level, 6, 5, 7, 4, *ratio, known, "" if known else "no patient in SC")
        for level, ratio, known in (
            ("high risk, BCR::ABL1-", (0.34, 0.13, 0.76, 0.23), True),
            ("low blast", (0.37, 0.14, 0.89, 0.28), True),
            ("undetermined", (float("nan"),) * 4, False),
        )
    ],
    columns=[
        *("factor", "level", "n_experimental", "events_experimental", "n_comparator", "events_comparator"),
        *("estimate", "low", "high", "main_estimate", "estimable", "why_not"),
    ],
).assign(analysis="shrinkage", endpoint="PFS", quantity="hazard ratio", model="random effects, tau 0.30")


def test_shrunken_ratios_beside_those_alone(texts, collisions):
    figure = draw_shrinkage_forest(SHRUNKEN, ("InO", "SC"), endpoint="PFS")
    rings = [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == "alone"]
    assert [float(line.get_xdata()[0]) for line in rings] == [0.23, 0.28]
    written = texts(figure)
    assert "0.34 (0.13\N{EN DASH}0.76)" in written
    assert "NE: no patient in SC" in written
    assert "← favours InO" in written
    assert not collisions(figure)


def test_higher_odds_favour_the_experimental_arm(texts):
    odds = SHRUNKEN.assign(quantity="odds ratio", endpoint="CR/CRi")
    figure = draw_shrinkage_forest(odds, ("InO", "SC"), endpoint="CR/CRi")
    assert "favours InO →" in texts(figure)


def test_a_reader_who_does_not_see_the_figure(response_plot):
    assert "InO 32/43 74.4 (54.4" in response_plot.alt
    assert "4 subgroups" in response_plot.alt
