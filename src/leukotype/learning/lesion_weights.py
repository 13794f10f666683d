"""What a lesion is worth: learned from the answers of expression alone for patients held out of the learning.

Labels are partly made from the same lesions. So the weights are few (one a strength, the same for every
subtype), held within `MOST`, and figures are reported with and without lesions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import Strength
from leukotype.model.features import Array

MOST: Final = float(np.log(50.0))  # a lesion changes the odds of its subtype at most fifty times
# Not found, at most ten times: callers miss one fusion in ten and more (Haas et al., Genome Biol
# 2019;20:213), and a label may rest on the very fusion that was found.
MISSED: Final = float(np.log(10.0))
PRIOR: Final = 2.0  # standard deviation of a weight before the patients are seen


def learn_weights(expression: Array, flags: Array, codes: npt.NDArray[np.intp]) -> Array:
    """Learn what each of `FLAGS` adds to the log-odds of its subtype.

    A conditional logit: the probabilities by expression stand as they are, the weights are added to them.

    Parameters
    ----------
    expression
        held-out probabilities by expression, patients x subtypes.
    flags
        patients x subtypes x `FLAGS`.
    codes
        the subtype of each patient.
    """
    log_odds = np.log(np.maximum(expression, 1e-12))
    limits = {Strength.AGAINST: (-MOST, 0.0), "absent": (-MISSED, 0.0)}
    bounds = [limits.get(flag, (0.0, MOST)) for flag in FLAGS]
    rows = np.arange(len(codes))

    def loss(weights: Array) -> tuple[float, Array]:
        scores = log_odds + flags @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        slope = np.einsum("ns,nsf->f", chances, flags) - flags[rows, codes].sum(axis=0)
        likelihood = -np.log(np.maximum(chances[rows, codes], 1e-300)).sum()
        return likelihood + 0.5 * (weights / PRIOR) @ (weights / PRIOR), slope + weights / PRIOR**2

    found = minimize(loss, np.zeros(len(FLAGS)), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)
