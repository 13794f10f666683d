"""Translocations, insertions and dicentrics in the text of a karyotype, wherever they stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from leukotype.inputs.lesions.records import Exchange
from leukotype.vocabulary import CHROMOSOMES

ALL_CHROMOSOMES: Final = (*CHROMOSOMES, "Y")
# Constitutional: said so (c), or new (dn) or inherited (mat, pat, inh): only asked of what one is born with.
BORN: Final = r"(?:\??c|dn|d?mat|d?pat|d?inh)"

# Kind (t, ins or dic) and chromosomes of an exchange -> its bands as written, each place once.
Exchanges = Mapping[tuple[str, tuple[str, ...]], Sequence[tuple[str, ...]]]

_EXCHANGE: Final = re.compile(
    r"(?<![A-Za-z])(\??)(t|ins|dic)\(([^()]*)\)?\)((?:\s*\([^()\[\]]*[)\]])*+)(?!\s*" + BORN + r"\b)"
)
_BAND: Final = re.compile(r"[pq?][\d?.pq~-]*")
_ORDER: Final = ("X", "Y", *ALL_CHROMOSOMES[:22])  # of the two chromosomes in a translocation


def exchanges(text: str) -> dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]]:
    """List the exchanges of a text: kind and chromosomes -> bands as written.

    Those with a ``?`` before them or for a chromosome, and constitutional ones, are left out.
    """
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for doubt, kind, inside, behind in _EXCHANGE.findall(text):
        read = None if doubt else _read(kind, inside, behind)
        if read is None:
            continue
        names, bands = read
        known = found.setdefault((kind, names), [])
        plain = len(bands) == len(names) and all(_BAND.fullmatch(band) for band in bands)
        if plain and set(bands) != {"?"} and bands not in known:
            known.append(bands)
    return found


def doubted_exchanges(text: str) -> tuple[Exchange, ...]:
    """List the exchanges that a text itself puts a ``?`` before."""
    found = [
        Exchange(kind, *read, doubted=True)
        for doubt, kind, inside, behind in _EXCHANGE.findall(text)
        if (doubt or "?" in inside) and (read := _read(kind, inside.replace("?", ""), behind))
    ]
    return tuple(dict.fromkeys(found))


def _read(kind: str, inside: str, behind: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the chromosomes and the bands of an exchange; None if they are not two chromosomes or more."""
    names = tuple(name.strip() for name in re.split("[;,.:]", inside))
    if len(names) < 2 or not set(names) <= set(ALL_CHROMOSOMES):
        return None
    bands = _bands(behind, len(names))
    if len(names) == 2 and kind != "ins" and _ORDER.index(names[0]) > _ORDER.index(names[1]):
        return names[::-1], bands[::-1]
    return names, bands


def _bands(behind: str, number: int) -> tuple[str, ...]:
    """Give the bands in the brackets behind an exchange, less signals of FISH and base positions."""
    first, *_ = [*re.findall(r"\(([^()\[\]]*)[)\]]", behind), ""]
    near = tuple(part.strip() for part in re.split("[;:,]", first) if part.strip())
    if len(near) == number:
        return near
    return tuple(part.strip() for part in re.split(r"[;:,)(\]]+", behind) if part.strip())
