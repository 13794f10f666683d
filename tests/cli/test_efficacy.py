"""`leukotype efficacy`: the example runs as it says, and each analysis has a folder of its own."""

import shlex
import sys

import pandas as pd

from leukotype.cli import main


def responders(table, level):
    row = table[(table["endpoint"] == "CR/CRi") & (table["level"] == level)].iloc[0]
    return tuple(
        (int(row[f"responders_{arm}"]), int(row[f"n_{arm}"])) for arm in ("experimental", "comparator")
    )


def test_the_example_runs_as_it_says(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["efficacy", "--example", "--out", "my trial"]) == 0
    told = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert told[:2] == ["leukotype", "efficacy"]
    assert main([*told[1:], "--figures", "svg"]) == 0
    page = (tmp_path / "efficacy" / "SYNTHETIC_efficacy.html").read_text("utf-8")
    assert "SYNTHETIC" in page.partition("<table")[0]
    risk = pd.read_csv(tmp_path / "efficacy" / "SYNTHETIC_response.csv")
    assert risk.loc[risk["level"] == "high risk, BCR::ABL1-", "n_experimental"].iloc[0] == 2


def test_without_its_extra_the_example_says_what_to_install(tmp_path, monkeypatch, capsys):
    for name in [each for each in sys.modules if each.startswith("leukotype.efficacy")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    assert main(["efficacy", "--example", "--out", str(tmp_path / "mine")]) == 2
    assert "pip install '.[efficacy]'" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_the_example_is_ready_to_be_used(tmp_path, capsys):
    assert main(["efficacy", "--example", "--out", str(tmp_path)]) == 0
    table = pd.read_csv(tmp_path / "trial.csv")
    calls = pd.DataFrame(
        {"sample": table["patient"], "status": "called", "subtype": "DUX4-r", "risk_group": ""}
    )
    calls.to_csv(tmp_path / "calls.csv", index=False)
    arguments = ["--calls", "calls.csv", "--clinical", "trial.csv", "--columns", "trial.toml"]
    given = [str(tmp_path / each) if each[0] != "-" else each for each in arguments]
    assert main(["efficacy", *given, "--out", str(tmp_path / "out")]) == 0
    assert responders(pd.read_csv(tmp_path / "out" / "SYNTHETIC_response.csv"), "DUX4-r")[0][1] == sum(
        table["arm"] == "InO"
    )

    calls.iloc[1:].assign(sample=lambda rows: rows["sample"].mask(rows.index == 1, "stranger")).to_csv(
        tmp_path / "calls.csv", index=False
    )
    capsys.readouterr()
    assert main(["efficacy", *given, "--out", str(tmp_path / "none")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "without a call" in lines[0]
    assert "without a patient" in lines[1]
    assert not (tmp_path / "none").exists()
    assert main(["efficacy", *given, "--out", str(tmp_path / "some"), "--allow-unmatched"]) == 0
    assert "left out 2 without a call" in capsys.readouterr().err


def test_several_arms_are_written_to_folders_of_a_new_folder(tmp_path):
    """Two experimental arms, each against the comparator."""
    assert main(["efficacy", "--example", "--out", str(tmp_path)]) == 0
    table = pd.read_csv(tmp_path / "trial.csv")
    table["arm"] = table["arm"].mask((table["arm"] == "InO") & (table.index % 4 == 0), "InO high")
    table.to_csv(tmp_path / "trial.csv", index=False)
    toml = (tmp_path / "trial.toml").read_text().replace('= "InO"', '= ["InO", "InO high"]')
    (tmp_path / "trial.toml").write_text(toml)
    columns = {"sample": table["patient"], "status": "called", "subtype": "DUX4-r", "risk_group": ""}
    pd.DataFrame(columns).to_csv(tmp_path / "calls.csv", index=False)
    files = {"calls": "calls.csv", "clinical": "trial.csv", "columns": "trial.toml", "out": "several"}
    arguments = [text for name, path in files.items() for text in (f"--{name}", str(tmp_path / path))]
    assert main(["efficacy", *arguments, "--figures", "svg"]) == 0
    assert {path.name for path in (tmp_path / "several").iterdir()} == {"InO_SC", "InO_high_SC"}


def test_figures_of_an_older_analysis_do_not_stay_beside_new_ones(tmp_path):
    assert main(["efficacy", "--example", "--out", str(tmp_path)]) == 0
    files = {"calls": "calls.csv", "clinical": "trial.csv", "columns": "trial.toml", "out": "out"}
    arguments = [text for name, path in files.items() for text in (f"--{name}", str(tmp_path / path))]
    assert main(["efficacy", *arguments, "--figures", "svg", "--figures", "png"]) == 0
    assert list((tmp_path / "out").glob("SYNTHETIC_km_*.png"))
    (tmp_path / "out" / "mine.png").write_bytes(b"mine")
    assert main(["efficacy", *arguments, "--figures", "svg"]) == 0
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["mine.png"]
    assert list((tmp_path / "out").glob("SYNTHETIC_km_*.svg"))


def test_nothing_given_says_what_to_give(tmp_path, capsys):
    assert main(["efficacy", "--out", str(tmp_path / "out")]) == 2
    assert "--example" in capsys.readouterr().err
