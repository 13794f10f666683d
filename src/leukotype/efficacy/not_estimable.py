"""Why two arms cannot be compared: a status that becomes text only where a row is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from leukotype.vocabulary import Arm


class Cause(Enum):
    """What is missing; the value is its sentence, with ``{arms}`` for the arms concerned."""

    NO_PATIENT = "no patient in {arms}"
    NO_RESPONDER = "no responder in {arms}"
    NO_EVENT = "no event"
    NEVER_TOGETHER = "no event while both arms were at risk"
    NO_EVENT_IN_ONE_ARM = "no event in {arms} while both arms were at risk"
    NOT_CONVERGED = "the fit did not converge"
    FEW_EVENTS = "fewer than 5 events for each parameter of the model"
    NO_TRANSPLANTATION = "no transplantation before the end of follow-up"
    CONFOUNDED = "the covariates decide the arm"
    FEW_LEVELS = "fewer than 3 levels with an estimate"


@dataclass(frozen=True)
class NotEstimable:
    """The status of a comparison without a finite estimate.

    Parameters
    ----------
    arms
        in which it is missing; empty where it is missing in both together.
    """

    cause: Cause
    arms: tuple[Arm, ...] = ()

    def text(self, names: tuple[str, str]) -> str:
        """Write the reason, with the printed names of the experimental arm and of the comparator."""
        printed = dict(zip(Arm, names, strict=True))
        return self.cause.value.format(arms=" and ".join(printed[arm] for arm in self.arms))
