"""A bundle with one linear scorer, as `leukotype train` makes them: the model that ships has a pool."""

from dataclasses import replace
from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression

from leukotype.demo.simulate import simulate_cohort
from leukotype.model.bundle import load
from leukotype.model.log_odds import Linear


@cache
def linear_bundle():
    """Gate, blasts and features of the model that ships; the scorer learned from SYNTHETIC patients."""
    base = load().without_pool()
    cohort = simulate_cohort(base, per_class=4, purities=[80], random_state=5)
    taught = np.isin(cohort.truth, base.model.subtypes)
    features = base.model.features
    view = features.subtype_view(features.all_genes(cohort.counts.to_numpy(dtype=float).T[taught]))
    fitted = LogisticRegression(C=0.001, max_iter=2000).fit(view, cohort.truth[taught])
    names = tuple(str(name) for name in fitted.classes_)
    model = replace(
        base.model,
        subtypes=names,
        subtype=Linear(fitted.coef_.T, fitted.intercept_),
        calibration=Linear(np.eye(len(names)), np.zeros(len(names))),
        sets=np.full((2, len(names)), 0.3),
    )
    return replace(base, model=model, map=None)
