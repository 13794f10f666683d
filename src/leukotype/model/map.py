"""A fixed two-dimensional map of the patients of training, on which a new sample is placed alone.

The map is drawn once, in training (`leukotype.learning.map_layout`), and stored as numbers: landmarks (means
of neighbouring patients) with their places, the places of the patients without their names, and the outlines
of the subtypes. A sample is placed among the landmarks by what expression alone says of its subtype. Nothing
on the map moves for it, and no other sample matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

# Smaller probabilities count as this one: how far below it they lie says little.
LEAST_PROBABILITY: Final = 1e-3
NEIGHBOURS: Final = 4  # landmarks among which a sample lies
_ON_IT: Final = 1e-6  # distance, in log-odds, at which a sample is at a landmark
DIGITS: Final = 3  # of a place; the map is 1 wide and 1 high


def log_odds(probabilities: Array) -> Array:
    """Give the logarithm of each probability, centred within its sample.

    Parameters
    ----------
    probabilities
        samples x subtypes, by expression alone, given that the samples are B-ALL.
    """
    logs = np.log(np.maximum(probabilities, LEAST_PROBABILITY))
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class Map:
    """The map; places are from 0 to 1, to the right and upwards.

    Parameters
    ----------
    subtypes
        names of the columns of the probabilities that place a sample.
    landmarks, places
        log-odds (landmarks x subtypes) and place (landmarks x 2) of each landmark.
    points, classes
        places of the patients of training (patients x 2), placed as new samples are, and their subtypes as
        positions among `subtypes`; in no order that says who they are.
    vertices, starts, owners
        outlines as polygons: all vertices (vertices x 2), the first one of each polygon, and its subtype.
    """

    subtypes: tuple[str, ...]
    landmarks: Array
    places: Array
    points: Array
    classes: Indices
    vertices: Array
    starts: Indices
    owners: Indices

    def place(self, probabilities: Array) -> Array:
        """Place samples on the map: samples x 2.

        Parameters
        ----------
        probabilities
            samples x `subtypes`, as `leukotype.model.classifier.Probabilities.expression` gives them.
        """
        return place(log_odds(probabilities), self.landmarks, self.places)

    def outlines(self) -> list[tuple[str, Array]]:
        """Give each polygon with its subtype; a subtype may have several."""
        parts = np.split(self.vertices, self.starts[1:]) if len(self.starts) else []
        return [(self.subtypes[owner], part) for owner, part in zip(self.owners, parts, strict=True)]

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything as arrays, to be stored."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Rebuild from the arrays of `state`."""
        values: dict[str, Any] = {field.name: state[field.name] for field in fields(cls)}
        return cls(**{**values, "subtypes": tuple(str(name) for name in values["subtypes"])})


def place(odds: Array, landmarks: Array, places: Array) -> Array:
    """Place each row of log-odds at the mean place of its nearest landmarks, the nearer ones weighing more.

    Weights are those of Franke and Little's inverse distance (Barnhill, in Mathematical Software III, 1977):
    a sample at a landmark lies on it, and a landmark fades out before another one takes its turn, so that a
    place follows its sample without a jump. Every row is computed by itself: the same bits in any batch.
    """
    squares = np.zeros((len(odds), len(landmarks)))
    for own, theirs in zip(odds.T, landmarks.T, strict=True):
        squares += (own[:, None] - theirs[None, :]) ** 2
    distances = np.maximum(np.sqrt(squares), _ON_IT)
    last = min(NEIGHBOURS, len(landmarks) - 1)
    reach = np.sort(distances, axis=1)[:, [last]] * (1 + _ON_IT)  # of the first landmark that does not count
    weights = (np.maximum(reach - distances, 0.0) / (reach * distances)) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    found = np.stack([(weights * axis).sum(axis=1) for axis in places.T], axis=1)
    return np.asarray(found.round(DIGITS))
