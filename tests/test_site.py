"""The documentation as a site: every page is in it, every link leads somewhere, nothing is fetched."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(ROOT / "packaging").glob("*.md")])
SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def targets(entries):
    """Files that the navigation names, on all its levels."""
    for entry in entries:
        for value in entry.values():
            yield from targets(value) if isinstance(value, list) else (value,)


def test_every_page_is_in_the_navigation_once():
    written = sorted(str(path.relative_to(DOCS)) for path in [*DOCS.glob("*.md"), *DOCS.glob("*/*.ipynb")])
    assert sorted(targets(SITE["nav"])) == written


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_of_the_repository(page):
    links = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    inside = [each.partition("#")[0] for each in links if not re.match(r"[a-z]+:|#", each)]
    assert [each for each in inside if not (page.parent / each).exists()] == []


def test_the_site_is_built_without_warnings_and_asks_no_address_elsewhere(tmp_path):
    program = os.environ.get("LEUKOTYPE_MKDOCS") or shutil.which("mkdocs")
    if program is None:
        pytest.skip("mkdocs is not installed: pip install '.[docs]'")
    command = [program, "build", "--strict", "--quiet", "-d", tmp_path / "site"]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > len(list(targets(SITE["nav"])))
    fetched = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^\"' >]+")
    found = {each for page in pages for each in fetched.findall(page.read_text(encoding="utf-8"))}
    assert found == set()
