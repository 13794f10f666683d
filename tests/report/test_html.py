"""What every page shares: text stays text, and nothing is left out in silence."""

import re

import pytest
from jinja2 import UndefinedError

from leukotype.report.html import css_text, templates


def test_text_is_never_markup():
    page = templates().from_string("{{ sample }}").render(sample="<script>'\"&")
    assert page == "&lt;script&gt;&#39;&#34;&amp;"


def test_what_is_not_given_is_an_error_and_no_blank():
    with pytest.raises(UndefinedError, match="subtype"):
        templates().from_string("{{ subtype }}").render()


@pytest.mark.parametrize("name", ["cohort.html.j2", "patient.html.j2", "trial.html.j2"])
def test_no_page_asks_the_network(name):
    environment = templates()
    source = environment.loader.get_source(environment, name)[0]
    assert "//" not in source.replace("http://www.w3.org", "")


@pytest.mark.parametrize("text", ['P"1', "P\\1", "</style>", "a\nb", "\u00e4\U0001f600", "*/ }", "1f"])
def test_a_text_in_a_style_ends_neither_the_text_nor_the_style(text):
    """CSS Syntax 3, an escaped code point: hexadecimal digits, then one blank that belongs to them."""
    written = str(css_text(text))
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*"', written)
    read = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), written[1:-1])
    assert read == text
