"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leukotype.runs.cluster import Engine
from leukotype.vocabulary import IdType, Orientation, Strandedness

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Expression tables, or folders of them.", show_default=False),
]
Out = Annotated[
    Path, typer.Option(metavar="DIR", help="Folder of the results; made if need be.", show_default=False)
]
Model = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Model bundle [default: the one that ships].")
]
Genes = Annotated[IdType | None, typer.Option("--id-type", help="How genes are named [default: detected].")]
Values = Annotated[
    str,
    typer.Option(
        "--value-type",
        metavar="TYPE",
        help="What the numbers are: auto, counts, cpm, tpm, fpkm, or their logarithm of x + 1 as in "
        "log2-tpm, ln-cpm, log10-fpkm.",
    ),
]
Rows = Annotated[Orientation, typer.Option("--orientation", help="What the rows of a matrix are.")]
Library = Annotated[
    Strandedness | None,
    typer.Option("--strandedness", help="Library type; needed for STAR ReadsPerGene files."),
]
Transcripts = Annotated[
    Path | None,
    typer.Option("--tx2gene", metavar="FILE", help="Transcript and gene; needed for tables of transcripts."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Hold back also what may be under 30 % blasts by its estimate's interval."),
]
EngineName = Annotated[Engine, typer.Option("--engine", help="Where the work is done.")]
SchedulerAddress = Annotated[
    str,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask scheduler, such as tcp://10.0.0.1:8786."),
]
Fusions = Annotated[
    list[str] | None,
    typer.Option(
        "--fusions",
        metavar="FILE",
        help="Fusion calls: Arriba, STAR-Fusion, FusionCatcher, CICERO, JAFFA, fusion-report, or a table "
        "with sample, gene_5prime, gene_3prime. A file, a folder or SAMPLE=FILE; may be repeated.",
    ),
]
KaryotypeFile = Annotated[
    Path | None,
    typer.Option("--karyotype", metavar="FILE", help="csv or tsv with sample and karyotype (ISCN)."),
]
CopyNumberFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--cnv",
        metavar="FILE",
        help="Chromosome copy number: a table of RNAseqCNV, or one with sample, chromosome and copies; may "
        "be repeated.",
    ),
]
VariantFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--variants",
        metavar="FILE",
        help="Mutations: VCF (VEP, SnpEff or none), MAF, or a table with sample, gene, protein_change; may "
        "be repeated.",
    ),
]
CommonVariants = Annotated[
    Path | None,
    typer.Option("--common-variants", metavar="FILE", help="VCF or table of variants that do not count."),
]
