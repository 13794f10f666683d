"""Every class of a pool is a subtype, and what a source names otherwise is no class."""

import numpy as np
import pandas as pd

from leukotype.learning.sources import CLASSES, PROFILES, UNDEFINED, codes_of
from leukotype.vocabulary import SUBTYPES
from tests.made_sources import made_sources


def test_classes_are_subtypes_and_what_is_undefined_is_none_of_them():
    assert set(CLASSES) <= set(SUBTYPES)
    assert list(CLASSES) == sorted(set(CLASSES))
    assert not set(UNDEFINED) & set(CLASSES)


def test_profiles_are_of_the_eighteen_classes_of_their_table_each_once():
    """Makinen et al., Int J Mol Sci 2022;23:4574: CRLF2 stands for the Ph-like, no ETV6::RUNX1-like."""
    assert len(set(PROFILES.values())) == len(PROFILES) == 18
    assert PROFILES["CRLF2"] == "BCR::ABL1-like"
    assert set(CLASSES) - set(PROFILES.values()) == {"ETV6::RUNX1-like", "Near haploid", "ZEB2/CEBP"}


def test_a_label_that_is_no_class_has_no_code():
    codes = codes_of(np.array(["DUX4-r", "B-other", CLASSES[0], "T-ALL"], dtype=object))
    assert codes.tolist() == [CLASSES.index("DUX4-r"), -1, 0, -1]


def test_the_codes_of_chosen_samples_are_theirs():
    cohorts = made_sources().cohorts
    rows = np.array([5, 0, 17])
    assert cohorts.take(rows).codes.tolist() == cohorts.codes[rows].tolist()


def test_a_table_by_symbols_in_another_order_is_brought_to_the_genes_of_the_pool():
    genes = made_sources().genes
    symbols = genes.table.frame["symbol"]
    values = pd.DataFrame([np.arange(len(symbols), dtype=float)], index=["a"], columns=symbols.to_numpy())
    found = genes.order(values.iloc[:, ::-1].drop(columns="GENE3"))
    assert np.isnan(found[0, 3])
    assert np.nan_to_num(found[0], nan=3.0).tolist() == list(range(len(symbols)))
