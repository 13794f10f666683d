"""Takes the pictures of the page: ``python docs/pictures/take.py`` starts a service and uses it in Chromium.

Needs ``pip install '.[serve]' playwright`` and Chromium. The samples are those of the page's own
example: SYNTHETIC.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from leukotype.report.pdf import find_browser

HERE: Final = Path(__file__).parent
# Name of a picture's kind -> width and height of the window, colours, and what tells a phone.
VIEWS: Final[dict[str, dict[str, Any]]] = {
    "light": {"viewport": {"width": 1100, "height": 760}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1100, "height": 760}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 760}, "color_scheme": "light", "has_touch": True},
}
STEPS: Final = ("first", "files", "cohort", "patient")
_SECONDS: Final = 300_000  # of patience, in milliseconds


@contextmanager
def service() -> Iterator[str]:
    """Run a service of its own, and give its address."""
    command = [sys.executable, "-m", "leukotype.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stderr.readline() if process.stderr else ""
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if not found:
                raise SystemExit(f"the service did not begin: {line}")
            yield found[0]
        finally:
            process.terminate()


def walk(page: Page, address: str) -> Iterator[str]:
    """Use the page from the first step to the last, and name each when it stands."""
    page.set_default_timeout(_SECONDS)
    page.goto(address)
    yield STEPS[0]
    page.get_by_role("button", name="Take the example").click()
    page.get_by_role("button", name="Start").wait_for()
    yield STEPS[1]
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Open the page of the cohort").click()
    page.locator("#samples").wait_for()
    yield STEPS[2]
    page.get_by_role("link", name="SYN_BCR-ABL1_90pct_1", exact=True).click()
    yield STEPS[3]


def take(folder: Path) -> None:
    """Write a picture of each step in each view."""
    with service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for view, told in VIEWS.items():
            page = browser.new_context(**told).new_page()
            for step in walk(page, address):
                page.wait_for_load_state("load")
                page.screenshot(path=folder / f"{step}-{view}.png", timeout=_SECONDS)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    take(HERE)
