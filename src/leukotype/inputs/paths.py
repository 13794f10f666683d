"""Which files of a path are expression tables, and what the sample of a one-sample file is called."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.source import split_sheet

# What lies beside the tables of a run and is no table: ignored in a folder, never when named.
_COMPANION: Final = re.compile(
    r"\.(summary|log|rds|rdata|json|html?|md|pdf|png|svg|h5|bam|bai|cram|crai|sam|ya?ml|stat|cnt|fa|fasta|gtf|md5|sh|r|py)$"
    r"|\.(isoforms\.results)$|log(\.final|\.progress)?\.out$|sj\.out\.tab$|^readme|^manifest\b",
    re.IGNORECASE,
)
# What tools put into a folder of each sample: Salmon, kallisto, STAR, RSEM, the GDC's client.
_IN_SUBFOLDERS: Final = re.compile(
    r"(quant(\.genes)?\.sf|abundance\.tsv|(.*\.)?(genes\.results|augmented_star_gene_counts\.tsv)|.*ReadsPerGene\.out\.tab)"
    r"(\.gz)?"
)
# nf-core/rnaseq's tables of all samples, beside a folder of each.
_MERGED: Final = re.compile(r"tx2gene\.tsv|.+\.merged\..+")
_SALMON: Final = {True: "quant.genes.sf", False: "quant.sf"}  # by genes, and by transcripts
_CELLS: Final = re.compile(r"barcodes\.tsv(\.gz)?|matrix\.mtx(\.gz)?|.*feature_bc_matrix(\.h5)?")
_SUFFIX: Final = re.compile(
    r"(\.(gz|bgz|txt|tsv|csv|tab|sf|counts?|htseq(-?counts?)?|featurecounts|genes|results|gene_abund|"
    r"rna_seq|augmented_star_gene_counts|out|parquet|h5ad|zarr|xlsx)|[._]?readspergene|[._](quant|abundance))$",
    re.IGNORECASE,
)
_ZARR_METADATA: Final = (".zgroup", ".zarray", "zarr.json")
_TOOLS_OWN: Final = frozenset({"", "quant", "quant.genes", "abundance", "gene_abund"})
_BAM: Final = re.compile(r"\.(bam|sam|cram)$", re.IGNORECASE)
_RSEM: Final = re.compile(r"\.genes\.results$")  # rsem-generate-data-matrix names columns by files
_ALIGNED: Final = re.compile(
    r"(\.(sorted|sortedbycoord|sortedbyname|coordsorted|nsorted|out|aligned|dedup|dedupped|deduplicated|markdup|"
    r"markdups|md|umi_dedup|primary|hisat2|bam|sam|cram)|aligned|accepted_hits)$",
    re.IGNORECASE,
)


def expand(path: Path, *, by_genes: bool = True) -> tuple[list[Path], list[str]]:
    """List the tables of a path: the file itself, or those in a folder, by name.

    Parameters
    ----------
    by_genes
        which of Salmon's two tables of a sample is meant, where a folder has both.

    Returns
    -------
        The files, and the names of a folder's companion files, which are left aside.

    Raises
    ------
    InputError
        For a path that does not exist, and for a folder without a table.
    """
    _refuse_single_cells(path)
    if path.is_dir() and not is_zarr(path):
        return _inside(path, by_genes=by_genes)
    if not split_sheet(path)[0].exists():
        raise InputError(f"{path}: no such file or folder: check the path")
    return [path], []


def _refuse_single_cells(path: Path) -> None:
    """Refuse a folder that Cell Ranger wrote, one with such folders in it, and its list of cells.

    Raises
    ------
    InputError
        One line with what was found.
    """
    names = [path.name]
    if path.is_dir():
        names = [each.name for each in (*path.glob("*"), *path.glob("*/*"), *path.glob("*/*/*"))]
    cells = next((name for name in names if _CELLS.fullmatch(name)), "")
    if cells:
        raise InputError(
            f"{path}: expected bulk RNA-seq, found single cells (10x Genomics' {cells}): they are out of "
            "scope; give bulk counts"
        )


def _inside(folder: Path, *, by_genes: bool) -> tuple[list[Path], list[str]]:
    """List a folder's tables and its companion files; in sub-folders only what tools put there."""
    files: list[Path] = []
    aside: list[str] = []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if is_zarr(entry):
            files.append(entry)
        elif entry.is_dir():
            files += [each for each in sorted(entry.iterdir()) if _IN_SUBFOLDERS.fullmatch(each.name)]
        elif _COMPANION.search(entry.name):
            aside.append(entry.name)
        else:
            files.append(entry)
    if any(each.parent != folder for each in files if not each.is_dir()):
        aside += [each.name for each in files if each.parent == folder and _MERGED.fullmatch(each.name)]
        files = [each for each in files if each.name not in aside]
    wanted, other = _SALMON[by_genes], _SALMON[not by_genes]
    twice = [each for each in files if each.name == other and each.with_name(wanted) in files]
    files = [each for each in files if each not in twice]
    aside += [f"{each.relative_to(folder)} (beside {wanted})" for each in twice]
    if not files:
        raise InputError(f"{folder}: expected expression tables in the folder, found none: check the path")
    return files, aside


def is_companion(path: Path) -> bool:
    """Whether a file lies beside tables and is none by its name: a log, a report, reads."""
    return _COMPANION.search(path.name) is not None


def is_zarr(path: Path) -> bool:
    """Whether a folder is a zarr store, of format 2 or 3."""
    return any((path / name).is_file() for name in _ZARR_METADATA)


def sample_name(path: Path) -> str:
    """Name of the sample of a one-sample file: the file's without the tools' suffixes, or its folder's.

    Examples
    --------
    >>> sample_name(Path("run/P1.Aligned.ReadsPerGene.out.tab")), sample_name(Path("run/P2/quant.sf"))
    ('P1.Aligned', 'P2')
    """
    name = _strip_suffixes(split_sheet(path)[0].name, _SUFFIX)
    return path.resolve().parent.name if name.lower() in _TOOLS_OWN else name.rstrip("._")


def column_sample(name: str) -> str:
    """Name of a column's sample: as it stands, or that of the BAM file or RSEM table it is a path of."""
    if "." not in name:
        return name
    if _RSEM.search(name):
        return sample_name(Path(name))
    if not _BAM.search(name):
        return name
    parts = re.split(r"[/\\]", name)
    stem = _strip_suffixes(parts[-1], _ALIGNED).rstrip("._")
    return stem if stem or len(parts) == 1 else parts[-2]


def _strip_suffixes(name: str, suffix: re.Pattern[str]) -> str:
    while (shorter := suffix.sub("", name)) != name:
        name = shorter
    return name
