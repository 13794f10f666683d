"""Translocations, insertions and dicentrics in the text of a karyotype, wherever they stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from leukotype.inputs.lesions.records import Exchange, Verdict
from leukotype.inputs.lesions.statements import said_of
from leukotype.vocabulary import CHROMOSOMES

ALL_CHROMOSOMES: Final = (*CHROMOSOMES, "Y")
# Constitutional: said so (c), or new (dn) or inherited (mat, pat, inh): only asked of what one is born with.
BORN: Final = r"(?:c|dn|d?mat|d?pat|d?inh)"

# Kind (t, ins or dic) and chromosomes of an exchange -> its bands as written, each place once.
Exchanges = Mapping[tuple[str, tuple[str, ...]], Sequence[tuple[str, ...]]]

_EXCHANGE: Final = re.compile(
    r"(?<![A-Za-z])(t|ins|dic)(\??)\(([^()]*)\)?\)(\??(?:\s*\([^()\[\]]*[)\]])*+)(?!\s*" + BORN + r"\b)"
)
_SAYS_LITTLE: Final = (Verdict.FOUND, Verdict.NOT_PLAIN)
_BAND: Final = re.compile(r"[pq?][\d?.pq~-]*")
_ONE_BAND: Final = re.compile(r"[pq][\d.?]*")
_ORDER: Final = ("X", "Y", *ALL_CHROMOSOMES[:22])  # of the two chromosomes in a translocation


def exchanges(text: str) -> tuple[Exchange, ...]:
    """List the exchanges of a text, also what it denies or doubts; constitutional ones are left out.

    Bands are written at the first mention only: where one has them, those of the same chromosomes without
    say no more.
    """
    found: list[Exchange] = []
    for match in _EXCHANGE.finditer(text):
        kind, doubt, inside, behind = match.groups()
        if (read := _read(kind, inside.replace("?", ""), behind)) is not None:
            asked = doubt or "?" in inside or behind.startswith("?") or "(?)" in behind
            own = Verdict.DOUBTED if asked else Verdict.FOUND
            said = said_of(text, *match.span()) or Verdict.FOUND
            found.append(Exchange(kind, *read, own or said if said in _SAYS_LITTLE else said))
    places = bands_of(found)
    kept = (each for each in found if each.bands or not places.get((each.kind, each.chromosomes)))
    return tuple(dict.fromkeys(kept))


def bands_of(found: Sequence[Exchange]) -> Exchanges:
    """Give the bands of exchanges, by their kind and chromosomes."""
    places: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for each in dict.fromkeys(found):
        if each.bands and each.bands not in places.get((each.kind, each.chromosomes), ()):
            places.setdefault((each.kind, each.chromosomes), []).append(each.bands)
    return places


def _read(kind: str, inside: str, behind: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the chromosomes and the bands of an exchange; None if they are not two chromosomes or more."""
    names = tuple(name.strip() for name in re.split("[;,.:]", inside))
    if len(names) < 2 or not set(names) <= set(ALL_CHROMOSOMES):
        return None
    bands = _bands(behind, len(names))
    if len(bands) != len(names) or not all(map(_BAND.fullmatch, bands)) or set(bands) == {"?"}:
        bands = ()
    if len(names) == 2 and kind != "ins" and _ORDER.index(names[0]) > _ORDER.index(names[1]):
        return names[::-1], bands[::-1]
    return names, bands


def _bands(behind: str, number: int) -> tuple[str, ...]:
    """Give the bands in the brackets behind an exchange, less signals of FISH and base positions."""
    first, *_ = [*re.findall(r"\(([^()\[\]]*)[)\]]", behind), ""]
    near = tuple(part.strip() for part in re.split(r"[;:,]|\.(?=[pq])", first) if part.strip())
    if len(near) == number:
        return near
    run = tuple(_ONE_BAND.findall(first))  # (q34q11): the semicolon was forgotten
    if len(near) == 1 and len(run) == number and "".join(run) == first.strip():
        return run
    return tuple(part.strip() for part in re.split(r"[;:,)(\]]+", behind) if part.strip())
