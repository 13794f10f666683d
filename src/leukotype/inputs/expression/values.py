"""What the numbers of a sample are: counts, CPM, TPM or FPKM, linear or as a logarithm; decided or refused.

Every sample is judged by its own values alone, so that no sample changes how another one is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from leukotype.errors import InputError
from leukotype.vocabulary import ValueType

Vector = npt.NDArray[np.float32]

AUTO: Final = "auto"
_BASES: Final = {"log2": 2.0, "ln": math.e, "log10": 10.0}
# CPM and TPM sum to one million by definition; rounding and dropped genes move the sum a little.
_MILLION: Final = 1e6
_MILLION_TOLERANCE: Final = 0.005
_EXACT: Final = 0.0005  # rounding alone: of a number that was added and is not known
# Share of whole numbers among the non-zero values of expected counts: at least 0.30 in real RSEM, Salmon and
# tximport tables; 0.01 in their TPM and FPKM columns of two decimals.
_WHOLE_SHARE: Final = 0.1
# No count, TPM or FPKM of a whole sample stays under this; log2 of a thousand million is 30.
_LOG_MAX: Final = 30.0
_UNDONE_MAX: Final = 1e10
# A microarray has no zeros: log2 intensities lie between a background near 3 and the saturation at 16.
_ARRAY_GENES: Final = 5000
_ARRAY_LOG_GENES: Final = 1000
_ARRAY_LOG_RANGE: Final = (2.0, 20.0)
# Whole intensities lie between the background of a scanner and the most that its 16 bits hold (Affymetrix,
# GCOS manual: pixels of 0 to 65,535); whole numbers beyond are counts of genes that all samples have.
_SCANNED: Final = (20.0, 65_535.0)
_LINEAR: Final = tuple(ValueType)
# What is added before a logarithm beside 1: UCSC Xena's 0.001, and others'. Its zeros are the lowest value of
# a sample, which several genes have.
_PRIORS: Final = (0.001, 0.01, 0.1, 0.25, 0.5)
_PRIOR_TOLERANCE: Final = 0.001
_ZEROS: Final = 2
_MANY_ZEROS: Final = 0.01  # of the genes
_TELLING: Final = 0.01  # below it a single zero tells: no other value of RNA-seq is as low
_MOST_READS: Final = 5e8  # of one library; its one read is 0.002 CPM, and less is no whole count
_MULTIPLES: Final = 10
# A table of well-read genes alone, with a zero or two, has few values as low as ten of its smallest.
_MULTIPLES_OF_PART: Final = 100
_SHARED: Final = 5  # genes that share a value, values that are shared, steps of rounding: fewer is chance
_RARE: Final = 50  # parts of the most frequent value
_FIRST: Final = 20
_OFF_GRID: Final = 0.02
# The largest 1 % of the values above zero have .20 to .67 of the sum in 129 raw libraries of leukemia, blood
# and stroma, .11 or more among the genes of 500 reads (10,381 at most); of lengths .05 to .09, of ranks .03.
_EVEN: Final = 0.1
_EVEN_IF_MANY: Final = 0.15
_MANY: Final = 20_000
_EVEN_GENES: Final = 1000
_THOUSAND: Final = 1000
_MANY_PARTS: Final = 100


@dataclass(frozen=True)
class ValueKind:
    """A value type, and the base of the logarithm of (x + ``prior``) if it is one."""

    value_type: ValueType
    log: str = ""
    prior: float = 1.0

    def __str__(self) -> str:
        plain = f"{self.log}-{self.value_type}" if self.log else str(self.value_type)
        return plain if self.prior == 1 else f"{plain} of x + {self.prior:g}"

    def linear(self, values: Vector) -> Vector:
        """Undo the logarithm: ``base ** x - prior``, at least 0."""
        if not self.log:
            return values
        undone = np.power(_BASES[self.log], values.astype(np.float64)) - self.prior
        return np.maximum(undone, 0).astype(np.float32)

    def is_like(self, other: ValueKind) -> bool:
        """Whether values are the same but for what was added to them, which may be a sample's own."""
        return self == replace(other, prior=self.prior)


@dataclass(frozen=True, eq=False)
class _Sample:
    """Values of one sample, and what several rules ask of them."""

    values: Vector

    @cached_property
    def low(self) -> float:
        """The lowest value."""
        return float(self.values.min())

    @cached_property
    def top(self) -> float:
        """The highest value."""
        return float(self.values.max())

    @cached_property
    def total(self) -> float:
        """The sum of all values."""
        return float(self.values.sum(dtype=np.float64))

    @cached_property
    def is_whole(self) -> bool:
        """Whether all are whole numbers."""
        return bool((self.values == np.rint(self.values)).all())


@dataclass(frozen=True)
class _Undecided:
    """What was found, and what the user may answer."""

    found: str
    answers: str


@dataclass(frozen=True)
class ValuePlace:
    """Where values stand, for messages: the file, the sample, and the names of its genes."""

    label: str
    sample: str
    genes: Sequence[str]

    def refuse(self, problem: str, gene: int | None = None) -> InputError:
        """Return the error, to be raised, that names the file, the sample and the gene."""
        where = f"sample {self.sample}" + ("" if gene is None else f", gene {self.genes[gene]}")
        return InputError(f"{self.label}: {where}: {problem}")


def parse_kind(text: str) -> ValueKind | None:
    """Read a ``--value-type``; None for ``auto``.

    Raises
    ------
    InputError
        For a word that is not one of the value types.
    """
    word = text.strip().lower()
    if word == AUTO:
        return None
    known = [ValueKind(value, log) for log in ("", *_BASES) for value in _LINEAR]
    for kind in known:
        if str(kind) == word:
            return kind
    raise InputError(
        f"--value-type: expected auto, {', '.join(map(str, known))}, found '{text}': choose one of these"
    )


def check_finite(place: ValuePlace, values: Vector) -> None:
    """Refuse missing and infinite values of one sample.

    Raises
    ------
    InputError
        Naming the sample and the gene of the first.
    """
    bad = ~np.isfinite(values)
    if bad.any():
        gene = int(bad.argmax())
        found = "a missing value" if np.isnan(values[gene]) else "an infinite value"
        raise place.refuse(
            f"expected a number, found {found}: fill it at its source, or leave the gene out", gene
        )


def kind_of(place: ValuePlace, values: Vector, said: ValueKind | None) -> ValueKind:
    """Decide what the values of one sample are.

    Parameters
    ----------
    place
        Names for the message.
    values
        One sample's values, finite.
    said
        What the user or the format says; it is believed unless the values contradict it.

    Raises
    ------
    InputError
        For values that cannot be RNA-seq expression, that contradict ``said``, or that leave a choice.
    """
    if not values.any():
        raise place.refuse("expected expression, found zero for every gene: leave the sample out")
    sample = _Sample(values)
    if _has_thousand_points(sample):
        raise place.refuse(
            "expected numbers, found every decimal above 1 and with three digits behind its point, and none "
            "of 1,000 or more, as of counts with a point for thousands: write 1234 for 1.234"
        )
    if said is None and (shifted := _small_prior(sample)) is not None:
        return shifted
    if sample.low < 0 and not (said and said.log):
        raise _negative(place, values)
    if said is not None:
        _check_said(place, sample, said)
        return replace(said, prior=_prior(sample, said.log)) if said.log else said
    _refuse_even(place, sample)
    decided = _decide(sample)
    if isinstance(decided, _Undecided) or decided == ValueKind(ValueType.COUNTS):
        _refuse_microarray(place, sample)
    if isinstance(decided, ValueKind):
        return decided
    raise place.refuse(
        f"expected values of one clear kind, found {decided.found}: "
        f"say which by --value-type {decided.answers}"
    )


def _has_thousand_points(sample: _Sample) -> bool:
    """Whether a sample's counts were written with points for thousands, and read as decimals."""
    if sample.low < 0 or not _LOG_MAX < sample.top < _THOUSAND or sample.is_whole:
        return False
    parts = sample.values[sample.values != np.rint(sample.values)].astype(np.float64)
    if parts.size < _MANY_PARTS or parts.min() < 1:
        return False
    thousandths = parts * _THOUSAND
    return bool(np.abs(thousandths - np.rint(thousandths)).max() < 0.05)


def _prior(sample: _Sample, log: str) -> float:
    """Tell the number that was added before a logarithm: below 1 where it is what most zeros have become.

    edgeR and voom add a part of a read, which is another number in each library: many zeros show it.
    """
    lowest = sample.low
    if lowest >= 0 or sample.top > _LOG_MAX:
        return 1.0
    zeros = int((sample.values == lowest).sum())
    for prior in _PRIORS:
        near = abs(lowest - math.log(prior, _BASES[log])) < _PRIOR_TOLERANCE
        if near and (zeros >= _ZEROS or prior < _TELLING):
            return prior
    return float(_BASES[log] ** lowest) if zeros > _MANY_ZEROS * sample.values.size else 1.0


def _small_prior(sample: _Sample) -> ValueKind | None:
    """Tell TPM or CPM as a logarithm of (x + 0.001) or the like; None for anything else."""
    for log, base in _BASES.items():
        prior = _prior(sample, log)
        if prior < 1:
            undone = np.maximum(np.power(base, sample.values.astype(np.float64)) - prior, 0)
            undone[sample.values == sample.low] = 0
            positive = undone[undone > 0].astype(np.float32)
            unit: ValueKind | _Undecided | None = None
            if _is_million(float(undone.sum()), _MILLION_TOLERANCE if prior in _PRIORS else _EXACT):
                unit = _cpm_or_tpm(positive, _MULTIPLES_OF_PART)
            elif _are_multiples(positive):
                unit = ValueKind(ValueType.CPM)
            if isinstance(unit, ValueKind):
                return replace(unit, log=log, prior=prior)
    return None


def _negative(place: ValuePlace, values: Vector) -> InputError:
    gene = int(values.argmin())
    lowest = f"{values[gene]:g}"
    small = values.max() <= _LOG_MAX and bool((values != np.rint(values)).any())
    shared = (values == values.min()).mean() > _MANY_ZEROS
    if small and not shared and values.min() < -1 and (values < 0).mean() > 0.1 and abs(values.mean()) < 1:
        return place.refuse(
            f"expected counts, CPM, TPM or FPKM, found z-scores (lowest {lowest}): give the counts"
        )
    if small:
        return place.refuse(
            f"expected no negative value, found {lowest}: for a logarithm with a small prior say "
            "so by --value-type "
            "log2-tpm (or its like), else give the counts",
            gene,
        )
    return place.refuse(f"expected no negative value, found {lowest}: correct it at its source", gene)


def _check_said(place: ValuePlace, sample: _Sample, said: ValueKind) -> None:
    """Refuse a value type that the values plainly contradict."""
    whole, total, top = sample.is_whole, sample.total, sample.top
    if said.log:
        if top * math.log10(_BASES[said.log]) > math.log10(_UNDONE_MAX):
            raise place.refuse(f"expected {said}, found a value of {top:g}: too large for that logarithm")
    elif said.value_type is ValueType.COUNTS:
        if not whole and _is_million(total):
            raise place.refuse("expected counts, found decimals that sum to 1,000,000: they are CPM or TPM")
    elif whole and total > 2 * _MILLION:
        raise place.refuse(f"expected {said}, found whole numbers that sum to {total:,.0f}: they are counts")
    if not said.log and not whole and top <= _LOG_MAX and sample.values.size > _ARRAY_LOG_GENES:
        raise place.refuse(
            f"expected {said}, found a maximum of {top:g}: a logarithm is named as in log2-tpm"
        )


def _refuse_microarray(place: ValuePlace, sample: _Sample) -> None:
    """Refuse intensities, which have no zero; whole numbers without one are counts of genes that all have."""
    low, top, size = sample.low, sample.top, sample.values.size
    if sample.is_whole and not (low >= _SCANNED[0] and top <= _SCANNED[1]):
        return
    logged = size > _ARRAY_LOG_GENES and low > _ARRAY_LOG_RANGE[0] and top < _ARRAY_LOG_RANGE[1]
    if logged or (low > 0 and size > _ARRAY_GENES):
        raise _without_zero(place, sample, "as in a microarray, or where genes of few reads were left out")


def _refuse_even(place: ValuePlace, sample: _Sample) -> None:
    """Refuse numbers of which none is zero and none stands out: lengths, ranks, percentiles."""
    values, top, few = sample.values, sample.top, sample.values.size // 100
    if values.size < _EVEN_GENES or 1 < top <= _LOG_MAX or sample.low <= 0:
        return
    share = float(np.sort(values)[-few:].sum(dtype=np.float64)) / sample.total
    steps = np.unique(values)
    limit = _EVEN_IF_MANY if values.size > _MANY else _EVEN
    if share < limit or (steps.size > _EVEN_GENES and (np.diff(steps) == 1).all()):
        found = "ranks" if top <= values.size else "lengths of genes"
        raise _without_zero(
            place, sample, f"of which 1 % have {share:.0%} of the sum, as in a microarray, or in {found}"
        )


def _without_zero(place: ValuePlace, sample: _Sample, found: str) -> InputError:
    return place.refuse(
        f"expected RNA-seq values, found no zero among {sample.values.size:,} genes ({sample.low:g} to "
        f"{sample.top:g}), {found}: give RNA-seq counts of all genes, or say by --value-type what they are"
    )


def _is_million(total: float, tolerance: float = _MILLION_TOLERANCE) -> bool:
    return abs(total - _MILLION) <= tolerance * _MILLION


def _decide(sample: _Sample) -> ValueKind | _Undecided:
    """ValueKind of non-negative values with at least one above zero."""
    million = _is_million(sample.total)
    if sample.is_whole and not million:
        return ValueKind(ValueType.COUNTS)
    positive = sample.values[sample.values > 0]
    whole = float((positive == np.rint(positive)).mean())
    many_whole = whole > max(_WHOLE_SHARE, min(0.5, 3 * _quantum(positive)))
    if million and many_whole:
        return _Undecided("whole numbers that sum to 1,000,000 (counts, CPM or TPM)", "counts|cpm|tpm")
    if million:
        return _cpm_or_tpm(positive)
    if whole < 1 and sample.top <= _LOG_MAX:
        return _logarithm(sample.values)
    if many_whole:
        return ValueKind(ValueType.COUNTS)
    if _are_multiples(positive):  # a part of CPM, or counts by DESeq2's size factors, which are read alike
        return ValueKind(ValueType.CPM)
    return _Undecided(
        f"decimals, {whole:.0%} of them whole, that do not sum to 1,000,000 (FPKM, scaled counts, or a "
        "part of CPM or TPM)",
        "|".join(_LINEAR),
    )


def _quantum(positive: Vector) -> float:
    """Step to which the values were rounded (1, 0.1, 0.01, ...); 0 when none of five decimals shows."""
    # Under 2 a float32 still tells the fifth decimal.
    small = positive[positive < 2].astype(np.float64)
    if small.size < 20:
        return 0.0
    for decimals in range(6):
        scaled = small * 10**decimals
        if np.abs(scaled - np.rint(scaled)).max() < 0.02:
            return float(10.0**-decimals)
    return 0.0


def _are_multiples(positive: npt.NDArray[Any]) -> bool:
    """Whether values that many genes share are multiples of one read, as counts by any one number are."""
    return _off_grid(positive) < _OFF_GRID


def _off_grid(positive: npt.NDArray[Any]) -> float:
    """Tell how far, in reads, the values that many genes share are from multiples of one."""
    values, times = np.unique(positive.astype(np.float32), return_counts=True)
    shared = values[times >= max(_SHARED, times.max() / _RARE)][:_FIRST].astype(np.float64)
    if shared.size < _SHARED:
        return math.inf
    step = np.diff(shared, prepend=0).min()
    step = shared[-1] / np.rint(shared[-1] / step)  # the last tells it to more digits
    multiples = shared / step
    least = max(_SHARED * _quantum(positive), float(positive.sum(dtype=np.float64)) / _MOST_READS)
    return float(np.abs(multiples - np.rint(multiples)).max()) if step >= least else math.inf


def _cpm_or_tpm(positive: Vector, most: int = _MULTIPLES) -> ValueKind | _Undecided:
    """CPM of whole counts are whole multiples of one; TPM, divided by gene lengths, are not.

    ``most`` is the highest multiple of the smallest value that is looked at, where rounding does not blur it.
    """
    if _are_multiples(positive):
        return ValueKind(ValueType.CPM)
    unit = float(positive.min())
    if unit < _MILLION / _MOST_READS:
        return ValueKind(ValueType.TPM)
    rounding = _quantum(positive) / unit
    # Rounding blurs the k-th multiple by (k + 1) / 2 steps; past a tenth of the unit nothing is told.
    highest = most if rounding == 0 else min(_MULTIPLES, int(0.2 / rounding) - 1)
    multiple = positive[positive <= (highest + 0.5) * unit].astype(np.float64) / unit
    distance = np.abs(multiple - np.rint(multiple))
    allowed = rounding * (np.rint(multiple) + 1) / 2 + 1e-4 * multiple
    if highest >= 2 and multiple.size >= 20:
        on_grid = float((distance <= allowed).mean())
        if on_grid > 0.99:
            return ValueKind(ValueType.CPM)
        if on_grid < 0.7:
            return ValueKind(ValueType.TPM)
    return _Undecided("values that sum to 1,000,000 (CPM or TPM, too rounded or too few to tell)", "cpm|tpm")


def _logarithm(values: Vector) -> ValueKind | _Undecided:
    """Find the base under which the values become whole counts, or sum to one million."""
    for log, base in _BASES.items():
        undone = np.power(base, values.astype(np.float64)) - 1
        small = undone[(undone > 1e-3) & (undone < 50)]
        several = np.unique(np.rint(small)).size >= _SHARED
        if small.size >= 20 and several and np.abs(small - np.rint(small)).max() < _OFF_GRID:
            return ValueKind(ValueType.COUNTS, log)
        if _is_million(float(undone.sum())):
            unit = _cpm_or_tpm(undone[undone > 0].astype(np.float32))
            if isinstance(unit, ValueKind):
                return ValueKind(unit.value_type, log)
            return _Undecided(f"{log} of values that sum to 1,000,000 (CPM or TPM)", f"{log}-cpm|{log}-tpm")
    positive = values[values > 0].astype(np.float64)
    (best, log), (next_best, _), _ = sorted(
        (_off_grid(base**positive - 1), log) for log, base in _BASES.items()
    )
    if best < min(_OFF_GRID, next_best / _SHARED):  # small values are nearly straight under any base
        return ValueKind(ValueType.CPM, log)
    return _Undecided(
        f"values up to {values.max():.3g}, as of a logarithm whose base and unit do not show",
        f"{'|'.join(f'{log}-X' for log in _BASES)}, X being {'|'.join(_LINEAR)} (X alone if linear)",
    )
