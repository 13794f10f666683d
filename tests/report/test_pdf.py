"""The page printed by a browser: every sample on paper, or one line that says what is missing."""

import io
import re
import stat
from pathlib import Path

import pytest

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.pipeline import classify
from leukotype.report.pdf import find_browser, print_pdf
from leukotype.report.run.cohort_page import cohort_page

PAGE = "<!doctype html><title>x</title><p>First</p><p style='break-before: page'>Second</p>"


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_browser_on_the_path_is_found_in_the_order_of_the_list(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    edge = program(tmp_path, "msedge", "exit 0")
    assert find_browser() == str(edge)
    first = program(tmp_path, "chromium", "exit 0")
    assert find_browser() == str(first)
    assert find_browser(edge) == str(edge)


def test_without_a_browser_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt-get install chromium") as caught:
        print_pdf(PAGE)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="nowhere: expected a browser"):
        print_pdf(PAGE, Path("/nowhere"))


def test_what_the_browser_said_last_is_told_when_it_does_not_print(tmp_path):
    broken = program(tmp_path, "chromium", "echo first >&2; echo 'cannot open display' >&2; exit 3")
    with pytest.raises(InputError, match=r"expected a PDF, found none \(cannot open display\)"):
        print_pdf(PAGE, broken)


def test_the_browser_is_asked_for_all_samples_and_for_no_address_elsewhere(tmp_path):
    asked = tmp_path / "asked"
    script = (
        f'for a; do echo "$a"; case "$a" in --print-to-pdf=*) echo %PDF > "${{a#*=}}";; esac; done > {asked}'
    )
    assert print_pdf(PAGE, program(tmp_path, "chromium", script)) == b"%PDF\n"
    told = asked.read_text().splitlines()
    assert re.fullmatch(r"file:///.*/page\.html#all", told[-1])
    assert not any("http" in each for each in told)


def test_chromium_prints_every_page(chromium):
    content = print_pdf(PAGE, chromium)
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 2


def sheets(content: bytes) -> list[str]:
    """Give the text of each sheet."""
    pypdf = pytest.importorskip("pypdf")
    return [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_every_sheet_says_whose_it_is_what_it_is_not_for_and_how_many_there_are(chromium):
    """A sheet that was dropped from the printer must not be taken for another patient's."""
    names = ['Meyer "A", 7/1</style>', "P2"]
    patients = [Patient(names[0], "BCR::ABL1", 90.0), Patient(names[1], "Hyperdiploid", 85.0)]
    page = cohort_page(classify(simulate_patients(load(), patients, 7).counts), title="Two children")
    told = sheets(print_pdf(page, chromium))
    for number, text in enumerate(told, start=1):
        assert f"page {number} of {len(told)}" in text
        assert "Research use only: not a medical device, not for decisions on patients." in text
    heads = [text.partition("\n")[0] for text in told]
    assert list(dict.fromkeys(heads)) == ["Two children", *(f"Sample {name}" for name in names)]
    alone = sheets(print_pdf(page, chromium, "p2"))
    assert {text.partition("\n")[0] for text in alone} == {"Sample P2"}
    assert "Meyer" not in " ".join(alone)
    assert "Hyperdiploid" in alone[0]
