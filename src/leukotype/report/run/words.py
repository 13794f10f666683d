"""A call in plain words: how sure, why not, and what would help."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from leukotype.calling.risk import published_groups
from leukotype.vocabulary import (
    MIN_BLAST_PCT,
    NO_SUBTYPE,
    RISK_UNMAPPED,
    SET_SEPARATOR,
    Agreement,
    BlastSource,
    Status,
)

# Words for probabilities: Mastrandrea et al., guidance note on uncertainty of the IPCC, 2010, table 1.
_LIKELY: Final = 0.66
_CERTAINTY: Final = (
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (_LIKELY, "likely"),
    (0.50, "more likely than not"),
)
_SETS: Final = (90, 95)  # per cent of confidence
_LEAST: Final = "the most probable of all, but under one half"
_HALF: Final = _CERTAINTY[-1][0]
_DECIDED: Final = "decided by its lesion, and not what expression shows"
_BY_LESION: Final = "named by its lesion alone: expression was never taught this subtype"

STATUS_NAMES: Final = {
    Status.CALLED: "called",
    Status.CANDIDATE: "candidate",
    Status.UNCLASSIFIED: "unclassified",
    Status.LOW_BLASTS: "low blasts",
    Status.NOT_B_ALL: "not B-ALL",
    Status.UNREADABLE: "unreadable",
}
_NOT_CALLED: Final = {
    Status.UNCLASSIFIED: "No subtype is called: no call is safe.",
    Status.LOW_BLASTS: "No subtype is reported: too few blasts.",
    Status.NOT_B_ALL: "No subtype is called: the expression is not that of B-ALL.",
    Status.UNREADABLE: "No subtype is called: the expression could not be read.",
}
_AGREEMENT: Final = {
    Agreement.SUPPORTS: "The lesions support the call.",
    Agreement.DECIDES: "A lesion decides what expression leaves open.",
    Agreement.CONFLICTS: "The lesions contradict the expression, or one another.",
    Agreement.NONE: "Lesions were looked for; none of them speaks for the call.",
    Agreement.NOT_GIVEN: "No lesions were given.",
}


def probability(value: float) -> str:
    """Print a probability with two decimals; never as certain."""
    if math.isnan(value):
        return "none"
    return "over 0.99" if value >= 0.995 else "under 0.01" if value < 0.005 else f"{value:.2f}"


def certainty(value: float) -> str:
    """Say in words how sure a call of this probability, as it is printed, is."""
    if math.isnan(value):
        return _BY_LESION
    return next((words for least, words in _CERTAINTY if round(value, 2) >= least), _LEAST)


def is_sure(row: Mapping[Hashable, Any]) -> bool:
    """Whether a sample is surely B-ALL: called, and not by a lesion against what expression holds for likely.

    What the shipped model calls by expression has 0.83 and more (`threshold` of its manifest).
    """
    return bool(row["status"] == Status.CALLED and round(row["probability"], 2) >= _LIKELY)


def answered(row: Mapping[Hashable, Any]) -> list[str]:
    """List the subtypes that a row calls or holds for likely; none where there is no answer."""
    if row["status"] not in (Status.CALLED, Status.CANDIDATE):
        return []
    return [name for name in str(row.get("group") or row["subtype"]).split(SET_SEPARATOR) if name]


def risk_group(row: Mapping[Hashable, Any]) -> str:
    """Say the risk group of a row; where it is unmapped, why."""
    if row["risk_group"] != RISK_UNMAPPED:
        return str(row["risk_group"])
    return f"{RISK_UNMAPPED}: {without_group(' and '.join(answered(row)))}"


def without_group(names: str) -> str:
    """Say that subtypes have no risk group, and by which table."""
    return f"no group for {names} in the trial's risk scheme: {published_groups().source}"


def sentence(row: Mapping[Hashable, Any]) -> str:
    """Say the call of one row of the calls in one sentence."""
    if row["status"] == Status.CANDIDATE:
        likely = str(row.get("group") or "").replace(SET_SEPARATOR, " or ") or row["subtype"]
        return f"No subtype is called; {likely} is likely (probability {probability(row['probability'])})."
    if row["status"] != Status.CALLED:
        return _NOT_CALLED[Status(row["status"])]
    by_lesion = row["evidence_agreement"] == Agreement.DECIDES
    sure = _DECIDED if by_lesion and row["probability"] < _HALF else certainty(row["probability"])
    if math.isnan(row["probability"]):
        return f"{row['subtype']}, {sure}."
    return f"{row['subtype']}, {sure} (probability {probability(row['probability'])})."


def agreement(row: Mapping[Hashable, Any]) -> str:
    """Say how the lesions stand to the call; without a call, whether any were looked for."""
    if row["status"] != Status.CALLED and row["evidence_agreement"] == Agreement.NONE:
        return "Lesions were looked for: see below."
    return _AGREEMENT[Agreement(row["evidence_agreement"])]


def blasts(row: Mapping[Hashable, Any]) -> str:
    """Say the blasts as given and, where there is one, as the expression shows them."""
    value, least = row["blast_pct"], f"at least {MIN_BLAST_PCT:g} % are needed"
    known = row["blast_source"] == BlastSource.GIVEN
    given = f"{value:g} % (given; {least})" if known else f"not given ({least})"
    estimate, low, high = (_number(row, f"blast_{name}_pct") for name in ("estimate", "low", "high"))
    between = "" if math.isnan(low) or math.isnan(high) else f" ({low:.0f} to {high:.0f})"
    seen = "" if math.isnan(estimate) else f"estimated from expression {estimate:.0f} %{between}"
    return "; ".join(filter(None, [given, seen]))


def prediction_sets(row: Mapping[Hashable, Any]) -> str:
    """Say which subtypes stay possible at each level of confidence; empty where the run has no such sets."""
    words = []
    for level in _SETS:
        names = str(row.get(f"prediction_set_{level}") or "").split(SET_SEPARATOR)
        if names == [NO_SUBTYPE]:
            words.append(f"at {level} % no subtype")
        elif names != [""]:
            words.append(f"at {level} % {names[0] + ' alone' if len(names) == 1 else _or(names)}")
    return f"Possible {'; '.join(words)}." if words else ""


def experts(row: Mapping[Hashable, Any]) -> str:
    """Say how many of the model's experts hold what is answered for most probable; empty without a pool."""
    told = str(row.get("experts_agreeing") or "")
    return f"{told} experts hold this for most probable." if told else ""


def library_size(row: Mapping[Hashable, Any]) -> str:
    """Say how many reads were counted in genes; empty where the table has no counts."""
    reads = _number(row, "library_size")
    return "" if math.isnan(reads) else f"{reads / 1e6:.1f} million"


def _number(row: Mapping[Hashable, Any], name: str) -> float:
    """Give a number of a column that not every run has."""
    return float(row.get(name, math.nan))


def _or(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


_UNREADABLE: Final = (
    "Correct the values at their source, as the reason says, and predict again.",
    "Copy the file again if it was whole where it came from: it may have been damaged on the way.",
)


def advice(row: Mapping[Hashable, Any]) -> list[str]:
    """List what would help a sample that was not called."""
    given, lesions = (
        row["blast_source"] == BlastSource.GIVEN,
        row["evidence_agreement"] != Agreement.NOT_GIVEN,
    )
    blasts_first = [] if given else ["Give the blast percentage of this very sample."]
    more = [
        "Run a fusion caller (Arriba, STAR-Fusion) on the same reads and give its table.",
        "Give the karyotype or an array, and a table or VCF of mutations.",
    ]
    open_question = [
        *blasts_first,
        *(more if not lesions else ["Look again at the lesions named in the reason, by another method."]),
        "Repeat with a sample of more blasts, or with deeper sequencing.",
    ]
    helps = {
        Status.LOW_BLASTS: [
            "Repeat with a sample of more blasts: another aspirate, or blasts sorted or enriched.",
            "Check that the percentage is that of the tube from which the RNA was taken.",
            "Look for the lesions by methods that need fewer blasts (FISH, targeted RNA panel).",
        ],
        Status.NOT_B_ALL: [
            "Check that this is the right sample: tissue, patient, day of the course.",
            "Check the immunophenotype: T-ALL, mixed phenotype, and remission look like this too.",
            *blasts_first,
        ],
        Status.UNREADABLE: list(_UNREADABLE),
        Status.UNCLASSIFIED: open_question,
        Status.CANDIDATE: open_question,
    }
    return helps.get(Status(row["status"]), [])
