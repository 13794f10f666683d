"""The reason of what cannot be estimated: a cause and arms, named only where it is written."""

import pytest

from leukotype.efficacy.not_estimable import Cause, NotEstimable
from leukotype.vocabulary import Arm


@pytest.mark.parametrize(
    ("cause", "arms", "text"),
    [
        (Cause.NO_PATIENT, (Arm.COMPARATOR,), "no patient in SC"),
        (Cause.NO_PATIENT, tuple(Arm), "no patient in InO {90 mg} and SC"),
        (Cause.NO_EVENT, (), "no event"),
        (
            Cause.NO_EVENT_IN_ONE_ARM,
            (Arm.EXPERIMENTAL,),
            "no event in InO {90 mg} while both arms were at risk",
        ),
    ],
)
def test_the_arms_stand_under_their_printed_names(cause, arms, text):
    # A trial may name an arm as it likes: braces are no field of the sentence.
    assert NotEstimable(cause, arms).text(("InO {90 mg}", "SC")) == text
