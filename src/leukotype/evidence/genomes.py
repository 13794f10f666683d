"""What is known of the genomes of a run: the lesions given, and the chromosomes that the counts show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leukotype.evidence.findings import (
    Ends,
    Evidence,
    Finding,
    fusion_findings,
    marker_findings,
    mutation_findings,
    ploidy_findings,
    sequenced_ends,
    translocation_findings,
)
from leukotype.inputs.lesions.records import CopyNumber, Lesions
from leukotype.model.dosage import Dosage
from leukotype.model.ploidy import state_of_number
from leukotype.vocabulary import LesionKind, PloidyState

_ESTIMATED: Final = "counts"
_HYPODIPLOID: Final = (PloidyState.NEAR_HAPLOID, PloidyState.LOW_HYPODIPLOID)
_GAINED: Final = (
    *(PloidyState.LOW_HYPERDIPLOID, PloidyState.HYPERDIPLOID, PloidyState.NEAR_TRIPLOID),
    PloidyState.UNCERTAIN,  # a range over several of them
)
# Numbers of chromosomes that iAMP21 has; a high hyperdiploid clone may have one too (Harrison et al.,
# Leukemia 2014;28:1015).
_WITH_IAMP21: Final = (PloidyState.HIGH_HYPODIPLOID, PloidyState.DIPLOID, PloidyState.LOW_HYPERDIPLOID)
_DOUBLED: Final = (46, 80)  # chromosomes of a hypodiploid clone that doubled
_FEW_HYPERDIPLOID: Final = 60  # a hyperdiploid clone that doubled nothing seldom has so many
_TWICE: Final = 2
_FEW_TRISOMIES: Final = 4
# Lost in nearly every low hypodiploid and near haploid leukemia (Holmfeldt et al., Nat Genet 2013;45:242);
# hyperdiploid ones that are written against three copies keep 17.
_HALVED: Final = frozenset({"7", "17"})
_AMPLIFIED: Final = 5  # copies of RUNX1 in iAMP21: Harrison et al., Leukemia 2014;28:1015
_OTHER_GAINS: Final = 2  # of a clone with so few, five copies of RUNX1 are no hyperdiploidy
_NORMAL_CELLS: Final = "a normal karyotype may be that of cells that are not leukemic"
_PART: Final = "a part of the karyotype was not read"
_GIVEN_WINS: Final = "a chromosome number was given"
_ANOTHER: Final = "another source of the chromosome number comes first"
_SPANS: Final = "its numbers span several states"
_MASKS: Final = "a hypodiploid clone that doubled looks so"
_FEW_COPIES: Final = f"fewer than {_AMPLIFIED} copies of RUNX1"
_MANY_GAINS: Final = "other chromosomes are gained too, as in hyperdiploidy"
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
    sequenced: Mapping[str, Sequence[Ends]] = {}
    if lesions.fusions is not None:
        calls = lesions.fusions[lesions.fusions["sample"].isin(known)]
        findings += fusion_findings(calls)
        sequenced = sequenced_ends(calls)
    if lesions.mutations is not None:
        findings += mutation_findings(lesions.mutations[lesions.mutations["sample"].isin(known)])
    given, ploidy = _by_sample(lesions.copy_number), {}
    for sample in samples:
        rows = given.get(sample, [])
        call = _ploidy(rows, dosages.get(sample))
        for record in rows:
            texts = record.translocations
            findings += translocation_findings(sample, record.source, texts, sequenced.get(sample, ()))
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

    A clone of under 40 chromosomes decides, also beside one that doubled it. Where only the doubled clone was
    seen, its gains give it away.
    """
    if np.isnan(given.low):
        return PloidyState.IAMP21 if given.iamp21 else None
    born = given.constitutional
    states = [_state_of_range(low - born, high - born) for low, high in given.clones]
    hypodiploid = [state for state in states if state in _HYPODIPLOID]
    if hypodiploid:
        return hypodiploid[0]
    state = _state_of_range(given.low - born, given.high - born)
    doubled = _may_be_doubled(given) and (_gains_in_pairs(given) or set(given.halved) >= _HALVED)
    if given.iamp21 and state in _WITH_IAMP21:
        return PloidyState.IAMP21
    return PloidyState.MASKED_HYPODIPLOIDY if doubled and state in _GAINED else state


def _gains_in_pairs(given: CopyNumber) -> bool:
    """Whether two autosomes or more are gained twice, and more of them than are gained once.

    Of 1,334 patients of St. Jude, COG and others (Gu et al., Nat Genet 2019;51:296) 183 have a karyotype of
    51 to 79 chromosomes: so have 10 of 18 with near haploid or low hypodiploid leukemia, and 2 of the
    others.
    """
    once, twice = _gains(given)
    return twice >= _TWICE and twice > once


def _gains(given: CopyNumber) -> tuple[int, int]:
    """Count the autosomes that are gained once, and those gained twice or more."""
    times = Counter(name for name in given.gained if name.isdigit())
    twice = sum(number >= _TWICE for number in times.values())
    return len(times) - twice, twice


def _may_be_doubled(given: CopyNumber) -> bool:
    return _DOUBLED[0] < given.low and given.high <= _DOUBLED[1]


def _explains(given: CopyNumber) -> bool:
    """Whether a hypodiploid clone that doubled can look like this; trisomies alone are no doubling.

    Of the same 183 patients 11 of the 18 have 60 chromosomes or more, and 22 of the other 165.
    """
    once, twice = _gains(given)
    return _may_be_doubled(given) and (given.high >= _FEW_HYPERDIPLOID or once <= max(twice, _FEW_TRISOMIES))


def _state_of_range(low: float, high: float) -> PloidyState:
    state = state_of_number(low)
    return state if state == state_of_number(high) else PloidyState.UNCERTAIN


def _ploidy(records: Sequence[CopyNumber], dosage: Dosage | None) -> PloidyCall:
    """Choose what stands in the calls: what was given unless it shows normal cells alone, else the counts.

    A hypodiploid clone that another source shows, the counts among them, is not overruled by a number of
    chromosomes that its doubling explains.
    """
    copies = dosage.copies if dosage else None
    counted = PloidyCall(copies.state, copies.gained(), copies.lost(), _ESTIMATED) if copies else PloidyCall()
    shown = [
        (given, PloidyCall(state, given.gained, given.lost, given.source))
        for given in records
        if (state := given_state(given)) not in (None, PloidyState.UNCERTAIN) and not given.is_normal
    ]
    if not shown:
        return counted
    first, call = shown[0]
    hypodiploid = [each for each in (*(call for _, call in shown), counted) if each.state in _HYPODIPLOID]
    return hypodiploid[0] if hypodiploid and _explains(first) else call


def _why_unused(given: CopyNumber, state: PloidyState, call: PloidyCall) -> str:
    """Say why a given chromosome number does not count; empty if it does."""
    if given.is_normal:
        return _NORMAL_CELLS if given.normal_only or not given.remark else _PART
    if state == PloidyState.UNCERTAIN:
        return _SPANS
    if (given.source, state) == (call.source, call.state):
        return ""
    return _MASKS if call.state in _HYPODIPLOID and _explains(given) else _ANOTHER


def _amplified_findings(sample: str, given: CopyNumber, call: PloidyCall) -> Iterator[Finding]:
    """Say whether the copies of RUNX1 are those of iAMP21, where more than two were counted."""
    least = _TWICE if given.kind == "FISH" else _AMPLIFIED - 1  # what an array lists is read as ploidy too
    if given.runx1 is None or given.runx1[1] <= least:
        return
    others = {name for name in (*given.gained, *call.gained) if name != "21"}
    copies = " to ".join(dict.fromkeys(map(str, given.runx1)))
    why_not = (
        _FEW_COPIES if given.runx1[1] < _AMPLIFIED else _MANY_GAINS if len(others) > _OTHER_GAINS else ""
    )
    doubt = given.remark if given.kind == "FISH" else ""
    text = f"RUNX1, {copies} copies ({given.kind})"
    yield from ploidy_findings(sample, given.source, PloidyState.IAMP21, text, why_not or doubt)


def _copy_number_findings(
    sample: str, records: Sequence[CopyNumber], dosage: Dosage | None, call: PloidyCall
) -> Iterator[Finding]:
    for given in records:
        yield from _amplified_findings(sample, given, call)
        state = given_state(given)
        if state is not None:
            ends = [f"{end:g}" for end in (given.low, given.high) if not np.isnan(end)]
            numbers = f", {' to '.join(dict.fromkeys(ends))} chromosomes" if ends else ""
            text = f"{state}{numbers} ({given.kind})"
            yield from ploidy_findings(sample, given.source, state, text, _why_unused(given, state, call))
    if dosage and dosage.copies:
        copies = dosage.copies
        text = f"{copies.state}, about {copies.chromosomes} chromosomes (from the counts)"
        why_not = "" if call.source == _ESTIMATED else _GIVEN_WINS
        why_not = why_not or (_DILUTED if copies.state == PloidyState.DIPLOID else "")
        yield from ploidy_findings(sample, _ESTIMATED, copies.state, text, why_not)
