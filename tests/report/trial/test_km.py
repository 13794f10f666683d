"""Kaplan-Meier: the remissions of Freireich et al., Blood 1963;21:699, weeks on 6-MP and on placebo."""

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.report import draw_incidence, draw_km
from leukotype.report.trial.km import at_risk

ARMS = ("6-MP", "placebo")
ALL = ("All patients", "All patients")


def curve(figure, arm):
    return [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == f"curve {arm}"]


def test_numbers_at_risk_of_the_published_remissions(curves):
    drug = curves[curves["arm"] == "6-MP"]
    assert at_risk(drug, [0, 6, 6.5, 10, 20, 30, 35, 36]) == [21, 21, 17, 15, 8, 4, 1, 0]
    assert at_risk(curves[curves["arm"] == "placebo"], [0, 8, 8.5, 23, 24]) == [21, 12, 8, 1, 0]


def test_an_arm_without_patients(curves):
    assert at_risk(curves[curves["arm"] == "nobody"], [0, 6]) == [0, 0]
    figure = draw_km(curves[curves["arm"] == "6-MP"], ARMS, endpoint="PFS")
    assert len(curve(figure, 0)) == 1
    assert not curve(figure, 1)


def test_the_curve_is_the_published_one(curves):
    figure = draw_km(curves, ARMS, endpoint="PFS")
    (drug,) = curve(figure, 0)
    steps = dict(zip(drug.get_xdata(), drug.get_ydata(), strict=True))
    # As printed, for instance, by Kleinbaum and Klein, Survival Analysis, table 2.1.
    for week, survival in (
        (0, 1),
        (6, 0.8571),
        (7, 0.8067),
        (10, 0.7529),
        (16, 0.6275),
        (22, 0.5378),
        (23, 0.4482),
    ):
        assert steps[week] == pytest.approx(survival, abs=5e-5)
    assert drug.get_drawstyle() == "steps-post"
    (placebo,) = curve(figure, 1)
    assert placebo.get_linestyle() != drug.get_linestyle()


def test_events_on_the_day_of_randomisation_are_drawn(curves):
    """Two of 21 at 0: the curve stands at 19/21 from there on, and begins at 1."""
    rows = pd.DataFrame(
        {"time": [0.0, 6.0], "survival": [19 / 21, 9 / 21], "low": 0.1, "high": 0.9, "at_risk": [21, 19]}
    ).assign(endpoint="PFS", factor=ALL[0], level=ALL[1], arm="6-MP", events=[2, 10], censored=0)
    (drug,) = curve(draw_km(rows, ARMS, endpoint="PFS"), 0)
    assert drug.get_xdata().tolist() == [0, 0, 6]
    assert drug.get_ydata().tolist() == pytest.approx([1, 19 / 21, 9 / 21])


def test_marks_of_censoring(curves):
    figure = draw_km(curves, ARMS, endpoint="PFS")
    marks = {
        line.get_label(): line.get_xdata().tolist()
        for axes in figure.axes
        for line in axes.get_lines()
        if str(line.get_label()).startswith("censored")
    }
    assert marks == {"censored 0": [6, 9, 10, 11, 17, 19, 20, 25, 32, 34, 35], "censored 1": []}


def test_the_table_stands_under_its_ticks(curves):
    figure = draw_km(curves, ARMS, endpoint="PFS")
    axes = next(axes for axes in figure.axes if axes.get_xlabel() == "Months")
    under = {text.get_text(): text.get_position()[0] for text in figure.texts if text.get_text() == "21"}
    box = axes.get_position()
    assert under["21"] == pytest.approx(box.x0)
    ticks = axes.get_xticks()
    assert ticks[0] == 0
    assert ticks[-1] <= 35 < ticks[-1] + ticks[1]  # the last patient leaves at 35: nobody is at risk beyond
    numbers = at_risk(curves[curves["arm"] == "6-MP"], ticks)
    row = [text for text in figure.texts if text.get_text().isdigit()][: len(ticks)]
    assert [int(text.get_text()) for text in row] == numbers
    places = [box.x0 + box.width * tick / axes.get_xlim()[1] for tick in ticks]
    assert [text.get_position()[0] for text in row] == pytest.approx(places)


def test_what_is_written_above(curves, survival, texts):
    curves["arm"] = curves["arm"].map({"6-MP": "InO", "placebo": "SC"})
    found = texts(draw_km(curves, ("InO", "SC"), endpoint="PFS", survival=survival))
    assert "InO: 40/43 events, median 5.0 (2.5–NR)" in found  # noqa: RUF001
    assert "HR (97.5 % CI) 0.45 (0.34–0.61), P .030 (log-rank, two-sided)" in found  # noqa: RUF001
    assert "Hazard ratio and interval: Cox, Wald 97.5 %." in found


def test_a_ratio_that_cannot_be_estimated(curves, survival, texts):
    curves["arm"] = curves["arm"].map({"6-MP": "InO", "placebo": "SC"})
    curves["factor"], curves["level"] = "Risk group", "undetermined"
    panels = [("Risk group", "undetermined")]
    found = texts(draw_km(curves, ("InO", "SC"), endpoint="PFS", survival=survival, panels=panels))
    assert "HR NE: no event on InO" in found
    assert "InO: 0/5 events, median NR" in found


def test_panels_stand_in_pairs(curves, collisions):
    more = [curves.assign(factor="Subtype", level=level) for level in ("BCR::ABL1", "KMT2A-r", "B-other")]
    curves = pd.concat([curves, *more])
    panels = [ALL, *(("Subtype", level) for level in ("BCR::ABL1", "KMT2A-r", "B-other"))]
    figure = draw_km(curves, ARMS, endpoint="PFS", panels=panels, synthetic=True)
    plots = [axes for axes in figure.axes if axes.get_xlabel() == "Months"]
    assert len(plots) == 4
    assert len({round(axes.get_position().x0, 6) for axes in plots}) == 2
    assert len({axes.get_xlim() for axes in plots}) == 1
    assert not collisions(figure)


@pytest.mark.parametrize("arms", [ARMS, ("Inotuzumab ozogamicin", "Investigator's choice of chemotherapy")])
def test_no_text_lies_over_another(curves, arms, collisions):
    curves["arm"] = curves["arm"].map(dict(zip(ARMS, arms, strict=True)))
    assert not collisions(draw_km(curves, arms, endpoint="PFS", synthetic=True))


def test_a_panel_without_a_curve(curves):
    with pytest.raises(InputError, match="factor 'Subtype', level 'HLF'"):
        draw_km(curves, ARMS, endpoint="PFS", panels=[("Subtype", "HLF")])


def test_a_dense_curve_is_not_buried_under_its_marks(curves, texts):
    n = 3000
    one = curves[curves["arm"] == "6-MP"].iloc[:1]
    dense = one.loc[one.index.repeat(n)].assign(
        time=range(1, n + 1), survival=0.5, censored=1, events=0, at_risk=range(n, 0, -1)
    )
    figure = draw_km(pd.concat([dense, curves[curves["arm"] == "placebo"]]), ARMS, endpoint="PFS")
    marks = [line for axes in figure.axes for line in axes.get_lines() if line.get_label() == "censored 0"]
    assert len(marks[0].get_xdata()) == 0
    assert [text for text in texts(figure) if "not drawn on a curve of more than 2000 steps" in text]


@pytest.fixture
def causes():
    """Three of ten patients relapse and one dies on the drug; on placebo six and two."""
    steps = {"6-MP": {"relapse": (0, 0.1, 0.3), "death": (0, 0.1, 0.1)}}
    steps["placebo"] = {"relapse": (0, 0.4, 0.6), "death": (0, 0, 0.2)}
    incidence = pd.DataFrame(
        [
            ("PFS", *ALL, cause, arm, time, value, value / 2, min(2 * value, 1), 10 - time)
            for cause in ("relapse", "death")
            for arm in ARMS
            for time, value in zip((0.0, 3.0, 9.0), steps[arm][cause], strict=True)
        ],
        columns=[
            "endpoint",
            "factor",
            "level",
            "cause",
            "arm",
            "time",
            "incidence",
            "low",
            "high",
            "at_risk",
        ],
    )
    counts = {"n_experimental": 10, "n_comparator": 10, "events_experimental": 3, "events_comparator": 6}
    row = {"analysis": "competing-risks", "endpoint": "PFS", "factor": ALL[0], "level": ALL[1], **counts}
    numbers = {"estimate": 0.36, "low": 0.1, "high": 1.3, "p": 0.02, "test": "log-rank"}
    of_hazard = row | numbers | {"quantity": "cause-specific hazard ratio", "estimable": True, "why_not": ""}
    of_incidence = row | {
        "quantity": "incidence",
        "p": 0.031,
        "test": "Gray",
        "estimable": True,
        "why_not": "",
    }
    rows = [each | {"model": cause} for cause in ("relapse", "death") for each in (of_hazard, of_incidence)]
    return incidence, pd.DataFrame(rows)


def test_a_panel_for_each_cause_that_begins_at_none(causes, texts, collisions):
    incidence, said = causes
    figure = draw_incidence(incidence, ARMS, endpoint="PFS", sensitivity=said)
    relapse, death = curve(figure, 0)
    assert relapse.get_ydata().tolist() == [0, 0.1, 0.3]
    assert death.get_ydata().tolist() == [0, 0.1, 0.1]
    written = texts(figure)
    assert "6-MP: 3/10" in written
    assert any("HR (97.5 % CI) 0.36 (0.10" in text and "P .031 (Gray)" in text for text in written)
    assert not collisions(figure)


def test_incidence_of_an_endpoint_that_has_none(causes):
    with pytest.raises(InputError, match="OS"):
        draw_incidence(causes[0], ARMS, endpoint="OS", sensitivity=causes[1])
