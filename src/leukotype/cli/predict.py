"""`leukotype predict`: files in, one call a sample out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from leukotype.cli.app import app
from leukotype.cli.arguments import (
    CommonVariants,
    CopyNumberFiles,
    EngineName,
    Files,
    Fusions,
    Genes,
    KaryotypeFile,
    Library,
    Model,
    Out,
    Quiet,
    Rows,
    SchedulerAddress,
    Strict,
    Transcripts,
    Values,
    VariantFiles,
)
from leukotype.cli.screen import progress, show, tell
from leukotype.runs.cluster import Engine
from leukotype.vocabulary import BlastUnit, Orientation, Scheme

_ROWS_SHOWN: Final = 40


@app.command()
def predict(
    files: Files,
    out: Out,
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
    scheme: Annotated[
        Scheme, typer.Option(help="Subtypes to read against: the INO-VATE trial's 13, or ICC 2022.")
    ] = Scheme.INOVATE,
    strict: Strict = False,
    engine: EngineName = Engine.LOCAL,
    scheduler: SchedulerAddress = "",
    quiet: Quiet = False,
) -> None:
    """Call the subtype of every sample of your files.

    Reads one matrix of many samples (csv, tsv, gz, parquet, h5ad, zarr; genes in rows or in columns), or
    files of one sample each: HTSeq, STAR, featureCounts, Salmon, RSEM, kallisto, StringTie, GDC. Genes may be
    Ensembl ids, symbols or Entrez ids; values counts, CPM, TPM, FPKM or their logarithm. What the content
    shows is detected and told; what it does not show is asked for.

    Lesions, where a laboratory has them, confirm a call, decide it, or contradict it (then nothing is
    called); a sample without any is called as before. Gains and losses of whole chromosomes are read from
    the counts themselves.

    \b
    Examples:
      leukotype predict counts.tsv.gz --out results
      leukotype predict counts.csv --blasts blasts.csv --out results
      leukotype predict star/ --strandedness reverse --out results
      leukotype predict quants/ --tx2gene tx2gene.csv --out results
      leukotype predict P1.HTSeq --fusions P1.fusions.tsv --variants P1.vcf.gz --out results
      leukotype predict counts.csv --fusions arriba/ --karyotype karyotypes.csv --out results
      leukotype predict counts.zarr --engine dask --scheduler tcp://10.0.0.1:8786 --out results

    \b
    Writes to DIR, all or nothing:
      calls.csv          one row a sample, in the order of the input
      probabilities.csv  every class, also of samples that were not called
      evidence.csv       every lesion that was looked at, used or not, and why not
      dosage.csv         copies of each chromosome as the counts show them
      map.csv            place on the map of the patients of training, likeness to each class
      markers.csv        expression of published markers, for the report
      run.json           inputs with hashes, model, options, what was detected

    Names of samples stand as your files write them; a spreadsheet takes one that begins with = for a formula.

    \b
    Status of a sample:
      called        has a subtype, with its probability and the runner-up
      unclassified  no call is safe; the reason stands beside it, and the prediction sets say what it may be
      low_blasts    under 30 % blasts, as given or else as estimated: no subtype is reported
      not_b_all     the expression is not that of B-ALL

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.runs.files import check_writable, write_calls

    check_writable(out)
    from leukotype.inputs import LesionFiles
    from leukotype.pipeline import classify_files

    lesions = LesionFiles(fusions or (), karyotype, cnv or (), variants or (), common_variants)
    cluster = engine.cluster(scheduler)
    with progress(quiet) as advance:
        calls = classify_files(
            files,
            model=model,
            blasts=blasts,
            blast_unit=blast_unit,
            lesions=lesions,
            scheme=scheme,
            strict=strict,
            id_type=id_type,
            value_type=value_type,
            orientation=orientation,
            strandedness=strandedness,
            tx2gene=tx2gene,
            on_progress=advance,
            cluster=cluster,
        )
    written = write_calls(calls, out)
    if not quiet:
        show(calls, _ROWS_SHOWN)
        tell(calls, written)
