"""`leukotype explain` as its user meets it: files, or the results of `predict`."""

import re
import sys

import pandas as pd
import pytest

from leukotype.cli import main


@pytest.fixture(scope="module")
def results(real, tmp_path_factory):
    """Folder of `leukotype predict` on the real table."""
    out = tmp_path_factory.mktemp("results") / "out"
    assert main(["predict", str(real), "--out", str(out), "--quiet"]) == 0
    return out


def said(out):
    return pd.read_csv(out / "explanations.csv", keep_default_na=False)


def test_files_and_the_results_of_predict_are_explained_alike(real, results, tmp_path):
    for name, given in [("files", [str(real)]), ("calls", ["--calls", str(results)])]:
        out = ["--out", str(tmp_path / name), "--no-figures", "--quiet"]
        assert main(["explain", *given, *out]) == 0
    assert (tmp_path / "files" / "explanations.csv").read_bytes() == (
        tmp_path / "calls" / "explanations.csv"
    ).read_bytes()
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == [
        "explanations.csv",
        "importance.csv",
    ]


def test_one_sample_is_drawn(results, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["explain", "--calls", str(results), "--sample", "SJHBBBM52XR", "--out", str(out)]) == 0
    drawn = sorted(path.name for path in out.glob("*.png"))
    assert [name for name in drawn if name.startswith("explained")] == [
        "explained_1_SJHBBBM52XR_against_BCL2_MYC.png",
        "explained_1_SJHBBBM52XR_against_the_average_subtype.png",
    ]
    assert sum(name.startswith("importance_") for name in drawn) == 21
    assert "SJHBBBM52XR: DUX4-r against BCL2/MYC: DUX4 expressed" in capsys.readouterr().out


def test_the_screen_shows_the_first_and_says_where_the_others_are(results, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules["leukotype.cli.explain"], "_LINES_SHOWN", 3)
    assert main(["explain", "--calls", str(results), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    told, written = capsys.readouterr()
    lines = told.splitlines()
    assert len(lines) == 4
    assert all(" against " in line for line in lines[:3])
    assert re.fullmatch(r"the first 3 of \d+ are shown; all are in explanations\.csv", lines[3])
    assert "drew" not in written


def test_lesions_of_an_earlier_run_are_read_again(data, tmp_path):
    """COH000353 has MEF2D::BCL9 in FusionCatcher's and CICERO's tables, beside its counts."""
    folder, out = data / "external" / "mdall", tmp_path / "out"
    counts = folder / "COH000353_D1.HTSeq"
    given = ["--fusions", f"COH000353_D1={folder / 'COH000353_D1.cicero.tsv'}"]
    assert main(["predict", str(counts), *given, "--out", str(out), "--quiet"]) == 0
    assert main(["explain", "--calls", str(out), "--out", str(out), "--no-figures", "--quiet"]) == 0
    rows = said(out)
    fusion = rows[(rows["layer"] == "fusion") & (rows["feature"] == "MEF2D::BCL9")]
    assert (fusion["contribution"] > 2).all()
    assert fusion["known_marker"].tolist() == ["lesion of MEF2D-r"] * 2
    markers = rows.loc[rows["known_marker"] == "high in MEF2D-r", "feature"]
    assert set(markers) == {"HDAC9"}  # Gu et al., Nat Commun 2016;7:13331


@pytest.mark.parametrize("given", [[], ["--calls", "x", "y.tsv"]])
def test_files_or_results_not_both(given, tmp_path, capsys):
    assert main(["explain", *given, "--out", str(tmp_path / "out")]) == 2
    assert "expected files or --calls, one of the two" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unknown_sample_leaves_nothing_behind(results, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["explain", "--calls", str(results), "--sample", "nobody", "--out", str(out)]) == 2
    assert "found 'nobody'" in capsys.readouterr().err
    assert not out.exists()
