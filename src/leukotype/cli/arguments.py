"""Arguments and options that several commands share, each described once.

A command takes a group of options by a decorator and finds them among its keywords, under the names that
`leukotype.runs.options.RunOptions.of` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from leukotype.cli.registered_models import find_model
from leukotype.runs.cluster import Engine
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Strandedness

Command = TypeVar("Command", bound=Callable[..., None])

_TABLES = "Expression tables, or folders of them; book.xlsx#Sheet is a sheet of a workbook, here and below."

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help=_TABLES, show_default=False),
]
SomeFiles = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help=_TABLES, show_default=False),
]
Samples = Annotated[
    Path | None,
    typer.Option(
        metavar="SHEET",
        help="csv, tsv or xlsx, one row a sample: sample, counts, fusions, variants, cnv, karyotype, "
        "blast_pct, age, sex, strandedness. `leukotype samples` writes one from a folder.",
    ),
]
Out = Annotated[
    Path, typer.Option(metavar="DIR", help="Folder of the results; made if need be.", show_default=False)
]
Model = Annotated[
    Path | None,
    typer.Option(
        metavar="MODEL",
        callback=find_model,
        help="Folder of a model, or a registered one as leukotype@champion [default: the one that ships].",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Blasts = Annotated[
    Path | None, typer.Option(metavar="FILE", help="csv, tsv or xlsx with columns sample and blast_pct.")
]
PatientAge = Annotated[
    Path | None,
    typer.Option(
        "--age",
        metavar="FILE",
        help="csv, tsv or xlsx with sample and age in years: tells how often a subtype is seen at it.",
    ),
]
PatientSex = Annotated[
    Path | None,
    typer.Option(
        "--sex", metavar="FILE", help="csv, tsv or xlsx with sample and sex, to find swapped samples."
    ),
]
Unit = Annotated[BlastUnit, typer.Option(help="Unit of the blasts.")]
SchemeName = Annotated[
    Scheme, typer.Option(help="Subtypes to read against: the INO-VATE trial's 13, or ICC 2022.")
]
CallsOnly = Annotated[
    bool,
    typer.Option(
        "--calls-only", help="Sure calls alone: leave pairs of look-alikes and candidates unclassified."
    ),
]
Phenopackets = Annotated[
    bool,
    typer.Option("--phenopackets", help="Write a GA4GH phenopacket of each sample too."),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Hold back also what may be under 30 % blasts by its estimate's interval."),
]
StrictInputs = Annotated[
    bool,
    typer.Option("--strict-inputs", help="Stop at a sample that cannot be read, and write nothing."),
]
EngineName = Annotated[Engine, typer.Option("--engine", help="Where the work is done.")]
SchedulerAddress = Annotated[
    str,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://10.0.0.1:8786."),
]


def _reading(
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
    layer: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Layer of an h5ad file or zarr store with the counts [default: X]."
        ),
    ] = None,
) -> None:
    """How expression is read; see `leukotype.inputs.reading.Reading`."""


def _lesions(
    fusions: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Fusion calls: Arriba, STAR-Fusion, FusionCatcher, CICERO, JAFFA, DRAGEN, nf-core/rnafusion "
            "and more, or a table with sample, gene_5prime, gene_3prime. A file, a folder or SAMPLE=FILE; "
            "may be repeated.",
        ),
    ] = None,
    karyotype: Annotated[
        Path | None, typer.Option(metavar="FILE", help="csv, tsv or xlsx with sample and karyotype (ISCN).")
    ] = None,
    cnv: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Chromosome copy number: a table of RNAseqCNV, or one with sample, chromosome and "
            "copies; may be repeated.",
        ),
    ] = None,
    variants: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Mutations: VCF (VEP, SnpEff or none), MAF, or a table with sample, gene, "
            "protein_change; may be repeated.",
        ),
    ] = None,
    common_variants: Annotated[
        Path | None, typer.Option(metavar="FILE", help="VCF or table of variants that do not count.")
    ] = None,
) -> None:
    """Files of lesions; see `leukotype.inputs.reading.LesionFiles`."""


def _takes(group: Callable[..., None]) -> Callable[[Command], Command]:
    """Give a command the options of a group, which it finds among its keywords."""
    options = signature(group, eval_str=True).parameters.values()
    keywords = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in options]

    def decorate(command: Command) -> Command:
        known = signature(command, eval_str=True)
        own = [each for each in known.parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
        command.__signature__ = known.replace(parameters=[*own, *keywords])  # type: ignore[attr-defined]
        return command

    return decorate


takes_reading = _takes(_reading)
takes_lesions = _takes(_lesions)
