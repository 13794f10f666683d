"""Karyotypes in ISCN: clones, chromosomes gained and lost, exchanges; what is not plain is left open.

References
----------
.. [1] ISCN 2020: An International System for Human Cytogenomic Nomenclature, Karger, Basel.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from leukotype.inputs.lesions.iscn_clones import (
    MOST,
    Clone,
    described,
    exchanges,
    is_normal,
    read_clones,
    straightened,
)
from leukotype.inputs.lesions.iscn_items import (
    ALL_CHROMOSOMES,
    Changes,
    Exchanges,
    Item,
    changes,
)

# Without a ploidy level that fits, signs are read against 2n from 35 chromosomes to 57; below (near haploid,
# [1]_) a gain may be one against 1n, and above (near triploid, [1]_) a loss may be one against 3n.
_DIPLOID_FROM, _DIPLOID_TO = 35, 57
_NORMAL: Final = re.compile(r"\W*normal( (fe)?male)?( karyotype)?\W*", re.IGNORECASE)
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
    """

    chromosomes: tuple[int, int] | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    arms_gained: tuple[str, ...]
    arms_lost: tuple[str, ...]
    translocations: tuple[str, ...]
    complete: bool
    normal_only: bool
    remark: str
    clones: tuple[tuple[int, int], ...]


def parse_karyotype(text: str) -> Karyotype | None:
    """Read an ISCN karyotype, with the slips of the pen that laboratories' sheets have.

    The main clone is the abnormal one with most metaphases among those that say more than their number;
    a spectral karyotype (SKY, M-FISH) comes before the banding that it makes more exact. Interphase FISH
    is not read.

    Returns
    -------
        None where the text holds no karyotype. Never an error: what is not understood stands in ``remark``.
    """
    plain = straightened(text)
    if _NORMAL.fullmatch(plain):
        return Karyotype((46, 46), (), (), (), (), (), True, True, "", ())
    found, read = exchanges(plain), read_clones(plain)
    if not (read.clones or read.fish or found):
        return None
    abnormal = [clone for clone in read.clones if not is_normal(clone)]
    main = max(described(abnormal) or read.clones or [_UNKNOWN], key=lambda each: (each.spectral, each.cells))
    told = _told(main, read.fish, found)
    return replace(
        told,
        translocations=tuple(_written(*key, at) for key, places in found.items() for at in places or [()]),
        normal_only=not (abnormal or read.fish or found),
        remark="; ".join(dict.fromkeys(filter(None, (told.remark, *read.unread)))),
        clones=tuple(clone.modal for clone in abnormal if clone.modal),
    )


def _written(kind: str, chromosomes: Sequence[str], bands: Sequence[str]) -> str:
    return f"{kind}({';'.join(chromosomes)})" + (f"({';'.join(bands)})" if bands else "")


def _told(clone: Clone, fish: Sequence[Item], found: Exchanges) -> Karyotype:
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
    remarks = [f"not read: '{text[:60]}'" for text in total.unread]
    if any(item.body == "inc" for item in clone.items):
        remarks.append("inc: more changes than are told")
    elif not level and clone.modal:
        remarks.append("the items do not add up to the modal number")
    return Karyotype(
        clone.modal,
        tuple(name for name in ALL_CHROMOSOMES for _ in range(whole[name])),
        tuple(name for name in ALL_CHROMOSOMES for _ in range(-whole[name])),
        tuple(sorted((+arms).elements(), key=_place)),
        tuple(sorted((-arms).elements(), key=_place)),
        (),
        complete=bool(level) and exact and known and settled,
        normal_only=False,
        remark="; ".join(remarks),
        clones=(),
    )


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
