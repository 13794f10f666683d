"""Over many samples: which genes and chromosomes weigh most for each subtype."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.evidence.published_markers import known_marker
from leukotype.explanations.linear import Explainer
from leukotype.model.features import Array
from leukotype.runs.run import Run

IMPORTANCE_COLUMNS: Final = (
    "subtype",
    "rank",
    "feature",
    "gene_id",
    "layer",
    "expert",
    "mean_contribution",
    "when_called",
    "known_marker",
    "source",
)
TOP: Final = 30  # the sets of genes are twenty of a pool's features
DIGITS: Final = 6
_AT_ONCE: Final = 500  # samples: bounds the memory


@dataclass(frozen=True)
class Importance:
    """What weighs for each subtype over the samples of a run.

    Parameters
    ----------
    table
        columns `IMPORTANCE_COLUMNS`: the `TOP` features by mean absolute contribution over all samples;
        ``when_called`` is the mean contribution over the samples that were called so.
    points
        ``subtype``, ``rank``, ``feature``, ``sample``, ``value`` (spreads from the training mean) and
        ``contribution``: every sample at every feature of `table`.
    """

    table: pd.DataFrame
    points: pd.DataFrame


def importance_of(explainer: Explainer, views: Array, run: Run) -> Importance:
    """Rank features by mean absolute contribution, against the average subtype.

    Parameters
    ----------
    views
        samples x features of the subtype view.
    """
    orders = _heaviest(explainer, views)
    added = _contributions_of(explainer, views, orders)
    samples, called = run.calls["sample"].to_numpy(), run.calls["subtype"].to_numpy()
    tables, points = [], []
    for subtype, order, contributions in zip(explainer.subtypes, orders, added, strict=True):
        named = explainer.subtype.features.iloc[order]
        tables.append(_rank(subtype, named, contributions, called == subtype))
        shape = (len(samples), len(order))
        points.append(
            pd.DataFrame(
                {
                    "subtype": subtype,
                    "rank": np.tile(np.arange(1, len(order) + 1), len(samples)),
                    "feature": np.broadcast_to(named["feature"].to_numpy(), shape).ravel(),
                    "sample": np.repeat(samples, len(order)),
                    "value": (views[:, order] / explainer.subtype.scale[order]).ravel(),
                    "contribution": contributions.ravel(),
                }
            )
        )
    return Importance(pd.concat(tables, ignore_index=True), pd.concat(points, ignore_index=True))


def _heaviest(explainer: Explainer, views: Array) -> npt.NDArray[np.intp]:
    """Features with the largest mean absolute contribution: subtypes x `TOP`."""
    sizes = np.sum([explainer.subtype.sizes(views[rows]) for rows in _blocks(views)], axis=0)
    return np.argsort(-sizes, axis=1, kind="stable")[:, :TOP]


def _contributions_of(explainer: Explainer, views: Array, orders: npt.NDArray[np.intp]) -> Array:
    """Contributions of these features: subtypes x samples x `TOP`."""
    found = np.empty((len(orders), len(views), orders.shape[1]))
    for rows in _blocks(views):
        of = explainer.subtype.contributions(views[rows])
        for column, order in enumerate(orders):
            found[column, rows] = of(column)[:, order]
    return found


def _blocks(views: Array) -> list[slice]:
    return [slice(start, start + _AT_ONCE) for start in range(0, len(views), _AT_ONCE)]


def _rank(subtype: str, named: pd.DataFrame, contributions: Array, mine: Array) -> pd.DataFrame:
    known = [known_marker(str(name), subtype) for name in named["feature"]]
    absent = np.full(contributions.shape[1], np.nan)
    columns: Mapping[str, object] = {
        "subtype": subtype,
        "rank": np.arange(1, len(named) + 1),
        **{name: named[name].to_numpy() for name in ("feature", "gene_id", "layer", "expert")},
        "mean_contribution": np.abs(contributions).mean(axis=0).round(DIGITS),
        "when_called": (contributions[mine].mean(axis=0) if mine.any() else absent).round(DIGITS),
        "known_marker": [f"{each.level} in {subtype}" if each else "" for each in known],
        "source": [each.source if each else "" for each in known],
    }
    return pd.DataFrame(columns)[list(IMPORTANCE_COLUMNS)]
