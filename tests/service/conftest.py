"""A real service: `leukotype serve` in a process of its own, asked over the network."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import requests

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load

WAIT = 120  # seconds until a service answers, on a machine that does other things too
PEOPLE = (
    Patient("P1", "BCR::ABL1", 90.0),
    Patient("P2", "Hyperdiploid", 85.0),
    Patient("P3", "DUX4-r", 20.0),
)


@dataclass
class Service:
    """A running service."""

    url: str
    process: subprocess.Popen
    home: Path

    def shelters(self):
        return list(self.home.glob("leukotype-serve-*"))

    def ask(self, method, path, **told):
        return requests.request(method, f"{self.url}{path}", timeout=WAIT, allow_redirects=False, **told)


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Start `leukotype serve` with some options; all are ended with the session."""
    started = []

    def go(*options, **environment):
        home = tmp_path_factory.mktemp("service")
        process = subprocess.Popen(
            [sys.executable, "-m", "leukotype.cli", "serve", "--port", "0", *options],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(home), **environment},
        )  # fmt: skip
        started.append(process)
        line = process.stderr.readline()
        port = re.search(r":(\d+)/ ", line)
        assert port, line + process.stderr.read()
        return Service(f"http://127.0.0.1:{port[1]}", process, home)

    yield go
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        process.stderr.close()


@pytest.fixture(scope="session")
def service(serve):
    return serve()


@pytest.fixture(scope="session")
def counts() -> pd.DataFrame:
    """Counts of three SYNTHETIC patients, genes x samples; the third under 30 % blasts."""
    return simulate_patients(load(), PEOPLE, random_state=7).counts


@pytest.fixture(scope="session")
def laboratory(counts, tmp_path_factory) -> dict[str, Path]:
    """Files as a laboratory has them, by name."""
    folder = tmp_path_factory.mktemp("laboratory")
    counts.to_csv(folder / "counts.tsv", sep="\t")
    texts = {
        "blasts.csv": "sample,blast_pct\nP1,90\nP2,85\nP3,20\n",
        "P1.fusions.csv": "gene_5prime,gene_3prime,reads\nBCR,ABL1,25\n",
        "nobodys.csv": "gene_5prime,gene_3prime,reads\nBCR,ABL1,25\n",
        "karyotypes.csv": 'sample,karyotype\nP2,"54,XX,+X,+4,+6,+10,+14,+17,+18,+21[9]"\n',
        "mutations.csv": "sample,gene,protein_change\nP1,IKZF1,p.N159Y\n",
        "chromosomes.csv": "sample,chromosome,copies\nP2,21,4\n",
        "sheet.csv": 'patient,karyotype,blasts (%)\nP1,"46,XX[20]",90\n',
        "README.md": "# notes\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="session")
def await_answer():
    """Run a coroutine to its end in another thread: with a browser open, Playwright's loop runs in ours."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda coroutine: thread.submit(asyncio.run, coroutine).result(WAIT)
