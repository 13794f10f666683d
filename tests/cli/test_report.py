"""`leukotype report`: the page and its PDF, all or none; the map of the model of the run, or none."""

import shutil
import sys

import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.demo.simulate import simulate_cohort
from leukotype.learning.map_layout import build_map
from leukotype.model.bundle import default_path, load, save
from leukotype.model.map import Map

PRINTS = """#!/bin/sh
for each; do case "$each" in --print-to-pdf=*) echo %PDF > "${each#*=}";; esac; done
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give a model with a map of its own simulated patients, and the results of three samples by it."""
    folder, shipped = tmp_path_factory.mktemp("command"), load()
    subtypes = shipped.model.subtypes
    cohort = simulate_cohort(shipped, per_class=4, purities=[90], random_state=12)
    typed = cohort.truth.isin(subtypes)
    abundance = cohort.counts.loc[:, typed.to_numpy()].to_numpy(dtype=float).T
    codes = [subtypes.index(name) for name in cohort.truth[typed]]
    drawn = build_map(shipped.model.predict(abundance).expression, codes, subtypes, 3)
    assert isinstance(drawn, Map)
    manifest = {name: value for name, value in shipped.manifest.items() if name != "schema"}
    parts = (shipped.model, shipped.genes, shipped.profiles, shipped.reference, manifest, "# Toy\n", drawn)
    save(folder / "model", *parts)
    cohort.counts.iloc[:, [0, 9, 20]].to_csv(folder / "counts.csv")
    arguments = [folder / "counts.csv", "--model", folder / "model", "--out", folder / "results"]
    assert main(["predict", *map(str, arguments), "--quiet"]) == 0
    return folder


def report(made, *further):
    return main(["report", "--calls", str(made / "results"), *map(str, further)])


def test_the_map_comes_from_the_model_of_the_run(made, tmp_path):
    assert report(made, "--out", tmp_path / "r.html", "--quiet") == 0
    page = (tmp_path / "r.html").read_text("utf-8")
    assert '<symbol id="map-ground"' in page
    assert "Of the 10 patients of training nearest on the map" in page


def test_where_the_model_is_gone_the_page_says_so(made, tmp_path):
    moved = shutil.move(made / "model", tmp_path / "elsewhere")
    try:
        assert report(made, "--out", tmp_path / "r.html", "--quiet") == 0
        page = (tmp_path / "r.html").read_text("utf-8")
        assert "Map not drawn: the model" in page
        assert "map-ground" not in page
        assert report(made, "--out", tmp_path / "named.html", "--model", moved, "--quiet") == 0
        assert "map-ground" in (tmp_path / "named.html").read_text("utf-8")
    finally:
        shutil.move(moved, made / "model")


def test_another_model_is_refused(made, tmp_path, capsys):
    assert report(made, "--out", tmp_path / "r.html", "--model", default_path()) == 2
    assert "expected the model of the run" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_pdf_stands_beside_the_page(made, tmp_path):
    browser = tmp_path / "chromium"
    browser.write_text(PRINTS)
    browser.chmod(0o755)
    out = tmp_path / "out"
    out.mkdir()
    assert report(made, "--out", out / "r.html", "--pdf", "--chromium", browser, "--quiet") == 0
    assert sorted(path.name for path in out.iterdir()) == ["r.html", "r.pdf"]
    assert (out / "r.pdf").read_bytes() == b"%PDF\n"


def test_each_sample_gets_a_pdf_of_its_own_on_request(made, tmp_path):
    browser = tmp_path / "chromium"
    script = 'for each; do case "$each" in --print-to-pdf=*) to="${each#*=}";; esac; last="$each"; done\n'
    browser.write_text(f'#!/bin/sh\n{script}echo "$last" | sed \'s/.*#//\' > "$to"\n')
    browser.chmod(0o755)
    told = ["--out", tmp_path / "r.html", "--pdf-each", tmp_path / "each", "--chromium", browser, "--quiet"]
    assert report(made, *told) == 0
    samples = pd.read_csv(made / "results" / "calls.csv")["sample"]
    found = {path.name: path.read_text().strip() for path in (tmp_path / "each").iterdir()}
    assert found == {f"{name}.pdf": f"p{number}" for number, name in enumerate(samples, start=1)}


def test_without_a_browser_nothing_is_written(made, tmp_path, capsys):
    assert report(made, "--out", tmp_path / "r.html", "--pdf", "--chromium", tmp_path / "none") == 2
    assert "expected a browser that can be run" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_jinja2_the_demo_ends_with_what_to_install(tmp_path, monkeypatch, capsys):
    for name in [each for each in sys.modules if each.startswith("leukotype.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("no report: jinja2 is not installed: pip install '.[report]'")
    assert not (tmp_path / "demo" / "report.html").exists()


def test_a_page_beside_its_run_goes_when_another_run_comes(made, tmp_path):
    shutil.copytree(made / "results", tmp_path / "results")
    arguments = ["report", "--calls", tmp_path / "results", "--out", tmp_path / "results" / "report.html"]
    assert main([*map(str, arguments), "--quiet"]) == 0
    again = ["predict", made / "counts.csv", "--out", tmp_path / "results", "--quiet"]
    assert main([*map(str, again)]) == 0
    assert not (tmp_path / "results" / "report.html").exists()


@pytest.fixture(scope="module")
def results(real, tmp_path_factory):
    """Folder of `leukotype predict` on the real table."""
    out = tmp_path_factory.mktemp("results") / "out"
    assert main(["predict", str(real), "--out", str(out), "--quiet"]) == 0
    return out


def test_the_report_of_the_real_patients(results, tmp_path):
    page = tmp_path / "report.html"
    assert main(["report", "--calls", str(results), "--out", str(page), "--quiet"]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count('class="patient"') == 19
    assert "run leukotype explain --calls DIR" in text
    assert "Not for decisions on patients" in text
    assert "SYNTHETIC" not in text


def test_the_report_of_the_demo_says_that_nobody_is_a_patient(tmp_path):
    out, page = tmp_path / "out", tmp_path / "report.html"
    assert main(["demo", "--out", str(out)]) == 0
    assert main(["report", "--calls", str(out), "--out", str(page), "--quiet"]) == 0
    text = page.read_text(encoding="utf-8")
    assert "<title>SYNTHETIC: " in text
    assert 'class="synthetic"' in text


def test_a_folder_that_is_no_result_is_refused_in_one_line(tmp_path, capsys):
    assert main(["report", "--calls", str(tmp_path), "--out", str(tmp_path / "report.html")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "calls.csv: cannot be read (No such file or directory)" in line
