"""Every line of README's table "what you have, what you type" is typed, on SYNTHETIC files of these names."""

import re
import shlex
from pathlib import Path

import anndata
import numpy as np
import pytest

from leukotype.cli import main
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"^\| [^|`]+ \| `(leukotype [^`]+)` \|$", re.MULTILINE)
COMMANDS = ROW.findall(README.read_text(encoding="utf-8"))
TABLES = {
    "blasts.csv": "sample,blast_pct\nP1,80\nP2,unknown\n",
    "age.csv": "sample,age\nP1,62\nP2,7 months\n",
    "sex.csv": "sample,sex\nP1,F\nP2,M\n",
    "fusions.csv": "sample,gene_5prime,gene_3prime\nP1,BCR,ABL1\n",
    "karyotypes.csv": 'sample,karyotype\nP1,"46,XX,t(9;22)(q34;q11.2)[12]"\n',
    "mutations.csv": "sample,gene,protein_change\nP2,PAX5,p.P80R\n",
    "samples.csv": "sample,counts,fusions,blast_pct,sex\nP1,counts.csv,,80,F\nP2,counts.csv,,,M\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laboratory")
    patients = [Patient("P1", "BCR::ABL1", 90.0), Patient("P2", "DUX4-r", 90.0)]
    counts = simulate_patients(load(), patients, 3).counts
    counts.to_csv(folder / "counts.csv")
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "star").mkdir()
    for name in counts:
        tallies = "".join(
            f"N_{kind}\t1\t1\t1\n" for kind in ("unmapped", "multimapping", "noFeature", "ambiguous")
        )
        rows = "".join(f"{gene}\t{n}\t0\t{n}\n" for gene, n in counts[name].items())
        (folder / "star" / f"{name}.ReadsPerGene.out.tab").write_text(tallies + rows, encoding="utf-8")
    values = counts.T.astype(np.float32)
    anndata.AnnData(np.log1p(values), layers={"counts": values.to_numpy()}).write_h5ad(folder / "cohort.h5ad")
    return folder


def test_the_table_is_read():
    assert len(COMMANDS) == 14


@pytest.mark.parametrize("command", COMMANDS)
def test_a_line_of_the_table_works_as_typed(command, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(shlex.split(command)[1:]) == 0
