"""Blast percentages: which column, which unit, and whose."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from leukotype.errors import InputError, abridge, count_of, quote
from leukotype.inputs.patient_table import read_cells
from leukotype.inputs.source import Source, container, sha256
from leukotype.inputs.tables.headers import BLASTS, fold, in_english
from leukotype.inputs.tables.text import duplicates, is_number
from leukotype.vocabulary import MIN_BLAST_PCT, BlastUnit

_MISSING: Final = frozenset({"", "na", "n/a", "nan", "none", "<na>", ".", "#n/a", "null"})
# What people write where it was not counted.
_NOT_KNOWN: Final = re.compile(
    r"unknown|unk|unbekannt|not (known|done|tested|reported|available|counted|evaluable|assessed|determined)"
    r"|n\.?\s?[da]\.?|n/[dk]|nk|tbd|[-\u2013\u2014]+|\.{3}|\?+|missing|pending|k\.?\s?a\.?"
    r"|nicht (bestimmt|bekannt|untersucht|gemessen|angegeben|auswertbar)"
    r"|n(on|o) (d[e\xe9]termin|d[e\xe9]fin|connu|disponib|realizad|evaluad|conocid|not[oi]|eseguit)\w*"
    r"|non r[e\xe9]alis\w*"
    r"|inconnue?|desconocido|sconosciuto|onbekend|niet (bepaald|bekend|gemeten|beschikbaar)",
    re.IGNORECASE,
)
_NUMBER: Final = r"\d+(?:\.\d*)?|\.\d+"
_ABOUT: Final = re.compile(
    rf"(?:~|\u2248|ca\.?|circa|about|approx(?:\.|imately)?|etwa|rund|env(?:\.|iron)?|aprox\.?|ongeveer)"
    rf"\s*({_NUMBER})",
    re.IGNORECASE,
)
_ONE_SIDED: Final = re.compile(
    rf"(>=|>|\u2265|<=|<|\u2264|over|under|(?:more|less) than|at least|up to|max\.?|min\.?|mehr als"
    rf"|weniger als|mindestens|h\u00f6chstens|\u00fcber|unter|bis(?: zu)?"
    rf"|plus de|au moins|moins de|m[a\xe1]s de|al menos|menos de"
    rf"|pi[u\xf9] di|oltre|almeno|meno di|meer dan|minder dan|minstens|boven|onder)"
    rf"\s*({_NUMBER})|({_NUMBER})\s*(\+)",
    re.IGNORECASE,
)
_PLUS_MINUS: Final = re.compile(rf"({_NUMBER})\s*(?:\u00b1|\+\s?/?\s?-)\s*({_NUMBER})")
_RANGE: Final = re.compile(rf"({_NUMBER})\s*(?:-|\u2013|\u2014|to|bis)\s*({_NUMBER})", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"(?<![\d,])\d{1,3},\d+(?![\d,])")
_DECIMAL_POINT: Final = re.compile(r"\d\.|\.\d")
_UPWARDS: Final = frozenset(
    {
        ">=",
        ">",
        "\u2265",
        "over",
        "+",
        "more than",
        "at least",
        "min",
        "min.",
        "mehr als",
        "mindestens",
        "\u00fcber",
        *("plus de", "au moins", "mas de", "m\xe1s de", "al menos"),
        *("piu di", "pi\xf9 di", "oltre", "almeno", "meer dan", "minstens", "boven"),
    }
)
_BELOW: Final = frozenset(
    {
        *("<", "under", "less than", "weniger als", "unter", "moins de", "menos de", "meno di"),
        *("minder dan", "onder"),
    }
)
_HUNDRED: Final = 100.0
_BY_EYE: Final = 2.5  # percent: what is said to be about a number was rounded to fives


@dataclass(frozen=True)
class BlastTable:
    """Blast percentages of a run.

    ``pct`` is float64, 0 to 100, one row per sample of the run in its order, NaN where the file has no value.
    """

    pct: pd.Series[float]
    notes: tuple[str, ...]
    source: Source


def read_blasts(path: Path, samples: Sequence[str], unit: BlastUnit = BlastUnit.AUTO) -> BlastTable:
    """Read the blast percentage of each sample; an interval (``>90``) counts on one side of 30 %.

    Parameters
    ----------
    path
        A csv, tsv or xlsx with a column of samples and one of blasts, told by their names.
    samples
        The samples of the run; the file may lack some, and may not have others.
    unit
        ``percent``, ``fraction``, or ``auto`` to tell it from the column.

    Raises
    ------
    InputError
        For a missing column, an unknown or repeated sample, text, a value outside 0 to 100, and a column
        whose unit is mixed or cannot be told.
    """
    if unit not in tuple(BlastUnit):
        raise InputError(
            f"--blast-unit: expected {', '.join(BlastUnit)}, found '{unit}': choose one of these"
        )
    if container(path) != "text":
        raise InputError(f"{path}: expected a csv or tsv of samples and blasts, found another kind of file")
    cells = read_cells(path, BLASTS, samples)
    names, texts = [name for _, name, _ in cells.rows], [text for *_, text in cells.rows]
    once = dict.fromkeys(zip(names, texts, strict=True))  # a sheet of lanes says a sample's again
    names, texts = [name for name, _ in once], [text for _, text in once]
    _check_names(path, names, samples)
    plain, comma = _with_points(texts)
    given = {name: _parse(path, name, text) for name, text in zip(names, plain, strict=True)}
    ends = pd.DataFrame([(each.low, each.high) for each in given.values()], list(given), dtype=np.float64)
    told, low, high = _percent(path, cells.column, ends, unit, signed=_signed(names, texts))
    pct, said = _settle(dict(zip(names, texts, strict=True)), given, low, high)
    notes = (
        f"blasts read from column '{cells.column}' as {told}"
        + (" (as given)" if unit != BlastUnit.AUTO else ""),
        f"blasts given for {int(pct.notna().sum())} of {count_of(len(samples), 'sample')}",
        *(["decimal commas read as points"] if comma else []),
        *cells.notes,
        *said,
    )
    source = Source(str(path), sha256(path), "blasts", len(names), notes)
    return BlastTable(pct.reindex(pd.Index(samples)).rename("blast_pct"), notes, source)


def blasts_from_series(values: Mapping[str, float] | pd.Series[float], samples: Sequence[str]) -> BlastTable:
    """Check blast percentages (0 to 100) that stand by sample, with the rules of `read_blasts`.

    Raises
    ------
    InputError
        For an unknown or repeated sample, text, a value outside 0 to 100, and values that look like
        fractions.
    """
    label = Path("blasts")
    given = pd.Series(values, dtype=object)
    names = [str(name) for name in given.index]
    _check_names(label, names, samples)
    read = {name: _parse(label, name, str(each)) for name, each in zip(names, given, strict=True)}
    ends = pd.DataFrame([(each.low, each.high) for each in read.values()], list(read), dtype=np.float64)
    _, low, high = _percent(label, "percent", ends, BlastUnit.AUTO, signed=())
    pct, said = _settle(dict(zip(names, map(str, given), strict=True)), read, low, high)
    notes = (f"blasts given for {int(pct.notna().sum())} of {count_of(len(samples), 'sample')}", *said)
    source = Source("blasts", "", "blasts", len(pct), notes)
    return BlastTable(pct.reindex(pd.Index(samples)).rename("blast_pct"), notes, source)


def _percent(
    path: Path, column: str, ends: pd.DataFrame, unit: BlastUnit, *, signed: Collection[str]
) -> tuple[str, pd.Series[float], pd.Series[float]]:
    """Tell the unit and give both ends in percent, within 0 to 100; an end that is open is 100."""
    finite = ends.replace(np.inf, np.nan)
    values = pd.concat([finite[0], finite[1].dropna()])
    _check_range(path, values, "percent")
    told = _unit(path, column, values, signed) if unit == BlastUnit.AUTO else unit
    pct = ends * _HUNDRED if told == "fraction" else ends
    for each in (pct[0], pct[1].replace(np.inf, _HUNDRED)):
        _check_range(path, each, told)
    return told, pct[0], pct[1].replace(np.inf, _HUNDRED)


@dataclass(frozen=True)
class _Given:
    """What a cell says: the ends of what it may be (infinite: open), and whether it says a number at all."""

    low: float
    high: float
    open_below: bool = False  # "<30": under its upper end
    about: bool = False  # "~30": as people count by eye
    known: bool = True


def _with_points(texts: Sequence[str]) -> tuple[list[str], bool]:
    """Write decimal commas as points where the column has no point."""
    comma = any(map(_DECIMAL_COMMA.search, texts)) and not any(map(_DECIMAL_POINT.search, texts))
    if not comma:
        return list(texts), False
    return [_DECIMAL_COMMA.sub(lambda found: found[0].replace(",", "."), text) for text in texts], True


def _parse(path: Path, sample: str, text: str) -> _Given:
    """Read a number, an interval or a word for not known.

    Raises
    ------
    InputError
        For any other text.
    """
    text = unicodedata.normalize("NFKC", text)
    word = text.strip().removesuffix("%").strip()
    if word.lower() in _MISSING:
        return _Given(math.nan, math.nan)
    if _NOT_KNOWN.fullmatch(word):
        return _Given(math.nan, math.nan, known=False)
    plain = re.sub(r"\s*%", "", word)
    if is_number(plain):
        return _Given(float(plain), float(plain))
    if about := _ABOUT.fullmatch(plain):
        return _Given(float(about[1]), float(about[1]), about=True)
    if both := _RANGE.fullmatch(plain):
        low, high = sorted((float(both[1]), float(both[2])))
        return _Given(low, high)
    if around := _PLUS_MINUS.fullmatch(plain):
        middle, by = float(around[1]), float(around[2])
        return _Given(max(middle - by, 0.0), min(middle + by, _HUNDRED))
    if side := _ONE_SIDED.fullmatch(plain):
        sign, number = (side[1] or side[4]).lower(), float(side[2] or side[3])
        up = sign in _UPWARDS
        return _Given(number, math.inf) if up else _Given(0.0, number, open_below=sign in _BELOW)
    advice = "write decimals with a point" if _DECIMAL_COMMA.search(text) else "give a number"
    raise InputError(
        f"{path}: sample {sample}: expected a blast percentage, found {quote(text)}: {advice}, or leave it "
        "empty"
    )


def _settle(
    texts: Mapping[str, str], given: Mapping[str, _Given], low: pd.Series[float], high: pd.Series[float]
) -> tuple[pd.Series[float], list[str]]:
    """Take an interval by its end next to the limit where it lies on one side of it, else as not given."""
    under = pd.Series([each.open_below for each in given.values()], list(given), dtype=bool)
    about = pd.Series([_BY_EYE * each.about for each in given.values()], list(given), dtype=np.float64)
    below = (high + about < MIN_BLAST_PCT) | (under & (high == MIN_BLAST_PCT))
    pct = low.where(low - about >= MIN_BLAST_PCT)
    pct = pct.where(~below, high.where(high < MIN_BLAST_PCT, high / 2))
    written = [name for name in given if not is_number(texts[name].replace(",", ".").rstrip("% "))]
    used = [f"{name} {texts[name]} as {pct[name]:g} %" for name in written if pct.notna()[name]]
    spans = [f"{name} {texts[name]}" for name in written if low.notna()[name] and pct.isna()[name]]
    unknown = [f"{name} {texts[name]}" for name, each in given.items() if not each.known]
    notes = [
        f"{what}: {len(names)} ({abridge(names)})"
        for what, names in (
            ("intervals of blasts read", used),
            (f"intervals of blasts on both sides of {MIN_BLAST_PCT:g} %, taken as not given", spans),
            ("words for blasts that are not known", unknown),
        )
        if names
    ]
    return pct, notes


def _check_names(path: Path, names: Sequence[str], samples: Sequence[str]) -> None:
    again = duplicates(names)
    if again:
        raise InputError(
            f"{path}: expected each sample once, found twice {abridge(again)}: leave one row of each"
        )
    known = set(samples)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"{path}: expected samples of this run, found {len(unknown)} that are not ({abridge(unknown)}): "
            "write the names as in the expression table, or leave these rows out"
        )


def _signed(names: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Name the samples whose percentage has its sign."""
    return [name for name, text in zip(names, texts, strict=True) if "%" in text]


def _unit(path: Path, column: str, values: pd.Series[float], signed: Collection[str]) -> str:
    """Tell percent from fraction by the whole column, and refuse a mixture; what has its sign is percent."""
    inside = values[(values > 0) & (values < 1) & ~values.index.isin(list(signed))]
    if signed or (values > 1).any():
        if len(inside):
            name, value = str(inside.index[0]), float(inside.iloc[0])
            raise InputError(
                f"{path}: sample {name}: expected percent as in the rest of the column, found "
                f"{value:g}, which may be "
                "a fraction: correct it, or give --blast-unit percent"
            )
        return "percent"
    if values.isna().all():
        return "percent"
    if not len(inside):
        raise InputError(
            f"{path}: column {quote(column)}: expected blasts whose unit can be told, found only 0 and 1: "
            "give --blast-unit percent|fraction"
        )
    if re.search("pct|percent", fold(in_english([column])[0])):
        raise InputError(
            f"{path}: column {quote(column)}: expected percent as its name says, found no value above 1 "
            f"(sample {inside.index[0]}: {inside.iloc[0]:g}): give --blast-unit percent|fraction"
        )
    return "fraction"


def _check_range(path: Path, pct: pd.Series[float], unit: str) -> None:
    outside = pct[(pct < 0) | (pct > 100)]
    if len(outside):
        found = float(outside.iloc[0]) / (100 if unit == "fraction" else 1)
        limits = "0 to 1" if unit == "fraction" else "0 to 100"
        raise InputError(
            f"{path}: sample {outside.index[0]}: expected blasts of {limits} ({unit}), found "
            f"{found:g}: correct it"
        )
