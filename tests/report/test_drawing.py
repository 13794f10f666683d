"""A figure is the same bytes for the same numbers, on whatever machine and under whatever settings."""

import io
import os
import subprocess
import sys

import matplotlib
import pytest
from PIL import Image

from leukotype.errors import InputError
from leukotype.report import draw_response_forest
from leukotype.report.drawing import SMALL_PT, Drawing, line_mm, render, rows_of, text_mm, wrap

DRAW = """
import hashlib
from leukotype.report.drawing import Drawing, render, sheet_style
@sheet_style
def draw():
    figure = Drawing(40, title="Straße ᵃ <.0001 ≥ 55", alt="x", synthetic=True)
    figure.place(10, 10, 100, 20).plot([1, 2], marker="|")
    return figure
print(*(hashlib.sha256(render(draw(), kind)).hexdigest() for kind in ("png", "pdf", "svg")))
"""


@pytest.fixture
def drawing():
    return Drawing(40, title="Title", alt="What is seen", synthetic=False)


def test_bytes_are_the_same_in_every_process():
    hashes = [
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0].split())) == 3


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_a_figure_says_no_date(drawing, kind):
    assert b"Date" not in render(drawing, kind)


def test_a_users_settings_change_nothing(response):
    plain = render(draw_response_forest(response, ("InO", "SC")), "svg")
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "svg.fonttype": "none"}):
        assert render(draw_response_forest(response, ("InO", "SC")), "svg") == plain
        assert matplotlib.rcParams["font.size"] == 20


def test_synthetic_is_said_to_the_eye_and_to_the_ear(texts):
    figure = Drawing(40, title="Title", alt="What is seen", synthetic=True)
    assert "SYNTHETIC" in texts(figure)
    assert "SYNTHETIC: invented patients" in texts(figure)
    assert figure.alt == "SYNTHETIC: invented patients. What is seen"


def test_nothing_is_synthetic_that_is_not(drawing, texts):
    assert texts(drawing) == ["Title"]
    assert drawing.alt == "What is seen"


def test_text_is_broken_to_its_width():
    lines = wrap("Unclassifiable: low blasts", 25)
    assert " ".join(lines) == "Unclassifiable: low blasts"
    assert len(lines) == 2
    assert all(text_mm(line) <= 25 for line in lines)


def test_a_long_word_is_broken_inside():
    lines = wrap("x" * 200, 20)
    assert "".join(lines) == "x" * 200
    assert all(text_mm(line) <= 20 for line in lines)


def test_an_endpoint_that_is_not_there(response):
    with pytest.raises(InputError, match="found endpoints \\['CR/CRi'\\]"):
        rows_of(response, "MRD negative")


def test_a_sheet_is_as_wide_as_print_in_every_kind(drawing):
    with Image.open(io.BytesIO(render(drawing, "png"))) as picture:
        assert picture.size[0] == int(180 / 25.4 * 300)  # 180 mm at 300 dpi
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert render(drawing, "pdf").startswith(b"%PDF")
    assert b"<svg" in render(drawing, "svg")


def test_footnotes_lengthen_the_sheet(texts):
    plain, noted = (
        Drawing(40, title="Title", alt="x", synthetic=False, notes=notes) for notes in ((), ("a", "", "b"))
    )
    assert texts(noted) == ["Title", "a", "b"]
    assert noted.height_mm - plain.height_mm == pytest.approx(2 * line_mm(SMALL_PT))
