"""The commit is what git itself says."""

import subprocess
from pathlib import Path

import pytest

from leukotype.learning.checkout import commit, commit_of


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
