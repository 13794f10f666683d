"""docs/first-steps.md: each command of it, after the installation, typed in a folder of its own, in order."""

import re
import shlex
from pathlib import Path

from leukotype.cli import main

PAGE = Path(__file__).parents[1] / "docs" / "first-steps.md"
COMMANDS = re.findall(r"^    (leukotype .+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_a_newcomer_gets_as_far_as_the_page_of_their_samples(tmp_path, monkeypatch):
    assert len(COMMANDS) == 5
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        assert main(shlex.split(command)[1:]) == 0, command
    assert (tmp_path / "demo-out" / "report.html").is_file()
    assert (tmp_path / "results" / "calls.csv").is_file()
    assert (tmp_path / "results" / "report.html").is_file()
