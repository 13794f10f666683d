"""A real server of the champion answers what `leukotype predict` writes."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pandas as pd
import pytest

from leukotype.vocabulary import CALL_COLUMNS

CONFIG = "folds = 3\ninner_folds = 3\njobs = 1\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def champion(files, program, tmp_path_factory):
    """Trained, registered and promoted from the command line."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "config.toml").write_text(CONFIG)
    done = program(
        "train", "--expression", files.counts, "--labels", files.labels, "--out", folder / "mine",
        "--config", folder / "config.toml", "--trials", 1,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "registered leukotype/2" in done.stderr  # 1 is the model that ships
    promoted = program("models", "promote", "--force", "--why", "a test")
    assert promoted.stdout.startswith("champion: leukotype/2"), promoted.stderr
    assert "champion" in program("models", "list").stdout
    return folder / "mine"


@pytest.fixture(scope="module")
def server(champion, program):
    """``mlflow models serve``, as the documentation has it."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = ["mlflow", "models", "serve", "-m", "models:/leukotype@champion", "--env-manager", "local",
               "-h", "127.0.0.1", "-p", str(port)]  # fmt: skip
    process = subprocess.Popen(
        command, env=program.environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(url, process)
        yield url
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(url, process):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/ping", timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not come up")


def ask(url, records, **params):
    body = json.dumps({"dataframe_records": records, "params": params}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{url}/invocations", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
        return json.loads(answer.read(), parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))[
            "predictions"
        ]


def refused(url, records, **params):
    """Give the message of a request that is answered 400."""
    with pytest.raises(urllib.error.HTTPError) as error:
        ask(url, records, **params)
    with error.value as answer:
        assert answer.code == 400
        return json.loads(answer.read())["message"]


def test_the_server_answers_what_predict_writes(files, program, champion, server, tmp_path):
    blasts = pd.read_csv(files.labels)[["sample", "blast_pct"]]
    blasts.loc[0, "blast_pct"] = 12  # under 30 %: held back by both
    blasts.to_csv(tmp_path / "blasts.csv", index=False)
    done = program("predict", files.counts, "--blasts", tmp_path / "blasts.csv", "--model", champion,
                   "--out", tmp_path / "results")  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = pd.read_csv(tmp_path / "results" / "calls.csv")
    counts = pd.read_csv(files.counts, index_col=0)
    records = [
        {"sample": sample, "blast_pct": pct, "counts": counts[sample].to_dict()}
        for sample, pct in zip(blasts["sample"], blasts["blast_pct"], strict=True)
    ]
    served = pd.DataFrame(ask(server, records))
    assert list(served.columns) == list(CALL_COLUMNS)
    assert served["status"].tolist().count("low_blasts") == 1
    served.to_csv(tmp_path / "served.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "served.csv"), written)


def test_one_sample_is_answered_as_in_the_batch_and_its_blasts_may_be_unknown(files, server):
    counts = pd.read_csv(files.counts, index_col=0)
    first, second = counts.columns[:2]
    both = ask(server, [{"sample": name, "counts": counts[name].to_dict()} for name in (first, second)])
    alone = ask(server, [{"sample": second, "counts": counts[second].to_dict()}])
    assert both[1] == alone[0]
    assert alone[0]["blast_source"] == "estimated"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"counts": {"ENSG00000177455": 3}}, "found 1 of the model's"),
        ({"sample": None}, "field sample: expected its name"),
        ({"counts": {"ENSG00000177455": "many"}}, "expected a number, found 'many'"),
        ({"blasts": 20}, "field 'blasts': there is none of that name"),
        ({"karyotype": 46}, "field karyotype: expected ISCN text"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_used_is_told_why(files, server, change, cause):
    counts = pd.read_csv(files.counts, index_col=0)
    record = {"sample": "P1", "counts": counts.iloc[:, 0].to_dict()} | change
    assert cause in refused(server, [record])


def test_a_parameter_that_there_is_not_is_said(files, server):
    """MLflow itself drops it, with a warning that only the server's log has."""
    counts = pd.read_csv(files.counts, index_col=0).iloc[:, 0].to_dict()
    assert "value_typ" in refused(server, [{"sample": "P1", "counts": counts}], value_typ="tpm")
    assert "expected inovate, icc" in refused(server, [{"sample": "P1", "counts": counts}], scheme="who")
    assert "field 'ages'" in refused(server, [{"sample": "P1", "counts": counts, "ages": 7}])


def test_a_sample_without_a_call_is_json_that_every_reader_takes(files, server):
    """NaN is no JSON: JavaScript, Java and Go refuse it."""
    counts = pd.read_csv(files.counts, index_col=0).iloc[:, 0].to_dict()
    (call,) = ask(server, [{"sample": "P1", "counts": counts, "blast_pct": 20}])
    assert (call["status"], call["subtype"], call["probability"]) == ("low_blasts", None, None)


def test_what_is_known_of_the_patient_reaches_the_served_model(files, server):
    """The age and the sex by fields of the sample, as `leukotype predict --age --sex` has them by tables."""
    counts = pd.read_csv(files.counts, index_col=0).iloc[:, 0].to_dict()
    record = {"sample": "P1", "counts": counts}
    (plain,), (known,) = (ask(server, [record | more]) for more in ({}, {"age": "7 months", "sex": "F"}))
    assert known["subtype"] == plain["subtype"]  # neither decides anything
    assert "field age: expected years up to 120" in refused(server, [record | {"age": "old"}])
    assert "field sex: expected female or male" in refused(server, [record | {"sex": "both"}])


def test_lesions_reach_the_served_model(files, server):
    counts = pd.read_csv(files.counts, index_col=0)
    name = next(each for each in counts if "BCR:" in each)
    fusion = {"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": 40}
    mutation = {"gene": "PAX5", "protein_change": "p.P80R", "alt_reads": 20, "depth": 40}
    records = [
        {"sample": name, "counts": counts[name].to_dict(), "fusions": [fusion], "karyotype": "46,XX[20]",
         "variants": [mutation], "blast_pct": 80, "age": 41, "sex": None}
    ]  # fmt: skip
    (call,) = ask(server, records, scheme="icc", strict=True)
    assert "BCR::ABL1" in call["evidence"]
    assert "PAX5 P80R" in call["evidence"]
    assert call["evidence_agreement"] != "not_given"
    assert (call["blast_pct"], call["blast_source"]) == (80, "given")
