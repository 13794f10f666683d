"""What the application answers when something is wrong: the code of HTTP, and a line."""

import errno
import json
from types import SimpleNamespace

import pytest

from leukotype.errors import InputError
from leukotype.service.desk import Desk
from leukotype.service.limits import DISK_FULL, Limits, RefusedError
from leukotype.service.server import create_app


class Worker:
    """Raises what it is told to."""

    error = None

    def call_records(self, body):
        raise self.error


@pytest.fixture(scope="module")
def ask(tmp_path_factory, await_answer):
    """Ask the application as a server would (ASGI): code, kind and content of its answer."""
    desk = Desk(tmp_path_factory.mktemp("desk"), SimpleNamespace(label="none"), Worker(), Limits())
    app = create_app(desk)

    def go(method, path, body=b""):
        said = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            said.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        await_answer(app({**scope, "client": ("127.0.0.1", 1)}, receive, send))
        kinds = dict(said[0]["headers"])
        content = b"".join(each.get("body", b"") for each in said[1:])
        return said[0]["status"], kinds[b"content-type"].decode(), content

    yield go
    desk.close()


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RefusedError(409, "it is at work"), 409, "it is at work"),
        (InputError("P1: expected a number"), 422, "P1: expected a number"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, DISK_FULL),
    ],
    ids=["refused", "input", "disk"],
)
def test_why_a_request_failed_has_its_code(ask, monkeypatch, error, code, said):
    """RFC 9110 for 409 and 422; RFC 4918, 11.5 for 507, a server without room."""
    monkeypatch.setattr(Worker, "error", error)
    status, kind, content = ask("POST", "/calls", b"{}")
    assert (status, kind, json.loads(content)) == (code, "application/json", {"detail": said})


def test_a_person_is_told_on_a_page_and_a_program_in_json(ask):
    assert json.loads(ask("GET", "/nothing")[2]) == {"detail": "Not Found"}
    status, kind, content = ask("GET", "/pages/nothing")
    assert (status, kind.split(";")[0]) == (404, "text/html")
    assert b'<p class="problem" role="alert">' in content


def test_no_page_fetches_documentation_from_the_network(ask):
    assert {ask("GET", path)[0] for path in ("/docs", "/redoc")} == {404}
    assert json.loads(ask("GET", "/openapi.json")[2])["info"]["title"] == "Leukotype"
