"""`leukotype explain`: what weighed in each call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leukotype.cli.app import RESEARCH, app, calculate_on_one_core, needs, say
from leukotype.cli.arguments import (
    Blasts,
    CallsOnly,
    Model,
    Out,
    Quiet,
    SchemeName,
    Strict,
    Unit,
    takes_lesions,
    takes_reading,
)
from leukotype.cli.screen import progress
from leukotype.errors import InputError, count_of
from leukotype.vocabulary import BlastUnit, Scheme

if TYPE_CHECKING:
    from leukotype.explanations import Explanations

_SHOWN: Final = 5  # features of a sample on the screen
_LINES_SHOWN: Final = 40


@app.command()
@takes_reading
@takes_lesions
def explain(
    out: Out,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Expression tables, as predict reads them."),
    ] = None,
    calls: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of predict: its files are read again, if unchanged."),
    ] = None,
    sample: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Explain this sample alone; may be repeated [default: all]."),
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="N", help="Genes and chromosomes to name; the others are summed up.")
    ] = 15,
    figures: Annotated[
        bool, typer.Option(help="Draw the subtypes, and each --sample (pip install '.[report]').")
    ] = True,
    model: Model = None,
    blasts: Blasts = None,
    blast_unit: Unit = BlastUnit.AUTO,
    scheme: SchemeName = Scheme.INOVATE,
    strict: Strict = False,
    calls_only: CallsOnly = False,
    quiet: Quiet = False,
    **asked: Any,
) -> None:
    """Say what weighed in each call: genes, chromosomes, fusions, copy number, mutations.

    What a feature adds to the log-odds of a subtype is exact (its SHAP value; of trees too): in general
    against the average subtype, and against the runner-up. The start and the rows of a sample add up to
    its log-odds. Give the files that predict had, or --calls with its results.

    \b
    Examples:
      leukotype explain --calls results --out results
      leukotype explain --calls results --sample P1 --out results
      leukotype explain counts.tsv.gz --fusions arriba/ --out results

    \b
    Writes to DIR:
      explanations.csv  what weighed for each sample, heaviest first, and the sum of the rest
      importance.csv    what weighs most for each subtype, over all samples
      run.json          where DIR holds the run that is explained: it then names explanations.csv by its hash
      importance_SUBTYPE.png, and for each --sample explained_NUMBER_SAMPLE_against_SUBTYPE.png

    Contributions say what the model used, not what caused the leukemia. Research use only: not a medical
    device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    if (calls is None) == (not files):
        raise InputError("expected files or --calls, one of the two: give what predict had, or its results")
    calculate_on_one_core()
    from leukotype.runs.files import EXPLANATIONS, IMPORTANCE, as_csv, check_writable, write_whole

    check_writable(out, (EXPLANATIONS, IMPORTANCE))
    if figures:
        with needs("report", ", or give --no-figures"):
            from leukotype.report.run.contribution_figures import contribution_figures, importance_figures
    from leukotype.pipeline import explain_files, explain_folder

    with progress(quiet) as advance:
        if calls is not None:
            said = explain_folder(calls, top=top, samples=sample, on_progress=advance)
        else:
            asked |= {"blasts": blasts, "blast_unit": blast_unit, "scheme": scheme, "strict": strict}
            asked["calls_only"] = calls_only
            said = explain_files(files or [], model, top=top, samples=sample, on_progress=advance, **asked)
    drawn, synthetic = {}, bool(said.run.synthetic)
    if figures:
        drawn = importance_figures(said.importance.table, said.importance.points, synthetic=synthetic)
        drawn |= contribution_figures(said.table, synthetic=synthetic) if sample else {}
    tables = {EXPLANATIONS: as_csv(said.table), IMPORTANCE: as_csv(said.importance.table)}

    def record() -> dict[str, str]:
        return said.run.record_of_explanations(out, tables[EXPLANATIONS])

    written = write_whole(out, {**tables, **drawn, **record()}, check=record)
    if not quiet:
        _tell(said, written[: len(tables)], len(drawn), out)


def _tell(said: Explanations, written: tuple[Path, ...], drawn: int, out: Path) -> None:
    """Print the heaviest features of each sample, and where the rest is."""
    groups = list(said.table.groupby(["sample", "subtype", "against"], sort=False))
    for (sample, subtype, against), rows in groups[:_LINES_SHOWN]:
        named = rows[rows["features"] == 1].head(_SHOWN)
        parts = (
            f"{name} {amount:+.2f}"
            for name, amount in zip(named["feature"], named["contribution"], strict=True)
        )
        say(f"{sample}: {subtype} against {against}: {', '.join(parts)}")
    if len(groups) > _LINES_SHOWN:
        say(f"the first {_LINES_SHOWN} of {len(groups)} are shown; all are in {written[0].name}")
    figures = [f"drew {count_of(drawn, 'figure')} in {out}"] if drawn else []
    lines = [*(f"wrote {path}" for path in written), *figures, RESEARCH]
    say("\n".join(lines), err=True)
