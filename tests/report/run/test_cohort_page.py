"""The page of a run in a real browser, from disk: sorted, filtered, opened, printed, and read aloud."""

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from leukotype.calling.neighbours import marker_profiles
from leukotype.demo.simulate import simulate_cohort
from leukotype.model.bundle import load
from leukotype.model.map import Map, log_odds
from leukotype.pipeline import explain
from leukotype.report.palette import subtype_colour
from leukotype.report.run.cohort_page import cohort_page
from leukotype.report.run.training_cohort import TrainingCohort
from leukotype.runs.files import EXPLANATIONS, as_csv, write_whole
from leukotype.runs.run import Run
from leukotype.vocabulary import NORMAL, NOT_B_ALL, RISK_UNMAPPED, T_ALL

NAMES = [
    '<script>alert("1")</script>',
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "\N{CJK UNIFIED IDEOGRAPH-60A3}\N{CJK UNIFIED IDEOGRAPH-8005} \N{GREEK SMALL LETTER ALPHA}",
    "x" * 300,
    "NA",
    "=1+1",
    "{{ 7 * 7 }}",
    "p1",
    "#cohort",
]


@pytest.fixture(scope="module")
def bundle():
    """The model with an invented map: each subtype one landmark, six patients and one square on a ring."""
    model = load()
    names, size = model.model.subtypes, len(model.model.subtypes)
    turns = 2 * np.pi * np.arange(size) / size
    places = 0.5 + 0.4 * np.column_stack([np.cos(turns), np.sin(turns)])
    square = 0.04 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    rings = (places[:, None] + square[None]).reshape(-1, 2)
    owners = np.arange(size)
    odds = log_odds(np.full((size, size), 0.02 / (size - 1)) + 0.98 * np.eye(size))
    points, classes = np.repeat(places, 6, axis=0), np.repeat(owners, 6)
    return replace(model, map=Map(names, odds, places, points, classes, rings, 4 * owners, owners))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, bundle):
    """Results of a SYNTHETIC cohort; its first samples have names that a page may stumble over."""
    cohort = simulate_cohort(bundle, per_class=1, purities=[90, 20], random_state=11)
    counts = cohort.counts.set_axis([*NAMES, *cohort.counts.columns[len(NAMES) :]], axis=1)
    blasts = cohort.blasts.set_axis(counts.columns)
    said = explain(counts, blasts[blasts > 0], bundle, top=5)
    out = tmp_path_factory.mktemp("report") / "out"
    said.run.save(out)
    table = as_csv(said.table)
    write_whole(out, {EXPLANATIONS: table, **said.run.record_of_explanations(out, table)})
    return out


@pytest.fixture(scope="module")
def page_file(folder, bundle):
    path, training = folder.parent / "report.html", TrainingCohort(bundle.map, marker_profiles(bundle))
    page = cohort_page(Run.load(folder), title="B-ALL subtypes", training=training)
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def calls(folder):
    return pd.read_csv(folder / "calls.csv", dtype=str, keep_default_na=False)


@pytest.fixture
def opened(browser, page_file):
    """Open the page from disk; afterwards nothing may stand in the console, and nothing was fetched."""
    context = browser.new_context(bypass_csp=False)
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    yield page
    context.close()
    assert said == []
    assert {url.partition("#")[0] for url in asked} == {page_file.as_uri()}


def first_cells(page):
    return page.locator("#samples tbody tr:visible th").all_inner_texts()


def test_every_sample_stands_in_the_table_as_it_was_named(opened, calls):
    assert opened.locator("#samples tbody th").all_text_contents() == calls["sample"].tolist()


def test_the_table_is_sorted_up_then_down(opened, calls):
    head = opened.locator("#samples thead th").filter(has_text="Probability")
    exact = pd.to_numeric(calls["probability"], errors="coerce").fillna(-1)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert first_cells(opened) == calls["sample"].loc[exact.sort_values(kind="stable").index].tolist()
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert opened.locator("#samples [aria-sort]").count() == 1
    assert first_cells(opened)[0] == calls["sample"][exact.idxmax()]


def test_filters_work_together_and_say_how_many_are_left(opened, calls):
    opened.get_by_label("Status").select_option("low blasts")
    low = calls["status"] == "low_blasts"
    assert first_cells(opened) == calls["sample"][low].tolist()
    assert opened.locator("#shown").inner_text() == f"{low.sum()} of {len(calls)} samples shown"
    opened.get_by_label("Find").fill("syn_tcf3")
    assert first_cells(opened) == [name for name in calls["sample"][low] if "TCF3" in name]


def test_a_subtype_is_filtered_by_its_whole_name(opened, calls):
    opened.get_by_label("Subtype").select_option("ETV6::RUNX1")
    assert first_cells(opened) == calls["sample"][calls["subtype"] == "ETV6::RUNX1"].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_patient_opens_whatever_the_name(opened, name, calls):
    number = calls["sample"].tolist().index(name)
    opened.locator("#samples tbody a").nth(number).click()
    article = opened.locator("article.patient:visible")
    assert article.count() == 1
    assert article.locator("h2").text_content() == name
    assert not opened.locator("#cohort").is_visible()
    assert opened.title() == f"{name} - B-ALL subtypes"
    assert opened.evaluate("document.activeElement.id") == f"p{number + 1}"
    opened.get_by_text("Back to the cohort").locator("visible=true").click()
    assert opened.locator("#cohort").is_visible()


def test_the_keyboard_alone_opens_a_patient(opened):
    opened.locator("#samples tbody a").first.focus()
    opened.keyboard.press("Enter")
    opened.locator("article.patient:visible").get_by_text("Next sample").press("Enter")
    assert opened.locator("article.patient:visible h2").text_content() == NAMES[1]


def test_a_call_is_one_sentence_with_words_and_a_number(opened, calls):
    row = calls[calls["status"] == "called"].iloc[0]
    opened.goto(f"{opened.url.partition('#')[0]}#p{row.name + 1}")
    said = opened.locator("article.patient:visible .said").inner_text()
    assert re.fullmatch(
        re.escape(row["subtype"]) + r", (virtually certain|very likely|likely|more likely than not) "
        r"\(probability (over )?0\.\d\d\)\.",
        said,
    )
    assert opened.locator("article.patient:visible .weights table").count() == 2


def test_who_was_not_called_reads_why_and_what_helps_and_no_subtype(opened, calls):
    row = calls[calls["status"] == "low_blasts"].iloc[0]
    opened.goto(f"{opened.url.partition('#')[0]}#p{row.name + 1}")
    article = opened.locator("article.patient:visible")
    assert "under 30 %" in article.locator(".why").inner_text()
    assert article.locator(".why li").count() >= 2
    assert "against" not in article.inner_text()  # what a subtype rests on is folded away


def test_the_map_shows_every_called_sample_where_it_was_placed(opened, calls, folder):
    places = pd.read_csv(folder / "map.csv", dtype={"sample": str}, keep_default_na=False)
    called = calls["status"] == "called"
    assert called.any()
    drawn = opened.locator("#map circle.sample")
    assert drawn.count() == called.sum()
    centres = drawn.evaluate_all("all => all.map(each => [each.cx.baseVal.value, each.cy.baseVal.value])")
    across, down = np.array(centres).T
    # Right on the map is right on the page, up is up.
    assert np.corrcoef(across, places["x"][called])[0, 1] == pytest.approx(1, abs=1e-4)
    assert np.corrcoef(down, places["y"][called])[0, 1] == pytest.approx(-1, abs=1e-4)


def test_the_ground_of_the_map_is_drawn_in_the_colours_of_the_subtypes(opened, bundle):
    picture = Image.open(io.BytesIO(opened.locator("#map svg.map").screenshot())).convert("RGB")
    pixels = np.asarray(picture, dtype=int).reshape(-1, 3)
    for name in bundle.map.subtypes:
        colour = [int(subtype_colour(name)[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels - colour).max(axis=1) <= 3).sum() > 10, name


def test_a_click_on_the_map_opens_the_sample(opened, calls):
    circle = opened.locator("#map circle.sample").last
    number = int(circle.get_attribute("data-open").removeprefix("p"))
    circle.click()
    name = calls["sample"][number - 1]
    assert opened.locator("article.patient:visible h2").text_content() == name


def test_a_patient_lies_where_the_map_of_all_shows_it(opened, calls, folder):
    row = calls[calls["status"] == "called"].iloc[-1]
    number = row.name + 1
    circle = opened.locator(f"#map circle[data-open='p{number}']")
    there = f"translate({circle.get_attribute('cx')} {circle.get_attribute('cy')})"
    opened.goto(f"{opened.url.partition('#')[0]}#p{number}")
    among = opened.locator("article.patient:visible .among")
    assert among.locator(".here").get_attribute("transform") == there
    assert re.search(r"Of the 10 patients of training nearest on the map, \d+ had ", among.inner_text())
    likeness = pd.read_csv(folder / "map.csv").drop(columns=["sample", "x", "y"]).iloc[row.name]
    likeness = likeness.drop([NORMAL, T_ALL])  # what is called is surely B-ALL
    nearest = likeness.sort_values(ascending=False).head(3)
    shown = among.locator("tbody tr").all_inner_texts()
    assert [line.split("\t")[0] for line in shown] == nearest.index.tolist()
    assert [float(line.split("\t")[1]) for line in shown] == pytest.approx(nearest.tolist(), abs=0.0051)


def test_markers_of_the_called_subtype_stand_with_their_levels(opened, calls, folder):
    row = calls[calls["subtype"] == "DUX4-r"].iloc[0]
    opened.goto(f"{opened.url.partition('#')[0]}#p{row.name + 1}")
    shown = opened.locator("article.patient:visible .strips tbody tr").all_inner_texts()
    level = pd.read_csv(folder / "markers.csv")["CLEC12A"]
    line = next(each for each in shown if each.startswith("CLEC12A"))
    assert f"{level[row.name]:.1f}" in line
    assert "high in DUX4-r" in line
    assert line.rstrip().endswith(f"{(level > level[row.name]).sum() + 1} of {len(calls)}")


def test_a_sample_without_a_call_has_its_place_folded_away(opened, calls):
    number = calls[calls["status"] == "low_blasts"].index[0] + 1
    assert opened.locator(f"#map circle[data-open='p{number}']").count() == 0
    opened.goto(f"{opened.url.partition('#')[0]}#p{number}")
    article = opened.locator("article.patient:visible")
    assert not article.locator(".among").is_visible()
    article.get_by_text("Place on the map and class profiles, for research").click()
    assert article.locator(".among").is_visible()


def test_the_ground_of_the_map_stands_in_the_page_once(page_file, calls):
    page = page_file.read_text("utf-8")
    assert page.count('<symbol id="map-ground"') == 1
    assert page.count('href="#map-ground"') == len(calls) + 1


def test_it_can_be_printed(opened, tmp_path):
    opened.goto(f"{opened.url.partition('#')[0]}#p1")
    content = opened.pdf(prefer_css_page_size=True)
    assert content.startswith(b"%PDF")
    opened.emulate_media(media="print")
    assert opened.locator("article.patient:visible").count() == 1
    wide = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_all_samples_below_one_another(opened, calls):
    opened.get_by_text("Show all samples below one another").click()
    assert opened.locator("article.patient:visible").count() == len(calls)
    assert opened.locator("#cohort").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_of_the_screen(opened, width):
    opened.set_viewport_size({"width": width, "height": 800})
    for place in ("#all", "#p3", "#p5"):
        opened.goto(f"{opened.url.partition('#')[0]}{place}")
        wide = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, place


def test_the_table_of_samples_fits_a_wide_screen(opened):
    opened.set_viewport_size({"width": 1400, "height": 900})
    table = opened.locator("#table .scroll")
    assert table.evaluate("each => each.scrollWidth - each.clientWidth") <= 0


def test_unmapped_says_which_subtypes_and_why(page_file, calls):
    page = page_file.read_text("utf-8")
    unmapped = calls[(calls["risk_group"] == RISK_UNMAPPED) & (calls["status"] == "called")]
    assert "ETV6::RUNX1" in set(unmapped["subtype"])
    assert page.count("unmapped: no group for ") >= 2 + len(unmapped)  # panel, table, and each patient
    assert "unmapped: no group for ETV6::RUNX1 in the trial&#39;s risk scheme: Paietta et al." in page


def test_a_sure_call_has_no_runner_up_that_is_no_b_all(page_file, calls):
    called = calls["status"] == "called"
    assert (calls.loc[called, "runner_up"] == NOT_B_ALL).any()
    lines = re.findall(r'<tr data-status="called".*?</tr>', page_file.read_text("utf-8"))
    assert len(lines) == called.sum()
    assert not [line for line in lines if f"<td>{NOT_B_ALL}</td>" in line]


def test_a_called_subtype_is_described_with_links_that_load_nothing(opened, calls):
    row = calls[calls["subtype"] == "DUX4-r"].iloc[0]
    opened.goto(f"{opened.url.partition('#')[0]}#p{row.name + 1}")
    about = opened.locator("article.patient:visible .about")
    assert about.inner_text().startswith("DUX4-r: DUX4, silent in other B-ALL")
    assert about.locator("a").first.get_attribute("href") == "https://doi.org/10.1038/ncomms11790"


def test_the_map_is_dark_on_a_dark_page(opened, bundle):
    opened.emulate_media(color_scheme="dark")
    picture = Image.open(io.BytesIO(opened.locator("#map svg.map").screenshot())).convert("RGB")
    pixels = np.asarray(picture, dtype=int).reshape(-1, 3)
    assert np.median(pixels.max(axis=1)) < 48
    for name in bundle.map.subtypes:
        colour = [int(subtype_colour(name, dark=True)[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(pixels - colour).max(axis=1) <= 3).sum() > 10, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["", "#p1", "#p2", "#all"])
def test_axe_finds_nothing_serious(browser, page_file, left_out, scheme, place):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        left_out("axe is not installed: pip install axe-playwright-python")
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(page_file.as_uri() + place)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(each["id"], [node["html"] for node in each["nodes"][:2]]) for each in found] == []


def test_without_its_script_the_page_is_whole(browser, page_file, calls):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri() + "#p2")
    assert page.locator("article.patient:visible h2").inner_text() == NAMES[1]
    page.goto(page_file.as_uri())
    assert page.locator("#samples tbody tr:visible").count() == len(calls)
    assert not page.locator("#filters").is_visible()
    context.close()
