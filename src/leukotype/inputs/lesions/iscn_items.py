"""The items of a karyotype (``+21``, ``del(9)(p21)``, ``+2mar``): what each does to chromosomes and arms.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from leukotype.vocabulary import CHROMOSOMES

ALL_CHROMOSOMES: Final = (*CHROMOSOMES, "Y")
# Their short arms hold repeats and ribosomal genes only: a loss or a gain of one says nothing.
ACROCENTRIC: Final = frozenset({"13", "14", "15", "21", "22"})
# Outermost band of each arm, from the ideograms of [1]_: what lies beyond a break in it is no arm.
_LAST_BANDS: Final = re.compile(
    "1(p36|q44)|2(p25|q37)|3(p26|q29)|4(p16|q35)|5(p15|q35)|6(p25|q27)|7(p22|q36)|8(p23|q24)|9(p24|q34)|"
    "10(p15|q26)|11(p15|q25)|12(p13|q24)|13q34|14q32|15q26|16(p13|q24)|17(p13|q25)|18(p11|q23)|19[pq]13|"
    "20[pq]13|21q22|22q13|X(p22|q28)|Y(p11|q12)"
)
_JOINED: Final = frozenset({"dic", "psudic", "der", "rob", "trc", "tas"})  # of several, one chromosome
_DOUBLED: Final = frozenset({"dup", "trp", "qdp", "amp", "iamp"})

_SPLIT: Final = re.compile(
    r",[,\s]*(?=\?*\s*"
    r"(?:[+-]|\(?[A-Za-z]{1,6}\s*\(|\([a-z]{2,6}\d{1,2}\)|(?:idem|inc|sl|sdl\d*|\d*dmin)\b|mar|\?*\s*$))"
)
# A sign in the middle of an item begins another one; a minus may as well be a range.
_NO_COMMA: Final = re.compile(r"(?<=[\dXYmclr)\]])\s*(?=\+\s*\??\s*[\dXYa-z])")
_CELLS: Final = re.compile(r"\[[^\]]*\]?")
_ITEM: Final = re.compile(
    r"(?P<doubt>\?*)(?P<sign>[+-]?)(?P<more>\?*)(?P<body>.*?)"
    r"(?:x(?P<times>\d{1,2})(?P<span>[-~]\d+)?)?(?P<born>(?<=[\dXY)])\??c)?"
)
_MARKERS: Final = re.compile(r"(\d{1,2})?(?:[-~](\d{1,2}))?(?:mar|ring|r)\d*")
_NOT_COUNTED: Final = re.compile(r"\d*([-~]\d+)?dmin")  # double minutes are no chromosomes
_STRUCTURE: Final = re.compile(
    r"(\??)(psudic|idic|dic|der|del|dup|trp|qdp|iamp|amp|inv|ins|add|rob|trc|tas|hsr|i|r|t)"
    r"\(([^()]*)\)((?:\([^()]*\))*)",
    re.IGNORECASE,
)
_OLD_ARM: Final = re.compile(r"(\d{1,2}|[XY])([pq])")
_BREAK: Final = re.compile(r"([pq])(\d\d)?")


# Kind (t or dic) and chromosomes of an exchange -> its bands as written, each place once.
Exchanges = Mapping[tuple[str, tuple[str, ...]], Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Item:
    """One item: a sign (1, -1, 0 without), what it is of, how often; ``sure`` where no ``?`` stands by."""

    text: str
    sign: int
    body: str
    times: int
    sure: bool
    constitutional: bool


@dataclass
class Changes:
    """What the items of a clone add up to.

    Parameters
    ----------
    whole, arms
        Chromosomes and arms gained (above 0) and lost (below 0), constitutional ones left out.
    fewest, most
        How far they move the number of chromosomes; they differ where markers are given as a range.
    rebuilt
        Chromosomes of which a rearranged copy came or went.
    sex
        Rearranged X and Y that stand without a sign: ISCN leaves them out of the sex complement.
    known
        False where an item leaves open which chromosome it is.
    unread
        Items that were not understood.
    """

    whole: Counter[str] = field(default_factory=Counter)
    arms: Counter[str] = field(default_factory=Counter)
    fewest: int = 0
    most: int = 0
    rebuilt: set[str] = field(default_factory=set)
    sex: Counter[str] = field(default_factory=Counter)
    known: bool = True
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Structure:
    sure: bool
    kind: str
    chromosomes: tuple[str, ...]
    breaks: tuple[str, ...]  # "9p13": one a chromosome, or all of one chromosome


def split_items(text: str) -> list[Item]:
    """Split the text of a clone, behind its sex complement, into items."""
    parts = _SPLIT.split("," + _NO_COMMA.sub(",", _CELLS.sub("", text)))
    return [_item(part.strip(" ,.;/")) for part in parts if part.strip(" ,.;/")]


def _item(text: str) -> Item:
    found = _ITEM.fullmatch("".join(text.split()))
    if found is None:
        return Item(text, 0, text, 1, sure=False, constitutional=False)
    sure = not (found["doubt"] or found["more"] or found["span"])
    sign = {"+": 1, "-": -1}.get(found["sign"], 0)
    return Item(text, sign, found["body"], int(found["times"] or 1), sure, found["born"] is not None)


def changes(items: Sequence[Item], places: Exchanges) -> Changes:
    """Add up the items of one clone.

    Parameters
    ----------
    places
        Bands of exchanges, by their chromosomes: they are written at the first mention only.
    """
    total = Changes()
    read = []
    for item in items:
        if not _simple(item, total):
            parts = _structures(item.body, places)
            if parts is None:
                total.unread.append(item.text)
                total.known = False
            else:
                read.append((item, parts))
    unclear = {
        name for _, parts in read if parts[0].kind == "der" and not _held(parts) for name in _of(parts)
    }
    for item, parts in read:
        _rearranged(item, parts, total, plain=parts[0].kind != "der" or not unclear & _of(parts))
    return total


def _of(parts: Sequence[_Structure]) -> set[tuple[str, ...]]:
    """Exchanges that a derivative comes from: where one derivative is not plain, its fellow is not either."""
    return {part.chromosomes for part in parts if part.kind == "t"}


def _simple(item: Item, total: Changes) -> bool:
    """Count a whole chromosome, a marker or ``inc``; False for anything else."""
    total.known &= item.sure
    moved = item.sign * item.times
    if item.body in ALL_CHROMOSOMES and item.sign:
        _move(total, moved)
        if item.sure and not item.constitutional:
            total.whole[item.body] += moved
        return True
    marker = _MARKERS.fullmatch(item.body)
    if marker and item.sign:
        low = int(marker[1] or 1)
        _move(total, moved * low, moved * int(marker[2] or low))
        total.known = False
        return True
    if item.body == "inc" or not item.body:
        total.known = False
        return True
    return _NOT_COUNTED.fullmatch(item.body) is not None


def _move(total: Changes, by: int, at_most: int | None = None) -> None:
    total.fewest += by
    total.most += by if at_most is None else at_most


def _structures(body: str, places: Exchanges) -> list[_Structure] | None:
    """Read ``der(19)t(1;19)(q23;p13)`` into its parts; None if anything is left over."""
    if not body or _STRUCTURE.sub("", body):
        return None
    found = []
    for doubt, kind, inside, bands in _STRUCTURE.findall(body):
        old = _OLD_ARM.fullmatch(inside)
        names, bands = ((old[1],), old[2]) if old else (tuple(re.split("[;,.]", inside)), bands)
        sure = not doubt and all(name in ALL_CHROMOSOMES for name in names)
        first = places.get((kind.lower(), names), ())
        written = _breaks(names, bands) or (_breaks(names, ";".join(first[0])) if len(first) == 1 else ())
        found.append(_Structure(sure, kind.lower(), names, written))
    return found


def _breaks(names: tuple[str, ...], bands: str) -> tuple[str, ...]:
    """Arm and band (two digits, if both are told) of each break; empty where they are not plain."""
    if len(names) == 1:
        return tuple(f"{names[0]}{arm}{band}" for arm, band in _BREAK.findall(bands))
    parts = [part for part in re.split(r"[;,)(]+", bands) if part]
    found = [_BREAK.match(part) for part in parts]
    if len(parts) != len(names) or not all(found):
        return ()
    return tuple(f"{name}{each[1]}{each[2] or ''}" for name, each in zip(names, found, strict=True) if each)


def _rearranged(item: Item, parts: Sequence[_Structure], total: Changes, *, plain: bool) -> None:
    """Count a rearranged chromosome, and its arms where it is plain which it has."""
    names = parts[0].chromosomes
    joined = len(names) > 1 and parts[0].kind in _JOINED
    sign = item.sign
    if sign > 0 and not joined and total.whole[names[0]] < 0:
        # -13,+der(13): until 1995 the way to write that a derivative replaces a chromosome.
        total.whole[names[0]] += 1
        sign = 0
    _move(total, item.times * (item.sign or (1 - len(names) if joined else 0)))
    if sign or joined:
        total.rebuilt.update(names)
    else:
        total.sex.update([name for name in names if name in {"X", "Y"}][:1])
    if item.constitutional:
        return
    held = _held(parts) if plain and item.sure else None
    if held is None or sign < 0:
        total.known &= not sign
        return
    held.subtract(Counter() if sign else _both(*names))
    for arm, by in held.items():
        if not (arm[-1] == "p" and arm[:-1] in ACROCENTRIC):
            total.arms[arm] += by * item.times


def _held(parts: Sequence[_Structure]) -> Counter[str] | None:
    """Count the arms that a rearranged chromosome has; an arm of which a part is lost counts as lost.

    None where it is not plain: material of unknown origin, several exchanges, breaks that are not told.
    """
    head, rest = parts[0], parts[1:]
    if not all(part.sure for part in parts):
        return None
    if head.kind == "der" and len(head.chromosomes) == 1:
        exchanges = [part for part in rest if part.kind == "t"]
        if not rest or len(exchanges) > 1:
            return None
        held = _both(head.chromosomes[0])
    else:
        held, rest = _both(*head.chromosomes), parts
    pieces = {name for part in parts for name in part.chromosomes}
    for part in rest:
        step = _step(part, head.chromosomes, pieces)
        if step is None:
            return None
        held.update(step)
    return held


def _both(*names: str) -> Counter[str]:
    return Counter(f"{name}{arm}" for name in names for arm in "pq")


def _step(part: _Structure, of: tuple[str, ...], pieces: set[str]) -> Counter[str] | None:
    """Give the arms that one rearrangement adds (above 0) and takes; None: not plain.

    Parameters
    ----------
    of, pieces
        The chromosomes that the rearranged one replaces, and all that it has material of.
    """
    arms = {_arm(place) for place in part.breaks}
    if part.kind in {"inv", "ins"} and part.chromosomes == of:
        return Counter()
    if len(part.chromosomes) > 1:
        return _joined(part, of)
    if part.chromosomes[0] not in pieces or len(arms) != 1:
        return None
    arm = arms.pop()
    other = arm[:-1] + ("q" if arm[-1] == "p" else "p")
    known = {"del": {arm: -1}, "i": {arm: 1, other: -1}, "idic": {arm: -1, other: 1}}
    known |= {kind: {arm: 1} for kind in _DOUBLED}
    return Counter(known[part.kind]) if part.kind in known else None


def _joined(part: _Structure, of: tuple[str, ...]) -> Counter[str] | None:
    """Arms of two chromosomes in one: a whole-arm fusion, a dicentric, the derivative of an exchange."""
    if len(part.breaks) != 2:
        return None
    arms = [_arm(place) for place in part.breaks]
    if part.kind == "der" and all(place.endswith("10") for place in part.breaks):
        return Counter({arm: -1 for arm in _both(*of) if arm not in arms})
    moved = [arm for arm, place in zip(arms, part.breaks, strict=True) if not _LAST_BANDS.fullmatch(place)]
    if part.kind in {"dic", "psudic"}:
        return Counter(dict.fromkeys(moved, -1))
    if part.kind != "t" or len(of) != 1 or part.chromosomes.count(of[0]) != 1:
        return None
    return Counter({arm: -1 if arm[:-1] == of[0] else 1 for arm in moved})


def _arm(place: str) -> str:
    """Arm of a break: 9p of 9p13."""
    return place[: max(place.find("p"), place.find("q")) + 1]
