"""How often each subtype is seen at a patient's age: a reader weighs it beside the call, it decides none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

# Years from which on a patient is counted in the next group: children, adolescents and young adults, adults.
AGE_LIMITS: Final = (16.0, 40.0)
AGE_NAMES: Final = ("under 16 years", "from 16 to 39 years", "from 40 years on")
SOURCE: Final = "Gu et al., Nat Genet 2019;51:296"
# Patients of that study in each group, whatever their subtype; of trials, so no prevalence of a population.
PATIENTS: Final = (761, 279, 254)
COUNTS: Final = MappingProxyType(
    {
        "BCL2/MYC": (2, 4, 6),
        "BCR::ABL1": (23, 15, 51),
        "BCR::ABL1-like": (107, 80, 44),
        "DUX4-r": (38, 20, 6),
        "ETV6::RUNX1": (126, 2, 0),
        "ETV6::RUNX1-like": (24, 3, 1),
        "HLF": (4, 0, 2),
        "Hyperdiploid": (165, 23, 6),
        "IKZF1 N159Y": (3, 1, 2),
        "KMT2A-r": (21, 12, 43),
        "Low hyperdiploid": (23, 10, 1),
        "Low hypodiploid": (7, 13, 34),
        "MEF2D-r": (18, 5, 2),
        "NUTM1-r": (8, 0, 0),
        "Near haploid": (15, 2, 1),
        "PAX5 P80R": (10, 8, 12),
        "PAX5alt": (50, 27, 20),
        "TCF3::PBX1": (31, 10, 2),
        "ZNF384-r": (19, 15, 3),
        "iAMP21": (22, 6, 1),
    }
)
RARE: Final = 0.01  # of the patients of an age: below it a subtype is worth a second look


def seen_at(age: float, subtypes: Sequence[str]) -> str:
    """Tell how often subtypes are seen at an age, where a reader should know; empty elsewhere.

    Parameters
    ----------
    age
        years.
    subtypes
        of a call or a candidate: one, told where it is rare; of a group: its look-alikes, always told. A
        subtype that the study did not know is never told.
    """
    at = bisect_right(AGE_LIMITS, age)
    counts = {name: COUNTS[name][at] for name in subtypes if name in COUNTS}
    common = len(subtypes) == 1 and all(count >= RARE * PATIENTS[at] for count in counts.values())
    if not counts or common:
        return ""
    told = ", ".join(f"{name} in {count}" for name, count in counts.items())
    return f"{AGE_NAMES[at]}: {told} of {PATIENTS[at]} patients ({SOURCE})"
