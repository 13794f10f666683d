"""What every page shares: text stays text, and nothing is left out in silence."""

import pytest
from jinja2 import UndefinedError

from leukotype.report.html import templates


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
