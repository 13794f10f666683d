"""The page stands alone, is read by who does not see it, and takes no text of a user for its own."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from leukotype.report import draw_response_bars, draw_response_forest, trial_page

ARMS = ("InO", "SC")
VOID = {"meta", "img", "br", "link", "hr", "input"}


class Page(HTMLParser):
    """Elements with their attributes, text without the style, and tags that are not closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def frames(response, survival, curves):
    baseline = pd.DataFrame(
        {
            "variable": ["Sex"],
            "level": ["female"],
            "all": ["45 (49.5)"],
            "experimental": ["20 (46.5)"],
            "comparator": ["25 (52.1)"],
            "p": [0.5933],
            "test": ["Pearson chi-squared, two-sided"],
            "smd": [0.11],
        }
    )
    return {"baseline": baseline, "response": response, "survival": survival, "curves": curves}


@pytest.fixture
def write(frames):
    def page(*, synthetic=False, title="Efficacy", notes=("91 of 91 patients joined",), **changes):
        given = frames | changes
        figures = {
            "forest_response": draw_response_forest(given["response"], ARMS, synthetic=synthetic),
            "bars_response": draw_response_bars(given["response"], ARMS, synthetic=synthetic),
        }
        methods = ("Rates as counted.", "Survival after Kaplan and Meier.")
        return trial_page(given, figures, methods, notes, synthetic=synthetic, title=title, arms=ARMS)

    return page


def test_it_is_closed_html_with_a_language(write):
    page = Page(write())
    assert not page.open
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = [attributes["href"][1:] for attributes in page.all("a")]
    assert set(inside) <= set(ids)


def test_it_needs_nothing_else(write):
    text = write(synthetic=True)
    page = Page(text)
    for _, attributes in page.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster", "style"):
            assert re.match(r"#|data:image/svg\+xml;base64,", attributes.get(name, "#"))
    assert not page.all("script")
    assert not page.all("link")
    assert not re.search(r"https?:|@import|url\(|//[a-z]", re.sub(r"base64,[^\"]*", "", text))


def test_every_image_is_said_in_words(write):
    images = Page(write()).all("img")
    assert len(images) == 2
    assert all(len(image["alt"]) > 40 for image in images)
    assert "InO 32/43 74.4 (54.4" in images[0]["alt"]


def test_tables_have_captions_and_scopes(write):
    page = Page(write())
    assert len(page.all("table")) == len(page.all("caption")) == 3
    assert {head.get("scope") for head in page.all("th")} == {"col", "row", "colgroup"}


def test_numbers_of_the_trial(write):
    text = Page(write()).text
    for words in (
        "32/43",
        "74.4 (54.4",
        "10/12",
        "0.236 (0.081",
        "no event on InO",
        "P for interaction .044",
    ):
        assert words in text
    assert ".0076ᶜ" in text
    assert "ᶜ Fisher exact, one-sided" in text
    assert "P values: ᵃ Pearson chi-squared, one-sided" in text


def test_a_p_value_is_never_nothing(write):
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", write())
    assert "&lt;.001ᵃ" in cells
    assert not [cell for cell in cells if re.fullmatch(r"0?\.0+\**", cell)]


def test_arms_under_their_names(write):
    text = Page(write()).text
    assert "experimental" not in text
    assert "Characteristic All analysed InO SC SMD P" in text


def test_steps_of_curves_are_drawn_not_printed(write):
    assert "At risk" not in Page(write()).text


@pytest.mark.parametrize("where", ["level", "title", "note", "why_not", "variable"])
def test_a_users_text_stays_text(write, frames, where):
    evil = '<script>alert("1")</script><img src=x onerror=alert(1)>'
    response, baseline = frames["response"].copy(), frames["baseline"].copy()
    if where == "level":
        response.loc[1, "level"] = evil
    if where == "why_not":
        response.loc[2, "why_not"] = evil
    if where == "variable":
        baseline.loc[0, "variable"] = evil
    title = evil if where == "title" else "Efficacy"
    notes = (evil,) if where == "note" else ()
    page = Page(write(response=response, baseline=baseline, title=title, notes=notes))
    assert not page.all("script")
    assert len(page.all("img")) == 2
    assert evil in page.text


def test_synthetic_everywhere(write):
    text = write(synthetic=True)
    page = Page(text)
    assert page.text.startswith("SYNTHETIC: Efficacy SYNTHETIC: invented patients")
    assert page.text.count("(SYNTHETIC)") == 5  # two figures, three tables
    assert all(image["alt"].startswith("SYNTHETIC") for image in page.all("img"))
    assert '@top-left { content: "SYNTHETIC: invented patients"' in text  # of every printed page
    assert "invented. Nothing on it says anything" in page.text


def test_real_patients_are_not_called_synthetic(write):
    assert "SYNTHETIC" not in re.sub(r"base64,[^\"]*", "", write())


def test_limits_and_method(write):
    text = Page(write()).text
    assert text.count("Research use only") == 3
    assert "Rates as counted. Survival after Kaplan and Meier." in text
    assert "91 of 91 patients joined" in text
    assert "exploratory" in text
    assert "Notes None." in Page(write(notes=())).text


def test_empty_frames_are_left_out(write):
    page = Page(write(baseline=pd.DataFrame({"variable": []})))
    assert len(page.all("table")) == 2


def test_the_same_page_twice(write):
    assert write() == write()


def test_what_the_analysis_says_of_its_limits(frames):
    said = ("Research use only.", "Subgroups are small.")
    text = Page(
        trial_page(frames, {}, (), (), synthetic=False, title="Efficacy", arms=ARMS, limits=said)
    ).text
    assert "Limits Research use only. Subgroups are small. Notes" in text


def test_frequencies_stand_under_their_factors(write):
    frequencies = pd.DataFrame(
        {
            "factor": ["Subtype", "Subtype", "Risk group"],
            "level": ["BCR::ABL1", "KMT2A-r", "undetermined"],
            "n": [13, 8, 7],
            "n_experimental": [6, 2, 5],
            "n_comparator": [7, 6, 2],
            "percent": [100 * 13 / 91, 100 * 8 / 91, 100 * 7 / 91],
        }
    )
    text = Page(write(frequencies=frequencies)).text
    assert "Level N N InO N SC Percent Subtype BCR::ABL1 13 6 7 14.3 KMT2A-r 8 2 6 8.8 Risk group" in text


def test_alterations_have_every_patient_in_their_percentages(write):
    # Blood Adv 2024;8(12):3226: TP53 in 13 of 91, 8 of them among the 11 low hypodiploid.
    rows = [("TP53", "Low hypodiploid", 8, 11), ("TP53", "other", 5, 80), ("ARID2", "other", 1, 80)]
    frame = pd.DataFrame(rows, columns=["name", "subtype", "n_altered", "n"])
    frame = frame.assign(group="lesion", kind="mutation", pathway="", percent=0.0)
    arid = frame.iloc[:1].assign(name="ARID2", n_altered=0)
    text = Page(write(alterations_by_subtype=pd.concat([frame, arid], ignore_index=True))).text
    assert "Alteration All, n (% of 91) Low hypodiploid (n = 11) other (n = 80)" in text
    assert "Mutation TP53 13 (14.3) 8 5" in text
    assert "Seen in one patient and not listed here: 1." in text
