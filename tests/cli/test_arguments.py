"""Arguments are told in the help, and a wrong one in one line."""

import pytest

from leukotype.cli import main
from leukotype.runs.files import FILES


def test_help_names_every_kind_of_lesion_and_every_file(capsys):
    main(["predict", "--help"])
    shown = capsys.readouterr().out
    options = ("--fusions", "--karyotype", "--cnv", "--variants", "--common-variants")
    assert [name for name in options if f"\n  {name} FILE" not in shown] == []
    assert [name for name in FILES if f"\n    {name} " not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["predict"], "--out"),
        (["predict", "--out", "out"], "no expression file was given"),
        (["predict", "counts.csv"], "--out"),
        (["predict", "counts.csv", "--out", "out", "--scheme", "who"], "'who'"),
        (["predict", "counts.csv", "--out", "out", "--strandedness", "left"], "'left'"),
        (["predict", "counts.csv", "--out", "out", "--blast-unit", "promille"], "'promille'"),
        (["predict", "counts.csv", "--out", "out", "--samples"], "--samples"),
        (["predict", "counts.csv", "--out", "out", "--karyotype"], "--karyotype"),
        (["karyotype"], "FILE"),
        (["karyotype", "counts.csv"], "--out"),
        (["karyotype", "counts.csv", "--out", "out"], "counts.csv: no such file"),
        (["classify"], "classify"),
    ],
)
def test_wrong_arguments_end_in_one_line(arguments, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    shown, told = capsys.readouterr()
    assert (shown, told.count("\n"), told.startswith("leukotype: ")) == ("", 1, True)
    assert named in told
    assert list(tmp_path.iterdir()) == []
