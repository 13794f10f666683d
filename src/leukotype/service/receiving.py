"""Files and options of a client, from its request into a job of the desk."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from leukotype.service.desk import Desk, Job
from leukotype.service.forms import options_of, read_form
from leukotype.service.limits import RefusedError


def desk_of(request: Request) -> Desk:
    """Give the desk of the service."""
    desk: Desk = request.app.state.desk
    return desk


async def receive(request: Request, desk: Desk, *, start: bool, job: Job | None = None) -> Job:
    """Take a form into a job, a new one if none is given, and have it called if that is wanted.

    Raises
    ------
    RefusedError
        For a form that cannot be taken; a new job is gone then.
    """
    async with read_form(request, desk.limits) as form:
        asked = options_of(form.fields)
        made = job or desk.open()
        made.asked |= asked
        try:
            await run_in_threadpool(desk.receive, made, form.files)
            if start:
                await asyncio.wrap_future(desk.start(made))
        except RefusedError:
            if job is None:
                desk.delete(made)
            raise
    return made
