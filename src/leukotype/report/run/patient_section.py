"""One patient's section of the cohort's page, as plain values for its template."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from leukotype.calling.descriptions import DESCRIPTIONS
from leukotype.evidence.knowledge import Strength
from leukotype.report.notation import with_sign
from leukotype.report.run.inline_figures import bar, chromosomes
from leukotype.report.run.words import (
    advice,
    agreement,
    answered,
    blasts,
    experts,
    is_sure,
    library_size,
    prediction_sets,
    probability,
    risk_group,
    sentence,
)
from leukotype.vocabulary import FEW_GENES_PCT, LOW_BLASTS, NOT_B_ALL, Status

_NOT_SUBTYPES: Final = (LOW_BLASTS, NOT_B_ALL)
_DISTANCE: Final = "distance"  # scale of contributions that are no log-odds, and far smaller
_OTHERS: Final = 4  # further classes named, from this probability on
_LEAST_OTHER: Final = 0.01
_STRENGTHS: Final = tuple(Strength)
_LAYERS: Final = (
    "start",
    "expression",
    "chromosome",
    "gene set",
    "look-alikes",
    "fusion",
    "copy number",
    "mutation",
)

Record = Mapping[Hashable, Any]


def patient_section(
    row: Record,
    number: int,
    size: int,
    probabilities: pd.Series[float],
    evidence: pd.DataFrame,
    dosage: pd.DataFrame,
    explanations: pd.DataFrame,
) -> dict[str, Any]:
    """Give what the template shows of one sample.

    Parameters
    ----------
    number
        from 1, of `size`: the section's address, so that no name of a sample is one.
    probabilities
        of every class, by name.
    evidence, dosage, explanations
        the sample's rows; none where there is nothing.
    """
    called = row["status"] == Status.CALLED
    sure = is_sure(row)
    others = probabilities.drop(labels=NOT_B_ALL, errors="ignore") if sure else probabilities
    return {
        "anchor": anchor(number),
        "previous": anchor(number - 1) if number > 1 else "",
        "following": anchor(number + 1) if number < size else "",
        **_call(row, called=called),
        "others": _others(others, row["subtype"] if called else ""),
        **_lesions(evidence.to_dict("records"), row["subtype"] if called else ""),
        "chromosomes": chromosomes(dosage.to_dict("records")),
        "explained": _explanations(explanations, called=called),
        "untaught": called and row["subtype"] not in set(explanations["subtype"]),
    }


def _call(row: Record, *, called: bool) -> dict[str, Any]:
    """Give the call and what is known of the sample, in words."""
    names = ("sample", "subtype", "reason", "subclass", "model")
    return {
        **{name: row[name] for name in names},
        "called": called,
        "sentence": sentence(row),
        "described": [
            {
                "name": name,
                "sentence": DESCRIPTIONS[name].sentence,
                "articles": DESCRIPTIONS[name].publications,
            }
            for name in answered(row)
            if name in DESCRIPTIONS
        ],
        "risk_group": risk_group(row),
        "sets": prediction_sets(row),
        "experts": experts(row),
        "advice": advice(row),
        "agreement": agreement(row),
        "ploidy": row["ploidy_state"],
        "gained": row["chromosomes_gained"],
        "lost": row["chromosomes_lost"],
        "blasts": blasts(row),
        "reads": library_size(row),
        "genes_found": f"{row['genes_found_pct']:g} %",
        "few_genes": row["genes_found_pct"] < FEW_GENES_PCT,
    }


def _lesions(rows: list[dict[Hashable, Any]], subtype: str) -> dict[str, Any]:
    """Part the findings: for the call, for another subtype, against one, and those that do not count."""
    used = sorted(filter(_counts, rows), key=lambda row: _STRENGTHS.index(row["strength"]))
    speaking = [each for each in used if each["strength"] != Strength.AGAINST]
    return {
        "support": _findings(each for each in speaking if each["subtype"] == subtype),
        "others_support": _findings(each for each in speaking if each["subtype"] != subtype),
        "contradict": _findings(each for each in used if each["strength"] == Strength.AGAINST),
        "unused": _findings(each for each in rows if not _counts(each)),
    }


def _findings(rows: Iterable[Record]) -> list[dict[str, str]]:
    """Give each lesion of a file once, with the most reads that one of its rows has."""
    best: dict[tuple[Any, ...], Record] = {}
    for row in rows:
        key = tuple(row[name] for name in ("lesion", "kind", "subtype", "strength", "source", "why_not"))
        if key not in best or _reads(row) > _reads(best[key]):
            best[key] = row
    return [_finding(row) for row in best.values()]


def _explanations(explanations: pd.DataFrame, *, called: bool) -> list[dict[str, Any]]:
    return [
        _explanation(str(subtype), str(against), each, hint=not called and subtype not in _NOT_SUBTYPES)
        for (subtype, against), each in explanations.groupby(["subtype", "against"], sort=False)
    ]


def anchor(number: int) -> str:
    """Address of a sample's section."""
    return f"p{number}"


def _others(probabilities: pd.Series[float], called: str) -> list[dict[str, Any]]:
    """Classes beside the called one, most probable first, as far as any is worth a word."""
    left = probabilities.drop(labels=[called] if called in probabilities else []).sort_values(ascending=False)
    shown = left[left >= _LEAST_OTHER].head(_OTHERS)
    return [
        {"name": name, "probability": probability(value), "bar": round(100 * value, 1)}
        for name, value in shown.items()
    ]


def _counts(row: Record) -> bool:
    return bool(row["used"])


def _reads(row: Record) -> float:
    """Give the reads of a finding; one that tells none has fewest."""
    return -1.0 if math.isnan(row["reads"]) else float(row["reads"])


def _says(row: Record) -> str:
    """Say what a finding says of which subtype: ``typical of PAX5alt``, ``against Hyperdiploid``."""
    if not row["subtype"]:
        return str(row["strength"])
    of = " " if row["strength"] == Strength.AGAINST else " of "
    return f"{row['strength']}{of}{row['subtype']}"


def _finding(row: Record) -> dict[str, str]:
    return {
        "lesion": str(row["lesion"]),
        "kind": str(row["kind"]),
        "says": _says(row),
        "reads": "" if math.isnan(row["reads"]) else f"{row['reads']:.0f}",
        "source": re.sub(r".*[/\\]", "", str(row["source"])),
        "why_not": str(row["why_not"]),
        "reference": str(row["reference"]),
    }


def _explanation(subtype: str, against: str, rows: pd.DataFrame, *, hint: bool) -> dict[str, Any]:
    """Give one table of contributions, the heaviest named first, and their sums by layer.

    Parameters
    ----------
    hint
        it is of a subtype that was not called, and stands apart.
    """
    named = rows[rows["features"] == 1]
    named = named.reindex(named["contribution"].abs().sort_values(ascending=False, kind="stable").index)
    widest = float(named["contribution"].abs().max()) if len(named) else 1.0
    sums = rows.groupby("layer")["contribution"].sum()
    scale, digits = str(rows["scale"].iloc[0]), 3 if rows["scale"].iloc[0] == _DISTANCE else 2
    return {
        "subtype": subtype,
        "against": against,
        "scale": scale,
        "hint": hint,
        "rows": [
            {
                "feature": row["feature"],
                "layer": row["layer"],
                "value": with_sign(row["value"]),
                "amount": with_sign(row["contribution"], digits),
                "bar": bar(row["contribution"], widest),
                "known": row["known_marker"],
                "source": row["source"],
            }
            for row in named.to_dict("records")
        ],
        "sums": [
            {"layer": name, "amount": with_sign(sums[name], digits)}
            for name in dict.fromkeys((*_LAYERS, *sums.index))
            if name in sums
        ],
        "total": with_sign(float(rows["contribution"].sum()), digits),
    }
