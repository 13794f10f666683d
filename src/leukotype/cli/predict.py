"""`leukotype predict`: files in, one call a sample out."""

from __future__ import annotations

from typing import Any, Final

from leukotype.cli.app import app, calculate_on_one_core
from leukotype.cli.arguments import (
    Blasts,
    CallsOnly,
    EngineName,
    Model,
    Out,
    PatientAge,
    PatientSex,
    Phenopackets,
    Quiet,
    Samples,
    SchedulerAddress,
    SchemeName,
    SomeFiles,
    Strict,
    StrictInputs,
    Unit,
    takes_lesions,
    takes_reading,
)
from leukotype.cli.screen import progress, show, tell
from leukotype.runs.cluster import Engine
from leukotype.vocabulary import BlastUnit, Scheme

_ROWS_SHOWN: Final = 40


@app.command()
@takes_reading
@takes_lesions
def predict(
    out: Out,
    files: SomeFiles = None,
    samples: Samples = None,
    model: Model = None,
    blasts: Blasts = None,
    blast_unit: Unit = BlastUnit.AUTO,
    age: PatientAge = None,
    sex: PatientSex = None,
    scheme: SchemeName = Scheme.INOVATE,
    strict: Strict = False,
    strict_inputs: StrictInputs = False,
    calls_only: CallsOnly = False,
    phenopackets: Phenopackets = False,
    engine: EngineName = Engine.LOCAL,
    scheduler: SchedulerAddress = "",
    quiet: Quiet = False,
    **asked: Any,
) -> None:
    """Call the subtype of every sample of your files.

    Reads one matrix of many samples (csv, tsv, gz, xlsx, GCT, parquet, h5ad, zarr; either way round), or
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
      leukotype predict counts.csv --model leukotype@champion --out results
      leukotype predict --samples samples.csv --out results
      leukotype predict counts.zarr --engine dask --scheduler tcp://10.0.0.1:8786 --out results

    \b
    Writes to DIR, all or nothing:
      calls.csv          one row a sample, in the order of the input
      calls.json         the same for programs: null where calls.csv is empty
      probabilities.csv  every class, also of samples that were not called
      evidence.csv       every lesion that was looked at, used or not, and why not
      dosage.csv         copies of each chromosome as the counts show them
      map.csv            place on the map of the patients of training, likeness to each class
      markers.csv        expression of published markers, for the report
      leukotype_mqc.json  a section for MultiQC
      SAMPLE.phenopacket.json  with --phenopackets: the patient as GA4GH has it, version 2
      run.json           inputs with hashes, model, options, what was detected, hashes of the tables

    Names of samples stand as your files write them; a spreadsheet takes one that begins with = for a formula.

    \b
    Status of a sample:
      called        has a subtype, with its probability and the runner-up
      candidate     likely, not sure: one subtype, or one of two look-alikes (column group)
      unclassified  no call is safe; the reason stands beside it, and the prediction sets say what it may be
      low_blasts    under 30 % blasts, as given or else as estimated: no subtype is reported
      not_b_all     the expression is not that of B-ALL
      unreadable    its values cannot be read, the reason says why; the other samples are called

    Research use only: not a medical device, not for decisions on patients.
    """  # noqa: D301 - \b keeps the lines of an example apart
    calculate_on_one_core()
    from leukotype.runs.files import check_writable

    check_writable(out)
    from leukotype.pipeline import classify_files

    cluster = engine.cluster(scheduler)
    asked |= {"blasts": blasts, "blast_unit": blast_unit, "scheme": scheme, "strict": strict}
    asked |= {"strict_inputs": strict_inputs, "calls_only": calls_only, "age": age, "sex": sex}
    given = files or []
    if samples is not None:
        from leukotype.inputs.sample_sheet import fill

        given, asked = fill(given, samples, asked)
    with progress(quiet) as advance:
        run = classify_files(given, model, cluster=cluster, on_progress=advance, **asked)
    written = run.save(out, phenopackets=phenopackets)
    if not quiet:
        show(run, _ROWS_SHOWN)
        tell(run, written)
