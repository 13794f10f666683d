"""What a client sends, taken apart: JSON, or a form with files and options."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from leukotype.errors import quote
from leukotype.service.limits import MEGABYTE, Limits, RefusedError
from leukotype.service.uploads import FileKind, Sent
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Strandedness

_MOST_FIELDS: Final = 20_000
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")  # of a surrogate pair of UTF-16: alone it is no character
_JSON_BYTES: Final = 200 * MEGABYTE
# Options of a run as a form gives them.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "id_type": tuple(IdType),
    "orientation": tuple(Orientation),
    "strandedness": tuple(Strandedness),
    "scheme": tuple(Scheme),
    "blast_unit": tuple(BlastUnit),
    "strict": ("true", "false"),
}
_FREE: Final = ("value_type", "layer")
# The name of a form's field of files -> what these are taken for; FILES is told by the content.
FILES: Final = "files"
FIELDS: Final[Mapping[str, FileKind | None]] = {
    FILES: None,
    "expression": FileKind.EXPRESSION,
    "fusions": FileKind.FUSIONS,
    "variants": FileKind.VARIANTS,
    "common_variants": FileKind.COMMON,
    "karyotype": FileKind.KARYOTYPE,
    "cnv": FileKind.COPY_NUMBER,
    "blasts": FileKind.BLASTS,
    "age": FileKind.AGE,
    "sex": FileKind.SEX,
    "tx2gene": FileKind.TRANSCRIPTS,
    "samples": FileKind.PATIENTS,
}


@dataclass(frozen=True)
class Form:
    """A form: its files, and its other fields."""

    files: tuple[Sent, ...]
    fields: Mapping[str, str]


@asynccontextmanager
async def read_form(request: Request, limits: Limits) -> AsyncIterator[Form]:
    """Read a form; its files are open within the block.

    Raises
    ------
    RefusedError
        For one that cannot be read, has too many files, or a field of files that there is not.
    """
    try:
        data = await request.form(max_files=limits.files, max_fields=_MOST_FIELDS)
    except HTTPException as error:
        raise RefusedError(error.status_code, f"the form cannot be read: {error.detail}") from error
    try:
        files: list[Sent] = []
        fields: dict[str, str] = {}
        for name, value in data.multi_items():
            if not isinstance(value, UploadFile):
                fields[name] = value
            elif name not in FIELDS:
                raise RefusedError(
                    422, f"field {quote(name)}: there is none of that name for files: {_known()}"
                )
            elif value.filename:  # without a name where a browser had no file to send
                files.append(Sent(value.filename, value.file, FIELDS[name]))
        yield Form(tuple(files), fields)
    finally:
        await data.close()


def _known() -> str:
    return f"have {', '.join(FIELDS)}"


def options_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """Take the options of a run from the fields of a form; an empty one is none.

    Raises
    ------
    RefusedError
        For an option that there is not, and for a value that it does not have.
    """
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in (*CHOICES, *_FREE):
            known = ", ".join((*_FREE, *CHOICES))
            raise RefusedError(422, f"option {quote(name)}: there is none of that name: have {known}")
        if not value:
            continue
        if value not in CHOICES.get(name, (value,)):
            raise RefusedError(
                422, f"option {name}: expected {', '.join(CHOICES[name])}, found {quote(value)}: choose one"
            )
        found[name] = value == "true" if name == "strict" else value
    return found


async def read_json(request: Request) -> Any:
    """Read a request in JSON.

    Raises
    ------
    RefusedError
        For what is no JSON, is nested too deep, or is too large.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _JSON_BYTES:
            raise RefusedError(
                413, f"expected at most {_JSON_BYTES // MEGABYTE} MB of JSON: send fewer samples"
            )
        parts.append(part)
    content = b"".join(parts)
    try:
        found = json.loads(content)
        if _HALF.search(content):
            json.dumps(found, ensure_ascii=False).encode()  # what cannot be answered is not read
    except RecursionError as error:
        raise RefusedError(400, "expected JSON, found it nested too deep") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise RefusedError(400, f"expected JSON, found other content ({error}): correct it") from error
    return found
