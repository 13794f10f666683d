"""Recipes say what is true of the program: its version, its requirements, its outputs."""

import re
import runpy
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pandas as pd
import pytest
import yaml

from leukotype.cli import main
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    path = tmp_path_factory.mktemp("counts") / "counts.csv"
    simulate_patients(load(), [Patient("P1", "DUX4-r", 90.0)], 3).counts.to_csv(path)
    return path


def test_every_recipe_has_the_version_of_the_project():
    found = {
        "bioconda/meta.yaml": r'set version = "(.+?)"',
        "nf-core/leukotype/predict/environment.yml": r"leukotype=(.+)",
        "snakemake/leukotype/predict/environment.yaml": r"leukotype =(.+)",
        "../CITATION.cff": r"(?m)^version: (.+)$",
    }
    for name, pattern in found.items():
        assert re.search(pattern, (PACKAGING / name).read_text())[1] == PROJECT["version"], name


def test_the_conda_recipe_needs_what_the_project_needs():
    text = (PACKAGING / "bioconda" / "meta.yaml").read_text()
    plain = re.sub(r"{{.*?}}", "x", re.sub(r"{%.*?%}", "", text))
    told = yaml.safe_load(plain)["requirements"]["run"]
    told = {line.split()[0]: line.partition(" ")[2] for line in told}
    extras = PROJECT["optional-dependencies"]
    needed = [
        *PROJECT["dependencies"],
        *extras["report"],
        *extras["vcf"],
        f"python{PROJECT['requires-python']}",
    ]
    split = [re.fullmatch(r"([\w.-]+)(.*)", each).groups() for each in needed]
    assert told == {CONDA_NAMES.get(name, name): bound for name, bound in split}


def test_the_image_is_not_roots_and_takes_the_versions_of_the_constraints():
    lines = (PACKAGING / "Dockerfile").read_text().splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    user = next(number for number, line in enumerate(said) if line.startswith("USER"))
    assert said[user] == "USER leukotype"
    assert not [line for line in said[user:] if line.startswith("RUN")]
    install = next(line for line in said if "pip install" in line)
    assert "-c /source/constraints.txt" in install
    extras = re.search(r"/source\[(.+?)\]", install)[1].split(",")
    assert set(extras) <= set(PROJECT["optional-dependencies"])
    assert 'ENTRYPOINT ["/opt/leukotype/bin/leukotype"]' in said


def test_the_nf_core_module_gives_what_predict_writes(counts, tmp_path):
    """Its script is run as Nextflow would run it, with the variables of Groovy filled in."""
    module = PACKAGING / "nf-core" / "leukotype" / "predict"
    text = (module / "main.nf").read_text()
    assert main(["predict", str(counts), "--out", str(tmp_path / "cohort"), "--quiet"]) == 0
    outputs = re.findall(r'path\("\$\{prefix\}/(.+?)"\)', text)
    assert outputs
    for pattern in outputs:
        assert list((tmp_path / "cohort").glob(pattern)), pattern
    told = yaml.safe_load((module / "meta.yml").read_text())
    emitted = re.findall(r"emit: (\w+)", text)
    assert list(told["output"]) == emitted
    taken = re.findall(r"path\((\w+)\)", text)
    assert [next(iter(each)) for each in told["input"][0][1:]] == taken


def test_options_of_the_recipes_are_options_of_predict(capsys):
    main(["predict", "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) | {"--version"}
    texts = [(PACKAGING / "nf-core" / "leukotype" / "predict" / "main.nf").read_text()]
    said = {option for text in texts for option in re.findall(r"--[a-z-]+", text)}
    assert said <= known


def test_the_snakemake_wrapper_runs_predict(counts, tmp_path, monkeypatch):
    """A stand-in for what Snakemake gives a wrapper: its object, and its shell."""
    (tmp_path / "blasts.csv").write_text("sample,blast_pct\nP1,80\n")
    commands = []

    def shell(template):
        frame = sys._getframe(1)
        commands.append(template.format(**frame.f_globals))

    module = types.ModuleType("snakemake.shell")
    module.shell = shell
    monkeypatch.setitem(sys.modules, "snakemake", types.ModuleType("snakemake"))
    monkeypatch.setitem(sys.modules, "snakemake.shell", module)
    out = tmp_path / "results"
    given = types.SimpleNamespace(
        input={"counts": str(counts), "blasts": [str(tmp_path / "blasts.csv")]},
        output=[str(out / "calls.csv")], params={"extra": "--scheme icc"}, log_fmt_shell=lambda **_: "",
    )  # fmt: skip
    wrapper = PACKAGING / "snakemake" / "leukotype" / "predict" / "wrapper.py"
    runpy.run_path(str(wrapper), init_globals={"snakemake": given})
    [command] = commands
    program = f"{sys.executable} -m leukotype.cli"
    subprocess.run(command.replace("leukotype predict", f"{program} predict"), shell=True, check=True)  # noqa: S602
    call = pd.read_csv(out / "calls.csv").iloc[0]
    assert list(call[["sample", "status", "subtype"]]) == ["P1", "called", "DUX4-r"]
