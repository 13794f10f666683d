"""`leukotype karyotype`: the chromosomes of a sample from its counts alone."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leukotype.cli.app import RESEARCH, app, calculate_on_one_core, needs, say
from leukotype.cli.arguments import Files, Model, Out, Quiet, takes_reading
from leukotype.cli.screen import progress


@app.command()
@takes_reading
def karyotype(
    files: Files,
    out: Out,
    model: Model = None,
    figures: Annotated[bool, typer.Option(help="Draw each sample (pip install '.[report]').")] = True,
    quiet: Quiet = False,
    **asked: Any,
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
    calculate_on_one_core()
    from leukotype.runs.files import DOSAGE, KARYOTYPES, as_csv, check_writable, write_whole

    check_writable(out, (KARYOTYPES, DOSAGE))
    from leukotype.calling.chromosomes import ploidy_table
    from leukotype.model.dosage import table
    from leukotype.pipeline import karyotypes

    if figures:
        with needs("report", ", or give --no-figures"):
            from leukotype.report.run.chromosome_figures import chromosome_figures

    with progress(quiet) as advance:
        dosages, bundle = karyotypes(files, model, on_progress=advance, strict_inputs=True, **asked)
    states = ploidy_table(dosages)
    drawn = chromosome_figures(dosages, bundle.reference.dosage.chromosomes) if figures else {}
    written = write_whole(out, {KARYOTYPES: as_csv(states), DOSAGE: as_csv(table(dosages)), **drawn})
    if not quiet:
        say(states.to_string(index=False))
        lines = [*(f"wrote {path}" for path in written[:2]), f"drew {len(drawn)} figures in {out}", RESEARCH]
        say("\n".join(lines), err=True)
