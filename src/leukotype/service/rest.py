"""The service as programs ask it: calls at once, or a run with files that is looked after by its id."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from leukotype.runs.call_json import call_schema
from leukotype.runs.request import ASKED, SAMPLES, options_schema, request_schema
from leukotype.service.desk import Job, Stage
from leukotype.service.downloads import download
from leukotype.service.forms import CHOICES, FIELDS, FILES, read_json
from leukotype.service.limits import RefusedError
from leukotype.service.receiving import desk_of, receive
from leukotype.service.wording import in_form

router = APIRouter()
_JSON: Final = "application/json"
_FORM: Final = "multipart/form-data"
_PAUSE: Final = 0.3  # seconds between two looks at a job


def _form_schema() -> dict[str, Any]:
    """Give the schema of a form: files, told by their content or said to be of a kind, and options."""
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    told = {name: {**files, "description": "told by content" if name == FILES else name} for name in FIELDS}
    choices = {name: {"type": "string", "enum": list(values)} for name, values in CHOICES.items()}
    free = {
        "value_type": {"type": "string", "description": "auto, counts, tpm, log2-tpm, ..."},
        "layer": {"type": "string", "description": "of an AnnData file; X if absent"},
    }
    return {"type": "object", "properties": {**told, **free, **choices}}


def _samples_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            SAMPLES: {"type": "array", "items": request_schema(), "minItems": 1},
            ASKED: options_schema(),
        },
        "required": [SAMPLES],
        "additionalProperties": False,
    }


def _calls_schema() -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string"}}
    model = {"type": "object", "properties": {"name": {"type": "string"}, "sha256": {"type": "string"}}}
    properties = {
        "calls": {"type": "array", "items": call_schema()},
        "model": model,
        "notes": texts,
        "warnings": texts,
    }
    return {"type": "object", "properties": properties}


_BODY_OF_FORM: Final = {"requestBody": {"content": {_FORM: {"schema": _form_schema()}}}}
_BODY_OF_CALLS: Final = {
    "requestBody": {
        "content": {_JSON: {"schema": _samples_schema()}, _FORM: {"schema": _form_schema()}},
        "required": True,
    }
}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_JSON: {"schema": _calls_schema()}}}}


@router.post(
    "/calls", summary="Call samples and wait for the answer", openapi_extra=_BODY_OF_CALLS, responses=_ANSWER
)
async def calls(request: Request) -> Response:
    """Call samples sent as JSON, which leave nothing behind, or files, whose run can be asked for later."""
    desk = desk_of(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() == _JSON:
        body = await read_json(request)
        return JSONResponse(await run_in_threadpool(desk.worker.call_records, body))
    job = await receive(request, desk, start=True)
    if job.stage is Stage.FAILED:
        raise RefusedError(422, in_form(job.said))
    return JSONResponse({"id": job.id, **await run_in_threadpool(desk.worker.read_calls, job.results)})


@router.post(
    "/runs", status_code=201, summary="Send files; nothing is called yet", openapi_extra=_BODY_OF_FORM
)
async def send_files(request: Request) -> JSONResponse:
    """Take files, and say what each was taken for and whose it is."""
    job = await receive(request, desk_of(request), start=False)
    return JSONResponse(_state(job), 201, {"location": f"/runs/{job.id}"})


@router.post("/runs/{name}/start", status_code=202, summary="Have the run called")
async def start(request: Request, name: str) -> JSONResponse:
    """Begin to call the samples; ask for the run, or its events, to know when it is done."""
    desk = desk_of(request)
    job = desk.find(name)
    desk.start(job)
    return JSONResponse(_state(job), 202)


@router.get("/runs/{name}", summary="Where a run stands")
async def state(request: Request, name: str) -> JSONResponse:
    """Say what the files of a run are, and where it stands."""
    return JSONResponse(_state(desk_of(request).find(name)))


def _state(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        **progress_of(job),
        "samples": list(job.look.samples),
        "problem": in_form(job.look.problem) or None,
        "files": [
            {
                "name": each.name,
                "bytes": each.size,
                "kind": each.kind,
                "owner": each.owner or None,
                "read": in_form(each.told) or None,
                "fits": each.fits,
            }
            for each in job.files
        ],
    }


def progress_of(job: Job) -> dict[str, Any]:
    """Give the stage of a job, and how far it is."""
    return {"stage": job.stage, "said": in_form(job.said) or None, "done": job.done, "total": job.total}


@router.get("/runs/{name}/events", summary="Progress, as server-sent events")
async def events(request: Request, name: str) -> StreamingResponse:
    """Send an event at each change, until the run is over."""
    job = desk_of(request).find(name)
    return StreamingResponse(_changes(job), media_type="text/event-stream")


async def _changes(job: Job) -> AsyncIterator[str]:
    before = ""
    while True:
        over, now = job.over, json.dumps(progress_of(job))
        if now != before:
            before = now
            yield f"data: {now}\n\n"
        if over:
            return
        await asyncio.sleep(_PAUSE)


@router.delete("/runs/{name}", status_code=204, summary="Delete a run and its files")
async def delete(request: Request, name: str) -> Response:
    """Delete all that was sent and made; a run at work is deleted when it is done."""
    desk = desk_of(request)
    desk.delete(desk.find(name))
    return Response(status_code=204)


@router.get(
    "/runs/{name}/{what}", summary="A result: report, calls.csv, calls.json, calls.xlsx, report.pdf, ..."
)
async def result(request: Request, name: str, what: str) -> Response:
    """Give one of the results of a run that is done."""
    job = desk_of(request).find(name)
    if job.stage is Stage.FAILED:
        raise RefusedError(409, f"the run failed: {in_form(job.said)}")
    if job.stage is not Stage.DONE:
        raise RefusedError(409, "the run is not done yet")
    return await run_in_threadpool(download, job.results, what)


@router.get("/models", summary="The model of the service")
async def models(request: Request) -> dict[str, Any]:
    """Say which model answers, which subtypes it was taught, and its figures on held-out patients."""
    bundle = desk_of(request).bundle
    told = {
        "name": bundle.label,
        "sha256": bundle.digest,
        "subtypes": list(bundle.model.subtypes),
        "held_out": bundle.manifest["metrics"].get("held_out", {}),
    }
    return {"models": [told]}


@router.get("/health", summary="Whether the service answers")
async def health() -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}


@router.get("/version", summary="Versions")
async def versions(request: Request) -> dict[str, str]:
    """Say which program answers, with which model."""
    return {"leukotype": version("leukotype"), "model": desk_of(request).bundle.label}


@router.get("/schema/call.json", summary="JSON Schema of a call")
async def schema_of_call() -> dict[str, Any]:
    """Give the schema of a call."""
    return call_schema()
