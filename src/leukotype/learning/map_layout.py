"""Draws the map of the patients of training, once; `leukotype.model.map` places new samples on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from leukotype.model.map import DIGITS, Array, Indices, Map, log_odds, place

# t-SNE (van der Maaten & Hinton, J Mach Learn Res 2008;9:2579): its usual perplexity is 5 to 50; it must be
# under a third of the patients.
_PERPLEXITY: Final = 30.0
_EXACT: Final = 1_000  # patients; of more t-SNE is approximated (Barnes-Hut)
_PATIENTS_PER_LANDMARK: Final = 3  # on average, so that the landmarks are not the patients
_MOST_LANDMARKS: Final = 400
_MARGIN: Final = 0.06  # around the map
_CENTRAL: Final = 0.80  # share of a subtype's patients inside its outline
_WIDTH: Final = 0.03  # of the kernel of a subtype's density, in widths of the map
_HIGHEST: Final = 0.6  # of the density: a subtype whose patients lie in one spot gets a ring of one width
_CELLS: Final = 120  # of the density's grid, to each side


def build_map(
    probabilities: Array, classes: npt.NDArray[Any], subtypes: Sequence[str], random_state: int
) -> Map:
    """Draw the map of some patients.

    The log-odds are embedded by t-SNE, begun at their two main components; k-means gives landmarks, each at
    the mean place of its patients; then every patient is placed among the landmarks as a new sample would be,
    so that patients and new samples can be compared.

    Parameters
    ----------
    probabilities
        patients x subtypes: calibrated, by expression alone, undiluted, and **held out** (each patient by a
        model that did not see her).
    classes
        the patients' subtypes, as positions among `subtypes`.
    random_state
        the same one gives the same map on the same kind of machine.
    """
    odds = log_odds(np.asarray(probabilities, dtype=np.float64))
    codes = np.asarray(classes, dtype=np.intp)
    with threadpool_limits(1):
        drawn = _embed(odds, random_state)
        groups = _groups(odds, random_state)
    members = [groups == number for number in np.unique(groups)]
    landmarks = np.array([odds[rows].mean(axis=0) for rows in members]).round(DIGITS)
    places = _frame(np.array([drawn[rows].mean(axis=0) for rows in members])).round(DIGITS)
    points = place(odds, landmarks, places)
    order = np.lexsort([points[:, 1], points[:, 0], codes])  # where a patient stood in the input is not kept
    polygons = [
        (code, ring) for code in np.unique(codes) for ring in _outline(points[codes == code]) if len(ring) > 2
    ]
    sizes = [len(ring) for _, ring in polygons]
    return Map(
        tuple(str(name) for name in subtypes),
        landmarks,
        places,
        points[order],
        codes[order],
        np.concatenate([ring for _, ring in polygons]).round(DIGITS),
        np.cumsum([0, *sizes[:-1]]).astype(np.intp),
        np.array([code for code, _ in polygons], dtype=np.intp),
    )


def _embed(odds: Array, random_state: int) -> Array:
    """Bring the log-odds to two dimensions, the first one the wider, and turned the same way every time."""
    perplexity = min(_PERPLEXITY, (len(odds) - 1) / 3)
    method = "exact" if len(odds) <= _EXACT else "barnes_hut"
    made = TSNE(perplexity=perplexity, init="pca", method=method, random_state=random_state)
    flat = made.fit_transform(odds).astype(np.float64)
    flat -= flat.mean(axis=0)
    axes = np.linalg.svd(flat, full_matrices=False)[2]
    turned = flat @ axes.T
    return np.asarray(turned * np.sign((turned**3).sum(axis=0)))


def _groups(odds: Array, random_state: int) -> Indices:
    """Part the patients into groups of neighbours; patients at the very same place are one."""
    different = len(np.unique(odds.round(DIGITS), axis=0))
    number = max(min(len(odds) // _PATIENTS_PER_LANDMARK, _MOST_LANDMARKS, different), 1)
    return np.asarray(KMeans(number, n_init=4, random_state=random_state).fit(odds).labels_, dtype=np.intp)


def _frame(places: Array) -> Array:
    """Bring places into the map, each axis to its own full length."""
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray(_MARGIN + (1 - 2 * _MARGIN) * (places - low) / np.maximum(high - low, 1e-9))


def _outline(points: Array) -> list[Array]:
    """Draw the lines of equal density that hold the central patients of one subtype."""
    from contourpy import contour_generator

    axis = np.linspace(0, 1, _CELLS + 1)
    density = _bump(axis, points[:, 1]) @ _bump(axis, points[:, 0]).T
    own = (_bump(points[:, 0], points[:, 0]) * _bump(points[:, 1], points[:, 1])).sum(axis=1)
    level = min(np.quantile(own, 1 - _CENTRAL, method="lower"), _HIGHEST * density.max())
    lines = contour_generator(axis, axis, density, name="serial").lines(level)
    return [np.asarray(line[:-1]) for line in lines]


def _bump(at: Array, points: Array) -> Array:
    return np.asarray(np.exp(-(((at[:, None] - points[None, :]) / _WIDTH) ** 2) / 2))
