"""The commit is what git says, figures hold the numbers of their tables, and nothing global stays."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from leukotype.learning.figures import Report
from leukotype.learning.tracking import commit, commit_of, draw_figures, flat


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    home = tmp_path / "home"
    git("init", "-q", "-b", "work", home)
    (home / "a").write_text("a")
    git("-C", home, "add", "a")
    git("-C", home, "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "-m", "a")
    return home


def test_of_a_branch_loose_or_packed_and_of_a_work_tree(repository, tmp_path):
    expected = git("-C", repository, "rev-parse", "HEAD")
    assert commit_of(repository) == expected
    git("-C", repository, "pack-refs", "--all")
    assert commit_of(repository) == expected
    git("-C", repository, "worktree", "add", "-q", "-b", "other", tmp_path / "tree")
    assert commit_of(tmp_path / "tree") == expected
    git("-C", repository, "checkout", "-q", "--detach")
    assert commit_of(repository) == expected


def test_of_no_repository_there_is_none(tmp_path):
    assert commit_of(tmp_path) == ""


def test_of_this_checkout():
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        pytest.skip("the tests run outside a checkout")
    assert commit() == git("-C", root, "rev-parse", "HEAD")


@dataclass(frozen=True)
class Drawn:
    """What figures are drawn of."""

    held_out: Report
    curve: pd.DataFrame


def test_the_points_are_those_of_the_tables():
    reliability = pd.DataFrame({"n": [4, 6], "mean_probability": [0.4, 0.9], "right": [0.5, 1.0]})
    risk = pd.DataFrame({"threshold": [0.0, 0.9], "share_called": [1.0, 0.6], "share_wrong": [0.2, None]})
    learning = pd.DataFrame({"share": ["50%", "100%"], "samples": [10, 20], "balanced_accuracy": [0.7, 0.8]})
    report = Report({}, {"reliability": reliability, "risk_coverage": risk})
    figures = draw_figures(Drawn(report, learning))
    points = figures["reliability"].axes[0].lines[0]
    assert points.get_xdata().tolist() == [0.4, 0.9]
    assert points.get_ydata().tolist() == [0.5, 1.0]
    assert [text.get_text() for text in figures["reliability"].axes[0].texts] == ["4", "6"]
    assert figures["learning_curve"].axes[0].lines[0].get_ydata().tolist() == [0.7, 0.8]


def test_without_a_learning_curve_none_is_drawn():
    table = pd.DataFrame({"n": [1], "mean_probability": [0.5], "right": [1.0]})
    risk = pd.DataFrame({"threshold": [0.0], "share_called": [1.0], "share_wrong": [0.0]})
    report = Report({}, {"reliability": table, "risk_coverage": risk})
    assert set(draw_figures(Drawn(report, pd.DataFrame()))) == {"reliability", "risk_coverage"}


def test_names_of_nested_figures_are_their_paths():
    assert flat({"held_out": {"n": 4.0}, "seed": 1}) == {"held_out/n": 4.0, "seed": 1}
