"""MLflow's own pages show what is registered, from the store that the other commands use."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_pages_show_the_model_that_ships(program, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: each for name, each in program.environment.items() if not name.startswith("MLFLOW")}
    process = subprocess.Popen(
        program.command("models", "ui", "--port", port), env=environment, cwd=tmp_path,
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/api/2.0/mlflow/registered-models/get?name=leukotype"
        assert "1" in [
            each["version"] for each in ask(address, process)["registered_model"]["latest_versions"]
        ]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def test_no_documented_command_starts_mlflow_with_its_telemetry():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(page.read_text(encoding="utf-8").replace("\\\n", "") for page in pages)
    started = [line for line in text.splitlines() if re.match(r"(\$ )?([A-Z_]+=\S* +)*mlflow ", line.strip())]
    assert started
    assert [line for line in started if "MLFLOW_DISABLE_TELEMETRY=true" not in line] == []


def ask(address, process):
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
                return json.loads(answer.read())
        except OSError:
            time.sleep(0.3)
    pytest.fail("the pages did not come up")
