"""Grows boosted trees with XGBoost, on this machine or, of a large cohort, on the workers of a cluster.

The values of a column are first lowered to at most 256 of its own values. XGBoost makes such a histogram
itself, but on a cluster from the parts of the samples that each worker has, so that it depends on these; of
columns with so few values the cut points are the values, wherever it runs. A threshold that was learned from
them parts the full values in the same way.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from leukotype.errors import InputError
from leukotype.model.boosted import LEAF, Boosted
from leukotype.model.features import Array

_BINS: Final = 256  # XGBoost's own max_bin
_LEAST_WEIGHT: Final = 0.1  # of a leaf, in sums of p (1 - p): five patients of a rare subtype can fill one
_AGREE: Final = 1e-3  # between XGBoost's sums in single precision and ours in double


def grow(
    view: Array,
    codes: npt.NDArray[np.intp],
    *,
    learning_rate: float,
    depth: int,
    rounds: int,
    column_share: float,
    seed: int,
    cluster_rows: int,
) -> Boosted:
    """Fit trees to the classes; every class weighs the same, as in the linear kinds.

    Parameters
    ----------
    codes
        class of each row, from 0; every class has a row.
    learning_rate, depth, rounds, column_share
        XGBoost's ``eta``, ``max_depth``, rounds and ``colsample_bytree``.
    cluster_rows
        from so many rows on, where this runs on a worker of a Dask cluster, all its workers grow the trees
        together. Their sums are added in another order than those of one machine: equal within rounding,
        not to the byte.

    Raises
    ------
    InputError
        if XGBoost is not installed.
    """
    classes = int(codes.max()) + 1
    parameters = {
        "objective": "multi:softprob",
        "num_class": classes,
        "base_score": 0.0,
        "tree_method": "hist",
        "max_bin": _BINS,
        "nthread": 1,
        "seed": seed,
        "eta": learning_rate,
        "max_depth": depth,
        "colsample_bytree": column_share,
        "min_child_weight": _LEAST_WEIGHT,
    }
    weights = len(codes) / classes / np.bincount(codes)[codes]
    lowered = _lower_values(view)
    together = len(codes) >= cluster_rows and _on_worker()
    trained = (_on_cluster if together else _here)(parameters, rounds, lowered, codes, weights)
    found = _as_arrays(trained, classes, view.shape[1])
    _compare(trained, found, lowered[:_BINS])
    return found


def _here(parameters: dict[str, Any], rounds: int, view: Array, codes: Any, weights: Array) -> Any:
    xgboost = _xgboost()
    return xgboost.train(parameters, xgboost.DMatrix(view, codes, weight=weights, nthread=1), rounds)


def _on_cluster(parameters: dict[str, Any], rounds: int, view: Array, codes: Any, weights: Array) -> Any:
    """Train from within a task, which leaves its thread to the workers meanwhile; each gets some rows."""
    from dask import array
    from dask.delayed import delayed
    from distributed import worker_client
    from xgboost import dask as spread

    with worker_client() as client:
        workers = sorted(client.scheduler_info(n_workers=-1)["workers"])

        def part(values: npt.NDArray[Any]) -> Any:
            parts = []
            for worker, piece in zip(workers, np.array_split(values, len(workers)), strict=True):
                # What a worker scatters stays with it, whatever worker is named: others fetch their part.
                here = client.scatter(piece, hash=False)
                sent = client.submit(np.array, here, workers=[worker], allow_other_workers=False, pure=False)
                there = array.from_delayed(delayed(sent), piece.shape, piece.dtype)  # type: ignore[no-untyped-call]
                parts.append(there)
            return array.concatenate(parts)  # type: ignore[no-untyped-call]

        rows = (part(np.asarray(each)) for each in (view.astype(np.float32), codes))
        matrix = spread.DaskDMatrix(client, *rows, weight=part(weights))
        return spread.train(client, parameters, matrix, num_boost_round=rounds)["booster"]


def _on_worker() -> bool:
    try:
        from distributed import get_worker

        get_worker()
    except (ImportError, ValueError):
        return False
    return True


def _xgboost() -> Any:
    try:
        import xgboost
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is not installed: pip install '.[train]'") from error
    return xgboost


def _lower_values(view: Array) -> Array:
    """Lower every value to the nearest of at most 256 values of its column, evenly spread over the order."""
    if len(view) <= _BINS:
        return view
    ordered = np.sort(view.astype(np.float32), axis=0)
    steps = ordered[np.linspace(0, len(view) - 1, _BINS).astype(np.intp)]
    found = np.empty(view.shape)
    for column, own in enumerate(steps.T):
        values = np.unique(own)
        at = np.searchsorted(values, view[:, column].astype(np.float32), side="right") - 1
        found[:, column] = values[at]
    return found


def _as_arrays(trained: Any, classes: int, columns: int) -> Boosted:
    """Read XGBoost's own JSON of its model."""
    model = json.loads(bytes(trained.save_raw("json")))["learner"]["gradient_booster"]["model"]
    if model["tree_info"] != [each % classes for each in range(len(model["trees"]))]:
        raise RuntimeError("XGBoost: expected one tree of each class in every round, found others")
    parts: dict[str, list[npt.NDArray[Any]]] = {}
    roots, start = [], 0
    for tree in model["trees"]:
        roots.append(start)
        left, right = (np.array(tree[f"{side}_children"]) for side in ("left", "right"))
        leaf, own = left < 0, np.arange(len(left))
        conditions = np.array(tree["split_conditions"])
        for name, values in (
            ("feature", np.where(leaf, LEAF, tree["split_indices"])),
            ("threshold", np.where(leaf, 0, conditions)),
            ("left", np.where(leaf, own, left) + start),
            ("right", np.where(leaf, own, right) + start),
            ("value", np.where(leaf, conditions, 0)),
            ("cover", np.array(tree["sum_hessian"])),
        ):
            parts.setdefault(name, []).append(values)
        start += len(left)
    whole = ("feature", "left", "right")
    state = {name: np.concatenate(each).astype("int32" if name in whole else "float32")
             for name, each in parts.items()}  # fmt: skip
    state["roots"] = np.array(roots, dtype=np.int32).reshape(-1, classes)
    return Boosted.of(state, classes, columns)


def _compare(trained: Any, found: Boosted, view: Array) -> None:
    """Make sure that the arrays say what XGBoost says: another version of it may write another JSON."""
    theirs = trained.predict(_xgboost().DMatrix(view, nthread=1), output_margin=True)
    if np.abs(found(view) - theirs).max() > _AGREE:
        raise RuntimeError("XGBoost: its model was read wrongly: install another version of xgboost")
