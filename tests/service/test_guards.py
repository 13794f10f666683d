"""Who is let in, from where, with how much; and the headers of every answer."""

import http.client
import subprocess
import sys

import pytest

TOKEN = "0123456789abcdef-a-test"  # noqa: S105 - of a test


def raw(service, method, path, body=None, **headers):
    """Ask with headers that a proper client would not send."""
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.getheaders())
    connection.close()
    return found


@pytest.fixture(scope="module")
def guarded(serve):
    """A service with a token and small limits."""
    return serve("--max-mb", "1", LEUKOTYPE_TOKEN=TOKEN)


def test_every_answer_forbids_what_a_page_does_not_need(service):
    for path in ("/", "/health", "/nothing", "/static/page.css", "/openapi.json", "/runs/x"):
        headers = service.ask("GET", path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_other_sites_are_refused(service):
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ):
        assert raw(service, "POST", "/pages/example", **headers)[0] == 403, headers
    assert raw(service, "OPTIONS", "/calls", Origin="https://evil.example")[0] == 405


def test_another_name_of_this_machine_is_refused(service):
    """A site whose name was made to point here (DNS rebinding) is no name of this machine."""
    assert raw(service, "GET", "/", Host="evil.example")[0] == 421
    assert raw(service, "GET", "/health", Host="localhost:1")[0] == 200


def test_beyond_this_machine_a_token_is_needed_to_start():
    for further in ([], ["--token", "short"]):
        done = subprocess.run(
            [sys.executable, "-m", "leukotype.cli", "serve", "--host", "0.0.0.0", *further],  # noqa: S104
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert "expected --token" in done.stderr


def test_without_the_token_nothing_is_answered(guarded):
    assert guarded.ask("GET", "/health").status_code == 200
    for path in ("/", "/openapi.json", "/models", "/static/page.css"):
        assert guarded.ask("GET", path).status_code == 401
    assert guarded.ask("POST", "/calls", json={}).status_code == 401
    assert guarded.ask("GET", "/models?token=wrong").status_code == 401
    assert guarded.ask("GET", "/models", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert guarded.ask("GET", "/models", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_browser_brings_the_token_once(guarded):
    answer = guarded.ask("GET", f"/?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert guarded.ask("GET", "/", headers={"cookie": cookie.partition(";")[0]}).status_code == 200


def test_too_much_is_refused_whatever_the_request_says_of_its_length(guarded):
    known = {"authorization": f"Bearer {TOKEN}"}
    large = b"x" * 1_100_000
    assert guarded.ask("POST", "/runs", files={"files": ("a.csv", large)}, headers=known).status_code == 413

    def chunks():
        yield b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        yield large
        yield b"\r\n--b--\r\n"

    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = guarded.ask("POST", "/runs", data=chunks(), headers={**known, **kind})
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.json()["detail"]
