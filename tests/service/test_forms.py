"""What a client sends: options that there are, files for what there is, and JSON that is some."""

import pytest
from starlette.requests import Request

from leukotype.service.forms import options_of, read_form, read_json
from leukotype.service.limits import Limits, RefusedError

BOUNDARY = b"--b\r\ncontent-disposition: form-data; "


def request(body, kind="application/json"):
    """A request with a body, in two pieces."""
    pieces = [body[:5], body[5:]]

    async def receive():
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    headers = [(b"content-type", kind.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers, "app": None}, receive)


@pytest.fixture
def form(await_answer):
    async def read(body, limits):
        async with read_form(request(body, "multipart/form-data; boundary=b"), limits) as found:
            return [(each.name, each.kind) for each in found.files], found.fields

    return lambda body, limits=None: await_answer(read(body, limits or Limits()))


def test_an_empty_option_is_none_and_strict_is_yes_or_no():
    fields = {"strict": "true", "scheme": "icc", "id_type": "", "value_type": "log2-tpm"}
    assert options_of(fields) == {"strict": True, "scheme": "icc", "value_type": "log2-tpm"}
    assert options_of({"strict": "false"}) == {"strict": False}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": "/etc"}, "option 'model': there is none of that name: have value_type, layer, id_type"),
        ({"scheme": "own"}, "option scheme: expected inovate, icc, found 'own': choose one"),
    ],
)
def test_an_option_or_a_value_that_there_is_not_is_named(fields, said):
    with pytest.raises(RefusedError, match=said) as refused:
        options_of(fields)
    assert refused.value.code == 422


def test_files_and_fields_of_a_form(form):
    """RFC 7578; a browser sends a field of files without a name where none was chosen."""
    body = BOUNDARY + b'name="scheme"\r\n\r\nicc\r\n'
    body += BOUNDARY + b'name="fusions"; filename="P1.csv"\r\n\r\nx\r\n'
    body += BOUNDARY + b'name="files"; filename=""\r\n\r\n\r\n--b--\r\n'
    files, fields = form(body)
    assert [(name, str(kind)) for name, kind in files] == [("P1.csv", "fusions")]
    assert fields == {"scheme": "icc"}


def test_too_many_files_and_a_field_that_takes_none_are_refused(form):
    file = BOUNDARY + b'name="%b"; filename="P1.csv"\r\n\r\nx\r\n'
    with pytest.raises(RefusedError, match="field 'model': there is none of that name for files: have files"):
        form(file % b"model" + b"--b--\r\n")
    with pytest.raises(RefusedError, match="the form cannot be read: Too many files"):
        form(file % b"files" * 3 + b"--b--\r\n", Limits(files=2))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[1, 2", "expected JSON, found other content"),
        (b"\xff\xfe", "expected JSON, found other content"),
        (b'"\\ud800"', "expected JSON, found other content"),  # RFC 8259, 8.2: half of a pair is no character
        (b"[" * 200_000, "expected JSON, found it nested too deep"),
    ],
)
def test_what_is_no_json_is_said(await_answer, body, said):
    with pytest.raises(RefusedError, match=said) as refused:
        await_answer(read_json(request(body)))
    assert refused.value.code == 400


def test_json_is_read_from_its_pieces(await_answer):
    assert await_answer(read_json(request(b'{"samples": ["\\ud83e\\uddec"]}'))) == {"samples": ["\U0001f9ec"]}
