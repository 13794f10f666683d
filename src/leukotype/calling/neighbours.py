"""Where a sample lies among the patients of training: place on the map, likeness to each class, markers.

None of this enters a call: it is what a reader looks at beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from leukotype.calling.profile_levels import ProfileLevels
from leukotype.evidence.published_markers import PUBLISHED_MARKERS
from leukotype.model.bundle import Bundle, Profiles
from leukotype.model.features import Array, Indices
from leukotype.vocabulary import MAP_COLUMNS, NORMAL, T_ALL

DIGITS: Final = 3

# Published markers of a subtype that may be among a model's genes.
PUBLISHED: Final = frozenset(word for each in PUBLISHED_MARKERS for word in each.features)


def tables(
    samples: Sequence[str],
    levels: ProfileLevels,
    expression: Array,
    found: Mapping[str, Mapping[str, float]],
    bundle: Bundle,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place samples.

    Parameters
    ----------
    levels
        of the model's genes.
    expression
        samples x subtypes: probabilities by expression alone.
    found
        log2(CPM + 1) of the genes that a lesion turns on, by sample; of
        `leukotype.calling.chromosomes.measure`.

    Returns
    -------
    The map: ``sample``, ``x``, ``y`` (empty where the model has no map) and the correlation with each class
    profile; and the markers: ``sample`` and log2(CPM + 1) of each gene, published markers on the scale of the
    profiles, other genes that a lesion turns on as the rules of the lesions see them; no gene twice.
    """
    likeness = correlations(levels, bundle.profiles)
    places = np.full((len(samples), 2), np.nan) if bundle.map is None else bundle.map.place(expression)
    published = marker_positions(bundle)
    others = [gene for gene in next(iter(found.values()), {}) if gene not in published]
    lesions = [[found[name][gene] for gene in others] for name in samples]
    markers = np.hstack(
        [levels.at([*published.values()]), np.reshape(lesions, (len(samples), len(others)))]
    ).round(DIGITS)
    parts = (
        pd.DataFrame(np.hstack([places, likeness]), columns=[*MAP_COLUMNS[1:], *bundle.profiles.names]),
        pd.DataFrame(markers, columns=[*published, *others]),
    )
    for part in parts:
        part.insert(0, MAP_COLUMNS[0], list(samples))
    return parts


def marker_positions(bundle: Bundle) -> dict[str, int]:
    """Position of each published marker among the model's genes, by symbol."""
    places = bundle.genes.places
    return {symbol: places[symbol] for symbol in sorted(PUBLISHED) if symbol in places}


def marker_profiles(bundle: Bundle) -> pd.DataFrame:
    """Mean log2(CPM + 1) of the published markers in each class of training: classes x symbols."""
    genes, profiles = marker_positions(bundle), bundle.profiles
    rows = profiles.means[:, list(genes.values())] if profiles.names else np.empty((0, len(genes)))
    return pd.DataFrame(rows, index=list(profiles.names), columns=list(genes))


def correlations(levels: ProfileLevels, profiles: Profiles) -> Array:
    """Correlation of each sample with each profile over the genes it has: samples x classes.

    Both are taken as differences from the mean leukemia of training: what all B-ALL share says nothing. A
    gene counts as much as the profiles of the subtypes differ in it (standard deviation).
    """
    usual, found = mean_leukemia(profiles), np.full((len(levels.abundance), len(profiles.names)), np.nan)
    if usual is None:
        return found
    genes = _telling_genes(profiles)
    for row, out in zip(levels.at(genes) - usual.take(genes), found, strict=True):
        present = ~np.isnan(row)
        if present.any():
            weights, units = _unit_profiles(profiles, present.tobytes())
            # One sample at a time: its sums are added in the same order in any batch.
            own = row if present.all() else row[present]
            out[:] = units @ _units(own[None, :], weights)[0]
    return found.round(DIGITS)


@lru_cache(maxsize=4)
def _unit_profiles(profiles: Profiles, mask: bytes) -> tuple[Array, Array]:
    """Give the weights of the telling genes that a sample has, and the profiles' `_units` in them."""
    present = np.frombuffer(mask, dtype=bool)
    differences, spread = _differences(profiles)
    own = _telling_genes(profiles)[present]
    return spread[own], _units(differences[:, own], spread[own])


@lru_cache(maxsize=4)
def _telling_genes(profiles: Profiles) -> Indices:
    """Give the positions of the genes in which the subtypes differ at all."""
    return np.flatnonzero(_differences(profiles)[1])


@lru_cache(maxsize=4)
def _differences(profiles: Profiles) -> tuple[Array, Array]:
    """Give each profile less the mean leukemia, and how far the subtypes differ in each gene."""
    differences = profiles.means - mean_leukemia(profiles)
    return differences, differences[_own(profiles)].std(axis=0, dtype=np.float64)


def _units(rows: Array, weights: Array) -> Array:
    """Centre each row and bring it to length 1, columns weighed; NaN where it does not vary."""
    total = weights.sum()
    if not total:
        return np.full(rows.shape, np.nan)
    centred = (rows - np.einsum("rg,g->r", rows, weights)[:, None] / total) * np.sqrt(weights)
    with np.errstate(invalid="ignore"):  # of a length of 0
        centred /= np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    return np.asarray(centred)


@lru_cache(maxsize=4)
def mean_leukemia(profiles: Profiles) -> Array | None:
    """Mean profile of the subtypes, each counted once; None of a model without profiles."""
    own = _own(profiles)
    return profiles.means[own].mean(axis=0, dtype=np.float64) if own else None


def _own(profiles: Profiles) -> list[int]:
    """Positions of the subtypes among the classes."""
    return [i for i, name in enumerate(profiles.names) if name not in (T_ALL, NORMAL)]
