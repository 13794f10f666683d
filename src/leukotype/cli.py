"""The command line: arguments in, files and a table out; nothing is computed here.

numpy and pandas are imported inside the commands, so that help and argument errors come at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leukotype.errors import InputError, ModelFileError
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Status, Strandedness

if TYPE_CHECKING:
    from leukotype.calls import Calls

RESEARCH: Final = "Research use only: not a medical device, not for decisions on patients."
SYNTHETIC: Final = (
    "SYNTHETIC: these samples were simulated from the model's class profiles; they are no patients."
)

_ROWS_SHOWN: Final = 40
_ANY_WIDTH: Final = 10_000
_DEMO_PURITIES: Final = (90, 60, 20)
_DEMO_SEED: Final = 20
_DEMO_COUNTS, _DEMO_BLASTS, _DEMO_TRUTH = _DEMO_FILES = (
    "SYNTHETIC_counts.csv",
    "SYNTHETIC_blasts.csv",
    "SYNTHETIC_truth.csv",
)
_INTERRUPTED: Final = 130  # the shell's code for Ctrl-C
_BAD_INPUT: Final = 2
# Typer raises click's errors, of its own copy or of click itself: by version.
_USAGE_ERROR: Final = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="leukotype", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code: 0, 2 for input that cannot be used, 1 for a machine that fails, 130.

    Parameters
    ----------
    arguments
        Those of the command line by default.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="leukotype", standalone_mode=False)
    except (InputError, ModelFileError) as error:
        return _fail(str(error), _BAD_INPUT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)
    except MemoryError:
        return _fail("the machine's memory is full: give fewer samples at a time", 1)
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except Exception as error:
        if not isinstance(error, _USAGE_ERROR):
            raise
        return _fail(f"{error.format_message()} (see leukotype --help)", _BAD_INPUT)  # type: ignore[attr-defined]
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    typer.echo(f"leukotype: {' '.join(message.splitlines())}", err=True)
    return code


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leukotype {version_of('leukotype')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _leukotype(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - acted on by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Molecular subtypes of B-cell acute lymphoblastic leukemia (B-ALL) from RNA-seq gene counts.

    Start with `leukotype demo`, then give your own table to `leukotype predict`. Nothing leaves this machine.

    Research use only: not a medical device, not for decisions on patients.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def predict(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Expression tables, or folders of them.", show_default=False),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; made if need be.", show_default=False)
    ],
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model bundle [default: the one that ships].")
    ] = None,
    blasts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="csv or tsv with columns sample and blast_pct.")
    ] = None,
    blast_unit: Annotated[BlastUnit, typer.Option(help="Unit of the blasts.")] = BlastUnit.AUTO,
    id_type: Annotated[IdType | None, typer.Option(help="How genes are named [default: detected].")] = None,
    value_type: Annotated[
        str,
        typer.Option(
            metavar="TYPE",
            help="What the numbers are: auto, counts, cpm, tpm, fpkm, or their logarithm of x + 1 as in "
            "log2-tpm, ln-cpm, log10-fpkm.",
        ),
    ] = "auto",
    orientation: Annotated[
        Orientation, typer.Option(help="What the rows of a matrix are.")
    ] = Orientation.AUTO,
    strandedness: Annotated[
        Strandedness | None, typer.Option(help="Library type; needed for STAR ReadsPerGene files.")
    ] = None,
    tx2gene: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Transcript and gene; needed for tables of transcripts."),
    ] = None,
    scheme: Annotated[
        Scheme, typer.Option(help="Subtypes to read against: the INO-VATE trial's 13, or ICC 2022.")
    ] = Scheme.INOVATE,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """Call the subtype of every sample of your files.

    Reads one matrix of many samples (csv, tsv, gz, parquet, h5ad; genes in rows or in columns), or files of
    one sample each: HTSeq, STAR, featureCounts, Salmon, RSEM, kallisto, StringTie, GDC. Genes may be Ensembl
    ids, symbols or Entrez ids; values counts, CPM, TPM, FPKM or their logarithm. What the content shows is
    detected and told; what it does not show is asked for.

    \b
    Examples:
      leukotype predict counts.tsv.gz --out results
      leukotype predict counts.csv --blasts blasts.csv --out results
      leukotype predict star/ --strandedness reverse --out results
      leukotype predict quants/ --tx2gene tx2gene.csv --out results

    \b
    Writes to DIR, all or nothing:
      calls.csv          one row a sample, in the order of the input
      probabilities.csv  every class, also of samples that were not called
      run.json           inputs with hashes, model, options, what was detected

    Names of samples stand as your files write them; a spreadsheet takes one that begins with = for a formula.

    \b
    Status of a sample:
      called        has a subtype, with its probability and the runner-up
      unclassified  no call is safe; the reason stands beside it
      low_blasts    under 30 % blasts as given: no subtype is reported
      not_b_all     the expression is not that of B-ALL

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.outputs import check_writable, write_calls

    check_writable(out)
    from leukotype.pipeline import classify_files

    with _progress(quiet) as advance:
        calls = classify_files(
            files,
            model=model,
            blasts=blasts,
            blast_unit=blast_unit,
            scheme=scheme,
            id_type=id_type,
            value_type=value_type,
            orientation=orientation,
            strandedness=strandedness,
            tx2gene=tx2gene,
            on_progress=advance,
        )
    written = write_calls(calls, out)
    if not quiet:
        _show(calls, _ROWS_SHOWN)
        _tell(calls, written)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results.")] = Path("demo-out"),
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Model bundle [default: the one that ships].")
    ] = None,
) -> None:
    """Simulate a SYNTHETIC cohort from the model and call it, as `predict` calls files.

    Every subtype that the model knows stands there at 90, 60 and 20 % blasts, beside a T-ALL and normal
    cells. The blasts of every other class are not given, to show what a missing figure does.

    \b
    Example:
      leukotype demo --out demo-out

    The samples are SYNTHETIC: they show how the program works, not how well. Research use only.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.outputs import FILES, as_csv, check_writable, write_calls, write_whole

    check_writable(out, (*FILES, *_DEMO_FILES))
    from leukotype.bundle import load
    from leukotype.pipeline import classify_files
    from leukotype.simulate import reported_blasts, simulate_cohort

    cohort = simulate_cohort(load(model), per_class=1, purities=_DEMO_PURITIES, random_state=_DEMO_SEED)
    made = write_whole(
        out,
        {
            _DEMO_COUNTS: as_csv(cohort.counts.reset_index()),
            _DEMO_BLASTS: as_csv(reported_blasts(cohort).reset_index()),
            _DEMO_TRUTH: as_csv(cohort.truth.reset_index()),
        },
    )
    calls = classify_files([out / _DEMO_COUNTS], model=model, blasts=out / _DEMO_BLASTS)
    calls = replace(calls, run={"data": SYNTHETIC, **calls.run})
    written = write_calls(calls, out)
    typer.echo(f"{SYNTHETIC}\n")
    _show(calls, len(calls.calls))
    called = calls.calls[calls.calls["status"] == Status.CALLED]
    right = int((called["subtype"] == called["sample"].map(cohort.truth)).sum())
    typer.echo(f"SYNTHETIC samples called as they were simulated: {right} of {len(called)}")
    _tell(calls, (*made, *written))


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Bar of the files read, on a terminal only, and for more than one file."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, visible=False)
        yield lambda done, total: bar.update(task, completed=done, total=total, visible=total > 1)


def _show(calls: Calls, most: int) -> None:
    """Print the calls on stdout: coloured and fitted to a terminal, whole plain lines elsewhere."""
    from rich.console import Console

    from leukotype.outputs import screen_table, summary

    rows = calls.calls.head(most).to_dict("records")
    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(screen_table(rows, console.width))
    else:
        plain = Console(file=io.StringIO(), width=_ANY_WIDTH, color_system=None)
        with plain.capture() as capture:
            plain.print(screen_table(rows, _ANY_WIDTH))
        typer.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
    for line in summary(calls, most):
        typer.echo(line)


def _tell(calls: Calls, written: Sequence[Path]) -> None:
    """Say on stderr what was detected and where the results are."""
    lines = [f"note: {note}" for note in calls.run["notes"]]
    lines += [f"warning: {warning}" for warning in calls.run["warnings"]]
    lines += [f"model: {calls.run['model']['name']}", *(f"wrote {path}" for path in written), RESEARCH]
    typer.echo("\n".join(lines), err=True)


if __name__ == "__main__":
    sys.exit(main())
