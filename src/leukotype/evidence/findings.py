"""Lesions for and against each subtype: what was found, what was not, and what was not looked for.

Every row that names a gene of a known lesion is kept, also those that are not used, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.evidence.knowledge import (
    ANY,
    FUSIONS,
    LOCI,
    MARKERS,
    MUTATIONS,
    PLOIDIES,
    TRANSLOCATIONS,
    Fusion,
    Kind,
    Strength,
    Translocation,
)
from leukotype.vocabulary import EVIDENCE_COLUMNS, PloidyState

Array = npt.NDArray[np.float64]

# Strengths in the order of their weights; then: looked for and not found.
FLAGS: Final = (*Strength, "absent")
# Not found says little of these: callers often miss what joins IGH or DUX4 (Arriba and STAR-Fusion issue
# trackers; Tian et al., Genome Biol 2020;21:126).
_OFTEN_MISSED: Final = frozenset({"DUX4-r", "ZEB2/CEBP", "BCL2/MYC"})
_DETECTABLE: Final = (
    frozenset(lesion.subtype for lesion in FUSIONS if lesion.strength == Strength.DEFINING) - _OFTEN_MISSED
)
# Genes whose rows are kept even where the pair is no lesion: of each lesion the side that is no antigen
# receptor.
_DRIVERS: Final = frozenset(
    gene for lesion in FUSIONS for gene in (lesion.other if lesion.one == LOCI else lesion.one).split()
)
_NO_LESION: Final = "this pair is no known lesion"


class Finding(NamedTuple):
    """One row of the evidence; columns `EVIDENCE_COLUMNS`."""

    sample: str
    source: str
    kind: Kind
    lesion: str
    reads: float = float("nan")
    subtype: str = ""
    strength: str = ""
    subclass: str = ""
    used: bool = True
    why_not: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Evidence:
    """All findings of a run.

    Parameters
    ----------
    findings
        by sample, in the order in which they were read.
    looked
        kinds of lesion that were looked for, by sample; what was not looked for is unknown, not absent.
    """

    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    looked: Mapping[str, frozenset[Kind]] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding], looked: Mapping[str, frozenset[Kind]]) -> Evidence:
        """Sort findings by sample."""
        by_sample: dict[str, list[Finding]] = {}
        for finding in findings:
            by_sample.setdefault(finding.sample, []).append(finding)
        return cls(by_sample, looked)

    def table(self, samples: Sequence[str]) -> pd.DataFrame:
        """Every finding as a long table, samples in the order given."""
        rows = [finding for sample in samples for finding in self.findings.get(sample, ())]
        return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))

    def used(self, sample: str) -> list[Finding]:
        """List the findings that count, without the repetitions of other callers, files and orientations."""
        best: dict[tuple[str, str], Finding] = {}
        for finding in self.findings.get(sample, ()):
            key = (_unordered(finding.lesion), finding.subtype)
            if finding.used and (key not in best or _more_reads(finding, best[key])):
                best[key] = finding
        return list(best.values())


def _more_reads(one: Finding, other: Finding) -> bool:
    """Whether a finding has more reads than another; one that tells none has fewest."""
    return bool(np.nan_to_num(one.reads, nan=-1.0) > np.nan_to_num(other.reads, nan=-1.0))


def _unordered(lesion: str) -> str:
    return "::".join(sorted(lesion.split("::")))


def flags(evidence: Evidence, samples: Sequence[str], subtypes: Sequence[str]) -> Array:
    """Turn evidence into features: samples x subtypes x `FLAGS`, 1 where it holds; all 0 where unknown."""
    out = np.zeros((len(samples), len(subtypes), len(FLAGS)))
    for row, sample in zip(out, samples, strict=True):
        used = evidence.used(sample)
        for finding in used:
            if finding.subtype in subtypes:
                row[subtypes.index(finding.subtype), FLAGS.index(finding.strength)] = 1.0
        if Kind.FUSION in evidence.looked.get(sample, ()):
            all_found = evidence.findings.get(sample, ())  # one with too few reads is not absent either
            found = {finding.subtype for finding in all_found if finding.kind == Kind.FUSION}
            for name in _DETECTABLE - found:
                if name in subtypes:
                    row[subtypes.index(name), FLAGS.index("absent")] = 1.0
    strongest = _first(out[..., : FLAGS.index(Strength.AGAINST)])
    return np.concatenate([strongest, out[..., FLAGS.index(Strength.AGAINST) :]], axis=-1)


def _first(values: Array) -> Array:
    """Keep the first 1 along the last axis: a defining lesion is not counted as typical too."""
    return np.asarray(values * (values.cumsum(axis=-1) == values))


def fusion_findings(calls: pd.DataFrame) -> Iterator[Finding]:
    """Match fusion calls with the lesions.

    Parameters
    ----------
    calls
        columns `leukotype.inputs.lesions.fusions.FUSION_COLUMNS`.
    """
    for row in calls.to_dict("records"):
        first, second = _genes(row["gene_5prime"]), _genes(row["gene_3prime"])
        if not (first | second) & _DRIVERS:
            continue
        found = Finding(
            row["sample"],
            f"{row['source']} ({row['caller']})",
            Kind.FUSION,
            "::".join(row[end] or "?" for end in ("gene_5prime", "gene_3prime")),
            _count(row["reads"]),
            used=bool(row["usable"]),
            why_not=row["why_not"],
        )
        lesions = matching(first, second)
        if not lesions:
            yield found._replace(used=False, why_not=row["why_not"] or _NO_LESION)
        for each in lesions:
            reference = "; ".join(filter(None, (each.source, each.caveat)))
            yield found._replace(
                subtype=each.subtype, strength=each.strength, subclass=each.subclass, reference=reference
            )


def _count(reads: Any) -> float:
    """Give a number of reads as a float, NaN where the file has none."""
    return float("nan") if pd.isna(reads) else float(reads)


def _genes(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


def matching(first: frozenset[str], second: frozenset[str]) -> tuple[Fusion, ...]:
    """Rows of the first pair of genes that a fusion fits."""
    for lesion in FUSIONS:
        if lesion.fits(first, second):
            return tuple(each for each in FUSIONS if (each.one, each.other) == (lesion.one, lesion.other))
    return ()


def mutation_findings(calls: pd.DataFrame) -> Iterator[Finding]:
    """Match mutations with the lesions; a mutation that marks no subtype is kept, unused.

    Parameters
    ----------
    calls
        columns `leukotype.inputs.lesions.variants.VARIANT_COLUMNS`.
    """
    for row in calls.to_dict("records"):
        name = f"{row['gene']} {row['protein_change']}".strip()
        found = Finding(
            row["sample"],
            row["source"],
            Kind.MUTATION,
            name,
            _count(row["alt_reads"]),
            used=bool(row["usable"]),
            why_not=row["why_not"],
        )
        lesions = [
            each
            for each in MUTATIONS
            if each.gene == row["gene"] and each.change in (ANY, row["protein_change"])
        ]
        if not lesions:
            yield found._replace(used=False, why_not=row["why_not"] or "marks no subtype")
        for each in lesions:
            yield found._replace(subtype=each.subtype, strength=each.strength, reference=each.source)


def ploidy_findings(
    sample: str, source: str, state: PloidyState, text: str, why_not: str = ""
) -> Iterator[Finding]:
    """Say which subtypes a state of the ploidy speaks for.

    Parameters
    ----------
    text
        what is shown, as ``hyperdiploid, 56 chromosomes``.
    why_not
        reason for which this state does not count.
    """
    found = Finding(sample, source, Kind.COPY_NUMBER, text, used=not why_not, why_not=why_not)
    rows = [each for each in PLOIDIES if each.state == state]
    for each in rows:
        yield found._replace(subtype=each.subtype, strength=each.strength, reference=each.source)
    if not rows:
        yield found._replace(used=False, why_not=why_not or "marks no subtype")


def translocation_findings(sample: str, source: str, translocations: Sequence[str]) -> Iterator[Finding]:
    """Say which subtypes the translocations of a karyotype speak for."""
    for text in translocations:
        found = Finding(sample, source, Kind.FUSION, text)
        known = [each for each in TRANSLOCATIONS if _same(text, each)]
        for each in known:
            yield found._replace(subtype=each.subtype, strength=each.strength, reference=each.source)
        if not known:
            yield found._replace(used=False, why_not="no known lesion joins these bands")


def _same(text: str, known: Translocation) -> bool:
    """Whether a translocation as written (``t(9;22)(q34;q11.2)``) lies in the known bands."""
    chromosomes, _, bands = text.removeprefix("t(").removesuffix(")").partition(")(")
    written, expected = bands.split(";"), known.bands.split(";")
    return (
        chromosomes == known.chromosomes
        and len(written) == len(expected)
        and all(map(str.startswith, written, expected))
    )


def marker_findings(sample: str, source: str, levels: Mapping[str, float]) -> Iterator[Finding]:
    """Say which genes are read that are silent without their lesion.

    Parameters
    ----------
    levels
        log2(CPM + 1) of the markers that the table has.
    """
    for each in MARKERS:
        level = levels.get(each.gene, float("nan"))
        if level >= each.least:
            text = f"{each.gene} expressed (log2 CPM {level:.1f})"
            yield Finding(sample, source, Kind.EXPRESSION, text)._replace(
                subtype=each.subtype, strength=each.strength, subclass=each.subclass, reference=each.source
            )


def as_text(findings: Sequence[Finding]) -> str:
    """Write findings in one short line: strongest first, each lesion once."""
    order = list(Strength)
    kept: dict[str, Any] = {}
    for each in sorted(findings, key=lambda finding: order.index(Strength(finding.strength))):
        if each.strength != Strength.AGAINST:
            reads = "" if np.isnan(each.reads) else f", {each.reads:.0f} reads"
            kept.setdefault(each.lesion, f"{each.lesion} ({each.strength} of {each.subtype}{reads})")
    return "; ".join(kept.values())
