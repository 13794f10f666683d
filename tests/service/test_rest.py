"""The service as programs ask it: what `predict` writes, in JSON that all readers take; 4xx with causes."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anndata
import numpy as np
import openpyxl
import pandas as pd
import pytest

from leukotype.cli import main
from leukotype.vocabulary import CALL_COLUMNS


def strict(text):
    """Read JSON as JavaScript, Java and Go do: NaN is no number there."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))


def samples(counts, **further):
    return [
        {"sample": name, "counts": counts[name].to_dict(), **further.get(name, {})} for name in counts.columns
    ]


def send(laboratory, *names):
    return [("files", (name, laboratory[name].read_bytes())) for name in names]


@pytest.fixture(scope="module")
def written(laboratory, tmp_path_factory):
    """What `leukotype predict` writes of the laboratory's files."""
    out = tmp_path_factory.mktemp("written") / "out"
    told = ["--blasts", laboratory["blasts.csv"], "--fusions", laboratory["P1.fusions.csv"]]
    told += ["--karyotype", laboratory["karyotypes.csv"], "--variants", laboratory["mutations.csv"]]
    arguments = ["predict", laboratory["counts.tsv"], "--out", out, "--quiet", *told]
    assert main([*map(str, arguments)]) == 0
    return out


@pytest.fixture(scope="module")
def done(service, laboratory):
    """A run of the laboratory's files, over."""
    names = ("counts.tsv", "blasts.csv", "P1.fusions.csv", "karyotypes.csv", "mutations.csv")
    answer = service.ask("POST", "/calls", files=send(laboratory, *names))
    assert answer.status_code == 200, answer.text
    return strict(answer.text)


def test_files_are_called_as_predict_calls_them(done, written):
    assert done["calls"] == strict((written / "calls.json").read_text())
    assert [call["status"] for call in done["calls"]] == ["called", "called", "low_blasts"]
    assert done["calls"][0]["evidence_agreement"] in ("supports", "decides")


def test_a_sheet_beside_the_files_says_whose_each_is(service, laboratory):
    rows = [
        "sample,counts,fusions,blasts",
        r"P1,/lab/counts.tsv,D:\x\nobodys.csv,90",
        "P2,counts.tsv,gone.csv,85",
    ]
    sheet = "\n".join(rows).encode()
    sent = send(laboratory, "counts.tsv", "nobodys.csv")
    told = strict(service.ask("POST", "/runs", files=[*sent, ("files", ("sheet.csv", sheet))]).text)
    assert told["samples"] == ["P1", "P2"]
    _, fusions, patients = told["files"]
    assert (fusions["owner"], fusions["read"]) == ("P1", "1 fusion of P1")
    assert patients["read"].startswith(
        "names 2 files of those that were sent; none was sent that is called 'gone.csv': add it"
    )
    called = strict(service.ask("POST", "/calls", files=[*sent, ("samples", ("sheet.csv", sheet))]).text)
    assert [(call["sample"], call["blast_pct"]) for call in called["calls"]] == [("P1", 90), ("P2", 85)]
    assert "BCR::ABL1" in called["calls"][0]["evidence"]


def test_a_layer_of_an_anndata_file_is_read_where_it_is_asked_for(service, counts, tmp_path):
    """As of scanpy: the logarithm in X, the counts in a layer."""
    table = counts.T.astype("float32")
    cells = anndata.AnnData(np.log1p(table), layers={"counts": table.to_numpy()})
    cells.write_h5ad(tmp_path / "cohort.h5ad")
    sent = [("files", ("cohort.h5ad", (tmp_path / "cohort.h5ad").read_bytes()))]
    answer = service.ask("POST", "/calls", files=sent, data={"layer": "counts"})
    assert [call["sample"] for call in strict(answer.text)["calls"]] == ["P1", "P2", "P3"]
    assert "values: counts (as detected)" in strict(answer.text)["notes"]
    refused = service.ask("POST", "/calls", files=sent, data={"layer": "reads"})
    assert refused.status_code == 422
    assert "expected a layer 'reads', found counts: name one of these by layer" in refused.json()["detail"]


def test_what_the_readme_types_is_answered(service, laboratory, counts, tmp_path):
    """Its lines as they stand, at the port of this service, with its files made of the laboratory's."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (.*http://127.0.0.1:8765/calls)$", readme, re.MULTILINE)
    assert len(lines) == 2
    counts.to_csv(tmp_path / "counts.tsv.gz", sep="\t")
    shutil.copy(laboratory["P1.fusions.csv"], tmp_path / "P1.fusions.tsv")
    for line in lines:
        line = line.replace("http://127.0.0.1:8765", service.url)
        line = line.replace("leukotype ", f"{sys.executable} -m leukotype.cli ")
        asked = subprocess.run(line, shell=True, cwd=tmp_path, check=True, capture_output=True)  # noqa: S602
        assert [call["sample"] for call in strict(asked.stdout)["calls"]] == ["P1", "P2", "P3"]


def test_the_tables_of_a_run_are_those_of_predict(service, done, written):
    for name in ("calls.csv", "calls.json", "probabilities.csv", "dosage.csv", "markers.csv", "map.csv"):
        assert service.ask("GET", f"/runs/{done['id']}/{name}").content == (written / name).read_bytes()


def test_no_path_of_the_server_stands_in_what_it_gives(service, done):
    archive = service.ask("GET", f"/runs/{done['id']}/results.zip").content
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert {"results/calls.csv", "results/report.html", "results/run.json"} <= set(files.namelist())
        for name in files.namelist():
            assert str(service.home) not in files.read(name).decode()
            assert done["id"] not in files.read(name).decode()


def test_counts_in_json_are_called_as_a_file_of_them(service, counts, done):
    told = {
        "P1": {
            "blast_pct": 90, "fusions": [{"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": 25}],
            "variants": [{"gene": "IKZF1", "protein_change": "p.N159Y"}],
        },
        "P2": {"blast_pct": 85, "karyotype": "54,XX,+X,+4,+6,+10,+14,+17,+18,+21[9]", "fusions": None},
        "P3": {"blast_pct": 20},
    }  # fmt: skip
    answer = service.ask("POST", "/calls", json={"samples": samples(counts, **told)})
    assert answer.status_code == 200, answer.text
    assert strict(answer.text)["calls"] == done["calls"]


def test_not_looked_for_is_not_nothing_found(service, counts):
    one = counts[["P2"]]
    for lesions, expected in (({}, "not_given"), ({"fusions": []}, "none"), ({"variants": []}, "none")):
        answer = service.ask("POST", "/calls", json={"samples": samples(one, P2=lesions)})
        assert answer.json()["calls"][0]["evidence_agreement"] == expected, lesions


def test_a_sample_without_a_call_has_null_where_calls_csv_is_empty(service, done):
    text = service.ask("GET", f"/runs/{done['id']}/calls.csv").text
    for row, call in zip(csv.DictReader(io.StringIO(text)), done["calls"], strict=True):
        assert list(call) == list(CALL_COLUMNS)
        assert {name for name, value in call.items() if value is None} == {
            n for n, v in row.items() if v == ""
        }
    assert done["calls"][2]["subtype"] is None


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"sample": None}, "field sample: expected its name"),
        ({"sample": 7}, "found 7"),
        ({"sample": "P1\x1b[31m"}, "expected a name of characters that can be seen, found \\x1b"),
        ({"age": int("9" * 400)}, "field age: expected"),
        ({"fusions": [{"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": "many"}]}, "many"),
        ({"fusions": [{"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": [1]}]}, "reads"),
        ({"counts": None}, "field counts: expected an object of genes and counts, found none"),
        ({"counts": {"ENSG00000177455": "many"}}, "gene 'ENSG00000177455': expected a number, found 'many'"),
        ({"counts": {"ENSG00000177455": True}}, "found true"),
        ({"counts": [1, 2]}, "found a list"),
        ({"blasts": 20}, "field 'blasts': there is none of that name"),
        ({"blast_pct": "20"}, "field blast_pct: expected a percentage, found '20'"),
        ({"blast_pct": 120}, "expected blasts of 0 to 100"),
        ({"fusions": "BCR::ABL1"}, "field fusions: expected a list"),
        ({"fusions": [{"gene": "BCR"}]}, "gene_5prime and gene_3prime"),
        ({"karyotype": ["46,XX"]}, "field karyotype: expected ISCN text"),
        ({"counts": {"ENSG00000177455": 3}}, "found 1 of the model's"),
    ],
    ids=str,
)  # fmt: skip
def test_a_sample_that_cannot_be_used_is_told_why(service, counts, change, cause):
    record = samples(counts[["P1"]])[0] | change
    answer = service.ask("POST", "/calls", json={"samples": [record]})
    assert answer.status_code == 422
    assert cause in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 400), ("{", 400), ("[" * 100_000, 400), (b"\xff\xfe", 400), ("[]", 422), ("{}", 422),
        ("null", 422),
        ('{"samples": []}', 422), ('{"samples": {}}', 422), ('{"samples": [1]}', 422),
        ('{"samples": [{}], "more": 1}', 422), ('{"samples": [{}], "options": []}', 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": NaN}}]}', 422),
        (r'{"samples": [{"sample": "\ud800"}]}', 400),  # half a pair of UTF-16, which no answer can hold
        ('{"samples": null}', 422), ("[" * 10_000 + "]" * 10_000, 400),
        ('{"samples": [{"sample": null, "counts": {"ENSG00000177455": 1}}]}', 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": 1e999}}]}', 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": %s}}]}' % ("9" * 400), 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": %s}}]}' % ("9" * 5000), 400),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": 1}, "age": 1e999}]}', 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": 1}, "blast_pct": %s}]}' % ("9" * 400),
         422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": 1}, "fusions": %s}]}'
         % ("[" * 800 + "]" * 800), 422),
        ('{"samples": [{"sample": "P1", "counts": {"ENSG00000177455": 1}}], "options": {"scheme": []}}', 422),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_no_request_is_refused(service, body, code):
    answer = service.ask("POST", "/calls", data=body, headers={"content-type": "application/json"})
    assert answer.status_code == code
    assert answer.json()["detail"]


def test_an_option_that_there_is_not_is_said(service, counts):
    for options, cause in (({"valuetype": "tpm"}, "option 'valuetype'"), ({"scheme": "who"}, "inovate, icc")):
        answer = service.ask("POST", "/calls", json={"samples": samples(counts[["P1"]]), "options": options})
        assert answer.status_code == 422
        assert cause in answer.json()["detail"]


def test_a_run_step_by_step(service, laboratory):
    sent = service.ask("POST", "/runs", files=send(laboratory, "counts.tsv", "nobodys.csv", "README.md"))
    assert sent.status_code == 201
    told = sent.json()
    assert [(each["kind"], each["fits"]) for each in told["files"]] == [
        ("expression", True), ("fusions", False), ("left aside", True),
    ]  # fmt: skip
    assert "cannot tell whose it is" in told["files"][1]["read"]
    assert told["samples"] == ["P1", "P2", "P3"]
    place = sent.headers["location"]
    assert service.ask("GET", f"{place}/calls.csv").status_code == 409
    assert service.ask("POST", f"{place}/start").status_code == 202
    seen = service.ask("GET", f"{place}/events", stream=True)
    assert seen.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line[6:]) for line in seen.iter_lines(decode_unicode=True) if line]
    assert events[-1]["stage"] == "failed"  # whose the fusions are was not said
    assert "nobodys.csv: cannot tell whose it is" in service.ask("GET", place).json()["said"]
    assert service.ask("DELETE", place).status_code == 204
    assert service.ask("GET", place).status_code == 404


def test_files_may_be_said_to_be_of_a_kind_and_options_given(service, laboratory):
    told = [
        ("expression", ("counts.tsv", laboratory["counts.tsv"].read_bytes())),
        ("blasts", ("sheet.csv", laboratory["sheet.csv"].read_bytes())),
    ]
    answer = service.ask("POST", "/calls", files=told, data={"scheme": "icc", "value_type": "counts"})
    assert answer.status_code == 200, answer.text
    assert "values: counts (as given)" in answer.json()["notes"]
    assert answer.json()["calls"][0]["blast_pct"] == 90
    for field in ({"data": {"shceme": "icc"}}, {"data": {"scheme": "who"}}):
        refused = service.ask("POST", "/calls", files=send(laboratory, "counts.tsv"), **field)
        assert refused.status_code == 422
    wrong = service.ask(
        "POST", "/calls", files=[("fusion", ("counts.tsv", laboratory["counts.tsv"].read_bytes()))]
    )
    assert "field 'fusion'" in wrong.json()["detail"]


def test_the_workbook_holds_text_as_text(service, counts):
    table = counts.rename(columns={"P1": "=1+1", "P2": "007", "P3": "NA"}).to_csv()
    done = service.ask("POST", "/calls", files=[("files", ("c.csv", table))]).json()
    book = openpyxl.load_workbook(io.BytesIO(service.ask("GET", f"/runs/{done['id']}/calls.xlsx").content))
    rows = list(book["calls"].iter_rows())
    assert [row[0].value for row in rows] == ["sample", "=1+1", "007", "NA"]
    assert {row[0].data_type for row in rows} == {"s"}
    assert isinstance(rows[1][CALL_COLUMNS.index("probability")].value, float)


def test_the_report_is_the_page_of_the_cohort(service, done):
    page = service.ask("GET", f"/runs/{done['id']}/report")
    assert page.headers["content-type"].startswith("text/html")
    assert "Cohort: 3 samples" in page.text
    assert service.ask("GET", f"/runs/{done['id']}/../../etc/passwd").status_code == 404
    assert service.ask("GET", f"/runs/{done['id']}/nothing").status_code == 404


def test_what_the_service_says_of_itself(service):
    assert service.ask("GET", "/health").json() == {"status": "ok"}
    assert set(service.ask("GET", "/version").json()) == {"leukotype", "model"}
    (model,) = service.ask("GET", "/models").json()["models"]
    assert "BCR::ABL1" in model["subtypes"]
    assert model["held_out"]["balanced_accuracy"] > 0.5
    assert service.ask("GET", "/schema/call.json").json()["required"] == list(CALL_COLUMNS)
    paths = service.ask("GET", "/openapi.json").json()["paths"]
    assert {"/calls", "/runs", "/runs/{name}", "/runs/{name}/{what}", "/models", "/health"} <= set(paths)
    assert not [path for path in paths if path.startswith("/pages")]
    assert {"application/json", "multipart/form-data"} == set(
        paths["/calls"]["post"]["requestBody"]["content"]
    )


def test_eight_clients_at_once_each_get_their_own_answer(service, counts):
    names = [f"S{number}" for number in range(40)]
    source = [list(counts.columns)[number % 3] for number in range(40)]

    def one(pair):
        record = {"sample": pair[0], "counts": counts[pair[1]].to_dict(), "blast_pct": 90}
        return service.ask("POST", "/calls", json={"samples": [record]}).json()["calls"][0]

    with ThreadPoolExecutor(8) as clients:
        calls = list(clients.map(one, zip(names, source, strict=True)))
    assert [call["sample"] for call in calls] == names
    answers = pd.DataFrame(calls).drop(columns="sample").groupby(source).nunique(dropna=False)
    assert (answers == 1).all(axis=None)


def test_a_run_that_nobody_asks_for_is_deleted(serve, laboratory):
    service = serve("--keep-minutes", "0.02")
    done = service.ask("POST", "/calls", files=send(laboratory, "counts.tsv")).json()
    deadline = time.monotonic() + 60
    while list(service.shelters()[0].iterdir()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert list(service.shelters()[0].iterdir()) == []
    assert service.ask("GET", f"/runs/{done['id']}").status_code == 404
