"""Which code ran: the commit of the checkout that the package was loaded from."""

from __future__ import annotations

from pathlib import Path

import leukotype


def commit() -> str:
    """Give the commit of the checkout; empty for an installed package. What was changed since is not seen.

    Read from git's own files: no program is run, and git need not be there.
    """
    root = Path(leukotype.__file__).parents[2]
    if not (root / "pyproject.toml").is_file():
        return ""
    return commit_of(root)


def commit_of(root: Path) -> str:
    """Give the commit that is checked out in a folder; empty where there is none."""
    try:
        git = _git_folder(root / ".git")
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        common = git / "commondir"
        store = (git / common.read_text(encoding="utf-8").strip()) if common.is_file() else git
        return _commit_of_branch(store, head.removeprefix("ref: "))
    except OSError:
        return ""


def _git_folder(path: Path) -> Path:
    """Follow the file ``.git`` that a work tree or a submodule has in place of the folder."""
    if path.is_dir():
        return path
    named = path.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
    return path.parent / named


def _commit_of_branch(store: Path, branch: str) -> str:
    loose, packed = store / branch, store / "packed-refs"
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {branch}")), "")
