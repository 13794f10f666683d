"""A page printed to PDF by a Chromium that the machine has; nothing is fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.runs.working_folder import temporary_folder

PROGRAMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
ALL: Final = "all"  # address of a page of a run with all its samples below one another
_SECONDS: Final = 600  # a page of 500 patients takes about a minute on two busy cores
_LAST: Final = 160  # characters of what the browser said last
# Everything is shown on paper; without a network the page is the same, since it asks for nothing.
_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-pdf-header-footer",
)


def find_browser(program: Path | None = None) -> str:
    """Find the browser that prints.

    Raises
    ------
    InputError
        If it is not there; one line that says what to install.
    """
    for name in (str(program),) if program else PROGRAMS:
        if found := shutil.which(name):
            return found
    if program:
        raise InputError(
            f"{program}: expected a browser that can be run, found none: name another by --chromium"
        )
    raise InputError(
        "--pdf: expected Chromium, Chrome or Edge on the PATH, found none: install one (on Debian: "
        "apt-get install chromium), name it by --chromium, or print the page from your own browser"
    )


def print_pdf(page: str, program: Path | None = None, part: str = ALL) -> bytes:
    """Print a page.

    Parameters
    ----------
    part
        address within the page: of all samples, or of one.

    Raises
    ------
    InputError
        If there is no browser, or it does not print.
    """
    browser = find_browser(program)
    with temporary_folder() as folder:
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(page, encoding="utf-8", errors="backslashreplace")
        command = [browser, *_OPTIONS, *_sandbox(), f"--user-data-dir={folder}/profile"]
        said = _run([*command, f"--print-to-pdf={target}", f"{source.as_uri()}#{part}"])
        if not target.is_file():
            raise InputError(f"{browser}: expected a PDF, found none ({said}): print from your own browser")
        return target.read_bytes()


def _sandbox() -> list[str]:
    """Chromium has no sandbox for root, and does not start without being told so."""
    return ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def _run(command: list[str]) -> str:
    """Run the browser; the last thing it said."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"no answer in {_SECONDS} s"
    except OSError as error:
        return str(error.strerror or error)
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return said[-1][:_LAST] if said else f"exit code {done.returncode}"
