"""Makes held-out log-odds as sharp as the answers deserve."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from leukotype.model.classifier import softmax
from leukotype.model.features import Array

SHARPNESS = (0.5, 2.0)  # of the log-odds, at least and at most


def sharpness(log_odds: Array, codes: npt.NDArray[Any]) -> float:
    """Factor of the log-odds that makes held-out patients' own subtypes most likely (temperature scaling).

    The calibration also learns from dilutions and from rebuilt z-scores, which are harder to tell: undiluted
    patients deserve surer answers. Guo et al., Proc ICML 2017;70:1321; the order of the subtypes stays.
    """

    def loss(factor: float) -> float:
        true = softmax(factor * log_odds)[np.arange(len(codes)), codes]
        return float(-np.log(np.maximum(true, np.finfo(float).tiny)).mean())

    return float(minimize_scalar(loss, bounds=SHARPNESS, method="bounded").x)
