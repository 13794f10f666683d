"""What a user can say of the files: how expression is read, and where the lesions stand. Light to import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leukotype.vocabulary import IdType, Orientation, Strandedness


@dataclass(frozen=True)
class Reading:
    """How expression is read, where its content does not tell.

    Parameters
    ----------
    id_type
        how genes are named; None: as most of the names fit.
    value_type
        ``auto``, a value type, or one as a logarithm of (x + 1): ``log2-tpm``, ``ln-cpm``, ``log10-counts``.
    orientation
        what the rows of a matrix are; checked against its names.
    strandedness
        which column of a STAR table holds the counts.
    tx2gene
        table of transcript and gene, for files of transcripts.
    samples
        sheet that names the samples of the files, and their strand.
    layer
        of an h5ad file or zarr store, where the counts are not in X.
    """

    id_type: IdType | None = None
    value_type: str = "auto"
    orientation: Orientation = Orientation.AUTO
    strandedness: Strandedness | None = None
    tx2gene: Path | None = None
    samples: Path | None = None
    layer: str | None = None


@dataclass(frozen=True)
class LesionFiles:
    """Files as a user names them: a file, a folder, or ``SAMPLE=FILE``.

    Parameters
    ----------
    fusions
        tables of fusion callers.
    karyotype
        table with columns sample and karyotype (ISCN).
    cnv
        tables of RNAseqCNV, or of chromosomes and arms.
    variants
        VCF, MAF or plain tables.
    common_variants
        variants that are common in the population: these do not count.
    """

    fusions: Sequence[Path | str] = ()
    karyotype: Path | None = None
    cnv: Sequence[Path | str] = ()
    variants: Sequence[Path | str] = ()
    common_variants: Path | None = None
