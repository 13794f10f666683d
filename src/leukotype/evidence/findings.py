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

from leukotype.errors import abridge
from leukotype.evidence.knowledge import (
    ANY_CHANGE,
    FUSIONS,
    KINASE_PAIRS,
    KINASES,
    LOCI,
    MARKERS,
    MUTATIONS,
    PLOIDIES,
    TRANSLOCATIONS,
    UNKNOWN,
    FusionRule,
    Strength,
    TranslocationRule,
)
from leukotype.inputs.lesions.records import Exchange, Verdict
from leukotype.vocabulary import EVIDENCE_COLUMNS, LesionKind, PloidyState

Array = npt.NDArray[np.float64]
Ends = tuple[frozenset[str], frozenset[str]]  # genes that a caller names for the two ends of a fusion

# Strengths in the order of their weights; then: looked for and not found.
FLAGS: Final = (*Strength, "absent")
# Not found says little of these: callers often miss what joins IGH or DUX4 (Arriba and STAR-Fusion issue
# trackers; Tian et al., Genome Biol 2020;21:126).
_OFTEN_MISSED: Final = frozenset({"DUX4-r", "ZEB2/CEBP", "BCL2/MYC"})
_DETECTABLE: Final = (
    frozenset(rule.subtype for rule in FUSIONS if rule.strength == Strength.DEFINING) - _OFTEN_MISSED
)
# Genes whose rows are kept even where the pair is no lesion: of each lesion the side that is no antigen
# receptor.
_DRIVERS: Final = frozenset(
    gene for rule in FUSIONS for gene in (rule.other if rule.one == LOCI else rule.one)
)
_NO_LESION: Final = "this pair is no known lesion"
KINASE_ALERT: Final = "a kinase may be active, which is no subtype by itself"
_NO_BANDS: Final = "its bands are not told"
_WIDE: Final = "the ends of what is inserted lie in other bands too, which does not prove it"
_OTHER_BANDS: Final = "no known lesion joins these bands"
NO_MARK: Final = "marks no subtype"  # of a mutation that passed its filter, or a state of the ploidy


class Finding(NamedTuple):
    """What one source says of one lesion for one subtype: a row of the evidence.

    Its fields are the columns `EVIDENCE_COLUMNS`, and behind them what no table has.

    Parameters
    ----------
    lesion
        as it is shown: ``BCR::ABL1``, ``TP53 R175H``, ``hyperdiploid, 56 chromosomes (karyotype)``.
    reads
        that show it; NaN where the source tells none.
    subtype, strength, subclass
        what it says; empty for a lesion that is no known mark of a subtype.
    used, why_not
        whether it counts, and the reason if it does not.
    reference
        where that is published.
    ends
        the two genes of a fusion, as its caller names them; empty for any other lesion.
    denied
        whether the source says that the lesion was not found.
    """

    sample: str
    source: str
    kind: LesionKind
    lesion: str
    reads: float = float("nan")
    subtype: str = ""
    strength: str = ""
    subclass: str = ""
    used: bool = True
    why_not: str = ""
    reference: str = ""
    ends: tuple[str, ...] = ()
    denied: bool = False

    @property
    def key(self) -> tuple[tuple[str, ...], str]:
        """Lesion and subtype: the same whichever caller, file and orientation it comes from."""
        return tuple(sorted(self.ends)) or (self.lesion,), self.subtype


@dataclass(frozen=True)
class Evidence:
    """All findings of a run.

    Parameters
    ----------
    findings
        by sample, in the order in which they were read.
    looked_for
        kinds of lesion, by sample; what was not looked for is unknown, not absent.
    """

    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    looked_for: Mapping[str, frozenset[LesionKind]] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding], looked_for: Mapping[str, frozenset[LesionKind]]) -> Evidence:
        """Sort findings by sample."""
        by_sample: dict[str, list[Finding]] = {}
        for finding in findings:
            by_sample.setdefault(finding.sample, []).append(finding)
        return cls(by_sample, looked_for)

    def table(self, samples: Sequence[str]) -> pd.DataFrame:
        """Every finding as a long table, samples in the order given."""
        width = len(EVIDENCE_COLUMNS)
        rows = [finding[:width] for sample in samples for finding in self.findings.get(sample, ())]
        return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))

    def lesions(self, sample: str) -> list[Finding]:
        """List the findings that count, each lesion once, with the most reads that any source has of it."""
        best: dict[tuple[tuple[str, ...], str], Finding] = {}
        for finding in self.findings.get(sample, ()):
            key = finding.key
            if finding.used and (key not in best or _has_more_reads(finding, best[key])):
                best[key] = finding
        return list(best.values())


def _has_more_reads(one: Finding, other: Finding) -> bool:
    """Whether a finding has more reads than another; one that tells none has fewest."""
    return bool(np.nan_to_num(one.reads, nan=-1.0) > np.nan_to_num(other.reads, nan=-1.0))


def flags(evidence: Evidence, samples: Sequence[str], subtypes: Sequence[str]) -> Array:
    """Turn evidence into features: samples x subtypes x `FLAGS`, 1 where it holds; all 0 where unknown."""
    out = np.zeros((len(samples), len(subtypes), len(FLAGS)))
    for row, sample in zip(out, samples, strict=True):
        for finding in evidence.lesions(sample):
            if finding.subtype in subtypes:
                row[subtypes.index(finding.subtype), FLAGS.index(finding.strength)] = 1.0
        if LesionKind.FUSION in evidence.looked_for.get(sample, ()):
            all_found = evidence.findings.get(sample, ())  # one with too few reads is not absent either
            found = {
                finding.subtype
                for finding in all_found
                if finding.kind == LesionKind.FUSION and not finding.denied
            }
            for name in _DETECTABLE - found:
                if name in subtypes:
                    row[subtypes.index(name), FLAGS.index("absent")] = 1.0
    strongest = _keep_first(out[..., : FLAGS.index(Strength.AGAINST)])
    return np.concatenate([strongest, out[..., FLAGS.index(Strength.AGAINST) :]], axis=-1)


def _keep_first(values: Array) -> Array:
    """Keep the first 1 along the last axis: a defining lesion is not counted as typical too."""
    return np.asarray(values * (values.cumsum(axis=-1) == values))


def fusion_findings(calls: pd.DataFrame) -> Iterator[Finding]:
    """Say which subtypes the fusions of a caller speak for; pairs without a gene of any lesion are left out.

    Parameters
    ----------
    calls
        columns `leukotype.inputs.lesions.fusions.FUSION_COLUMNS`.
    """
    for row in calls.to_dict("records"):
        first, second = _genes(row["gene_5prime"]), _genes(row["gene_3prime"])
        kinase = kinase_class(first, second)
        if kinase is None and not (first | second) & _DRIVERS:
            continue
        ends = tuple(row[end] or "?" for end in ("gene_5prime", "gene_3prime"))
        found = Finding(
            row["sample"],
            f"{row['source']} ({row['caller']})",
            LesionKind.FUSION,
            "::".join(ends),
            _count(row["reads"]),
            used=bool(row["usable"]),
            why_not=row["why_not"],
            ends=ends,
            denied=bool(row["denied"]),
        )
        rules = fusion_rules(first, second)
        if not rules:
            other = _NO_LESION if kinase is None else KINASE_ALERT
            yield found._replace(used=False, subclass=kinase or "", why_not=row["why_not"] or other)
        for each in rules:
            reference = "; ".join(filter(None, (each.source, each.caveat)))
            yield found._replace(
                subtype=each.subtype, strength=each.strength, subclass=each.subclass, reference=reference
            )


def sequenced_ends(calls: pd.DataFrame) -> dict[str, list[Ends]]:
    """List by sample the genes of the fusions that count, of which both ends are told."""
    found: dict[str, list[Ends]] = {}
    for row in calls.to_dict("records"):
        ends = (_genes(row["gene_5prime"]), _genes(row["gene_3prime"]))
        if row["usable"] and all(ends):
            found.setdefault(row["sample"], []).append(ends)
    return found


def _count(reads: Any) -> float:
    """Give a number of reads as a float, NaN where the file has none."""
    return float("nan") if pd.isna(reads) else float(reads)


def _genes(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


def fusion_rules(first: frozenset[str], second: frozenset[str]) -> tuple[FusionRule, ...]:
    """Give the rules of the first pair of genes that a fusion fits."""
    for rule in FUSIONS:
        if rule.fits(first, second):
            return tuple(each for each in FUSIONS if (each.one, each.other) == (rule.one, rule.other))
    return ()


def kinase_class(first: frozenset[str], second: frozenset[str]) -> str | None:
    """Give the class of the kinase that a fusion may turn on, empty for one without; None: no kinase."""
    for one, other in ((first, second), (second, first)):
        for gene in one & KINASES.keys():
            if other - one:
                return KINASES[gene]
    return "" if any(pair & first and pair & second for pair in KINASE_PAIRS) else None


def kinase_alerts(evidence: pd.DataFrame) -> list[str]:
    """Say which samples have a fusion that may turn on a kinase without being a subtype's lesion.

    Parameters
    ----------
    evidence
        columns `EVIDENCE_COLUMNS`.
    """
    rows = evidence[evidence["why_not"] == KINASE_ALERT]
    pairs = zip(rows["sample"], rows["lesion"], strict=True)
    told = list(dict.fromkeys(f"{sample} {lesion}" for sample, lesion in pairs))
    text = "fusions that may turn on a kinase, which is no subtype by itself"
    return [f"{text}: {len(told)} ({abridge(told)})"] if told else []


def mutation_findings(calls: pd.DataFrame) -> Iterator[Finding]:
    """Say which subtypes mutations speak for; one that marks no subtype is kept, unused.

    Parameters
    ----------
    calls
        columns `leukotype.inputs.lesions.variants.VARIANT_COLUMNS`.
    """
    for row in calls.to_dict("records"):
        found = Finding(
            row["sample"],
            row["source"],
            LesionKind.MUTATION,
            mutation_lesion(row["gene"], row["protein_change"]),
            _count(row["alt_reads"]),
            used=bool(row["usable"]),
            why_not=row["why_not"],
        )
        rules = [
            each
            for each in MUTATIONS
            if each.gene == row["gene"] and each.change in (ANY_CHANGE, row["protein_change"])
        ]
        if not rules:
            yield found._replace(used=False, why_not=row["why_not"] or NO_MARK)
        for each in rules:
            yield found._replace(subtype=each.subtype, strength=each.strength, reference=each.source)


def mutation_lesion(gene: str, change: str) -> str:
    """Write a mutation as the evidence shows it: ``TP53 R175H``."""
    return f"{gene} {change}".strip()


def mutation_gene(lesion: str) -> str:
    """Read the gene of a mutation that `mutation_lesion` wrote, from a table: no symbol has a blank in it."""
    return lesion.split(maxsplit=1)[0]


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
    found = Finding(sample, source, LesionKind.COPY_NUMBER, text, used=not why_not, why_not=why_not)
    rules = [each for each in PLOIDIES if each.state == state]
    for each in rules:
        yield found._replace(subtype=each.subtype, strength=each.strength, reference=each.source)
    if not rules:
        yield found._replace(used=False, why_not=why_not or NO_MARK)


def translocation_findings(
    sample: str, source: str, translocations: Sequence[Exchange], sequenced: Sequence[Ends] = ()
) -> Iterator[Finding]:
    """Say which subtypes the translocations of a karyotype speak for.

    Parameters
    ----------
    sequenced
        genes of both ends of the fusions that a caller found. Where one of the two genes that a translocation
        joins was found with another partner, and not with its own, the bands are typical and do not define:
        a band holds many genes (MYO18B::ABL1 is t(9;22)(q34;q12.1) too).
    """
    for written in translocations:
        denied = written.doubt is Verdict.NOT_FOUND
        found = Finding(sample, source, LesionKind.FUSION, str(written), denied=denied)
        known = [each for each in TRANSLOCATIONS if written.joins(each.places)]
        for each in known:
            wide = each.strength == Strength.DEFINING and written.is_wide(each.places)
            why_not = written.doubt_of(each.places) or (_WIDE if wide else "")
            other = _other_partner(each, sequenced)
            yield found._replace(
                subtype=each.subtype,
                strength=Strength.TYPICAL if other else each.strength,
                reference=f"{each.source}; {other} was sequenced in its place" if other else each.source,
                used=not why_not,
                why_not=why_not,
            )
        if not known:
            why_not = written.doubt or (_OTHER_BANDS if written.bands else _NO_BANDS)
            yield found._replace(used=False, why_not=why_not)


def _other_partner(rule: TranslocationRule, sequenced: Sequence[Ends]) -> str:
    """Name a fusion of one gene of a translocation with another partner; empty if its own pair was found."""
    if any(len(rule.genes & (first | second)) == len(rule.genes) for first, second in sequenced):
        return ""
    told = (ends for ends in sequenced if UNKNOWN not in ends and ends[0] != ends[1])
    others = (ends for ends in told if any(end & rule.genes for end in ends))
    return next(("::".join(",".join(sorted(end)) for end in ends) for ends in others), "")


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
            yield Finding(sample, source, LesionKind.EXPRESSION, text)._replace(
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
