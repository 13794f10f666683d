"""Copy number that arrays, genome mapping and sequencing add to a karyotype: ``arr[GRCh38] (4,6)x3,(21)x4``.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel: what is not
       listed is normal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from leukotype.inputs.lesions.bands import ACROCENTRIC, is_last_band
from leukotype.inputs.lesions.exchanges import ALL_CHROMOSOMES

_METHOD: Final = r"(?:arr(?:\s*cgh)?|ogm|seq|rsa|cgh)"
# From the name of the method to the next part of the text.
_PART: Final = re.compile(
    rf"\.?\s*\b{_METHOD}\b\s*(?:\[[^\]]*\])?(?P<said>.*?)(?=\.?\s*\b(?:nuc\s*ish|ish|{_METHOD})\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_COPIES: Final = r"\s*(?:x\s*(?P<low>\d{1,2})(?:\s*[~-]\s*(?P<high>\d{1,2}))?|(?P<amp>amp)\b)"
_BEHIND: Final = r"(?:\s*(?P<alike>hmz)\b|\s*mos\b)?(?:\s*\[[^\]]*\])?"
_ITEM: Final = re.compile(
    r"(?:\((?P<whole>[0-9XYxy,\s-]+)\)|(?<![\w)(])(?P<bare>\d{1,2}|[XY])(?=\s*x)|(?P<name>\d{1,2}|[XY])(?P<from>[pq][\d.]*)(?P<to>[pq][\d.]*)?"
    r"(?:\s*or\s*[XY][pq][\d.]*)?\s*(?:\(\s*\d[\d,_ ~-]*\))?)" + _COPIES + _BEHIND
)
_MORE_ABOUT: Final = re.compile(r"\b(?:t|ins|inv|dic|del|dup|der)\([^()]*\)(?:\s*\([^()]*\))*(?:\s*x\s*1\b)?")
_WITHIN_LAST: Final = re.compile(r"21q22\.[12]")  # 21q22 is long, and RUNX1 lies in its first part
_RUNX1_BAND: Final = ("21", "q22")
_NORMAL: Final = 2
_AMPLIFIED: Final = 5  # copies of RUNX1 that make iAMP21: Harrison et al., Leukemia 2014;28:1015


@dataclass(frozen=True)
class ArrayCopies:
    """What an array says of the chromosomes.

    Parameters
    ----------
    chromosomes
        their number; None where a part of the text was not read, or where the text lists nothing.
    gained, lost, arms_gained, arms_lost
        as in `CopyNumber`.
    runx1
        copies of the band of RUNX1, fewest and most; None where the text does not list it.
    alike
        whole autosomes whose copies are all of one parent's (``x2 hmz``): one was lost before it doubled.
    unread
        what was not understood; empty if all of it was.
    """

    chromosomes: int | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    arms_gained: tuple[str, ...]
    arms_lost: tuple[str, ...]
    runx1: tuple[int, int] | None
    alike: tuple[str, ...]
    unread: str

    @property
    def is_normal(self) -> bool:
        """Whether all of it was read, and nothing is gained or lost."""
        changes = (self.gained, self.lost, self.arms_gained, self.arms_lost, self.alike)
        return not (self.unread or any(changes))


def split_arrays(text: str) -> tuple[str, str]:
    """Split a straightened text into what an array showed and the rest."""
    parts = [found["said"].strip(" .;\r\n") for found in _PART.finditer(text)]
    listed = [part for part in parts if _ITEM.search(part)]
    if not listed:
        return "", text
    rest = _PART.sub(lambda found: "" if _ITEM.search(found["said"]) else found[0], text)
    return ",".join(listed), rest


def read_array(text: str) -> ArrayCopies | None:
    """Read the chromosomes that an array lists; None for a text that lists none.

    Parameters
    ----------
    text
        what `split_arrays` gave.
    """
    items = [
        item
        for item in _ITEM.finditer(text)
        if set(_names(item)) <= set(ALL_CHROMOSOMES) and (item["low"] or item["name"])
    ]
    if not items:
        return None
    left = _MORE_ABOUT.sub("", text)
    for item in items:
        left = left.replace(item[0], "", 1)
    unread = ",".join(part.strip() for part in re.split(r"[,;]", left) if part.strip(" .()"))
    changes = _changes(items)
    whole = Counter({place: by for place, by in changes.items() if place[-1] not in "pq"})
    arms = Counter({place: by for place, by in changes.items() if place not in whole})
    alike = {name for item in items if item["alike"] for name in _names(item) if name in _places(item, name)}
    signs = {place: (by > 0) - (by < 0) for place, by in arms.items()}
    return ArrayCopies(
        chromosomes=None if unread else 46 + whole.total(),
        gained=_repeat(whole, 1),
        lost=_repeat(whole, -1),
        arms_gained=_repeat(signs, 1),
        arms_lost=_repeat(signs, -1),
        runx1=_runx1(items),
        alike=tuple(name for name in ALL_CHROMOSOMES[:22] if name in alike),
        unread=unread[:60],
    )


def _changes(items: Sequence[re.Match[str]]) -> Counter[str]:
    """Count the copies of each chromosome and arm less those of a normal cell of the sex that Y tells."""
    normal = dict.fromkeys(ALL_CHROMOSOMES[:22], _NORMAL)
    normal |= {"X": 1, "Y": 1} if _has_y(items) else {"X": _NORMAL, "Y": 0}
    changes = Counter[str]()
    for item in items:
        for name in _names(item):
            for place in _places(item, name):
                changes[place] = max(changes[place], _change(item, normal[name]), key=abs)
    return changes


def _change(item: re.Match[str], normal: int) -> int:
    """Count the copies beyond normal; of a range (x2~3: some of the cells) what is least beside normal."""
    low, high = _copies(item)
    ends = (low - normal, high - normal)
    return min(ends, key=abs) or max(ends, key=abs)


def _copies(item: re.Match[str]) -> tuple[int, int]:
    """Give the fewest and most copies of an item; an amplification (amp) has no number, and is of many."""
    low = _AMPLIFIED if item["amp"] else int(item["low"])
    return low, int(item["high"] or low)


def _names(item: re.Match[str]) -> list[str]:
    """List the chromosomes of an item, ranges written out: 1-22, XY."""
    whole = item["whole"] or item["bare"]
    if not whole:
        return [item["name"].upper()]
    names: list[str] = []
    for part in re.split(r"[,\s]+", whole.strip(" ,").upper()):
        first, _, last = part.partition("-")
        if re.fullmatch(r"[0-9]{1,2}-[0-9]{1,2}", part):
            names += [str(number) for number in range(int(first), int(last) + 1)]
        else:
            names += list(part) if set(part) <= {"X", "Y"} else [part]
    return names


def _has_y(items: Sequence[re.Match[str]]) -> bool:
    return any("Y" in _names(item) and _copies(item)[0] > 0 for item in items)


def _places(item: re.Match[str], name: str) -> list[str]:
    """Give the chromosome of an item, or the arms that a segment of it lies on."""
    if item["whole"] or item["bare"]:
        return [name]
    first, last = item["from"], item["to"] or item["from"]
    starts = (
        first.startswith("q11") if name in ACROCENTRIC else first[0] == "p" and is_last_band(name + first)
    )
    if starts and last[0] == "q" and is_last_band(name + last) and not _WITHIN_LAST.match(name + last):
        return [name]
    return [name + arm for arm in dict.fromkeys((first[0], last[0]))]


def _runx1(items: Sequence[re.Match[str]]) -> tuple[int, int] | None:
    """Give the copies of the band of RUNX1: the most that an item gives which reaches it."""
    chromosome, band = _RUNX1_BAND
    found = [
        _copies(item)
        for item in items
        if chromosome in _names(item)
        and (item["whole"] or item["bare"] or band in (item["to"] or item["from"]))
    ]
    return max(found, default=None)


def _repeat(balance: Mapping[str, int], sign: int) -> tuple[str, ...]:
    places = sorted(balance, key=lambda place: (ALL_CHROMOSOMES.index(place.rstrip("pq")), place))
    return tuple(place for place in places for _ in range(sign * balance[place]))
