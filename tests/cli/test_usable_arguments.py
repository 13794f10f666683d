"""What no command can use is refused at once: it would read the wrong folder, or wait for ever."""

import os

import pytest

from leukotype.cli import main
from leukotype.cli.usable_arguments import check_arguments


@pytest.mark.parametrize(
    "arguments",
    [["predict", "", "--out", "o"], ["predict", "a.csv", "--out", ""], ["report", "--calls", " "],
     ["predict", "a.csv", "--blasts", "", "--out", "o"], [""]],
)  # fmt: skip
def test_an_empty_path_is_not_the_current_folder(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert "found an empty one: is a variable unset?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["{}", "--karyotype={}", "P1={}"])
def test_a_pipe_is_refused_and_not_waited_for(form, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert main(["predict", "a.csv", form.format(tmp_path / "pipe"), "--out", str(tmp_path / "o")]) == 2
    assert "found a pipe" in capsys.readouterr().err


def test_a_text_may_be_empty_and_a_name_may_be_odd(tmp_path):
    check_arguments(["models", "rollback", "--why", "", "--title", ""])
    check_arguments(["predict", "x" * 5000, "a\x00b", "=", "--out=" + str(tmp_path)])
