"""Ages: the counts are those of the public table, and only what is rare at an age is told."""

import pandas as pd
import pytest

from leukotype.evidence.ages import AGE_LIMITS, COUNTS, PATIENTS, seen_at


def test_the_counts_are_those_of_the_public_table(data):
    """1,334 patients of Gu et al., Nat Genet 2019;51:296; those of known age."""
    table = pd.read_csv(data / "lesions" / "stjude_lesions.csv.gz", low_memory=False)
    ages = pd.to_numeric(table["age_years"], errors="coerce")
    groups = pd.cut(ages, [-1.0, *AGE_LIMITS, 200.0], right=False)
    assert tuple(groups.value_counts(sort=False)) == PATIENTS
    counted = pd.crosstab(table["subtype"], groups)
    assert {name: tuple(row) for name, row in counted.iterrows() if name in COUNTS} == COUNTS


@pytest.mark.parametrize(
    ("age", "subtypes", "told"),
    [
        (45, ["ETV6::RUNX1"], "from 40 years on: ETV6::RUNX1 in 0 of 254 patients"),
        (16, ["ETV6::RUNX1"], "from 16 to 39 years: ETV6::RUNX1 in 2 of 279 patients"),
        (15.9, ["ETV6::RUNX1"], ""),
        (45, ["BCR::ABL1"], ""),
        (4, ["Low hypodiploid"], "under 16 years: Low hypodiploid in 7 of 761 patients"),
        (62, ["BCR::ABL1", "BCR::ABL1-like"], "from 40 years on: BCR::ABL1 in 51, BCR::ABL1-like in 44"),
        (62, ["CDX2/UBTF"], ""),
        (62, [], ""),
    ],
)
def test_what_is_rare_at_an_age_is_told_and_look_alikes_always(age, subtypes, told):
    found = seen_at(age, subtypes)
    assert found.startswith(told)
    assert bool(found) == bool(told)
