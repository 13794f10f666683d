"""`leukotype explain`: what weighed in each call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leukotype.cli.app import RESEARCH, app, needs
from leukotype.cli.arguments import (
    CommonVariants,
    CopyNumberFiles,
    Fusions,
    Genes,
    KaryotypeFile,
    Library,
    Model,
    Out,
    Quiet,
    Rows,
    Transcripts,
    Values,
    VariantFiles,
)
from leukotype.cli.screen import progress
from leukotype.errors import InputError
from leukotype.vocabulary import BlastUnit, Orientation, Scheme

if TYPE_CHECKING:
    from leukotype.explanations import Explanations

_SHOWN: Final = 5  # features of a sample on the screen


@app.command()
def explain(
    out: Out,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Expression tables, as predict reads them."),
    ] = None,
    calls: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results of predict: its files are read again, if unchanged."),
    ] = None,
    sample: Annotated[
        list[str] | None, typer.Option(help="Explain this sample alone; may be repeated [default: all].")
    ] = None,
    top: Annotated[int, typer.Option(help="Genes and chromosomes to name; the others are summed up.")] = 15,
    figures: Annotated[
        bool, typer.Option(help="Draw the subtypes, and each --sample (needs leukotype[report]).")
    ] = True,
    model: Model = None,
    blasts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="csv or tsv with columns sample and blast_pct.")
    ] = None,
    blast_unit: Annotated[BlastUnit, typer.Option(help="Unit of the blasts.")] = BlastUnit.AUTO,
    fusions: Fusions = None,
    karyotype: KaryotypeFile = None,
    cnv: CopyNumberFiles = None,
    variants: VariantFiles = None,
    common_variants: CommonVariants = None,
    id_type: Genes = None,
    value_type: Values = "auto",
    orientation: Rows = Orientation.AUTO,
    strandedness: Library = None,
    tx2gene: Transcripts = None,
    scheme: Annotated[Scheme, typer.Option(help="Subtypes to read against.")] = Scheme.INOVATE,
    quiet: Quiet = False,
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
      importance_SUBTYPE.png, and for each --sample explained_NUMBER_SAMPLE_against_SUBTYPE.png

    Contributions say what the model used, not what caused the leukemia. Research use only: not a medical
    device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    given = {
        "model": model,
        "blasts": blasts,
        "blast_unit": blast_unit,
        "lesions": (fusions or (), karyotype, cnv or (), variants or (), common_variants),
        "id_type": id_type,
        "value_type": value_type,
        "orientation": orientation,
        "strandedness": strandedness,
        "tx2gene": tx2gene,
        "scheme": scheme,
    }
    if (calls is None) == (not files):
        raise InputError("expected files or --calls, one of the two: give what predict had, or its results")
    _run(out, files or [], calls, given, sample, top, figures=figures, quiet=quiet)


def _run(
    out: Path,
    files: list[Path],
    calls: Path | None,
    given: dict[str, Any],
    samples: list[str] | None,
    top: int,
    *,
    figures: bool,
    quiet: bool,
) -> None:
    from leukotype.runs.files import EXPLANATIONS, IMPORTANCE, as_csv, check_writable, write_whole

    check_writable(out, (EXPLANATIONS, IMPORTANCE))
    if figures:
        with needs("report", ", or give --no-figures"):
            from leukotype.report.run.contribution_figures import contribution_figures, importance_figures
    from leukotype.explanations import explain_files, inputs_again, is_synthetic
    from leukotype.inputs import LesionFiles

    given["lesions"] = LesionFiles(*given["lesions"])
    if calls is not None:
        files, given = inputs_again(calls)
    with progress(quiet) as advance:
        said = explain_files(files, top=top, samples=samples, on_progress=advance, **given)
    drawn, synthetic = {}, calls is not None and is_synthetic(calls)
    if figures:
        drawn = importance_figures(said.importance.table, said.importance.points, synthetic=synthetic)
        drawn |= contribution_figures(said.table, synthetic=synthetic) if samples else {}
    tables = {EXPLANATIONS: as_csv(said.table), IMPORTANCE: as_csv(said.importance.table)}
    written = write_whole(out, {**tables, **drawn})
    if not quiet:
        _tell(said, written[: len(tables)], len(drawn), out)


def _tell(said: Explanations, written: tuple[Path, ...], drawn: int, out: Path) -> None:
    """Print the heaviest features of each sample, and where the rest is."""
    for (sample, subtype, against), rows in said.table.groupby(["sample", "subtype", "against"], sort=False):
        named = rows[rows["features"] == 1].head(_SHOWN)
        parts = (
            f"{name} {amount:+.2f}"
            for name, amount in zip(named["feature"], named["contribution"], strict=True)
        )
        typer.echo(f"{sample}: {subtype} against {against}: {', '.join(parts)}")
    lines = [*(f"wrote {path}" for path in written), f"drew {drawn} figures in {out}", RESEARCH]
    typer.echo("\n".join(lines), err=True)
