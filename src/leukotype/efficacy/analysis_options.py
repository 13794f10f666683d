"""What a user chooses of an analysis, and how the choice reads in the methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from leukotype.efficacy.proportions import CLOPPER_PEARSON, ONE_SIDED, TWO_SIDED, WILSON
from leukotype.vocabulary import ArmTests, RateInterval, Sensitivity, SmallCells, Ties


@dataclass(frozen=True)
class AnalysisOptions:
    """Choices of an analysis.

    Parameters
    ----------
    tests
        ``standard``: two-sided. ``paper``: one-sided in favour of the experimental arm, by which the printed
        P values of the INO-VATE genomic analysis (Blood Adv 2024;8(12):3226) are met.
    ties
        of events in Cox's model: Efron, as R's default; SAS's is Breslow.
    rate_level, difference_level, median_level, rmst_level
        levels of the intervals: 95 %, as the trial's primary paper prints them (N Engl J Med 2016;375:740).
    hr_level
        level of the intervals of hazard ratios: 97.5 %, as the genomic analysis prints them.
    min_altered
        patients in whom a gene must be altered to make a subgroup: 8 in the genomic analysis.
    min_exploratory
        from so many on, alterations of fewer make subgroups that are marked as exploratory: 5 there.
    rmst_tau
        months up to which survival is averaged; None: as far as all arms of a factor's levels were observed.
    landmarks
        months at which survival is given with its interval.
    sensitivity
        further analyses, beside those that the trial's TOML asks for.
    """

    tests: ArmTests = ArmTests.STANDARD
    rate_interval: RateInterval = RateInterval.PAPER
    small_cells: SmallCells = SmallCells.NE
    ties: Ties = Ties.EFRON
    rate_level: float = 0.95
    difference_level: float = 0.95
    hr_level: float = 0.975
    median_level: float = 0.95
    rmst_level: float = 0.95
    min_altered: int = 8
    min_exploratory: int = 5
    rmst_tau: float | None = None
    landmarks: tuple[float, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()

    def __post_init__(self) -> None:
        for name in ("rate_level", "difference_level", "hr_level", "median_level", "rmst_level"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name}: expected between 0 and 1, found {getattr(self, name)}")
        if self.rmst_tau is not None and not self.rmst_tau > 0:
            raise ValueError(f"rmst_tau: expected months above 0, found {self.rmst_tau}")

    def asked_for(self, analyses: Iterable[Sensitivity]) -> AnalysisOptions:
        """Add sensitivity analyses to those that are asked for."""
        return replace(self, sensitivity=tuple(dict.fromkeys((*self.sensitivity, *analyses))))

    @property
    def side(self) -> str:
        """Side of the tests between the arms."""
        return ONE_SIDED if self.tests == ArmTests.PAPER else TWO_SIDED

    @property
    def rate_method(self) -> str:
        """Name of the interval of rates for `proportions.rate_interval`; empty for the paper's rule."""
        names = {RateInterval.CLOPPER_PEARSON: CLOPPER_PEARSON, RateInterval.WILSON: WILSON}
        return names.get(self.rate_interval, "")
