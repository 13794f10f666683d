"""A pool as plain arrays: what each part is stored as, and what it must hold to be read back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from leukotype.model.audit import ArrayFile, ArrayForm, check_facts
from leukotype.model.experts import ChromosomeMeans, Discriminant, EachGene, Expert, Fixed, GeneSets
from leukotype.model.pool import NO_LIMIT, Distinction, Pair, Pool
from leukotype.model.scales import GeneScale, RankScale
from leukotype.vocabulary import CHROMOSOMES

Arrays = dict[str, npt.NDArray[Any]]
Forms = dict[str, ArrayForm]

SCALES: Final = (GeneScale, RankScale)
READINGS: Final = (EachGene, ChromosomeMeans, GeneSets)
SCORERS: Final = (Discriminant, Fixed)
_LARGE: Final = 1000  # numbers from which on an array is stored in half precision
_HALF: Final = 6e4  # no number beyond this fits half precision
_LEAST: Final = 1e-6  # of what is divided by
_POSITION: Final = (0, math.inf, "i")
# By kind: what its fields must be; axes are of the scale or expert, and the classes those that it knows.
_FORMS: Final[Mapping[type, Mapping[str, tuple[tuple[int | str, ...], float, float, str]]]] = {
    GeneScale: {
        "genes": (("genes",), *_POSITION),
        "centre": (("genes",), -10, 10, "f"),
        "spread": (("genes",), _LEAST, 10, "f"),
    },
    RankScale: {
        "genes": (("genes",), *_POSITION),
        "lengths": (("genes",), 1, 1e6, "f"),
        "rank": (("genes",), 0, 1, "f"),
        "rank_spread": (("genes",), 0, 1, "f"),
    },
    EachGene: {},
    ChromosomeMeans: {
        "chromosomes": (("genes",), -1, len(CHROMOSOMES) - 1, "i"),
        "critical": (("genes",), 0, 1, "i"),
        "spread": ((len(CHROMOSOMES) + 1,), _LEAST, 10, "f"),
    },
    GeneSets: {
        "sets": (("sets",), 0, 0, "U"),
        "up": (("sets", "members up"), -1, math.inf, "i"),
        "down": (("sets", "members down"), -1, math.inf, "i"),
        "rank": (("genes",), 0, 1, "f"),
        "centre": (("sets",), -10, 10, "f"),
    },
    Discriminant: {
        "means": (("classes", "features"), -100, 100, "f"),
        "loadings": (("components", "features"), -100, 100, "f"),
        "ridge": ((), _LEAST, 100, "f"),
    },
    Fixed: {
        "weights": (("features", "classes"), -1e4, 1e4, "f"),
        "intercept": (("classes",), -1e4, 1e4, "f"),
    },
}
_HEAD: Final = {
    "classes": ArrayForm(("subtypes",), kind="U"),
    "intercept": ArrayForm(("subtypes",), -100, 100),
    "scales": ArrayForm(("scales",), kind="U"),
    "scale_kinds": ArrayForm(("scales",), 0, len(SCALES) - 1, "i"),
    "experts": ArrayForm(("experts",), kind="U"),
    "reads": ArrayForm(("experts",), 0, kind="i"),
    "readings": ArrayForm(("experts",), 0, len(READINGS) - 1, "i"),
    "scorers": ArrayForm(("experts",), 0, len(SCORERS) - 1, "i"),
    "weights": ArrayForm(("experts",), 0, 100),
    "speaking": ArrayForm(("parts of them", "experts"), 0, 1, "i"),
    "factors": ArrayForm(("parts of them",), 0, 1000),
}
# Positions among the classes; a pool without them shares between look-alikes as its experts' sum says. Of
# pools of before `most` was learned no pair has a limit.
_NEWER: Final[Mapping[str, Forms]] = {
    "slopes": {
        "pairs": ArrayForm(("pairs", 2), 0, kind="i"),
        "slopes": ArrayForm(("pairs",), 0, 1000),
    },
    "most": {"most": ArrayForm(("pairs",), 0, NO_LIMIT)},
}


def state(pool: Pool) -> Arrays:
    """Give everything as plain arrays, the large ones in half precision; `read` takes them back."""
    scales, experts = list(pool.scales), list(pool.experts)
    arrays: Arrays = {
        "classes": np.array(pool.classes),
        "intercept": pool.intercept,
        "scales": np.array(scales),
        "scale_kinds": _kinds(SCALES, list(pool.scales.values())),
        "experts": np.array(experts),
        "reads": np.array([scales.index(each.scale) for each in pool.experts.values()], dtype=np.int32),
        "readings": _kinds(READINGS, [each.reading for each in pool.experts.values()]),
        "scorers": _kinds(SCORERS, [each.scorer for each in pool.experts.values()]),
        "weights": np.array([pool.weights[name] for name in experts]),
        "speaking": np.array([[name in part for name in experts] for part in pool.factors], dtype=np.int32),
        "factors": np.array(list(pool.factors.values())),
        "pairs": np.array(pool.look_alikes, dtype=np.int32).reshape(-1, 2),
        "slopes": np.array([each.slope for each in pool.distinctions.values()]),
        "most": np.array([each.most for each in pool.distinctions.values()]),
    }
    for place, scale in enumerate(pool.scales.values()):
        arrays |= _fields(f"scale{place}", scale)
    for place, expert in enumerate(pool.experts.values()):
        arrays[f"expert{place}.classes"] = np.array(expert.classes)
        arrays |= _fields(f"expert{place}", expert.reading) | _fields(f"expert{place}", expert.scorer)
    return arrays


def _kinds(kinds: tuple[type, ...], parts: list[Any]) -> npt.NDArray[np.int32]:
    return np.array([kinds.index(type(part)) for part in parts], dtype=np.int32)


def _fields(prefix: str, part: Any) -> Arrays:
    return {f"{prefix}.{each.name}": _small(np.asarray(getattr(part, each.name))) for each in fields(part)}


def _small(value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if value.dtype.kind in "bi":
        return value.astype(np.int32)
    if value.dtype.kind == "f" and value.size > _LARGE:
        return value.astype(np.float32 if np.abs(value).max() > _HALF else np.float16)
    return value


def read(file: ArrayFile, genes: int) -> Pool:
    """Read a pool back.

    Parameters
    ----------
    genes
        of the model, to which all positions must point.

    Raises
    ------
    ModelFileError
        if an array holds what learning cannot have given; one line that names it.
    """
    lengths: dict[str, int] = {}
    head = file.unpack(_HEAD, {})
    check_facts(file, _facts_of_head(head))
    newer = [forms for name, forms in _NEWER.items() if file.has(name)]
    arrays = head | file.unpack(reduce(or_, newer, _forms(head)), lengths)
    check_facts(file, dict(_facts(arrays, lengths, genes)))
    scales = [str(name) for name in head["scales"]]
    names = [str(name) for name in head["experts"]]
    parts = [frozenset(np.array(names)[row > 0].tolist()) for row in head["speaking"]]
    return Pool(
        {name: _made(SCALES[head["scale_kinds"][place]], arrays, f"scale{place}")
         for place, name in enumerate(scales)},
        {name: _expert(arrays, scales, place) for place, name in enumerate(names)},
        tuple(head["classes"].tolist()),
        dict(zip(names, head["weights"].tolist(), strict=True)),
        head["intercept"],
        dict(zip(parts, head["factors"].tolist(), strict=True)),
        dict(_distinctions(arrays)),
    )  # fmt: skip


def _distinctions(arrays: Arrays) -> Iterator[tuple[Pair, Distinction]]:
    if "slopes" in arrays:
        most = arrays.get("most", np.full(len(arrays["slopes"]), NO_LIMIT))
        for pair, *known in zip(arrays["pairs"], arrays["slopes"], most, strict=True):
            one, other = map(str, arrays["classes"][pair])
            yield (one, other), Distinction(*map(float, known))


def _facts_of_head(head: Arrays) -> dict[tuple[str, str], bool]:
    scales = len(head["scales"])
    return {
        ("reads", f"positions below {scales}"): head["reads"].max(initial=-1) < scales,
        ("experts", "at least one"): len(head["experts"]) > 0,
    }


def _forms(head: Arrays) -> Forms:
    """Say what every scale and expert must hold; axes are told apart by the scale or expert."""
    found: Forms = {}
    for place, kind in enumerate(head["scale_kinds"]):
        found |= _renamed(SCALES[kind], f"scale{place}", f"scale{place}")
    for place, (scale, reading, scorer) in enumerate(
        zip(head["reads"], head["readings"], head["scorers"], strict=True)
    ):
        prefix = f"expert{place}"
        found[f"{prefix}.classes"] = ArrayForm((f"{prefix} classes",), kind="U")
        for kind in (READINGS[reading], SCORERS[scorer]):
            found |= _renamed(kind, prefix, f"scale{scale}")
    return found


def _renamed(kind: type, prefix: str, scale: str) -> Forms:
    def axis(name: int | str) -> int | str:
        return name if isinstance(name, int) else f"{scale if name == 'genes' else prefix} {name}"

    return {
        f"{prefix}.{field}": ArrayForm(tuple(map(axis, axes)), low, high, letter)
        for field, (axes, low, high, letter) in _FORMS[kind].items()
    }


def _facts(arrays: Arrays, lengths: Mapping[str, int], genes: int) -> Iterator[tuple[tuple[str, str], bool]]:
    """Check what the arrays must be to each other."""
    known, scales = set(arrays["classes"].tolist()), len(arrays["scales"])
    pairs = arrays.get("pairs", np.empty((0, 2), dtype=np.intp))
    apart = bool((pairs[:, 0] != pairs[:, 1]).all()) and len(np.unique(pairs)) == pairs.size
    yield ("pairs", f"positions below {len(known)}, each once"), apart and pairs.max(initial=-1) < len(known)
    for place in range(scales):
        own = arrays[f"scale{place}.genes"]
        yield (
            (f"scale{place}.genes", f"positions below {genes}, each once"),
            bool(len(own)) and own.max() < genes and len(np.unique(own)) == len(own),
        )
    for place, (scale, reading) in enumerate(zip(arrays["reads"], arrays["readings"], strict=True)):
        prefix, width = f"expert{place}", lengths[f"scale{scale} genes"]
        told = set(arrays[f"{prefix}.classes"].tolist())
        yield (f"{prefix}.classes", "classes of the pool"), bool(told) and told <= known
        features = {EachGene: width, ChromosomeMeans: len(CHROMOSOMES) + 1}.get(READINGS[reading])
        if READINGS[reading] is GeneSets:
            features = lengths[f"{prefix} sets"]
            for name in ("up", "down"):
                places = arrays[f"{prefix}.{name}"]
                filled = bool((places >= 0).any(axis=1).all()) and places.max(initial=-1) < width
                yield (f"{prefix}.{name}", f"positions below {width}"), filled
        yield (f"{prefix}.scale", f"{features} features"), lengths[f"{prefix} features"] == features


def _expert(arrays: Arrays, scales: list[str], place: int) -> Expert:
    prefix = f"expert{place}"
    return Expert(
        scales[arrays["reads"][place]],
        _made(READINGS[arrays["readings"][place]], arrays, prefix),
        tuple(arrays[f"{prefix}.classes"].tolist()),
        _made(SCORERS[arrays["scorers"][place]], arrays, prefix),
    )


def _made(kind: type, arrays: Arrays, prefix: str) -> Any:
    return kind(**{each.name: _full(each.name, arrays[f"{prefix}.{each.name}"]) for each in fields(kind)})


def _full(name: str, value: npt.NDArray[Any]) -> Any:
    """Undo what storing did: words were a tuple, single values no array, numbers in full precision."""
    if value.dtype.kind == "U":
        return tuple(value.tolist())
    if value.ndim == 0:
        return value.item()
    if name == "critical":
        return value > 0
    return value.astype(np.float64 if value.dtype.kind == "f" else np.intp)
