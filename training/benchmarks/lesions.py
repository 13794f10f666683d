"""What the lesions of patients say of their subtypes, without expression.

Run by hand, from the repository: ``python -m training.benchmarks.lesions --data DIR``. The patients of Gu
et al., Nat Genet 2019;51:296 (``lesions/stjude_lesions.csv.gz``) are read as `leukotype predict` reads tables
of fusions, of karyotypes and of RNAseqCNV; 32 patients with AML (``lesions/arriba_aml``) as Arriba's. Printed
are the tables of docs/lesions.md.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from leukotype.evidence.findings import Finding
from leukotype.evidence.genomes import Genomes, read_genomes
from leukotype.inputs import LesionFiles, read_lesions
from leukotype.vocabulary import LesionKind, PloidyState

TABLE = Path("lesions") / "stjude_lesions.csv.gz"
AML = Path("lesions") / "arriba_aml"
HYPODIPLOID = ("Low hypodiploid", "Near haploid")
# Subtypes that a fusion defines, as the table's authors labelled their patients by it.
BY_FUSION = (
    *("BCR::ABL1", "ETV6::RUNX1", "TCF3::PBX1", "KMT2A-r", "DUX4-r", "ZNF384-r", "MEF2D-r", "NUTM1-r", "HLF"),
    "BCL2/MYC",
)
# A subtype that the labels of the table do not know. ICC 2022 (Arber et al., Blood 2022;140:1200) names ZEB2
# H1038R with IGH::CEBPE; those with CEBPA and CEBPD share its expression (Li et al., Blood 2023;142:172), and
# IGH joins CEBPB and CEBPG too (Akasaka et al., Blood 2007;109:3451).
LATER: Final = frozenset({"ZEB2/CEBP"})
# A clone of so many chromosomes may be a hypodiploid one that doubled.
DOUBLED = (47, 80)


def patients(data: Path) -> pd.DataFrame:
    """Read the table, indexed by patient."""
    return pd.read_csv(data / TABLE, dtype=str, keep_default_na=False).set_index("patient")


def genomes(table: pd.DataFrame, *, copy_number: bool) -> Genomes:
    """Read the lesions of all patients as a laboratory would give them.

    Parameters
    ----------
    copy_number
        whether that of RNA-seq is given beside the karyotypes.
    """
    names = list(table.index)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        fusions = table[["fusion"]].rename_axis("sample").reset_index()
        fusions.to_csv(folder / "fusions.csv", index=False)
        karyotypes = table[["karyotype"]].rename_axis("sample").reset_index()
        karyotypes.to_csv(folder / "karyotypes.csv", index=False)
        estimated = pd.DataFrame(
            _estimates(table["RNA-seqCNA"]), columns=["sample", "chrom_n", "alterations"]
        )
        estimated.to_csv(folder / "estimation_table.tsv", sep="\t", index=False)
        files = LesionFiles(
            fusions=[folder / "fusions.csv"],
            karyotype=folder / "karyotypes.csv",
            cnv=[folder / "estimation_table.tsv"] if copy_number else (),
        )
        return read_genomes(read_lesions(files, names).lesions, names, {}, {})


def _estimates(texts: pd.Series[str]) -> Iterator[tuple[str, str, str]]:
    """Write ``N=36`` and ``9p-?,21+`` as RNAseqCNV does; what is neither is left out."""
    for patient, text in texts.items():
        number = re.match(r"N=(\d+)", text)
        items = [item.strip() for item in text.split(";")[-1].split(",")]
        known = [
            f"?{item[:-1]}" if item.endswith("?") else item for item in items if re.match(r"[\dXY]", item)
        ]
        if number or known or text.startswith("normal"):
            yield str(patient), number[1] if number else "", " ".join(known) or "none" * (number is None)


def by_subtype(table: pd.DataFrame, found: Genomes) -> pd.DataFrame:
    """Count for each subtype by what its fusions define it, and how often another subtype is defined."""
    rows = []
    for subtype, group in table.groupby("subtype"):
        said = [_said(found.evidence.lesions(name), str(subtype)) for name in group.index]
        counts = pd.Series(said).value_counts()
        rows.append((subtype, len(group), *(int(counts.get(word, 0)) for word in _WORDS)))
    return pd.DataFrame(rows, columns=["subtype", "patients", *_WORDS]).set_index("subtype")


_LATER: Final = "of a later subtype"
_WORDS: Final = ("defined", "typical", "another defined", _LATER, "nothing")


def _said(findings: Sequence[Finding], subtype: str) -> str:
    """Say what the lesions of genes that count say of a subtype."""
    genes = [each for each in findings if each.kind == LesionKind.FUSION]
    own = {each.strength for each in genes if each.subtype == subtype}
    others = {each.subtype for each in genes if each.strength == "defining"} - {subtype}
    if "defining" in own:
        return "defined"
    if others:
        return _LATER if others <= LATER else "another defined"
    return "typical" if "typical" in own else "nothing"


def _speaks(pair: str) -> bool:
    """Whether a fusion, with enough reads, speaks for any subtype."""
    table = pd.DataFrame({"fusion": [pair], "karyotype": [""], "RNA-seqCNA": [""]}, index=["P"])
    return any(each.subtype for each in genomes(table, copy_number=False).evidence.lesions("P"))


def missed(table: pd.DataFrame, found: Genomes) -> list[str]:
    """List patients of a subtype by fusion of whom no lesion of it counts, and those defined otherwise."""
    told = []
    for name, row in table.iterrows():
        said = _said(found.evidence.lesions(str(name)), row["subtype"])
        if said in ("another defined", _LATER) or (said == "nothing" and row["subtype"] in BY_FUSION):
            told.append(f"{row['subtype']}: {row['fusion']} ({said})")
    return told


def doubled(table: pd.DataFrame, found: Genomes) -> pd.DataFrame:
    """Count the states of hypodiploid leukemias whose karyotype shows a clone that may have doubled."""
    shown = table[table["subtype"].isin(HYPODIPLOID)]
    numbers = shown["karyotype"].str.extractall(r"(?<!\d)(\d{2})(?=[\d~<,;\- ]*[XY<,])")[0].astype(int)
    many = numbers[numbers.between(*DOUBLED)].index.get_level_values(0).unique()
    states = pd.Series({name: str(found.ploidy[name].state or "none") for name in many}, dtype=object)
    return states.value_counts().rename("patients").rename_axis("state").to_frame()


def aml(data: Path) -> Mapping[str, list[str]]:
    """List by patient with AML the lesions that count as those of a subtype of B-ALL."""
    counted = {}
    for path in sorted((data / AML).glob("*_fusions.tsv")):
        name = path.name.partition("_")[0]
        given = read_lesions(LesionFiles(fusions=[path]), [name]).lesions
        found = read_genomes(given, [name], {}, {}).evidence.lesions(name)
        counted[name] = [
            f"{each.lesion} ({each.strength} of {each.subtype})" for each in found if each.subtype
        ]
    return counted


def _print(frame: pd.DataFrame) -> None:
    columns = [str(frame.index.name), *map(str, frame.columns)]
    print(f"| {' | '.join(columns)} |\n| {' | '.join('---' for _ in columns)} |")
    for key, *values in frame.itertuples():
        print(f"| {key} | {' | '.join(map(str, values))} |")
    print()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    table = patients(data)
    found = genomes(table, copy_number=False)
    counts = by_subtype(table, found)
    _print(counts)
    own = counts.loc[[name for name in BY_FUSION if name in counts.index]]
    lesions = int((own["defined"] + own["typical"]).sum())
    others = int(counts["another defined"].sum())
    print(f"lesions found: {lesions} of {int(own['patients'].sum())} ({lesions / own['patients'].sum():.1%})")
    print(f"another subtype defined: {others} of {len(table)} ({others / len(table):.2%})")
    later = int(counts[_LATER].sum())
    print(f"a subtype that the labels do not know ({', '.join(LATER)}): {later} of {len(table)}")
    print(*(f"  {line}" for line in missed(table, found)), sep="\n", end="\n\n")
    pairs = [pair for text in table["fusion"] for pair in text.split(";") if not pair.startswith("NoFusion")]
    silent = sorted({pair for pair in pairs if not _speaks(pair)})
    print(f"pairs that say nothing: {len(silent)} of {len(set(pairs))}, such as {', '.join(silent[::40])}\n")
    print("doubled clones of hypodiploid leukemias, by the karyotype alone")
    _print(doubled(table, found))
    print("the same, with the copy number of RNA-seq")
    states = doubled(table, genomes(table, copy_number=True))
    _print(states)
    print(f"called hyperdiploid: {int(states['patients'].get(PloidyState.HYPERDIPLOID, 0))}\n")
    counted = aml(data)
    print(f"AML: {sum(map(bool, counted.values()))} of {len(counted)} with a lesion of B-ALL that counts")
    print(*(f"  {name}: {', '.join(each)}" for name, each in counted.items() if each), sep="\n")


if __name__ == "__main__":
    main()
