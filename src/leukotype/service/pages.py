"""The service as a person meets it: pages with plain forms, which work without their one script too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from leukotype.errors import quote
from leukotype.report.html import RESEARCH_USE, templates
from leukotype.service.desk import Job, Stage
from leukotype.service.downloads import names
from leukotype.service.example import SYNTHETIC, example_files
from leukotype.service.forms import CHOICES, Form, options_of, read_form
from leukotype.service.limits import RefusedError
from leukotype.service.receiving import desk_of, receive
from leukotype.service.typed import TYPED
from leukotype.service.uploads import OWNED, FileKind
from leukotype.service.wording import LABELS, on_page
from leukotype.service.work_order import BESIDE
from leukotype.vocabulary import ValueType

router = APIRouter(include_in_schema=False)
_LOGARITHMS: Final = ("log2", "ln", "log10")
_VALUE_TYPES: Final = ("auto", *ValueType, *(f"{log}-{each}" for log in _LOGARITHMS for each in ValueType))
_MOST_TYPED: Final = 500  # samples for which a page has fields
_KIND, _OWNER = "kind-", "owner-"
_BESIDE: Final = tuple(f"{each.option}-" for each in TYPED)


def _page(request: Request, template: str, code: int = 200, **told: Any) -> HTMLResponse:
    environment: Environment = request.app.state.templates
    desk = desk_of(request)
    shared = {
        "model": desk.bundle.label,
        "research_use": RESEARCH_USE,
        "minutes": round(desk.limits.kept_seconds / 60),
    }
    return HTMLResponse(environment.get_template(template).render(**shared, **told), code)


def page_templates() -> Environment:
    """Give the templates of the pages."""
    environment = templates("leukotype.service")
    environment.filters["on_page"] = on_page
    return environment


def error_page(request: Request, code: int, message: str) -> HTMLResponse:
    """Say on a page what was refused."""
    return _page(request, "refused.html.j2", code, message=message)


@router.get("/")
async def first(request: Request) -> Response:
    """Show where files are dropped."""
    return _page(request, "first.html.j2")


@router.post("/pages")
async def send(request: Request) -> Response:
    """Take files into a new job."""
    job = await receive(request, desk_of(request), start=False)
    return _to(job)


@router.post("/pages/example")
async def example(request: Request) -> Response:
    """Make a job of SYNTHETIC samples."""
    desk = desk_of(request)
    job = desk.open()
    job.synthetic = SYNTHETIC
    await run_in_threadpool(lambda: desk.receive(job, example_files(desk.bundle)))
    return _to(job)


@router.get("/pages/{name}")
async def show(request: Request, name: str) -> Response:
    """Show what a job's files are, how far it is, or its results."""
    job = desk_of(request).find(name)
    return _page(
        request,
        "job.html.j2",
        job=job,
        Stage=Stage,
        kinds=list(FileKind),
        owned=OWNED,
        choices=CHOICES,
        labels=LABELS,
        value_types=_VALUE_TYPES,
        beside=TYPED,
        typed={**job.look.beside, **job.asked.get(BESIDE, {})},
        most_typed=_MOST_TYPED,
        results=names(),
    )


@router.post("/pages/{name}/files")
async def add(request: Request, name: str) -> Response:
    """Take more files into a job."""
    desk = desk_of(request)
    return _to(await receive(request, desk, start=False, job=desk.find(name)))


@router.post("/pages/{name}/read")
async def read_again(request: Request, name: str) -> Response:
    """Take corrections, and read the files as they are now taken for."""
    return _to(await _correct(request, name))


@router.post("/pages/{name}/start")
async def begin(request: Request, name: str) -> Response:
    """Take corrections, and have the job called."""
    job = await _correct(request, name)
    if not job.look.problem:
        desk_of(request).start(job)
    return _to(job)


@router.post("/pages/{name}/delete")
async def remove(request: Request, name: str) -> Response:
    """Delete a job."""
    desk = desk_of(request)
    desk.delete(desk.find(name))
    return RedirectResponse("/", 303)


async def _correct(request: Request, name: str) -> Job:
    desk = desk_of(request)
    job = desk.find(name)
    async with read_form(request, desk.limits) as form:
        _apply(job, form)
    await run_in_threadpool(desk.look_again, job)
    return job


def _apply(job: Job, form: Form) -> None:
    """Put what a person chose in the place of what was told."""
    given, rest = dict[str, str](), dict[str, str]()
    for name, value in form.fields.items():
        corrected = name.startswith((_KIND, _OWNER, *_BESIDE))
        (given if corrected else rest)[name] = value.strip()
    options, beside = options_of(rest), _typed(job, given)
    for number, upload in enumerate(job.files):
        kind = given.get(f"{_KIND}{number}", upload.kind)
        if kind not in list(FileKind):
            raise RefusedError(
                422, f"{upload.name}: {quote(kind)}: there is no such kind of file: choose one"
            )
        upload.kind = FileKind(kind)
        chosen = given.get(f"{_OWNER}{number}", upload.chosen)
        upload.chosen = chosen if chosen in job.look.samples else ""
    job.asked = {**options, BESIDE: beside}


def _typed(job: Job, given: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """Take what was typed beside the samples, by option, where it is not what the files have."""
    typed: dict[str, Mapping[str, str]] = dict(job.asked.get(BESIDE, {}))
    for each in TYPED:
        fields = {sample: given.get(f"{each.option}-{i}") for i, sample in enumerate(job.look.samples)}
        if all(text is None for text in fields.values()):  # the page had no fields
            continue
        typed.pop(each.option, None)
        texts = {sample: each.take(sample, text) for sample, text in fields.items() if text}
        if texts != job.look.beside.get(each.option, {}):
            typed[each.option] = texts
    return typed


def _to(job: Job) -> RedirectResponse:
    return RedirectResponse(f"/pages/{job.id}", 303)
