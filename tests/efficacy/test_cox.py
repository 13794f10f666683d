"""Cox's model of very many event times gives what it gives of few."""

import numpy as np
import pytest

from leukotype.efficacy.cox import fit_cox
from leukotype.efficacy.risk_sets import Outcomes


@pytest.mark.parametrize("ties", [False, True])
def test_large_cells_have_the_ratio_of_small_ones(ties, monkeypatch):
    """Beyond some thousand event times another fit takes over: the ratio is that of lifelines."""
    draw = np.random.default_rng(5)
    n = 600
    arm = draw.integers(0, 2, n).astype(float)
    time = draw.exponential(3 + 3 * arm)
    time = time.round(1) if ties else time
    outcomes = Outcomes(time, (draw.random(n) < 0.8) * 1.0, arm, draw.integers(0, 2, n))
    few = {
        name: fit_cox(part, 0.975)
        for name, part in (("all", outcomes.without_strata()), ("strata", outcomes))
    }
    for name in ("_MANY_TIMES", "_MANY_TIED_TIMES"):
        monkeypatch.setattr(f"leukotype.efficacy.cox.{name}", 10)
    many = fit_cox(outcomes.without_strata(), 0.975)
    assert many.method == ("Cox (Breslow ties), Wald 97.5 %" if ties else "Cox, Wald 97.5 %")
    assert many.hr == pytest.approx(few["all"].hr, rel=0.01 if ties else 1e-7)
    assert many.low == pytest.approx(few["all"].low, rel=0.01 if ties else 1e-6)
    pooled = fit_cox(outcomes, 0.975)
    assert pooled.method == "Cox, strata pooled by inverse variance, Wald 97.5 %"
    assert pooled.hr == pytest.approx(few["strata"].hr, rel=0.01)
