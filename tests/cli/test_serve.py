"""`leukotype serve` is for this machine alone unless a token keeps others out."""

import pytest

from leukotype.cli import main

pytest.importorskip("uvicorn")


@pytest.fixture
def started(monkeypatch):
    """What the service would be started with; nothing is."""
    found = []

    def run(bundle, worker, **options):
        found.append(options)
        options["on_ready"](options["port"])

    monkeypatch.setattr("leukotype.service.server.run", run)
    monkeypatch.delenv("LEUKOTYPE_TOKEN", raising=False)
    return found


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::"])  # noqa: S104 - refused
@pytest.mark.parametrize("token", [[], ["--token", "x" * 15]])
def test_others_reach_it_with_a_long_token_alone(started, host, token, capsys):
    assert main(["serve", "--host", host, *token]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"leukotype: --host {host}: expected --token with at least 16 characters")
    assert told.count("\n") == 1
    assert started == []


def test_a_token_of_the_environment_counts(started, monkeypatch):
    monkeypatch.setenv("LEUKOTYPE_TOKEN", "t" * 16)
    assert main(["serve", "--host", "192.168.1.7"]) == 0
    assert started[0]["token"] == "t" * 16


def test_by_itself_it_listens_on_this_machine_and_says_where(started, capsys):
    assert main(["serve", "--port", "8765", "--max-mb", "3", "--keep-minutes", "2"]) == 0
    assert (started[0]["host"], started[0]["token"]) == ("127.0.0.1", "")
    limits = started[0]["limits"]
    assert (limits.request_bytes, limits.kept_seconds) == (3 * 10**6, 120)
    told = capsys.readouterr().err
    assert "http://127.0.0.1:8765/" in told
    assert "Research use only" in told


def test_an_address_of_six_stands_in_brackets(started, capsys):
    """RFC 3986, 3.2.2."""
    assert main(["serve", "--host", "::1"]) == 0
    assert "http://[::1]:8765/" in capsys.readouterr().err
