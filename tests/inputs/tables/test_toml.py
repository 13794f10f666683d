"""TOML files: one line for what goes wrong."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.tables.toml import parse_toml, read_toml_text


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
