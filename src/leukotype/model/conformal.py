"""Prediction sets: the subtypes that stay possible when a stated share of patients is to be covered.

Least ambiguous sets (LAC): Sadinle, Lei and Wasserman, J Am Stat Assoc 2019;114:223; by class where a class
has enough patients (Vovk, Proc Mach Learn Res 2012;25:475). A set may be empty: then no subtype is credible.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leukotype.model.features import Array

LEVELS = (0.9, 0.95)
ENOUGH = 40  # patients of a class from which it has a cut-off of its own: two of them beyond 95 %


def cut_off(true_probabilities: Array, level: float) -> float:
    """Give the least probability that a set of this level asks for.

    Parameters
    ----------
    true_probabilities
        of its own class, one value a held-out patient.

    Returns
    -------
    The quantile of order ``ceil((n + 1) level)`` among the n, counted from the largest; 0 with too few of
    them: then the set holds every class.
    """
    n = len(true_probabilities)
    rank = math.ceil((n + 1) * level)
    return float(np.sort(true_probabilities)[n - rank]) if rank <= n else 0.0


def cut_offs(held_out: Array, codes: npt.NDArray[np.intp], level: float) -> Array:
    """Give each class its cut-off: of its own patients where they are `ENOUGH`, else of all.

    Parameters
    ----------
    held_out
        patients x classes; probabilities by a model that did not see them.
    codes
        their classes, as positions.
    """
    true = held_out[np.arange(len(codes)), codes]
    everyone = cut_off(true, level)
    own = [true[codes == code] for code in range(held_out.shape[1])]
    return np.array([cut_off(each, level) if len(each) >= ENOUGH else everyone for each in own])


def prediction_sets(probabilities: Array, least: Array) -> npt.NDArray[np.bool_]:
    """Say which classes reach their cut-off.

    Parameters
    ----------
    probabilities
        samples x classes.
    least
        as `cut_offs` gives them.
    """
    return np.asarray(probabilities >= least)
