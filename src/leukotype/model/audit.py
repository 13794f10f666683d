"""What the files of a bundle must hold, checked at loading: a hash made anew says nothing of them.

Shapes and kinds are read from the heads of the arrays before one of them is unpacked; then their numbers,
the names of the classes, the genes and the manifest are held to what training can give. A bundle that passes
gives finite probabilities for any sample.
"""

from __future__ import annotations

import io
import math
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from leukotype.errors import ModelFileError, quote
from leukotype.model.conformal import LEVELS
from leukotype.model.genes import GeneTable
from leukotype.vocabulary import CHROMOSOMES, NOT_B_ALL

Arrays = dict[str, npt.NDArray[Any]]

LARGEST_FILE: Final = 1 << 27  # bytes, also unpacked: the bundle that ships has one of 2 MB
_LARGEST: Final = 1e6  # of any number: sums over all genes stay finite
_LEAST_SPREAD: Final = 1e-6  # what is divided by a spread stays finite
_HIGHEST_LEVEL: Final = 20.0  # log2(CPM + 1): a million has 19.93
_LONGEST_NAME: Final = 100
_HEADS: Final = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
# What numpy raises of a head that is none: it is read as Python's own spelling of a dictionary.
_NO_HEAD: Final = (
    ValueError,
    KeyError,
    TypeError,
    SyntaxError,
    RecursionError,
    MemoryError,
    tokenize.TokenError,
)
_KINDS: Final = {"f": "numbers with a point", "i": "whole numbers", "U": "names"}
_BYTES: Final = {"f": (2, 4, 8), "i": (4, 8), "U": range(4, 4 * _LONGEST_NAME + 1)}
_AGAIN: Final = "get the bundle again"


@dataclass(frozen=True)
class ArrayForm:
    """What an array must be.

    Parameters
    ----------
    axes
        length of each axis; or its name, of which all have the same length throughout the bundle.
    low, high
        range of its numbers.
    kind
        as numpy writes it: f, i or U.
    gaps
        whether NaN may stand in it, for what could not be learned.
    """

    axes: tuple[int | str, ...] = ()
    low: float = -_LARGEST
    high: float = _LARGEST
    kind: str = "f"
    gaps: bool = False


_NAMES: Final = ArrayForm(("subtypes",), kind="U")
MODEL: Final[Mapping[str, ArrayForm]] = {
    "subtypes": _NAMES,
    "limit": ArrayForm(low=0),
    "most_outlying": ArrayForm(low=0, high=1),
    "lesion_weights": ArrayForm((5,)),  # leukotype.evidence.findings.FLAGS
    "sets": ArrayForm((len(LEVELS), "subtypes"), 0, 1),
    "features.genes": ArrayForm(("read genes",), 0, kind="i"),
    "features.centre": ArrayForm(("read genes",)),
    "features.spread": ArrayForm(("read genes",), _LEAST_SPREAD),
    "features.subtype_genes": ArrayForm(("own genes",), 0, kind="i"),
    "features.chromosomes": ArrayForm(("read genes",), -1, kind="i"),
    "features.dosage_weight": ArrayForm(low=0),
    "features.other_weight": ArrayForm(low=0),
    "gate.weights": ArrayForm(("read genes", "kinds")),
    "gate.intercept": ArrayForm(("kinds",)),
    "blasts.weights": ArrayForm(("read genes",)),
    "blasts.intercept": ArrayForm(),
    "blasts.scores": ArrayForm(("knots",)),
    "blasts.low": ArrayForm(("knots",), 0, 100),
    "blasts.middle": ArrayForm(("knots",), 0, 100),
    "blasts.high": ArrayForm(("knots",), 0, 100),
    "calibration.weights": ArrayForm(("subtypes", "subtypes")),
    "calibration.intercept": ArrayForm(("subtypes",)),
}
LINEAR: Final[Mapping[str, ArrayForm]] = {
    "subtype.weights": ArrayForm(("columns", "subtypes")),
    "subtype.intercept": ArrayForm(("subtypes",)),
}
TREES: Final[Mapping[str, ArrayForm]] = {  # all else of them: leukotype.model.boosted
    "subtype.roots": ArrayForm(("rounds", "subtypes"), 0, math.inf, "i"),
    **{f"subtype.{name}": ArrayForm(("nodes",)) for name in ("value", "cover", "threshold")},
    **{f"subtype.{name}": ArrayForm(("nodes",), -1, math.inf, "i") for name in ("feature", "left", "right")},
}
PROFILES: Final[Mapping[str, ArrayForm]] = {
    "names": ArrayForm(("classes",), kind="U"),
    "means": ArrayForm(("classes", "genes"), 0, _HIGHEST_LEVEL, gaps=True),  # genes that no class was read in
    "spreads": ArrayForm(("classes", "genes"), 0, _HIGHEST_LEVEL, gaps=True),
}
NO_PROFILES: Final[Mapping[str, ArrayForm]] = {
    "names": ArrayForm((0,)),
    "means": ArrayForm((0, 0)),
    "spreads": ArrayForm((0, 0)),
}
DOSAGE: Final[Mapping[str, ArrayForm]] = {
    "centre": ArrayForm(("measured",), 0, _HIGHEST_LEVEL),
    "spread": ArrayForm(("measured",), _LEAST_SPREAD),
    "directions": ArrayForm(("measured", "directions")),
    "chromosomes": ArrayForm(("measured",), 0, len(CHROMOSOMES) - 1, "i"),
    "level_spread": ArrayForm((len(CHROMOSOMES),), 0, gaps=True),  # a chromosome with few genes has no level
    "most_misfit": ArrayForm((), 0),
}
MAP: Final[Mapping[str, ArrayForm]] = {
    "subtypes": ArrayForm(("its subtypes",), kind="U"),
    "landmarks": ArrayForm(("landmarks", "its subtypes")),
    "places": ArrayForm(("landmarks", 2), 0, 1),
    "points": ArrayForm(("patients", 2), 0, 1),
    "classes": ArrayForm(("patients",), 0, kind="i"),
    "vertices": ArrayForm(("vertices", 2), 0, 1),
    "starts": ArrayForm(("polygons",), 0, kind="i"),
    "owners": ArrayForm(("polygons",), 0, kind="i"),
}


@dataclass(frozen=True)
class _Head:
    """What an array says of itself before it is unpacked, and where its values start."""

    shape: tuple[int, ...]
    in_columns: bool
    dtype: np.dtype[Any]
    start: int

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class ArrayFile:
    """A file of arrays in a bundle.

    Parameters
    ----------
    label
        its path, for messages.
    content
        its bytes.
    """

    label: str
    content: bytes

    def unpack(self, expected: Mapping[str, ArrayForm], lengths: dict[str, int]) -> Arrays:
        """Read the arrays that are expected, and no other.

        Parameters
        ----------
        lengths
            of the axes that are known by name; those of this file are added.

        Raises
        ------
        ModelFileError
            if an array is another one than is expected; one line that names it.
        KeyError
            if one is not there.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as stored:
                heads = {name: self._head(stored, name) for name in expected}
                for name, head in heads.items():
                    self._check_head(name, head, expected[name], lengths)
                if sum(head.bytes for head in heads.values()) > LARGEST_FILE:
                    raise self.refusal("", f"at most {LARGEST_FILE} bytes unpacked", "more")
                found = {name: self._array(stored, name, head) for name, head in heads.items()}
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise ModelFileError(f"{self.label}: holds no plain arrays: {_AGAIN}") from error
        for name, array in found.items():
            self._check_values(name, array, expected[name])
        return found

    def has(self, name: str) -> bool:
        """Whether it holds an array of this name."""
        return self._look(lambda stored: f"{name}.npy" in stored.NameToInfo)

    def is_text(self, name: str) -> bool:
        """Whether an array of it holds text."""
        return self._look(lambda stored: self._head(stored, name).dtype.kind == "U")

    def _look(self, question: Callable[[zipfile.ZipFile], bool]) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as stored:
                return question(stored)
        except (zipfile.BadZipFile, OSError, RuntimeError) as error:
            raise ModelFileError(f"{self.label}: holds no plain arrays: {_AGAIN}") from error

    def refusal(self, name: str, expected: str, found: str) -> ModelFileError:
        """Say in one line what is wrong with an array."""
        place = f"{self.label}: {name}" if name else self.label
        return ModelFileError(f"{place}: expected {expected}, found {found}: {_AGAIN}")

    def _head(self, stored: zipfile.ZipFile, name: str) -> _Head:
        member = stored.NameToInfo.get(f"{name}.npy")
        if member is None:
            raise KeyError(name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.refusal(name, "an array, plain or deflated", "one packed otherwise")
        with stored.open(member) as stream:
            head = self._read_head(name, stream)
            if min(head.shape, default=0) < 0 or member.file_size != head.start + head.bytes:
                raise self.refusal(name, f"{head.bytes} bytes by its head {head.shape}", "others")
        return head

    def _read_head(self, name: str, stream: IO[bytes]) -> _Head:
        try:
            shape, in_columns, dtype = _HEADS[np.lib.format.read_magic(stream)](stream)
        except _NO_HEAD as error:
            raise self.refusal(name, "a plain array", "none") from error
        return _Head(shape, in_columns, dtype, stream.tell())

    def _check_head(self, name: str, head: _Head, expected: ArrayForm, lengths: dict[str, int]) -> None:
        if head.dtype.kind != expected.kind or head.dtype.itemsize not in _BYTES[expected.kind]:
            raise self.refusal(name, _KINDS[expected.kind], str(head.dtype)[:_LONGEST_NAME])
        if len(head.shape) != len(expected.axes):
            raise self.refusal(name, f"{len(expected.axes)} axes", str(len(head.shape)))
        for axis, length in zip(expected.axes, head.shape, strict=True):
            wanted = axis if isinstance(axis, int) else lengths.setdefault(axis, length)
            if length != wanted:
                word = "" if isinstance(axis, int) else f" {axis}"
                raise self.refusal(name, f"{wanted}{word}", str(length))

    def _array(self, stored: zipfile.ZipFile, name: str, head: _Head) -> npt.NDArray[Any]:
        """Give the values behind a head, which nobody may change."""
        content = stored.read(f"{name}.npy")
        order: Literal["C", "F"] = "F" if head.in_columns else "C"
        return np.ndarray(head.shape, head.dtype, content, head.start, order=order)

    def _check_values(self, name: str, array: npt.NDArray[Any], expected: ArrayForm) -> None:
        if expected.kind == "U":
            return check_names(f"{self.label}: {name}", array.tolist())
        known = array[~np.isnan(array)] if expected.gaps else array
        if known.size and not (known.min() >= expected.low and known.max() <= expected.high):
            allowed = f"numbers from {expected.low:g} to {expected.high:g}"
            raise self.refusal(name, allowed, f"{known.min():g} to {known.max():g}")
        return None


def check_names(label: str, names: list[str]) -> None:
    """Refuse names that stand twice, that are empty, or that cannot be printed in one line."""
    wrong = [name for name in names if not (name.strip() and name.isprintable())]
    if wrong:
        raise ModelFileError(f"{label}: expected a name, found {quote(ascii(wrong[0]))}: {_AGAIN}")
    if len(set(names)) != len(names):
        raise ModelFileError(f"{label}: expected each name once, found one twice: {_AGAIN}")


def check_model(file: ArrayFile, arrays: Arrays, lengths: Mapping[str, int]) -> None:
    """Check what the arrays of the classifier must be to each other."""
    read, places = lengths["read genes"], arrays.get("features.genes", np.arange(lengths["read genes"]))
    own, homes = arrays["features.subtype_genes"], arrays["features.chromosomes"]
    numbers = np.unique(homes[homes >= 0])
    width = (read if arrays["features.other_weight"] else len(own)) + len(numbers)
    facts = {
        ("subtypes", f"at least one, and not {NOT_B_ALL}"): (
            lengths["subtypes"] > 0 and NOT_B_ALL not in arrays["subtypes"]
        ),
        ("features.genes", f"positions below {lengths['genes']}, each once"): (
            len(np.unique(places)) == len(places) and places.max(initial=-1) < lengths["genes"]
        ),
        ("features.subtype_genes", f"positions below {read}, each once"): (
            len(np.unique(own)) == len(own) and own.max(initial=-1) < read
        ),
        ("features.chromosomes", "numbers from 0 on, none left out"): (
            len(numbers) > 0 and numbers[-1] == len(numbers) - 1
        ),
        ("gate.intercept", "B-ALL and at least one kind beside it"): lengths["kinds"] > 1,
        ("blasts.scores", "knots that ascend"): (
            lengths["knots"] > 0 and (np.diff(arrays["blasts.scores"]) >= 0).all()
        ),
        ("subtype.weights", f"{width} columns"): lengths.get("columns", width) == width,
    }
    check_facts(file, facts)


def check_dosage(file: ArrayFile, arrays: Arrays, genes: int) -> None:
    """Check what the arrays of the chromosomes' reference must be to each other and to its genes."""
    measured = len(arrays["centre"])
    facts = {
        ("centre", f"1 to {genes} genes of reference_genes.tsv"): 0 < measured <= genes,
        ("centre", "genes that are read"): bool(measured and arrays["centre"].max() > 0),
    }
    check_facts(file, facts)


def check_map(file: ArrayFile, arrays: Arrays, lengths: Mapping[str, int]) -> None:
    """Check what the arrays of a map must be to each other."""
    starts, subtypes = arrays["starts"], lengths["its subtypes"]
    facts = {
        ("landmarks", "at least one"): lengths["landmarks"] > 0,
        ("starts", "first vertices that ascend from 0"): (
            not len(starts)
            or (starts[0] == 0 and (np.diff(starts) > 0).all() and starts[-1] < lengths["vertices"])
        ),
        **{
            (name, f"positions below {subtypes}"): arrays[name].max(initial=-1) < subtypes
            for name in ("classes", "owners")
        },
    }
    check_facts(file, facts)


def check_facts(file: ArrayFile, facts: Mapping[tuple[str, str], Any]) -> None:
    """Refuse a file of which one of these does not hold: the array, and what is expected of it."""
    for (name, expected), holds in facts.items():
        if not holds:
            raise file.refusal(name, expected, "others")


def check_genes(label: str, genes: GeneTable) -> GeneTable:
    """Refuse genes without a length: values for a base of the gene would lose their meaning."""
    lengths = genes.frame["length"].to_numpy()
    wrong = ~((lengths > 0) & (lengths <= 1e9))
    if wrong.any():
        place, found = f"{label}: {genes.ids[wrong][0]}", lengths[wrong][0]
        raise ModelFileError(f"{place}: expected a length in bases, found {found:g}: {_AGAIN}")
    return genes


def check_manifest(label: str, manifest: Mapping[str, Any]) -> None:
    """Check what a call and its record take from the manifest.

    Raises
    ------
    KeyError
        if one is not there.
    """
    for name in ("name", "version"):
        if not isinstance(manifest[name], str) or len(manifest[name]) > _LONGEST_NAME:
            raise ModelFileError(f"{label}: {name}: expected a short text, found another: {_AGAIN}")
        check_names(f"{label}: {name}", [manifest[name]])
    for name, highest in (("threshold", 1.0), ("min_genes_pct", 100.0)):
        number = manifest[name]
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= highest:
            found = quote(ascii(number)) if not isinstance(number, float) else f"{number:g}"
            raise ModelFileError(
                f"{label}: {name}: expected a number from 0 to {highest:g}, found {found}: {_AGAIN}"
            )
    for name in ("parts", "metrics", "config", "classes", "cohorts"):
        if not isinstance(manifest.get(name, {}), Mapping):
            raise ModelFileError(f"{label}: {name}: expected names with values, found another: {_AGAIN}")
