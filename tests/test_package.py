"""The wheel, installed in a clean environment of each Python at hand: what a laboratory gets with pip."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE_MB = 400  # `predict` alone, with what it needs
# Oldest and newest Python that the package names; each is tried where its interpreter is.
PYTHONS = ("3.11", "3.13")


def interpreter(version: str) -> str | None:
    """Find a Python that runs: on the path, or among those of pyenv, whose shims may refuse."""
    homes = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}*/bin/python"))
    for command in (sys.executable, f"python{version}", *map(str, homes)):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run([command, "-c", code], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.stdout.strip() == version:
            return command
    return None


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    folder, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source")
    for name in ("src", "models"):  # a copy: what an earlier build left behind would go into the wheel
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session", params=PYTHONS)
def installed(request, wheel, tmp_path_factory) -> Path:
    """Folder of an environment with the wheel and nothing else."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"no Python {request.param} on this machine")
    home = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([python, "-m", "venv", str(home)], check=True, capture_output=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return home


def test_the_demo_runs_from_the_wheel(installed, tmp_path):
    command = [str(installed / "bin" / "leukotype"), "demo", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"SYNTHETIC samples called as they were simulated: (\d\d) of \1\n", done.stdout)
    assert (tmp_path / "out" / "calls.csv").is_file()


def test_what_predict_needs_is_small(installed):
    size = sum(path.stat().st_size for path in installed.rglob("*") if path.is_file())
    assert size < CORE_MB * 1e6
