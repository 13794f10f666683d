"""The application and its server: one process, one folder, no database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Final

import uvicorn
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from leukotype.errors import InputError
from leukotype.model.bundle import Bundle
from leukotype.report.html import RESEARCH_USE
from leukotype.runs.full_disk import is_full
from leukotype.service import pages, rest
from leukotype.service.desk import Desk
from leukotype.service.guards import Guard
from leukotype.service.limits import DISK_FULL, Limits, RefusedError
from leukotype.service.shelter import Shelter
from leukotype.service.wording import in_form, on_page
from leukotype.service.work_order import Worker

_SWEEP_SECONDS: Final = 30.0
_MOST_CONNECTIONS: Final = 256
_PAGES: Final = ("/pages", "/static")


def create_app(desk: Desk, *, host: str = "127.0.0.1", token: str = "") -> FastAPI:
    """Make the application.

    Parameters
    ----------
    host
        where it will listen.
    token
        what every client must know; empty on this machine alone.
    """
    app = FastAPI(
        title="Leukotype",
        description=f"Molecular subtypes of B-ALL from RNA-seq gene counts. {RESEARCH_USE}",
        version=version("leukotype"),
        lifespan=_sweeping,
        docs_url=None,  # FastAPI's pages of documentation fetch scripts from the network
        redoc_url=None,
    )
    app.state.desk, app.state.templates = desk, pages.page_templates()
    app.include_router(rest.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(packages=[("leukotype.service", "static")]))
    app.add_exception_handler(RefusedError, _on_refused)
    app.add_exception_handler(InputError, _on_bad_input)
    app.add_exception_handler(OSError, _on_disk)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Guard, host=host, token=token, most=desk.limits.request_bytes)
    return app


@asynccontextmanager
async def _sweeping(app: FastAPI) -> AsyncIterator[None]:
    """Delete, while the application runs, what nobody has asked for in a while."""

    async def sweep() -> None:
        while True:
            await asyncio.sleep(min(_SWEEP_SECONDS, app.state.desk.limits.kept_seconds))
            await asyncio.to_thread(app.state.desk.sweep)

    task = asyncio.create_task(sweep())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _on_refused(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, RefusedError) else 400
    return _told(request, code, str(error))


async def _on_bad_input(request: Request, error: Exception) -> Response:
    return _told(request, 422, str(error))


async def _on_disk(request: Request, error: Exception) -> Response:
    if not is_full(error):
        raise error
    return _told(request, 507, DISK_FULL)


async def _on_http(request: Request, error: Exception) -> Response:
    code, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return _told(request, code, detail)


def _told(request: Request, code: int, message: str) -> Response:
    """Say why, on a page where a person asked."""
    if request.url.path == "/" or request.url.path.startswith(_PAGES):
        return pages.error_page(request, code, on_page(message))
    return JSONResponse({"detail": in_form(message)}, code)


def run(
    bundle: Bundle,
    worker: Worker,
    *,
    host: str,
    port: int,
    token: str,
    limits: Limits,
    on_ready: Callable[[int], None],
) -> None:
    """Serve until the process is told to end; all that was sent is deleted then.

    Parameters
    ----------
    port
        0 for any that is free.
    on_ready
        called with the port when requests are answered.
    """
    with Shelter() as shelter:
        desk = Desk(shelter.folder, bundle, worker, limits)
        config = uvicorn.Config(
            create_app(desk, host=host, token=token),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # addresses hold the secret ids of runs
            server_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=5,
        )
        try:
            _Announcing(config, on_ready).run()
        finally:
            desk.close()


class _Announcing(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[int], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._on_ready(self.servers[0].sockets[0].getsockname()[1])
