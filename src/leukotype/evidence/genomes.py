"""What is known of the genomes of a run: the lesions given, and the chromosomes that the counts show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.evidence.findings import (
    Evidence,
    Finding,
    fusion_findings,
    marker_findings,
    mutation_findings,
    ploidy_findings,
    translocation_findings,
)
from leukotype.inputs.lesions.copy_number import CopyNumber
from leukotype.inputs.lesions.given import Lesions
from leukotype.model.dosage import Dosage
from leukotype.model.ploidy import state_of_number
from leukotype.vocabulary import LesionKind, PloidyState

_ESTIMATED: Final = "counts"
_HYPODIPLOID: Final = (PloidyState.NEAR_HAPLOID, PloidyState.LOW_HYPODIPLOID)
_DOUBLED: Final = (46, 80)  # chromosomes of a hypodiploid clone that doubled
_NORMAL_CELLS: Final = "a normal karyotype may be that of cells that are not leukemic"
_GIVEN_WINS: Final = "a chromosome number was given"
_ANOTHER: Final = "another source of the chromosome number comes first"
_SPANS: Final = "its numbers span several states"
_DILUTED: Final = "a clone among normal cells can look diploid"


@dataclass(frozen=True)
class PloidyCall:
    """Ploidy of one sample, as it stands in the calls.

    Parameters
    ----------
    state
        None where nothing is known.
    gained, lost
        chromosomes; one gained twice stands twice.
    source
        a file, or ``counts``.
    """

    state: PloidyState | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Genomes:
    """What is known of some samples: the evidence, and the ploidy by sample."""

    evidence: Evidence
    ploidy: Mapping[str, PloidyCall]


def read_genomes(
    lesions: Lesions,
    samples: Sequence[str],
    dosages: Mapping[str, Dosage],
    markers: Mapping[str, Mapping[str, float]],
) -> Genomes:
    """Put together what was given and what the counts show.

    Parameters
    ----------
    dosages
        by sample; those without any are left out.
    markers
        log2(CPM + 1) of the marker genes by sample.
    """
    known = set(samples)
    findings: list[Finding] = []
    if lesions.fusions is not None:
        findings += fusion_findings(lesions.fusions[lesions.fusions["sample"].isin(known)])
    if lesions.mutations is not None:
        findings += mutation_findings(lesions.mutations[lesions.mutations["sample"].isin(known)])
    given, ploidy = _by_sample(lesions.copy_number), {}
    for sample in samples:
        rows = given.get(sample, [])
        call = _ploidy(rows, dosages.get(sample))
        findings += _copy_number_findings(sample, rows, dosages.get(sample), call)
        findings += marker_findings(sample, _ESTIMATED, markers.get(sample, {}))
        ploidy[sample] = call
    looked = {sample: _kinds_looked_for(sample, lesions, given) for sample in samples}
    return Genomes(Evidence.of(findings, looked), ploidy)


def _by_sample(copy_number: Sequence[CopyNumber] | None) -> dict[str, list[CopyNumber]]:
    records: dict[str, list[CopyNumber]] = {}
    for record in copy_number or ():
        records.setdefault(record.sample, []).append(record)
    return records


def _kinds_looked_for(sample: str, lesions: Lesions, given: Mapping[str, object]) -> frozenset[LesionKind]:
    """Kinds of lesion that were given; the counts show chromosomes of every sample, and are none of these."""
    kinds = {
        LesionKind.FUSION: bool(lesions.callers.get(sample)),
        LesionKind.MUTATION: sample in lesions.sequenced,
        LesionKind.COPY_NUMBER: sample in given,
    }
    return frozenset(kind for kind, looked in kinds.items() if looked)


def given_state(given: CopyNumber) -> PloidyState | None:
    """State of a given chromosome number; None without one, uncertain where its range spans several.

    A clone of under 40 chromosomes decides, also beside one that doubled it.
    """
    if np.isnan(given.low):
        return None
    states = [_state_of_range(low, high) for low, high in given.clones]
    hypodiploid = [state for state in states if state in _HYPODIPLOID]
    return hypodiploid[0] if hypodiploid else _state_of_range(given.low, given.high)


def _state_of_range(low: float, high: float) -> PloidyState:
    state = state_of_number(low)
    return state if state == state_of_number(high) else PloidyState.UNCERTAIN


def _ploidy(records: Sequence[CopyNumber], dosage: Dosage | None) -> PloidyCall:
    """Choose what stands in the calls: what was given unless it shows normal cells alone, else the counts."""
    copies = dosage.copies if dosage else None
    for given in records:
        state = given_state(given)
        if state in (None, PloidyState.UNCERTAIN) or given.is_normal:
            continue
        doubled = _DOUBLED[0] < given.low and given.high < _DOUBLED[1]
        if copies and doubled and copies.state in _HYPODIPLOID:
            state = PloidyState.MASKED_HYPODIPLOIDY
        return PloidyCall(state, given.gained, given.lost, given.source)
    if copies:
        return PloidyCall(copies.state, copies.gained(), copies.lost(), _ESTIMATED)
    return PloidyCall()


def _why_unused(given: CopyNumber, state: PloidyState, call: PloidyCall) -> str:
    """Say why a given chromosome number does not count; empty if it does."""
    if given.is_normal:
        return _NORMAL_CELLS
    if state == PloidyState.UNCERTAIN:
        return _SPANS
    return "" if given.source == call.source else _ANOTHER


def _copy_number_findings(
    sample: str, records: Sequence[CopyNumber], dosage: Dosage | None, call: PloidyCall
) -> Iterator[Finding]:
    for given in records:
        yield from translocation_findings(sample, given.source, given.translocations)
        state = given_state(given)
        if state is not None:
            chosen = call.state if call.source == given.source and call.state else state
            numbers = " to ".join(dict.fromkeys(f"{end:g}" for end in (given.low, given.high)))
            text = f"{chosen}, {numbers} chromosomes ({given.kind})"
            yield from ploidy_findings(sample, given.source, chosen, text, _why_unused(given, state, call))
    if dosage and dosage.copies:
        copies = dosage.copies
        text = f"{copies.state}, about {copies.chromosomes} chromosomes (from the counts)"
        why_not = "" if call.source == _ESTIMATED else _GIVEN_WINS
        why_not = why_not or (_DILUTED if copies.state == PloidyState.DIPLOID else "")
        yield from ploidy_findings(sample, _ESTIMATED, copies.state, text, why_not)
