"""What the lesions of a sample make of the call by expression: confirm it, decide it, or leave it open.

A lesion that defines a subtype decides between look-alikes, gives the subtypes that expression was never
taught, and settles what expression leaves open. Against a sure call of a subtype that looks otherwise it is
a contradiction: then nothing is called, and both sides are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from leukotype.evidence.findings import Finding
from leukotype.evidence.knowledge import Strength
from leukotype.vocabulary import Agreement, LesionKind, Status, Tier

# Subtypes without a lesion of their own, named where no defining lesion is found (ICC 2022: Arber et al.,
# Blood 2022;140:1200): expression that shows one of these leaves room for what it was not taught.
WITHOUT_LESION: Final = frozenset(
    {"B-other", "PAX5alt", "BCR::ABL1-like", "ETV6::RUNX1-like", "Low hyperdiploid"}
)
# What expression confuses with a subtype: its like, and what clusters with it (Gu et al., Nat Genet
# 2019;51:296).
LOOKS_LIKE: Final = MappingProxyType(
    {
        "BCR::ABL1": {"BCR::ABL1-like"},
        "ETV6::RUNX1": {"ETV6::RUNX1-like"},
        "PAX5 P80R": {"PAX5alt"},
        "Near haploid": {"Hyperdiploid"},
        "Low hypodiploid": {"Hyperdiploid"},
    }
)


@dataclass(frozen=True)
class Decision:
    """What is said of one sample.

    Parameters
    ----------
    tier, group
        of an answer by expression that is no call: see `leukotype.calling.tiers`.
    subtype, runner_up
        empty unless called or a candidate.
    probability, runner_up_probability
        NaN where nothing is answered, and for a subtype that expression was never taught; of a group that of
        both its members.
    agreement, subclass
        what the lesions say of it.
    """

    status: Status
    reason: str
    subtype: str = ""
    probability: float = float("nan")
    runner_up: str = ""
    runner_up_probability: float = float("nan")
    agreement: Agreement = Agreement.NOT_GIVEN
    subclass: str = ""
    tier: Tier = Tier.NONE
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """What expression alone says, and what the model says with the lesions.

    Parameters
    ----------
    expression, certainty
        most probable subtype by expression alone, and its probability.
    joint
        probability of each subtype with the lesions.
    threshold
        a subtype is called from this probability on.
    """

    expression: str
    certainty: float
    joint: dict[str, float]
    threshold: float

    @property
    def sure(self) -> bool:
        """Whether expression alone would be called."""
        return self.certainty >= self.threshold

    @property
    def is_lowered(self) -> bool:
        """Whether lesions, found or not found, take away from what expression is sure of."""
        return self.sure and self.joint[self.expression] < self.certainty


def reconcile(
    decision: Decision, opinion: Opinion, used: Sequence[Finding], looked: frozenset[LesionKind]
) -> Decision:
    """Bring the lesions to bear on a sample that passed the gate.

    Parameters
    ----------
    decision
        by the probabilities, in which the lesions stand already.
    used
        the findings that count.
    looked
        kinds of lesion that were looked for.
    """
    defined = _defining_subtypes(used, opinion.expression)
    if len(defined) > 1:
        return _conflict(opinion, [each for each in used if each.subtype in defined])
    if not defined:
        return _without_definition(decision, opinion, used, looked)
    (subtype,) = defined
    if subtype == opinion.expression or _decides(subtype, opinion):
        return _name(subtype, opinion, used)
    return _conflict(opinion, [each for each in used if each.subtype == subtype])


def _defining_subtypes(used: Sequence[Finding], expression: str) -> set[str]:
    """Subtypes that lesions define: a gene's lesion before ploidy, the one that expression shows first."""
    defining = [each for each in used if each.strength == Strength.DEFINING or _is_confirmed(each, used)]
    genes = {each.subtype for each in defining if each.kind != LesionKind.COPY_NUMBER}
    defined = genes or {each.subtype for each in defining}
    return {expression} if expression in defined else defined


def _is_confirmed(finding: Finding, used: Sequence[Finding]) -> bool:
    """Whether a typical lesion is confirmed by the expression of its gene: together they define."""
    return (
        finding.subtype not in WITHOUT_LESION
        and finding.strength == Strength.TYPICAL
        and finding.kind in (LesionKind.FUSION, LesionKind.MUTATION)
        and any(each.kind == LesionKind.EXPRESSION and each.subtype == finding.subtype for each in used)
    )


def _decides(subtype: str, opinion: Opinion) -> bool:
    """Whether expression leaves room for a subtype that a lesion defines."""
    if not opinion.sure or opinion.expression in LOOKS_LIKE.get(subtype, ()):
        return True
    if subtype in opinion.joint:
        return opinion.expression == "B-other" or opinion.joint[subtype] >= opinion.threshold
    return opinion.expression in WITHOUT_LESION


def _name(subtype: str, opinion: Opinion, used: Sequence[Finding]) -> Decision:
    """Call the subtype that the lesions define."""
    same = subtype == opinion.expression
    beside = [each for each in used if each.strength == Strength.DEFINING and each.subtype != subtype]
    also = "".join(f"; beside it {each.lesion} ({each.strength} of {each.subtype})" for each in beside)
    decided = f"decided by {_names(used, subtype)}; {_by_expression(opinion)}"
    others = {name: p for name, p in opinion.joint.items() if name != subtype}
    second = opinion.expression if not same else max(others, key=lambda name: others[name])
    return Decision(
        Status.CALLED,
        f"{'' if same and opinion.sure else decided}{also}".removeprefix("; "),
        subtype,
        opinion.joint.get(subtype, float("nan")),
        second,
        opinion.joint[second],
        Agreement.SUPPORTS if same and opinion.sure else Agreement.DECIDES,
        _subclass(subtype, used),
    )


def _without_definition(
    decision: Decision, opinion: Opinion, used: Sequence[Finding], looked: frozenset[LesionKind]
) -> Decision:
    """Judge a call that no defining lesion speaks for."""
    none = Agreement.NONE if looked else Agreement.NOT_GIVEN
    if opinion.is_lowered and opinion.expression != decision.subtype and not _speaks(decision.subtype, used):
        return _lower(opinion, used)
    answered = {decision.subtype, *decision.group}
    own = [each for each in used if each.subtype in answered]
    if against := [each for each in own if each.strength == Strength.AGAINST]:
        return _conflict(opinion, against)
    if decision.status == Status.UNCLASSIFIED:
        return _exclude(replace(decision, agreement=none), used, looked)
    if decision.status == Status.CANDIDATE:
        supported = any(each.strength == Strength.TYPICAL for each in own)
        return replace(decision, agreement=Agreement.SUPPORTS if supported else none)
    subclass = _subclass(decision.subtype, used)
    decided = opinion.expression != decision.subtype or not opinion.sure
    if decided:
        by = _names(used, decision.subtype) or "lesions that were looked for and not found"
        reason = f"decided by {by}; {_by_expression(opinion)}" if looked or used else ""
        agreement = Agreement.DECIDES if reason else none
        return replace(decision, agreement=agreement, reason=reason, subclass=subclass)
    supported = _speaks(decision.subtype, used)
    return replace(decision, agreement=Agreement.SUPPORTS if supported else none, subclass=subclass)


def _exclude(decision: Decision, used: Sequence[Finding], looked: frozenset[LesionKind]) -> Decision:
    """Call B-other what nothing claims: neither expression, nor a fusion or chromosome looked for."""
    if used or not {LesionKind.FUSION, LesionKind.COPY_NUMBER} <= looked:
        return replace(decision, reason=f"{decision.reason}; B-other if lesions are excluded")
    reason = f"by exclusion: {decision.reason}, and no lesion was found among fusions and chromosomes"
    return replace(decision, status=Status.CALLED, reason=reason, subtype="B-other")


def _speaks(subtype: str, used: Sequence[Finding]) -> bool:
    """Whether a typical lesion speaks for a subtype."""
    return any(each.subtype == subtype and each.strength == Strength.TYPICAL for each in used)


def _lower(opinion: Opinion, used: Sequence[Finding]) -> Decision:
    """Leave open what expression is sure of and lesions, found or not found, make improbable."""
    own = [each for each in used if each.subtype == opinion.expression and each.strength == Strength.AGAINST]
    what = " and ".join(each.lesion for each in own) or "its lesion, which was looked for and not found"
    reason = (
        f"conflict: {_by_expression(opinion)}, against {what} "
        f"(with it {opinion.joint[opinion.expression]:.2f})"
    )
    return Decision(Status.UNCLASSIFIED, reason, agreement=Agreement.CONFLICTS)


def _conflict(opinion: Opinion, findings: Sequence[Finding]) -> Decision:
    sides = " and ".join(
        f"{each.lesion} ({each.strength}{'' if each.strength == Strength.AGAINST else ' of'} {each.subtype})"
        for each in findings
    )
    reason = f"conflict: {sides}, but {_by_expression(opinion)}"
    return Decision(Status.UNCLASSIFIED, reason, agreement=Agreement.CONFLICTS)


def _by_expression(opinion: Opinion) -> str:
    return f"expression shows {opinion.expression} {opinion.certainty:.2f}"


def _names(used: Sequence[Finding], subtype: str) -> str:
    return " and ".join(each.lesion for each in used if each.subtype == subtype)


def _subclass(subtype: str, used: Sequence[Finding]) -> str:
    """Finer class inside BCR::ABL1-like, as the INO-VATE genomic analysis reports it."""
    classes = {each.subclass for each in used if each.subtype == subtype and each.subclass}
    return " and ".join(sorted(classes))
