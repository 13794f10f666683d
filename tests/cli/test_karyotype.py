"""`leukotype karyotype` tells the ploidy that cytogenetics found, and draws it."""

import subprocess
import sys

import pytest

from leukotype.cli import main
from leukotype.vocabulary import CHROMOSOMES
from tests.cli.conftest import table_of


@pytest.mark.parametrize("figures", [True, False])
def test_karyotype_gives_the_ploidy_that_stands_in_the_names_of_real_files(figures, data, tmp_path, capsys):
    """Four leukemias of honzee/RNAseqCNV, named by what cytogenetics found."""
    out, folder = tmp_path / "out", data / "external" / "rnaseqcnv"
    options = ["--out", str(out), *([] if figures else ["--no-figures"])]
    assert main(["karyotype", str(folder), *options]) == 0
    shown, told = capsys.readouterr()
    rows = {row["sample"]: row for row in table_of(out / "karyotypes.csv")}
    assert {name: row["ploidy_state"] for name, row in rows.items()} == {
        "diploid": "diploid",
        "high_hyperdiploid": "hyperdiploid",
        "low_hypodiploid": "low hypodiploid",
        "near_haploid": "near haploid",
    }
    assert rows["diploid"]["chromosomes"] == "46"
    assert "21,21" in rows["high_hyperdiploid"]["gained"]
    assert len(table_of(out / "dosage.csv")) == 4 * len(CHROMOSOMES)
    drawn = sorted(path for path in out.iterdir() if path.suffix == ".png")
    assert [path.name for path in drawn] == [
        f"{number}_{name}.png" for number, name in enumerate(rows, start=1) if figures
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") for path in drawn)
    assert all(name in shown for name in rows)
    assert "Research use only" in told


def test_karyotype_without_matplotlib_says_what_to_install(columns, tmp_path):
    without = "import sys; sys.modules['matplotlib'] = None; from leukotype.cli import main; sys.exit(main())"
    path = columns([1])
    command = [sys.executable, "-c", without, "karyotype", path, "--out"]
    done = subprocess.run([*command, tmp_path / "out"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert ".[report]" in done.stderr
    assert "--no-figures" in done.stderr
    assert not (tmp_path / "out").exists()
