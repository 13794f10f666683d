"""A value of a user's TOML is read as what it must be; else one line names file, section and value."""

import pytest

from leukotype.efficacy.toml_section import TomlSection
from leukotype.errors import InputError
from leukotype.inputs.tables.toml import parse_toml

TEXT = """
[words]
yes = ["1", " ja ", "1"]
no = ["0"]
[within.deeper]
name = " Blank "
empty = "  "
number = 3
[[rows]]
name = "first"
[[rows]]
name = "second"
"""


@pytest.fixture
def given():
    return TomlSection("trial.toml", "", parse_toml(TEXT, "trial.toml"))


@pytest.fixture
def deeper(given):
    return given.section("within").section("deeper")


def test_values_are_read_without_the_blanks_around_them(given, deeper):
    assert deeper.text("name") == "Blank"
    assert deeper.text("absent") == ""
    assert deeper.whole("number", 1) == 3
    assert deeper.whole("absent", 7) == 7
    assert given.section("words").names("yes") == ("1", "ja")
    assert given.section("words").words() == {"1": "yes", "ja": "yes", "0": "no"}
    assert given.section("words").words("no") == {"0": "no"}
    assert [each.text("name") for each in given.sections("rows")] == ["first", "second"]
    assert given.section("absent").texts() == {}


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (lambda s: s.text("empty"), "] empty: expected a text, found '  ': correct it"),
        (lambda s: s.text("number"), "] number: expected a text, found 3: correct it"),
        (lambda s: s.require("who"), "]: expected 'who', found none: add it"),
        (lambda s: s.only("name"), "]: expected one of name, found 'empty': correct it"),
        (lambda s: s.one_of("name", ["a", "b"]), "] name: expected a, b, found 'Blank': correct it"),
        (lambda s: s.names("name"), "] name: expected a list of names, found ' Blank ': correct it"),
        (lambda s: s.whole("empty", 1), "] empty: expected a whole number above 0, found '  ': correct it"),
        (lambda s: s.section("name"), ".name]: expected a section, found ' Blank ': see --example"),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_one_line(deeper, read, line):
    with pytest.raises(InputError) as caught:
        read(deeper)
    assert str(caught.value) == f"trial.toml: [within.deeper{line}"


def test_a_word_of_two_meanings_is_refused():
    section = TomlSection("trial.toml", "mrd", {"negative": ["0"], "positive": ["1", "0"]})
    with pytest.raises(InputError, match=r"trial\.toml: \[mrd\]: '0': expected once, found twice: leave one"):
        section.words()


def test_a_single_section_is_no_list_of_sections():
    section = TomlSection("trial.toml", "", {"rows": {"name": "first"}})
    with pytest.raises(InputError, match=r"trial\.toml: \[\[rows\]\]: expected sections, found .*: write"):
        section.sections("rows")


def test_true_is_no_whole_number():
    with pytest.raises(InputError, match="seed: expected a whole number above 0, found True"):
        TomlSection("trial.toml", "sensitivity", {"seed": True}).whole("seed", 1)
