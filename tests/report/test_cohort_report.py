"""The page of a run in a real browser, from disk: sorted, filtered, opened, printed, and read aloud."""

import re
from pathlib import Path

import pandas as pd
import pytest

from leukotype.bundle import load
from leukotype.explanations import explain
from leukotype.outputs import as_csv, write_calls
from leukotype.report.cohort_page import cohort_page
from leukotype.report.results import read_results
from leukotype.simulate import simulate_cohort

BROWSERS = [
    Path(path) for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
]
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
def folder(tmp_path_factory):
    """Results of a SYNTHETIC cohort; its first samples have names that a page may stumble over."""
    cohort = simulate_cohort(load(), per_class=1, purities=[90, 20], random_state=11)
    counts = cohort.counts.set_axis([*NAMES, *cohort.counts.columns[len(NAMES) :]], axis=1)
    blasts = cohort.blasts.set_axis(counts.columns)
    said = explain(counts, blasts[blasts > 0], top=5)
    out = tmp_path_factory.mktemp("report") / "out"
    write_calls(said.calls, out)
    (out / "explanations.csv").write_text(as_csv(said.table), encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def page_file(folder):
    path = folder.parent / "report.html"
    path.write_text(cohort_page(read_results(folder), title="B-ALL subtypes"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def calls(folder):
    return pd.read_csv(folder / "calls.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    program = next((path for path in BROWSERS if path.exists()), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(program), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


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
    opened.get_by_label("Subtype").select_option("BCR::ABL1")
    assert first_cells(opened) == calls["sample"][calls["subtype"] == "BCR::ABL1"].tolist()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["", "#p1", "#p2", "#all"])
def test_axe_finds_nothing_serious(browser, page_file, scheme, place):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(page_file.as_uri() + place)
    found = axe.Axe().run(page).response["violations"]
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
