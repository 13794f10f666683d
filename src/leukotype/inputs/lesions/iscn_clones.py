"""The text of a karyotype, split into clones, what FISH or an array adds to them, and what is no ISCN.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from leukotype.inputs.lesions.iscn_items import ALL_CHROMOSOMES, Item, changes, split_items

# A cell of near haploid leukemia has 23 chromosomes or more; above 140 a number is none of chromosomes.
FEWEST, MOST = 23, 140
_NUMBER: Final = r"(?<![\w;+?-])(\d{2,3}|\?\?)\s*(?:[-~]\s*(\d{2,3})(?!\d))?\s*"
# A number begins a clone where a sex complement, a reference to a clone, cells or an item follow.
_CLONE: Final = re.compile(
    _NUMBER + r",?\s*(?:<\s*(\d)n\s*>)?\s*"
    r"(?:,?\s*(?=[XYS?]|idem|sl\b|sdl|inc|\[|\(cp)|,\s*(?=[+-]|[a-z]{1,6}\())"
)
_BARE: Final = re.compile(r"^\W*" + _NUMBER + r"()(?=[,(])")
_SEX: Final = re.compile(r"([XY]{1,6})(\??)(c?)(?![a-z;\d])")
# Metaphases: [12], [cp3], [?], cp[6], (11], (cp14), =13, (20) but not the (21) of i(21); no item follows.
_COUNT: Final = re.compile(
    r"[,\s]*(?:(?:cp)?\[\s*(?:cp)?\s*(\d{1,4}|\?)[^\[\],]{0,4}(?:[\])]|$|(?=\.))|\(\s*cp\s*(\d{1,4})\s*\)"
    r"|(?:(?<=inc)|(?<=mar)|(?<![a-zP?(]))\(\s*(\d{1,4})\s*[\])](?=[\s/.]|$)|=\s*(\d{1,4}))(?!\s*,\s*\S)"
)
_TAIL: Final = re.compile(r"\.?\s*/?\s*\b(?:ish|arr(?:cgh)?|cgh|pcr)\b[\s.,]*", re.IGNORECASE)
_INTERPHASE: Final = re.compile(r"\.?\s*nuc\s*ish.*", re.IGNORECASE | re.DOTALL)
_SPECTRAL: Final = re.compile(r"\b(?:after\s+)?(?:\w+-)??(?:SKY|M-?FISH)\b", re.IGNORECASE)
# idem and sl: the first abnormal clone; sdl, sdl1: the second, and so on.
_REFERENCE: Final = re.compile(r"(idem|sl|sdl)(\d?)")
_TIMES: Final = 4  # a clone that stands for more than a fourfold one is a slip
# A sheet's cell of limited width may end so.
_CUT: Final = re.compile(r"46\s*,\s*X")

_EXCHANGE: Final = re.compile(r"(?<![A-Za-z?])(t|dic)\(([^()]*)\)?\)((?:\s*\([^()\[\]]*[)\]])*+)(?!\??c\b)")
_BAND: Final = re.compile(r"[pq?][\d?.pq~-]*")
_ORDER: Final = ("X", "Y", *ALL_CHROMOSOMES[:22])  # of the chromosomes in an exchange


@dataclass(frozen=True)
class Clone:
    """One clone of a karyotype.

    Parameters
    ----------
    modal
        Number of chromosomes, lowest and highest written.
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


def straightened(text: str) -> str:
    """Straighten what has one meaning only (dashes, quotes, a small xx) and leave out interphase FISH."""
    text = re.sub("[\u2212\u2013\u2014]", "-", re.sub('[`"]', "", text)).replace("\u00d7", "x")
    text = re.sub(r"(?<![A-Za-z])(?:x{1,4}y{0,2}|y)(?![A-Za-z(])(?!\s*\d)", lambda m: m[0].upper(), text)
    return _INTERPHASE.sub("", text).strip(" \t\r\n'#*")


def read_clones(text: str) -> KaryotypeText:
    """Split a text into clones, what FISH or an array adds to them, and the rest."""
    starts = _starts(_CLONE, text) or _starts(_BARE, text)
    if not starts:
        told = _TAIL.search(text) or exchanges(text)
        return KaryotypeText([], _understood(_TAIL.sub(",", text)) if told else [], [])
    read = KaryotypeText([], [], [])
    before = text[: starts[0].start()]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=True):
        first, *tails = _TAIL.split(text[start.end() : end])
        body, cells, rest = _counted(first)
        for tail in tails:
            seen, number, over = _counted(tail)
            read.fish.extend(_understood(seen))
            cells, rest = cells or number, rest + over
        spectral = _SPECTRAL.search(before) is not None or any(clone.spectral for clone in read.clones)
        read.clones.append(_clone(start, body, cells, spectral, read.clones))
        left = _SPECTRAL.sub("", rest).strip(" .:/;,")
        read.unread.extend([f"not read: '{left[:60]}'"] if left else [])
        before = rest
    if _CUT.fullmatch(text[starts[-1].start() :]) and len(starts) > 1:
        read.clones.pop()
        read.unread.append("the text ends within a clone")
    return read


def _starts(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    found = pattern.finditer(text)
    return [each for each in found if each[1] == "??" or FEWEST <= int(each[1]) <= MOST]


def _understood(text: str) -> list[Item]:
    items = split_items(text)
    return [item for item in items if item.body not in {"", "inc"} and not changes([item], {}).unread]


def _counted(text: str) -> tuple[str, int, str]:
    """Split a clone from the number of its metaphases (0: not told) and what stands behind it."""
    found = _COUNT.search(text)
    if found is None:
        return text, 0, ""
    number = next(group for group in found.groups() if group)
    return text[: found.start()], int(number) if number.isdigit() else 0, text[found.end() :]


def _clone(start: re.Match[str], body: str, cells: int, spectral: bool, earlier: Sequence[Clone]) -> Clone:
    low, high = start[1], start[2] or start[1]
    modal = None if low == "??" else (min(int(low), int(high)), max(int(low), int(high)))
    body = body.strip(" ,")
    sex = _SEX.match(body)
    letters = sex[1] if sex and not sex[2] else ""
    items = tuple(split_items(body[sex.end() :] if sex else body.removeprefix("?")))
    clone = Clone(modal, int(start[3] or 0), letters, bool(sex and sex[3]), items, cells, spectral)
    return _resolved(clone, [each for each in earlier if not is_normal(each)] or earlier)


def _resolved(clone: Clone, earlier: Sequence[Clone]) -> Clone:
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
    """Whether a clone has no change but those that the patient was born with."""
    number = 44 + len(clone.sex) + changes(clone.items, {}).fewest
    plain = clone.born or clone.sex in {"XX", "XY"}
    return plain and clone.modal == (number, number) and all(item.constitutional for item in clone.items)


def described(clones: Sequence[Clone]) -> list[Clone]:
    """Leave out clones that are only ``inc`` where another of their number says what it has."""
    empty = [c for c in clones if c.items and all(item.body in {"", "inc"} for item in c.items)]
    full = [c.modal for c in clones if c not in empty and c.modal]
    return [
        c
        for c in clones
        if c not in empty or not any(c.modal and c.modal[0] <= m[1] and m[0] <= c.modal[1] for m in full)
    ]


def exchanges(text: str) -> dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]]:
    """List the translocations and dicentrics of a text: kind and chromosomes -> bands as written.

    Those with a ``?`` before them or for a chromosome, and constitutional ones, are left out.
    """
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for kind, inside, behind in _EXCHANGE.findall(text):
        names = tuple(name.strip() for name in re.split("[;,.:]", inside))
        if len(names) < 2 or not set(names) <= set(ALL_CHROMOSOMES):
            continue
        bands = tuple(part.strip() for part in re.split(r"[;:,)(\]]+", behind) if part.strip())
        if len(names) == 2 and _ORDER.index(names[0]) > _ORDER.index(names[1]):
            names, bands = names[::-1], bands[::-1]
        known = found.setdefault((kind, names), [])
        plain = len(bands) == len(names) and all(_BAND.fullmatch(band) for band in bands)
        if plain and set(bands) != {"?"} and bands not in known:
            known.append(bands)
    return found
