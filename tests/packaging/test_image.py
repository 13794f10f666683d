"""The image: built and run where docker or podman has its base, else its lines in a clean environment."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load

ROOT = Path(__file__).parents[2]
FILE = ROOT / "packaging" / "Dockerfile"
LINES = FILE.read_text(encoding="utf-8").splitlines()
BASE = os.environ.get("LEUKOTYPE_BASE_IMAGE", "docker.io/library/python:3.12-slim")
MOST_BYTES = 400_000_000
BASE_BYTES = 150_000_000  # more than python:3.12-slim has
WAIT = 1800  # seconds, so that a machine that hangs ends


def run(*command, check=True, timeout=WAIT, **told):
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=timeout, **told)


def has_base(name):
    """Whether a program that builds images has the base, or gets it."""
    if run(name, "image", "inspect", BASE, check=False).returncode == 0:
        return True
    try:
        return run(name, "pull", "--quiet", BASE, check=False, timeout=120).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def engine():
    """Name the program that builds images, if there is one."""
    return next((name for name in ("docker", "podman") if shutil.which(name) and has_base(name)), None)


@pytest.fixture
def folder(tmp_path):
    """Counts of a patient, in a folder that any user may write to."""
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o777)
    simulate_patients(load(), [Patient("P1", "DUX4-r", 90.0)], 3).counts.to_csv(data / "counts.csv")
    return data


def in_image(name, folder):
    """Build the image, and give its size and the command that calls in it as the file's head says."""
    build = re.search(r"docker (build .+) \.$", "\n".join(LINES), re.MULTILINE)[1].split()
    run(name, *build, "--build-arg", f"PYTHON={BASE}", ".", cwd=ROOT)
    size = int(run(name, "image", "inspect", "--format", "{{.Size}}", "leukotype").stdout)
    said = next(line for line in LINES if "--network none" in line).removeprefix("#   docker ")
    return size, [name, *said.replace('"$PWD"', str(folder)).split()]


def in_environment(tmp_path):
    """Type the lines that install, with other folders, and give the size and the command that calls."""
    home, source = tmp_path / "home", tmp_path / "source"
    left = [line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text().split()]
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*left))
    places = {"/opt/leukotype": str(home), "/source": str(source), "python -m": f"{sys.executable} -m"}
    typed = [line.removeprefix("RUN ") for line in LINES if line.startswith("RUN") and "/opt" in line]
    assert len(typed) == 3
    for line in typed:
        for old, new in places.items():
            line = line.replace(old, new)
        run("sh", "-c", line)
    size = sum(path.lstat().st_size for path in home.rglob("*"))
    alone = ["unshare", "--map-root-user", "--net"]
    without = alone if run(*alone, "true", check=False).returncode == 0 else []
    return size + BASE_BYTES, [*without, f"{home}/bin/leukotype", "predict", "counts.csv", "--out", "results"]


def test_a_patient_is_called_in_the_image_without_a_network(folder, tmp_path):
    if name := engine():
        size, command = in_image(name, folder)
    elif run(sys.executable, "-m", "pip", "download", "-qd", tmp_path, "setuptools", check=False).returncode:
        pytest.skip("neither an image's base nor a package index can be reached")
    else:
        size, command = in_environment(tmp_path)
    run(*command, cwd=folder)
    call = pd.read_csv(folder / "results" / "calls.csv").iloc[0]
    assert list(call[["sample", "status", "subtype"]]) == ["P1", "called", "DUX4-r"]
    assert size <= MOST_BYTES
