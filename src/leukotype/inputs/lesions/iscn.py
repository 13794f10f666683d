"""Karyotypes in ISCN: clones, chromosomes gained and lost, exchanges; what is not plain is left open.

From below: the items of a clone (``+21``, ``del(9)(p21)``) and what each does to chromosomes and arms; the
clones of a text, and what FISH or an array adds to them; the karyotype that they come to.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from leukotype.inputs.lesions.arrays import read_array, split_arrays
from leukotype.inputs.lesions.bands import ACROCENTRIC, is_last_band
from leukotype.inputs.lesions.exchanges import (
    ALL_CHROMOSOMES,
    BORN,
    Exchanges,
    bands_of,
    exchanges,
)
from leukotype.inputs.lesions.fish_prose import split_fish
from leukotype.inputs.lesions.records import Exchange, Verdict
from leukotype.inputs.lesions.statements import clause_of, said_of, verdict

_JOINED: Final = frozenset({"dic", "psudic", "der", "rob", "trc", "tas"})  # of several, one chromosome
_DOUBLED: Final = frozenset({"dup", "trp", "qdp", "amp", "iamp"})

_SPLIT: Final = re.compile(
    r",[,\s]*(?=\?*\s*"
    r"(?:[+-]|\(?[A-Za-z]{1,6}\s*\(|\([a-z]{2,6}\d{1,2}\)|(?:(?:idem|sl|sdl\d*)(?:x\d+)?|inc|\d*dmin)\b|mar|\?*\s*$))"
)
# A sign in the middle of an item begins another one; a minus may as well be a range.
_NO_COMMA: Final = re.compile(r"(?<=[\dXYmclr)\]])\s*\.?\s*(?=\+\s*\??\s*[\dXYa-z])")
_CELLS: Final = re.compile(r"\[[^\]]*\]?")
_ITEM: Final = re.compile(
    r"(?P<doubt>\?*)(?P<sign>[+-]?)(?P<more>\?*)(?P<body>.*?)"
    r"(?:x(?P<times>\d{1,2})(?P<span>[-~]\d+)?)?(?P<born>(?<=[\dXY)])\??" + BORN + r")?"
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
        name for _, parts in read if parts[0].kind == "der" and not _arms_held(parts) for name in _of(parts)
    }
    for item, parts in read:
        _count_rearranged(item, parts, total, plain=parts[0].kind != "der" or not unclear & _of(parts))
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


def _count_rearranged(item: Item, parts: Sequence[_Structure], total: Changes, *, plain: bool) -> None:
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
    held = _arms_held(parts) if plain and item.sure else None
    if held is None or sign < 0:
        total.known &= not sign
        return
    held.subtract(Counter() if sign else _both(*names))
    for arm, by in held.items():
        if not (arm[-1] == "p" and arm[:-1] in ACROCENTRIC):
            total.arms[arm] += by * item.times


def _arms_held(parts: Sequence[_Structure]) -> Counter[str] | None:
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
        return _arms_of_two(part, of)
    if part.chromosomes[0] not in pieces or len(arms) != 1:
        return None
    arm = arms.pop()
    other = arm[:-1] + ("q" if arm[-1] == "p" else "p")
    known = {"del": {arm: -1}, "i": {arm: 1, other: -1}, "idic": {arm: -1, other: 1}}
    known |= {kind: {arm: 1} for kind in _DOUBLED}
    return Counter(known[part.kind]) if part.kind in known else None


def _arms_of_two(part: _Structure, of: tuple[str, ...]) -> Counter[str] | None:
    """Arms of two chromosomes in one: a whole-arm fusion, a dicentric, the derivative of an exchange."""
    if len(part.breaks) != 2:
        return None
    arms = [_arm(place) for place in part.breaks]
    if part.kind == "der" and all(place.endswith("10") for place in part.breaks):
        return Counter({arm: -1 for arm in _both(*of) if arm not in arms})
    moved = [arm for arm, place in zip(arms, part.breaks, strict=True) if not is_last_band(place)]
    if part.kind in {"dic", "psudic"}:
        return Counter(dict.fromkeys(moved, -1))
    if part.kind != "t" or len(of) != 1 or part.chromosomes.count(of[0]) != 1:
        return None
    return Counter({arm: -1 if arm[:-1] == of[0] else 1 for arm in moved})


def _arm(place: str) -> str:
    """Arm of a break: 9p of 9p13."""
    return place[: max(place.find("p"), place.find("q")) + 1]


# A cell of near haploid leukemia has 23 chromosomes or more; above 140 a number is none of chromosomes.
FEWEST, MOST = 23, 140
_NUMBER: Final = r"(?<![\w;+?-])(\d{2,3}|\?\?)\s*(?:[-~]\s*(\d{2,3})(?!\d))?\s*"
# A number begins a clone where a sex complement, a reference to a clone, cells or an item follow.
_CLONE: Final = re.compile(
    _NUMBER + r",?\s*(?:<\s*(\d)n\s*[+-]?\s*>)?\s*"
    r"(?:,?\s*(?=[XYS?]|idem|sl(?:x\d)?\b|sdl|inc|\[|\(cp)|,\s*(?=[+-]|[a-z]{1,6}\())"
)
_BARE: Final = re.compile(r"^\W*" + _NUMBER + r"()(?=[,(])")
_SEX: Final = re.compile(r"([XY]{1,6})(\??)(c?)(?![a-z;\d])")
# Metaphases: [12], [cp3], [?], cp[6], (11], (cp14), =13, (20) but not the (21) of i(21); no item follows.
_COUNT: Final = re.compile(
    r"[,\s]*(?:(?:cp)?\[\s*(?:cp)?\s*(\d{1,4}|\?)[^\[\],]{0,4}(?:[\])]|$|(?=\.))|\(\s*cp\s*(\d{1,4})\s*\)"
    r"|(?:(?<=inc)|(?<=mar)|(?<![a-zP?(]))\(\s*(\d{1,4})\s*[\])](?=[\s/.]|$)|=\s*(\d{1,4}))(?!\s*,\s*\S)"
)
_TAIL: Final = re.compile(r"\.?\s*/?\s*\b(?:ish|arr(?:cgh)?|cgh|ogm|pcr)\b[\s.,]*", re.IGNORECASE)
_CAPITALS: Final = re.compile(
    r"(?<![A-Za-z])(?:T|DIC|IDIC|DER|DEL|DUP|IAMP|INV|INS|ADD|ROB|I|R)(?=\((?:\d|[XY][);]))"
    r"|(?<=[(;])[PQ](?=\d{1,2}(?:\.\d+)?(?:[^A-Za-z\d.]|[PQpq]))"
)
# Blanks and line ends within a structure: t (9 ; 22) (q34 ; q11); and a sex complement that runs into one.
_WITHIN: Final = re.compile(r"\([\dXYpq;:.,?~\s-]*\)")
_APART: Final = re.compile(
    r"((?<![A-Za-z])(?:t|ins|dic|der|del|inv|dup|add|i))\s+(?=\()|(?<=\))\s+(?=\([pq])"
)
_STUCK: Final = re.compile(r"(?<=[XY])(?=(?:t|ins|dic|der|del|inv|dup|add|i)\()")
# A clone of no metaphase: 46,XX[0], or one of an earlier sample that was looked for in vain.
_UNSEEN: Final = re.compile(r"(?<!\d)\d\d(?:[~-]\d\d)?\s*,[^/\[\]]*\[\s*0\s*\]\s*/?")
# What laboratories write beside a rebuilt 21, or in its place: add(21)(q22)iAMP21, iamp(21)(q22).
_IAMP21: Final = re.compile(r"\(?(?<!\w)iamp\s?(?:21|(?P<item>\(21\)))\)?", re.IGNORECASE)
# A variant of 1 to 3 in 100 people, also without the c of ISCN: Kosyakova et al., Cytogenet Genome Res
# 2013;141:13.
_VARIANT: Final = re.compile(r"inv\(9\)\(p1[1-3](?:\.\d)?q1[1-3](?:\.\d)?\)")
# What metaphase FISH saw on each chromosome: (ETV6+,RUNX1+;RUNX1+).
_SIGNALS: Final = re.compile(r"\((?=[^()]*[A-Za-z]\w*[+-])[^()]*\)")
_SPECTRAL: Final = re.compile(r"\b(?:after\s+)?(?:\w+-)??(?:SKY|M-?FISH)\b", re.IGNORECASE)
# idem and sl: the first abnormal clone; sdl, sdl1: the second, and so on.
_REFERENCE: Final = re.compile(r"(idem|sl|sdl)(\d?)")
_TIMES: Final = 4  # a clone that stands for more than a fourfold one is a slip
# A sheet's cell of limited width may end so.
_CUT: Final = re.compile(r"46\s*,\s*X")


@dataclass(frozen=True)
class Clone:
    """One clone of a karyotype.

    Parameters
    ----------
    modal
        Number of chromosomes, lowest and highest written; None where the text doubts it (??, 36?).
    level
        Ploidy level (2 in ``<2n>``); 0 where the text does not tell it.
    sex
        Sex complement; empty where the text does not tell it. ``born``: it is constitutional.
    cells
        Metaphases; 0 where they are not told.
    spectral
        Described by SKY or M-FISH, which name every chromosome.
    """

    modal: tuple[int, int] | None
    level: int
    sex: str
    born: bool
    items: tuple[Item, ...]
    cells: int
    spectral: bool


@dataclass(frozen=True)
class KaryotypeText:
    """A karyotype's clones, what FISH or an array showed besides, and what was not read."""

    clones: list[Clone]
    fish: list[Item]
    unread: list[str]


def straighten(text: str) -> str:
    """Straighten what has one meaning only: dashes, quotes, a small xx, a capital T, DEL or (Q34)."""
    text = re.sub("[\u2018\u2019\u2032\u00b4\u02bc\u02b9]", "'", re.sub('[`"]', "", text))
    text = unicodedata.normalize("NFKC", text)  # the wide brackets and commas of Chinese and Japanese sheets
    text = re.sub("[\u2212\u2013\u2014]", "-", text).replace("\u00d7", "x")
    text = re.sub(
        r"(?<![A-Za-z])(?:x{1,4}y{0,2}|y)(?![A-Za-z(])(?!\s*[\d<>~\u2265\u2264])",
        lambda m: m[0].upper(),
        text,
    )
    text = _CAPITALS.sub(lambda found: found[0].lower(), text)
    text = _WITHIN.sub(lambda found: "".join(found[0].split()), text)
    text = _STUCK.sub(",", _APART.sub(r"\1", text))
    text = _UNSEEN.sub("", text)
    text = re.sub(r"\bfus(?=\()", "t", text)  # optical genome mapping: two places that lie together
    return text.strip(" \t\r\n'#*")


def read_clones(text: str) -> KaryotypeText:
    """Split a text into clones, what FISH or an array adds to them, and the rest."""
    starts = _starts(_CLONE, text) or _starts(_BARE, text)
    if not starts:
        if not (_TAIL.search(text) or exchanges(text)):
            return KaryotypeText([], [], [])
        fish, unread = _known_items(_TAIL.sub(",", _SIGNALS.sub("", text)))
        return KaryotypeText([], fish, unread)
    read = KaryotypeText([], [], [])
    before = text[: starts[0].start()]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for start, end, is_anothers in zip(starts, ends, _are_anothers(starts), strict=True):
        if is_anothers:
            read.unread.append(f"not read, of somebody else: '{text[start.start() : end][:60]}'")
            continue
        first, *tails = _TAIL.split(text[start.end() : end])
        body, cells, rest = _split_cells(first)
        for tail in tails:
            seen, number, over = _split_cells(tail)
            known, unread = _known_items(_SIGNALS.sub("", seen))
            read.fish.extend(known)
            read.unread.extend(unread)
            cells, rest = cells or number, rest + over
        spectral = _SPECTRAL.search(before) is not None or any(clone.spectral for clone in read.clones)
        read.clones.append(_clone(start, body, cells, spectral, read.clones))
        left = _SPECTRAL.sub("", rest).strip(" .:/;,\r\n")
        read.unread.extend([f"not read: '{left[:60]}'"] if left else [])
        before = rest
    if _CUT.fullmatch(text[starts[-1].start() :]) and len(starts) > 1:
        read.clones.pop()
        read.unread.append("the text ends within a clone")
    return read


def _starts(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    found = pattern.finditer(text)
    return [each for each in found if each[1] == "??" or FEWEST <= int(each[1]) <= MOST]


def _known_items(text: str) -> tuple[list[Item], list[str]]:
    """Split what FISH or an array showed into items, and say what of it was not understood."""
    items = [item for item in split_items(text) if item.body not in {"", "inc"}]
    known = [item for item in items if not changes([item], {}).unread]
    others = ",".join(item.text for item in items if item not in known)
    return known, [f"not read: '{others[:60]}'"] if others else []


def _split_cells(text: str) -> tuple[str, int, str]:
    """Split a clone from the number of its metaphases (0: not told) and what stands behind it."""
    found = _COUNT.search(text)
    if found is None:
        return text, 0, ""
    number = next(group for group in found.groups() if group)
    return text[: found.start()], int(number) if number.isdigit() else 0, text[found.end() :]


def _clone(start: re.Match[str], body: str, cells: int, spectral: bool, earlier: Sequence[Clone]) -> Clone:
    low, high = start[1], start[2] or start[1]
    body = body.strip(" ,")
    doubted = (
        low == "??"
        or ("," not in start[0] and body.startswith("?"))
        or _said_before(start) == Verdict.DOUBTED
    )
    modal = None if doubted else (min(int(low), int(high)), max(int(low), int(high)))
    sex = _SEX.match(body)
    letters = sex[1] if sex and (sex[3] or not sex[2]) else ""
    items = tuple(split_items(body[sex.end() :] if sex else body.removeprefix("?")))
    clone = Clone(modal, int(start[3] or 0), letters, bool(sex and sex[3]), items, cells, spectral)
    return _resolve(clone, [each for each in earlier if not is_normal(each)] or earlier)


def _are_anothers(starts: Sequence[re.Match[str]]) -> list[bool]:
    """Tell which clones are somebody else's: one that is called so, and those that a slash joins to it."""
    found: list[bool] = []
    for start in starts:
        joined = found[-1:] == [True] and start.string[: start.start()].endswith("/")
        found.append(joined or _said_before(start) == Verdict.ANOTHERS)
    return found


def _said_before(start: re.Match[str]) -> Verdict | None:
    """Give what the words before a clone say of it."""
    begin, _ = clause_of(start.string, *start.span())
    return verdict(start.string[begin : start.start()])


def _resolve(clone: Clone, earlier: Sequence[Clone]) -> Clone:
    """Put the items of an earlier clone in the place of ``idem``, ``sl`` or ``sdl``."""
    for i, item in enumerate(clone.items):
        found = _REFERENCE.fullmatch(item.body)
        which = int(found[2] or 1) if found and found[1] == "sdl" else 0
        if found and not item.sign and which < len(earlier) and item.times <= _TIMES:
            stem, times = earlier[which], item.times
            return replace(
                clone,
                level=clone.level or stem.level * times,
                sex=stem.sex * times or clone.sex,
                born=stem.born,
                items=stem.items * times + clone.items[:i] + clone.items[i + 1 :],
            )
    return clone


def is_normal(clone: Clone) -> bool:
    """Whether a clone has no change but those that the patient was born with, or that are no disease."""
    number = 44 + len(clone.sex) + changes(clone.items, {}).fewest
    plain = clone.born or clone.sex in {"XX", "XY"}
    own = [item for item in clone.items if not (item.constitutional or _VARIANT.fullmatch(item.body))]
    return plain and clone.modal == (number, number) and not own


def drop_bare(clones: Sequence[Clone]) -> list[Clone]:
    """Leave out clones that are only ``inc`` where another of their number says what it has."""
    empty = [c for c in clones if c.items and all(item.body in {"", "inc"} for item in c.items)]
    full = [c.modal for c in clones if c not in empty and c.modal]
    return [
        c
        for c in clones
        if c not in empty or not any(c.modal and c.modal[0] <= m[1] and m[0] <= c.modal[1] for m in full)
    ]


# Without a ploidy level that fits, signs are read against 2n from 35 chromosomes to 57; below (near haploid,
# [1]_) a gain may be one against 1n, and above (near triploid, [1]_) a loss may be one against 3n.
_DIPLOID_FROM, _DIPLOID_TO = 35, 57
_NORMAL: Final = re.compile(
    r"\W*normal(er)?( (fe)?male| weiblicher| m\xe4nnlicher)?( [ck]aryot[iy]p(e|us)?)?\W*", re.IGNORECASE
)
_UNKNOWN: Final = Clone(None, 0, "", born=False, items=(), cells=0, spectral=False)


@dataclass(frozen=True)
class Karyotype:
    """What a karyotype says of the leukemic cells.

    Parameters
    ----------
    chromosomes
        Modal number of the main abnormal clone, lowest and highest written; None where none is told.
    gained, lost
        Whole chromosomes against a diploid cell of the patient's sex, repeated when gained twice.
    arms_gained, arms_lost
        Arms of which at least a part is gained or lost, where that is plain (``del``, ``dup``, ``i``,
        ``dic``, whole-arm fusions, derivatives of one exchange).
    translocations
        ``t(9;22)(q34;q11)`` and ``dic(9;20)(p13;q11)``, of all clones and of FISH, bands as written.
    complete
        All whole chromosomes gained and lost are told, and add up to the modal number.
    normal_only
        Only normal metaphases were seen; in leukemia the leukemic cells may not have divided.
    remark
        What was not understood.
    clones
        Modal numbers of all abnormal clones, in the order of the text: a doubled one shows.
    constitutional
        Chromosomes beyond 46 (below 0: fewer) that the patient was born with: no change of the leukemia.
    halved
        Autosomes that a clone of 58 chromosomes or more is told to have lost: from three or four copies.
    iamp21
        Whether the text itself says iAMP21.
    """

    chromosomes: tuple[int, int] | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    arms_gained: tuple[str, ...]
    arms_lost: tuple[str, ...]
    translocations: tuple[Exchange, ...]
    complete: bool
    normal_only: bool
    remark: str
    clones: tuple[tuple[int, int], ...]
    constitutional: int = 0
    halved: tuple[str, ...] = ()
    iamp21: bool = False


def parse_karyotype(text: str) -> Karyotype | None:
    """Read an ISCN karyotype, with the slips of the pen that laboratories' sheets have.

    The main clone is the abnormal one with most metaphases among those that say more than their number;
    a spectral karyotype (SKY, M-FISH) comes before the banding that it makes more exact. Of interphase FISH
    see `split_fish`, of arrays `read_array`: what they add is no part of this.

    Returns
    -------
        None where the text holds no karyotype. Never an error: what is not understood stands in ``remark``.
    """
    plain, donor, _ = straighten(text).partition("//")
    listed, plain = split_arrays(plain)
    array, (fish, plain) = read_array(listed), split_fish(plain)
    plain = plain.strip(" \t\r\n'#*")
    if _NORMAL.fullmatch(plain):
        plain = "46,XX"
    amplified = any(not said_of(plain, *each.span()) for each in _IAMP21.finditer(plain))
    plain = _IAMP21.sub(lambda each: each[0] if each["item"] else "", plain)
    found, read = exchanges(plain + listed), read_clones(plain)
    parts = (fish.unread, array.unread if array else "")
    read.unread.extend(f"not read: '{part[:60]}'" for part in parts if part)
    read.unread.extend(["not read, of a donor: what stands behind //"] if donor else [])
    if not (read.clones or read.fish or found or amplified):
        return None
    abnormal = [clone for clone in read.clones if not is_normal(clone)]
    main = max(drop_bare(abnormal) or read.clones or [_UNKNOWN], key=lambda each: (each.spectral, each.cells))
    told = _sum_up(main, read.fish, bands_of(found))
    return replace(
        told,
        translocations=found,
        normal_only=not (abnormal or read.fish or found or read.unread or amplified)
        and not (fish.fusions or fish.runx1)
        and (array is None or array.is_normal),
        constitutional=_constitutional(main),
        remark="; ".join(dict.fromkeys(filter(None, (told.remark, *read.unread)))),
        clones=tuple(clone.modal for clone in abnormal if clone.modal),
        iamp21=amplified,
    )


def _constitutional(clone: Clone) -> int:
    """Count the chromosomes beyond 46 (below 0: fewer) that the patient was born with."""
    born = [item for item in clone.items if item.constitutional]
    return changes(born, {}).fewest + (len(clone.sex) - 2 if clone.born else 0)


def _sum_up(clone: Clone, fish: Sequence[Item], found: Exchanges) -> Karyotype:
    """Give the gains and losses of the main clone, with those that only FISH or an array showed."""
    total, added = changes(clone.items, found), changes(fish, found)
    level = _level(clone, total)
    whole, arms, known = _against_diploid(clone, total, level)
    if clone.modal is None or clone.modal[0] >= _DIPLOID_FROM:
        amplified = [item for item in fish if item.body.lower().startswith(("amp", "iamp"))]
        for balance, seen in ((whole, added.whole), (arms, changes(amplified, found).arms)):
            balance.update(
                {name: by - balance[name] for name, by in seen.items() if by > max(balance[name], 0)}
            )
    exact = clone.modal is not None and clone.modal[0] == clone.modal[1] and total.fewest == total.most
    settled = not (added.fewest or added.most or added.rebuilt)
    return Karyotype(
        clone.modal,
        tuple(name for name in ALL_CHROMOSOMES for _ in range(whole[name])),
        tuple(name for name in ALL_CHROMOSOMES for _ in range(-whole[name])),
        tuple(sorted((+arms).elements(), key=_place)),
        tuple(sorted((-arms).elements(), key=_place)),
        (),
        complete=bool(level) and exact and known and settled,
        normal_only=False,
        remark="; ".join(_remarks(clone, total, level)),
        clones=(),
        halved=_halved(clone, total),
    )


def _remarks(clone: Clone, total: Changes, level: int) -> list[str]:
    """Say what of a clone was not understood."""
    remarks = [f"not read: '{text[:60]}'" for text in total.unread]
    if any(item.body == "inc" for item in clone.items):
        remarks.append("inc: more changes than are told")
    elif clone.modal is None and clone is not _UNKNOWN:
        remarks.append("not read: the number of chromosomes, which the text doubts")
    elif not level and clone.modal:
        remarks.append("the items do not add up to the modal number")
    return remarks


def _halved(clone: Clone, total: Changes) -> tuple[str, ...]:
    """List the autosomes that a clone beyond 2n is told to have lost."""
    if clone.modal is None or clone.modal[0] <= _DIPLOID_TO:
        return ()
    return tuple(name for name in ALL_CHROMOSOMES[:22] if total.whole[name] < 0)


def _place(arm: str) -> tuple[int, str]:
    return ALL_CHROMOSOMES.index(arm[:-1]), arm[-1]


def _level(clone: Clone, total: Changes) -> int:
    """Ploidy level against which the items add up to the modal number; 0 if none or several do."""
    if clone.modal is None:
        return 0
    low, high = clone.modal
    fits = []
    for level in [clone.level] if clone.level else range(1, 5):
        _, start, _ = _sex(clone, total, level)
        number = 22 * level + start
        if number + total.fewest <= high and number + total.most >= low:
            fits.append(level)
    return fits[0] if len(fits) == 1 else 0


def _sex(clone: Clone, total: Changes, level: int) -> tuple[Counter[str], int, bool]:
    """Compare the sex chromosomes with those of a diploid cell.

    Returns
    -------
        Gains and losses, the number before signed items, and whether the text tells both.
    """
    signed = Counter({name: total.whole[name] for name in ("X", "Y")})
    fewer = -sum(by for by in signed.values() if by < 0)
    if not clone.sex:
        return signed, level, False
    rearranged = list(total.sex.elements())[: max(level - len(clone.sex) - fewer, 0)]
    present = Counter([*clone.sex, *rearranged])
    number = present.total()
    male = "Y" in clone.sex or signed["Y"] != 0
    if number + fewer < level or (level == 1 and not male):
        return signed, number, False
    for name, by in signed.items():
        if by > 0 or number >= level:  # in 45,X,-Y the complement is already what is left
            present[name] += by
    present.subtract(clone.sex if clone.born else "XY" if male else "XX")
    return present, max(number, level), True


def _against_diploid(clone: Clone, total: Changes, level: int) -> tuple[Counter[str], Counter[str], bool]:
    """Turn what was counted against a ploidy level into gains and losses of chromosomes and of arms."""
    sex, _, known = _sex(clone, total, level or 2)
    known &= total.known
    if level not in {0, 2}:  # one arm less of three is no loss: arms are left out
        autosomes = (name for name in ALL_CHROMOSOMES[:22] if name not in total.rebuilt)
        whole = Counter({name: level - 2 + total.whole[name] for name in autosomes})
        whole.update(sex)
        return whole, Counter(), known and not total.rebuilt
    whole = Counter({name: total.whole[name] for name in ALL_CHROMOSOMES[:22]})
    whole.update(sex)
    low, high = clone.modal or (MOST, MOST)
    if level == 2 or (low >= _DIPLOID_FROM and high <= _DIPLOID_TO):
        return whole, total.arms, known
    sure = 1 if high > _DIPLOID_TO else -1
    return _only(whole, sure), _only(total.arms, sure), False


def _only(balance: Counter[str], sign: int) -> Counter[str]:
    return Counter({name: by for name, by in balance.items() if by * sign > 0})
