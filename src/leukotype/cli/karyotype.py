"""`leukotype karyotype`: the chromosomes of a sample from its counts alone."""

from __future__ import annotations

from typing import Annotated

import typer

from leukotype.cli.app import RESEARCH, app, needs
from leukotype.cli.arguments import Files, Genes, Library, Model, Out, Quiet, Rows, Transcripts, Values
from leukotype.cli.screen import progress
from leukotype.vocabulary import Orientation


@app.command()
def karyotype(
    files: Files,
    out: Out,
    model: Model = None,
    figures: Annotated[bool, typer.Option(help="Draw each sample (needs leukotype[report]).")] = True,
    id_type: Genes = None,
    value_type: Values = "auto",
    orientation: Rows = Orientation.AUTO,
    strandedness: Library = None,
    tx2gene: Transcripts = None,
    quiet: Quiet = False,
) -> None:
    """Estimate the gains and losses of whole chromosomes from gene counts.

    Each gene is compared with leukemias that have a diploid karyotype. Expression shows ratios: a clone that
    doubled all its chromosomes looks like the one before. A loss of the silent X, and parts of chromosomes,
    are not seen. Needs half of about 8,400 well-read genes: the whole table, not a panel.

    \b
    Examples:
      leukotype karyotype P1.HTSeq --out results
      leukotype karyotype counts.tsv.gz --out results --no-figures

    \b
    Writes to DIR:
      karyotypes.csv  ploidy state, number of chromosomes, gains, losses; one row a sample
      dosage.csv      log2 ratio, error and copies; one row a sample and chromosome
      NUMBER_SAMPLE.png, one a sample

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.runs.files import DOSAGE, KARYOTYPES, as_csv, check_writable, write_whole

    check_writable(out, (KARYOTYPES, DOSAGE))
    from leukotype.calling.chromosomes import measure_files, ploidy_table
    from leukotype.model.dosage import table

    if figures:
        with needs("report", ", or give --no-figures"):
            from leukotype.report.run.chromosome_figures import chromosome_figures

    with progress(quiet) as advance:
        dosages, reference = measure_files(
            files,
            model=model,
            id_type=id_type,
            value_type=value_type,
            orientation=orientation,
            strandedness=strandedness,
            tx2gene=tx2gene,
            on_progress=advance,
        )
    states = ploidy_table(dosages)
    drawn = chromosome_figures(dosages, reference.dosage.chromosomes) if figures else {}
    written = write_whole(out, {KARYOTYPES: as_csv(states), DOSAGE: as_csv(table(dosages)), **drawn})
    if not quiet:
        typer.echo(states.to_string(index=False))
        lines = [*(f"wrote {path}" for path in written[:2]), f"drew {len(drawn)} figures in {out}", RESEARCH]
        typer.echo("\n".join(lines), err=True)
