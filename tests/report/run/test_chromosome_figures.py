"""The figure of a sample's chromosomes: what is red is changed, and names of samples are no paths."""

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import same_color
from PIL import Image

from leukotype.model.dosage import Dosage, Levels
from leukotype.model.ploidy import infer_copies
from leukotype.report.palette import WARNING
from leukotype.report.run.chromosome_figures import chromosome_figures, draw_chromosomes
from leukotype.vocabulary import CHROMOSOMES

# Genes a chromosome has among those well read in B-ALL, in round numbers: 1 has most, 21 and 18 fewest.
GENES = dict.fromkeys(CHROMOSOMES, 350) | {"1": 900, "13": 140, "18": 110, "19": 680, "21": 80, "X": 310}
PLACES = np.repeat(np.arange(len(CHROMOSOMES)), [GENES[name] for name in CHROMOSOMES])
LOST = ("3", "7", "15", "16", "17")


def dosage(lost=(), missing=()):
    """Levels of these losses, with genes scattered around them."""
    level = np.array([-1.0 if name in lost else 0.0 for name in CHROMOSOMES])
    level[[CHROMOSOMES.index(name) for name in missing]] = np.nan
    ratios = level[PLACES] + np.random.default_rng(0).normal(0, 0.4, len(PLACES))
    error = np.where(np.isnan(level), np.nan, 0.03)
    genes = np.where(np.isnan(level), 0, np.bincount(PLACES))
    return Dosage(Levels(level, error, genes, ratios, 1.0), infer_copies(level, error))


@pytest.fixture
def nothing():
    """A sample of which too few genes were found."""
    unknown = np.full(len(CHROMOSOMES), np.nan)
    zeros = np.zeros(len(CHROMOSOMES), int)
    return Dosage(Levels(unknown, unknown, zeros, np.full(len(PLACES), np.nan), np.nan), None)


def bars(figure):
    """Level and colour of each chromosome's bar, from left to right."""
    lines = [line for line in figure.axes[0].get_lines() if line.get_linewidth() == 1.4]
    lines.sort(key=lambda line: line.get_xdata()[0])
    return [(line.get_ydata()[0], line.get_color()) for line in lines]


def shown(found):
    """Collisions without those of the ticks at 2 and -2, which lie outside the axes and are not drawn."""
    return [each for each in found if not {"2.0", "\N{MINUS SIGN}2.0"} & set(each)]


def test_what_is_changed_is_red_and_lies_at_its_level():
    drawn = bars(draw_chromosomes("P1", dosage(LOST), PLACES))
    assert len(drawn) == 23
    for name, (level, colour) in zip(CHROMOSOMES, drawn, strict=True):
        assert same_color(colour, WARNING) == (name in LOST)
        assert level == pytest.approx(-1.0 if name in LOST else 0.0)


def test_the_title_tells_sample_state_and_number():
    figure = draw_chromosomes("P1", dosage(LOST), PLACES)
    assert figure.title.startswith("P1: high hypodiploid, about 41 chromosomes (probability ")
    assert "P1" in figure.alt


def test_every_chromosome_is_named_in_its_order(texts):
    figure = draw_chromosomes("P1", dosage(), PLACES)
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list(CHROMOSOMES)
    assert {"one copy", "two", "three", "four"} <= set(texts(figure))


def test_the_sheet_says_research_use_only(texts):
    assert "Research use only" in " ".join(texts(draw_chromosomes("P1", dosage(), PLACES)))


@pytest.mark.parametrize("lost", [(), LOST])
def test_no_text_lies_over_another_or_leaves_the_sheet(collisions, lost):
    assert shown(collisions(draw_chromosomes("P1", dosage(lost), PLACES))) == []


def test_the_title_of_a_long_name_lies_above_the_axes(collisions):
    # DEFECT: the title is broken into lines, and the axes stand where the second one comes to lie.
    name = "TCGA-AB-3009-03A-01T-0736-13_reprocessed_with_STAR_2.7.10a_of_the_second_aliquot"
    assert shown(collisions(draw_chromosomes(name, dosage(LOST), PLACES))) == []


def test_a_dollar_in_a_name_is_a_dollar(texts):
    assert any(
        text.startswith("$\\alpha$: diploid")
        for text in texts(draw_chromosomes("$\\alpha$", dosage(), PLACES))
    )


def test_a_chromosome_without_a_level_has_no_bar():
    assert len(bars(draw_chromosomes("P1", dosage(missing=("7", "X")), PLACES))) == 21


def test_a_sample_without_a_dosage_is_drawn_empty_and_says_so(nothing):
    figure = draw_chromosomes("P1", nothing, PLACES)
    assert bars(figure) == []
    assert "not estimated: too few of the genes were found" in figure.title


def test_one_picture_a_sample_named_by_its_number(nothing):
    figures = chromosome_figures({"P1": dosage(), "P2": nothing}, PLACES)
    assert list(figures) == ["1_P1.png", "2_P2.png"]
    for content in figures.values():
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.width) == ("PNG", int(180 / 25.4 * 300))


def test_the_name_of_a_sample_is_never_a_path():
    names = ["../x<script>", "..", "a/b", "a_b", "/etc/passwd", "ß" * 300, "con:nul"]
    files = list(chromosome_figures(dict.fromkeys(names, dosage()), PLACES))
    assert len(set(files)) == len(names)
    assert all(Path(name).name == name for name in files)
    assert files[0] == "1_x_script.png"
    assert max(map(len, files)) < 80


def test_the_same_sample_gives_the_same_bytes():
    first, second = (chromosome_figures({"P1": dosage(LOST)}, PLACES) for _ in range(2))
    assert first == second
