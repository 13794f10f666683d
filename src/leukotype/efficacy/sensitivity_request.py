"""Which sensitivity analyses a trial is asked for, and the columns that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from leukotype.vocabulary import Sensitivity

# Causes of the end of PFS where the table has no column of them: by whether the patient died at that time.
PROGRESSION: Final = "progression or relapse"
DEATH: Final = "death without progression"


@dataclass(frozen=True)
class SensitivityRequest:
    """The table ``[sensitivity]`` of a trial's TOML.

    Parameters
    ----------
    analyses
        none by default.
    adjust_for
        columns of the baseline, covariates of the models.
    hsct_time
        column of the time from randomisation to transplantation, in the unit of all times; blank: never.
    first_event
        column of what ended PFS; blank: nothing did.
    causes
        word of that column -> cause.
    draws
        of the subtypes, for misclassification.
    seed
        of the draws.
    """

    analyses: tuple[Sensitivity, ...] = ()
    adjust_for: tuple[str, ...] = ()
    hsct_time: str = ""
    first_event: str = ""
    causes: Mapping[str, str] = field(default_factory=dict)
    draws: int = 500
    seed: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the table must have."""
        return tuple(name for name in (*self.adjust_for, self.hsct_time, self.first_event) if name)

    @property
    def names_of_causes(self) -> tuple[str, ...]:
        """Causes by which PFS ends, in their order: 1, 2, ..."""
        return tuple(dict.fromkeys(self.causes.values())) or (PROGRESSION, DEATH)

    def gaps(
        self, analyses: Collection[Sensitivity], *, has_hsct: bool, has_ends: bool, has_chances: bool
    ) -> Iterator[str]:
        """Say what some analyses need and do not have, a line each.

        Parameters
        ----------
        has_hsct
            whether the table has dates of transplantation.
        has_ends
            whether it has both PFS and OS.
        has_chances
            whether the probabilities of the calls are at hand.
        """
        needs = (
            (Sensitivity.ADJUSTED, self.adjust_for, "[sensitivity] adjust_for, columns of the baseline"),
            (
                Sensitivity.HSCT,
                self.hsct_time or has_hsct,
                "[sensitivity] hsct_time, a column of times, or [dates] hsct",
            ),
            (
                Sensitivity.COMPETING_RISKS,
                self.first_event or has_ends,
                "PFS, and OS or [sensitivity] first_event",
            ),
            (Sensitivity.MISCLASSIFICATION, has_chances, "--probabilities, of the run that made the calls"),
        )
        for analysis, found, expected in needs:
            if analysis in analyses and not found:
                yield f"sensitivity {analysis}: expected {expected}, found none: add it"
