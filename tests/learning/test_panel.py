"""The genes of a model without a pool are those that its features read; chromosomes have their places."""

import numpy as np
import pandas as pd

from leukotype.learning.panel import Panel, chromosome_numbers
from leukotype.model.bundle import load


def test_autosomes_come_first_then_x_and_all_else_has_no_place():
    """The 22 autosomes and X; the shipped reference has no dosage of Y or of the mitochondria."""
    names = pd.Series(["1", "22", "X", "Y", "MT", "", "GL000220.1"])
    assert chromosome_numbers(names).tolist() == [0, 21, 22, -1, -1, -1, -1]


def test_a_panel_has_the_chromosomes_of_the_genes_that_the_features_read():
    """XIST lies at Xq13, CD19 at 16p11, RUNX1 at 21q22 (HGNC)."""
    panel = Panel.of(load().without_pool())
    read = panel.genes.frame.iloc[panel.read]
    place = dict(zip(read["symbol"], panel.chromosomes, strict=True))
    expected = {"XIST": 22, "CD19": 15, "RUNX1": 20}
    assert {name: place.get(name) for name in expected} == expected
    assert np.array_equal(panel.read, load().without_pool().model.features.genes)
