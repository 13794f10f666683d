"""Which samples a file beside the expression may speak of."""

from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.inputs.run_samples import check_known, note_strangers

FILE = Path("sex.csv")


def test_a_file_of_none_of_the_samples_is_refused_with_names_of_both():
    with pytest.raises(InputError, match=r"sex.csv: expected samples of this run \(P1, P2\), found Q1"):
        check_known(FILE, False, ["Q1", "Q1"], ["P1", "P2"])
    with pytest.raises(InputError, match="found no row"):
        check_known(FILE, False, [], ["P1"])


def test_zeros_that_a_spreadsheet_took_are_seen_beside_samples_that_are_known():
    with pytest.raises(InputError, match="found '17' for 0017, whose zeros a spreadsheet took"):
        check_known(FILE, True, ["P1", "17"], ["P1", "0017"])
    check_known(FILE, True, ["P1", "17"], ["P1", "17", "0017"])  # a sample of its own


def test_samples_that_the_run_does_not_have_are_named_once():
    assert note_strangers(["Q1", "Q2", "Q1"]) == ["left out, not of this run: 2 (Q1, Q2)"]
    assert note_strangers([]) == []
