"""What becomes of a table with a fault: refused, set aside, or called, and then rightly or not.

Run by hand, from the repository: ``python -m training.studies.faults --data DIR``. The patients are those of
GSE161501 and the test samples of ALLSorts (``external/``), whom no expert learned from. Printed are the first
table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError
from leukotype.pipeline import classify_files
from leukotype.runs.run import Run
from leukotype.vocabulary import Status

SETS: Final = (
    Path("external") / "GSE161501" / "counts.tsv.gz",
    Path("external") / "allsorts_test" / "test_counts.csv",
)
COLUMNS: Final = ("fault", "n", "refused", "not called", "as the label", "another subtype")
# How a laboratory would have seen the subtypes of these patients.
_FUSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "BCR::ABL1": ("BCR", "ABL1"),
    "ETV6::RUNX1": ("ETV6", "RUNX1"),
    "TCF3::PBX1": ("TCF3", "PBX1"),
    "DUX4-r": ("IGH", "DUX4"),
}
_KARYOTYPE: Final = "54,XX,+X,+4,+6,+10,+14,+17,+21,+21[20]"
_PERMILLION: Final = 1e6

Frame = pd.DataFrame


@dataclass(frozen=True)
class Case:
    """A table with one fault, as it is handed in.

    Parameters
    ----------
    counts
        genes x samples; written as csv.
    truth
        subtype of each sample by its name.
    cut
        bytes at the end of the file that are lost, as a share.
    asked
        options of `classify_files`.
    lesions
        the subtypes whose lesions are given too, by sample; none by default.
    """

    counts: Frame
    truth: pd.Series[str]
    cut: float = 0.0
    asked: Mapping[str, Any] = field(default_factory=dict)
    lesions: pd.Series[str] | None = None


def patients(data: Path) -> list[tuple[Frame, pd.Series[str]]]:
    """Read the sets: genes x samples, and the label of each sample."""
    read = []
    for path in SETS:
        table = pd.read_csv(data / path, sep=None, engine="python", index_col=0)
        labels = pd.read_csv(data / path.parent / "labels.csv", index_col="sample")["subtype"]
        counts = table if table.columns.isin(labels.index).any() else table.T
        read.append((counts[labels.index], labels))
    return read


def cases(counts: Frame, truth: pd.Series[str], rng: np.random.Generator) -> Iterator[tuple[str, Case]]:
    """Make every fault of a table, each with its name."""
    cpm = counts / counts.sum() * _PERMILLION
    log: Frame = pd.DataFrame(np.log2(cpm + 1))
    other = _others(truth)
    swapped = counts[other].set_axis(counts.columns, axis=1)
    half = len(counts) // 2
    yield "none", Case(counts, truth)
    yield "none, lesions given", Case(counts, truth, lesions=truth)
    yield "rows in another order", Case(counts.iloc[rng.permutation(len(counts))], truth)
    yield "samples swapped between subtypes", Case(swapped, truth)
    yield "the same, lesions given under the right names", Case(swapped, truth, lesions=truth)
    yield "half of another patient's reads", Case((counts + swapped) // 2, truth)
    yield "a tenth of another patient's reads", Case((9 * counts + swapped) // 10, truth)
    yield "every sample twice, under two names", _twice(counts, truth)
    yield "names of the genes shuffled", Case(counts.set_axis(list(rng.permutation(counts.index))), truth)
    yield (
        "names of the genes one row further down",
        Case(counts.set_axis(list(np.roll(counts.index, 1))), truth),
    )
    yield "names of a tenth of the genes shuffled", Case(_shuffle_some(counts, 0.1, rng), truth)
    yield "the last tenth of the file lost", Case(counts, truth, cut=0.1)
    yield "the last half of the rows lost", Case(counts.iloc[:half], truth)
    yield "a tenth of the rows lost", Case(counts[rng.random(len(counts)) >= 0.1], truth)
    yield "a hundredth of the reads", Case(_thin(counts, 0.01, rng), truth)
    yield "CPM, not said", Case(cpm, truth)
    yield "CPM, said to be counts", Case(cpm, truth, asked={"value_type": "counts"})
    yield "log2(CPM + 1), not said", Case(log, truth)
    yield "the same, said to be counts", Case(log, truth, asked={"value_type": "counts"})
    yield "ln(CPM + 1), said to be log2", Case(log * np.log(2), truth, asked={"value_type": "log2-cpm"})
    yield "z-scores", Case(log.sub(log.mean(axis=1), axis=0).div(log.std(axis=1) + 1e-9, axis=0), truth)
    yield "counts, said to be log2(CPM + 1)", Case(counts, truth, asked={"value_type": "log2-cpm"})
    yield "one field in each sample empty", Case(_empty_some(counts, rng), truth)


def _others(truth: pd.Series[str]) -> list[str]:
    """Name for each sample one of another subtype."""
    names = truth.index
    return [next(str(each) for each in np.roll(names, -place) if truth[each] != truth[name])
            for place, name in enumerate(names)]  # fmt: skip


def _twice(counts: Frame, truth: pd.Series[str]) -> Case:
    again = counts.add_suffix("_b")
    both = pd.concat([truth, truth.set_axis(again.columns)])
    return Case(pd.concat([counts, again], axis=1), both)


def _shuffle_some(counts: Frame, share: float, rng: np.random.Generator) -> Frame:
    names = counts.index.to_numpy().copy()
    chosen = np.flatnonzero(rng.random(len(names)) < share)
    names[chosen] = names[rng.permutation(chosen)]
    return counts.set_axis(names)


def _thin(counts: Frame, share: float, rng: np.random.Generator) -> Frame:
    """Keep each read with some probability."""
    return pd.DataFrame(rng.binomial(counts.to_numpy(np.int64), share), counts.index, counts.columns)


def _empty_some(counts: Frame, rng: np.random.Generator) -> Frame:
    holed = counts.astype(float)
    for column, row in enumerate(rng.integers(len(counts), size=counts.shape[1])):
        holed.iloc[int(row), column] = np.nan
    return holed


def outcome(case: Case) -> dict[str, int]:
    """Count what becomes of the samples of a case."""
    n = case.counts.shape[1]
    try:
        run = _run(case)
    except InputError:
        return {"n": n, "refused": n}
    called = run.calls.set_index("sample")
    sure = called["status"] == Status.CALLED
    right = sure & (called["subtype"] == case.truth.reindex(called.index))
    return {
        "n": n,
        "refused": 0,
        "not called": int((~sure).sum()),
        "as the label": int(right.sum()),
        "another subtype": int((sure & ~right).sum()),
    }


def _run(case: Case) -> Run:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        text = case.counts.to_csv(index_label="gene").encode()
        (folder / "counts.csv").write_bytes(text[: round(len(text) * (1 - case.cut))])
        asked = {**case.asked, **(_lesions(folder, case.lesions) if case.lesions is not None else {})}
        return classify_files([folder / "counts.csv"], **asked)


def _lesions(folder: Path, subtypes: pd.Series[str]) -> dict[str, Any]:
    fusions = [(name, *_FUSIONS[each], 30) for name, each in subtypes.items() if each in _FUSIONS]
    table = pd.DataFrame(fusions, columns=["sample", "gene_5prime", "gene_3prime", "reads"])
    table.to_csv(folder / "fusions.csv", index=False)
    seen = {name: _KARYOTYPE for name, each in subtypes.items() if each == "Hyperdiploid"}
    pd.Series(seen, name="karyotype").rename_axis("sample").to_csv(folder / "karyotypes.csv")
    given = {"fusions": [folder / "fusions.csv"]} if fusions else {}
    return given | ({"karyotype": folder / "karyotypes.csv"} if seen else {})


def table(sets: list[tuple[Frame, pd.Series[str]]], seed: int = 1) -> Frame:
    """Count every fault over all sets: columns `COLUMNS`, one row a fault."""
    told: dict[str, dict[str, int]] = {}
    for counts, truth in sets:
        for name, case in cases(counts, truth, np.random.default_rng(seed)):
            row = told.setdefault(name, dict.fromkeys(COLUMNS[1:], 0))
            for column, number in outcome(case).items():
                row[column] += number
    return pd.DataFrame([{"fault": name, **row} for name, row in told.items()], columns=list(COLUMNS))


def as_markdown(frame: Frame) -> str:
    """Give a table as Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    sys.stdout.write(as_markdown(table(patients(parser.parse_args().data))) + "\n")


if __name__ == "__main__":
    main()
