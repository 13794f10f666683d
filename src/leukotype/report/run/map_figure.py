"""The map of the patients of training, drawn once; every sample's place on it, and its nearest classes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from leukotype.model.map import Array, Map
from leukotype.vocabulary import MAP_COLUMNS, SUBTYPES

_WIDTH, _HEIGHT = 560.0, 400.0  # of the drawing, in its own units
_MARGIN, _NAMED = 12.0, 22.0  # at its sides; above and below, where a name must have room
_LETTER: Final = 7.8  # width of a letter of a name, on average, and the height of its line
_LINE: Final = 15.0
_DOUBT: Final = 30.0  # as many patients may be covered before a name stands in the wrong place
_NEIGHBOURS: Final = 10  # patients of training whose subtypes are counted
_PROFILES: Final = 3  # nearest class profiles told

Record = Mapping[Hashable, Any]


class Frame(NamedTuple):
    """The part of a map that is drawn: its corners, which lie on the margin of the drawing."""

    left: float
    right: float
    bottom: float
    top: float

    @classmethod
    def of(cls, patients: Map) -> Frame:
        """Frame all that a map holds; a sample is placed between its landmarks, and is never outside."""
        parts = np.vstack([patients.places[:, :2], patients.points, patients.vertices])
        (left, bottom), (right, top) = parts.min(axis=0), parts.max(axis=0)
        return cls(float(left), float(right), float(bottom), float(top))

    def x(self, across: float) -> float:
        """Place from the left of the drawing."""
        return self._scaled(across - self.left, self.right - self.left, _WIDTH, _MARGIN)

    def y(self, up: float) -> float:
        """Place from the top of the drawing."""
        return self._scaled(self.top - up, self.top - self.bottom, _HEIGHT, _NAMED)

    @staticmethod
    def _scaled(distance: float, whole: float, size: float, margin: float) -> float:
        return round(margin + distance / (whole or 1.0) * (size - 2 * margin), 1)


def background(patients: Map) -> dict[str, Any]:
    """Give what lies under every sample: outlines, patients of training and names, as paths of an SVG."""
    frame = Frame.of(patients)
    points = [(name, patients.points[patients.classes == i]) for i, name in enumerate(patients.subtypes)]
    rings = [(name, _path(ring, frame) + "Z") for name, ring in patients.outlines()]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "rings": rings,
        "points": [(name, _dots(rows, frame)) for name, rows in points if len(rows)],
        "names": _names(patients, frame),
        "patients": len(patients.points),
    }


def mark(row: Record, frame: Frame | None) -> dict[str, float] | None:
    """Place of a sample in the drawing; None where the model has no map."""
    if frame is None:
        return None
    across, up = (float(row[name]) for name in MAP_COLUMNS[1:])
    if math.isnan(across) or math.isnan(up):
        return None
    return {"x": frame.x(across), "y": frame.y(up)}


def neighbours(row: Record, patients: Map) -> str:
    """Say which subtypes the patients nearest on the map had."""
    place = np.array([row[name] for name in MAP_COLUMNS[1:]], dtype=np.float64)
    distances = ((patients.points - place) ** 2).sum(axis=1)
    nearest = patients.classes[np.argsort(distances, kind="stable")[:_NEIGHBOURS]]
    codes, counts = np.unique(nearest, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    words = ", ".join(f"{counts[i]} had {patients.subtypes[codes[i]]}" for i in order)
    return f"Of the {len(nearest)} patients of training nearest on the map, {words}."


def nearest_profiles(row: Record, *, subtypes_alone: bool = False) -> list[dict[str, Any]]:
    """Give the class profiles most like a sample, their correlations and the lengths of bars (0 to 100).

    Parameters
    ----------
    subtypes_alone
        without what is no B-ALL: of a sample that surely is.
    """
    known = {
        str(name): float(value)
        for name, value in row.items()
        if name not in MAP_COLUMNS and (name in SUBTYPES or not subtypes_alone)
    }
    ranked = sorted(known.items(), key=lambda each: -each[1] if not math.isnan(each[1]) else math.inf)
    return [
        {"name": name, "value": f"{value:.2f}", "bar": round(100 * max(value, 0.0), 1)}
        for name, value in ranked[:_PROFILES]
        if not math.isnan(value)
    ]


def _path(ring: Array, frame: Frame) -> str:
    return "M" + "L".join(f"{frame.x(across):g} {frame.y(up):g}" for across, up in ring)


def _dots(points: Iterable[Array], frame: Frame) -> str:
    """Give a path of dots: lines without a length, whose ends are round."""
    return "".join(f"M{frame.x(across):g} {frame.y(up):g}h0" for across, up in points)


def _names(patients: Map, frame: Frame) -> list[dict[str, Any]]:
    """Write each subtype's name beside its widest outline, on the side where it covers least."""
    rings: dict[str, Array] = {}
    for name, ring in patients.outlines():
        if name not in rings or _size(ring) > _size(rings[name]):
            rings[name] = ring
    drawn = {
        name: np.array([(frame.x(across), frame.y(up)) for across, up in ring])
        for name, ring in rings.items()
    }
    dots = np.array([(frame.x(across), frame.y(up)) for across, up in patients.points])
    written: list[_Box] = []
    names = []
    for name, ring in sorted(drawn.items(), key=lambda each: (_size(each[1]), each[0])):
        others = [other for each, other in drawn.items() if each != name]
        sides = _sides(name, ring)
        costs = [
            _cover_cost(box, dots, others, written) + _doubt_cost(box, ring, others) + i / 2
            for i, box in enumerate(sides)
        ]
        box = sides[int(np.argmin(costs))]
        written.append(box)
        names.append({"name": name, "x": round((box.left + box.right) / 2, 1), "y": round(box.low - 3, 1)})
    return names


def _size(ring: Array) -> float:
    return float(np.prod(np.ptp(ring, axis=0)))


class _Box(NamedTuple):
    """Where a name may stand; `high` is above `low` on the page, hence the smaller number."""

    left: float
    right: float
    high: float
    low: float


def _sides(name: str, ring: Array) -> list[_Box]:
    """Give places above, below and beside an outline, and at its corners; the better ones first."""
    half, (left, high), (right, low) = _LETTER * len(name) / 2, ring.min(axis=0), ring.max(axis=0)
    middle, centre = (left + right) / 2, (high + low) / 2
    places = [
        (middle, high - _LINE - 2),
        (middle, low + 3),
        (right + half + 3, centre - _LINE / 2),
        (left - half - 3, centre - _LINE / 2),
        (right + half / 2, high - _LINE),
        (left - half / 2, high - _LINE),
        (right + half / 2, low),
        (left - half / 2, low),
    ]
    kept = [
        (min(max(x, half + 2), _WIDTH - half - 2), min(max(y, 2), _HEIGHT - _LINE - 2)) for x, y in places
    ]
    return [_Box(x - half, x + half, y, y + _LINE) for x, y in kept]


def _cover_cost(box: _Box, dots: Array, rings: Sequence[Array], written: Sequence[_Box]) -> float:
    """Count what a name would cover: names most of all, then outlines of others, then patients."""
    names = sum(
        box.left < each.right and each.left < box.right and box.high < each.low and each.high < box.low
        for each in written
    )
    outlines = sum(math.sqrt(_inside(box, ring)) for ring in rings)
    return 100.0 * names + 4.0 * outlines + _inside(box, dots)


def _doubt_cost(box: _Box, own: Array, others: Sequence[Array]) -> float:
    """Weigh against a name that stands nearer to another outline than to its own."""
    middle = np.array([(box.left + box.right) / 2, (box.high + box.low) / 2])
    far = [float(((ring - middle) ** 2).sum(axis=1).min()) for ring in (own, *others)]
    return _DOUBT if far[0] > min(far) else 0.0


def _inside(box: _Box, points: Array) -> float:
    across, down = points[:, 0], points[:, 1]
    within = (across > box.left) & (across < box.right) & (down > box.high) & (down < box.low)
    return float(within.sum())
