"""`leukotype serve`: the page on which files are dropped, and the service behind it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from leukotype.cli.app import RESEARCH, app, needs, say
from leukotype.cli.arguments import Model
from leukotype.errors import InputError

_LEAST_TOKEN: Final = 16


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=65535, help="0 for any that is free.")
    ] = 8765,
    token: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            envvar="LEUKOTYPE_TOKEN",
            show_envvar=False,
            help="What clients must know; needed beyond this machine. Better as LEUKOTYPE_TOKEN in the "
            "environment: others can see a command line.",
        ),
    ] = "",
    model: Model = None,
    max_mb: Annotated[
        int, typer.Option("--max-mb", metavar="N", min=1, help="Megabytes of one upload.")
    ] = 1000,
    keep_minutes: Annotated[
        float,
        typer.Option(metavar="N", min=0.01, help="Minutes until a run that nobody asks for is deleted."),
    ] = 60,
) -> None:
    """Serve a page to drop files on, and a REST service, on this machine.

    Open the address in a browser: drop counts, fusions, mutations, karyotypes, blasts; see what each file
    was taken for and whose it is, correct it, start, and read the page of the cohort and of every patient.
    Programs ask POST /calls; GET /openapi.json describes all of it.

    \b
    Examples:
      leukotype serve
      curl -F files=@counts.tsv.gz -F files=@blasts.csv http://127.0.0.1:8765/calls
      LEUKOTYPE_TOKEN=$(openssl rand -hex 32) leukotype serve --host 0.0.0.0

    Nothing leaves this machine, and nothing stays: what is sent lies in a private temporary folder, which
    is deleted some time after its last use, and when the service ends, even if it is killed. Beyond this
    machine a token is needed, and a proxy that speaks TLS should stand before it.

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    with needs("serve"):
        from leukotype.service.guards import is_local
        from leukotype.service.limits import MEGABYTE, Limits
        from leukotype.service.server import run
        from leukotype.service.work import CallingWorker
    if not is_local(host) and len(token) < _LEAST_TOKEN:
        raise InputError(
            f"--host {host}: expected --token with at least {_LEAST_TOKEN} characters where others can reach "
            f"the service, found {len(token)}: set LEUKOTYPE_TOKEN, or listen on 127.0.0.1"
        )
    from leukotype.model.bundle import load

    limits = Limits(request_bytes=max_mb * MEGABYTE, kept_seconds=keep_minutes * 60)
    bundle = load(model)
    run(
        bundle,
        CallingWorker(bundle),
        host=host,
        port=port,
        token=token,
        limits=limits,
        on_ready=lambda at: _tell(host, at),
    )


def _tell(host: str, port: int) -> None:
    name = f"[{host}]" if ":" in host else host
    say(f"leukotype: http://{name}:{port}/ (Ctrl-C ends it)\n{RESEARCH}", err=True)
