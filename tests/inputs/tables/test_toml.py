"""TOML files: a value is read as what it must be; else one line names file, section and value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest
from annotated_types import Ge, MinLen

from leukotype.errors import InputError
from leukotype.inputs.tables.toml import check_toml, parse_toml, read_toml_text


@dataclass(frozen=True)
class Row:
    name: str
    limits: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self):
        if self.limits[0] > self.limits[1]:
            raise ValueError("limits: expected lowest and highest")


@dataclass(frozen=True)
class Whole:
    title: str
    draws: Annotated[int, Ge(1)] = 5
    fast: bool = False
    row: Row = Row("none")
    words: Mapping[Literal["yes", "no"], tuple[str, ...]] = field(default_factory=dict)
    rows: Annotated[tuple[Row, ...], MinLen(1)] = (Row("none"),)


def test_a_file_and_its_content(write):
    path = write("g.toml", 'name = "x"\n')
    assert parse_toml(read_toml_text(path, "groups"), str(path)) == {"name": "x"}


def test_what_goes_wrong_is_one_line(write, tmp_path):
    with pytest.raises(InputError, match="no such file: check the path"):
        read_toml_text(tmp_path / "none.toml", "groups")
    with pytest.raises(InputError, match="cannot be read as text: give a TOML file of groups"):
        read_toml_text(write("b.toml", b"\xff\xfe\x00"), "groups")
    with pytest.raises(InputError, match=r"g\.toml: expected TOML, found text that is not"):
        parse_toml("a = ", "g.toml")


def checked(text):
    return check_toml(parse_toml(text, "t.toml"), Whole, "t.toml")


def test_values_are_read_without_the_blanks_around_them():
    read = checked('title = " a "\ndraws = 3\n[row]\nname = "r"\nlimits = [1, 2]\n[words]\nyes = [" ja "]\n')
    assert (read.title, read.draws, read.row) == ("a", 3, Row("r", (1.0, 2.0)))
    assert read.words == {"yes": ("ja",)}
    assert checked('title = 1979-05-27\n[[rows]]\nname = "r"\n').title == "1979-05-27"  # a date of TOML


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "expected 'title', found none: add it"),
        ("title = 3", "title: expected a text, found 3: correct it"),
        ('title = "  "', "title: expected a text, found '  ': correct it"),
        (
            "titel = 3",
            "expected one of title, draws, fast, row, words, rows, found 'titel': correct or delete it",
        ),
        ("draws = true", "draws: expected a whole number, found True: correct it"),
        ("draws = 0", "draws: expected at least 1, found 0: correct it"),
        ("draws = nan", "draws: expected a whole number, found nan: correct it"),
        ("fast = 1", "fast: expected true or false, found 1: correct it"),
        ("row = 3", "row: expected a section, found 3: write [row]"),
        ("[draws]", "draws: expected a whole number, found a section: correct it"),
        ("[row]\nlimits = 3", "[row]: expected 'name', found none: add it"),
        ('[row]\nname = "a"\nlimits = 3', "[row] limits: expected a list, found 3: correct it"),
        ('[row]\nname = "a"\nlimits = [3]', "[row] limits: expected a longer list, found [3]: correct it"),
        ('[row]\nname = "a"\nlimits = ["3", 4]', "[row] limits: expected a number, found '3': correct it"),
        ('[row]\nname = "a"\nlimits = [4, 3]', "[row]: limits: expected lowest and highest"),
        ('[words]\nmaybe = ["a"]', "[words]: expected 'yes' or 'no', found 'maybe': correct or delete it"),
        ('[words]\nyes = "a"', "[words] yes: expected a list, found 'a': correct it"),
        ("rows = []", "rows: expected a list that is not empty, found []: correct it"),
        ('[[rows]]\nnam = "a"', "[[rows]]: expected one of name, limits, found 'nam': correct or delete it"),
        ("[[rows]]\nname = 3", "[[rows]] name: expected a text, found 3: correct it"),
    ],
)
def test_what_is_of_another_kind_is_one_line(text, line):
    with pytest.raises(InputError) as caught:
        checked(text if text.startswith(("title", "titel")) or not text else f'title = "a"\n{text}')
    assert str(caught.value) == f"t.toml: {line}"
