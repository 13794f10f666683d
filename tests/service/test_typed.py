"""What is typed beside a sample is read as a table's cell would be, and written as such a table."""

import pytest

from leukotype.inputs import read_blasts
from leukotype.service.limits import RefusedError
from leukotype.service.typed import TYPED

FIELDS = {each.option: each for each in TYPED}


@pytest.mark.parametrize(
    ("option", "text", "taken"),
    [
        ("blasts", " 85 % ", "85"),
        ("blasts", "0", "0"),
        ("age", "8 years", "8 years"),
        ("sex", "female", "female"),
    ],
)
def test_what_a_person_types(option, text, taken):
    assert FIELDS[option].take("P1", text) == taken


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("blasts", "101"),
        ("blasts", "-1"),
        ("blasts", "many"),
        ("blasts", "nan"),
        ("age", "old"),
        ("sex", "x"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_sample(option, text):
    with pytest.raises(RefusedError, match=f"of 'P1': expected .*, found '{text}': correct it") as refused:
        FIELDS[option].take("P1", text)
    assert refused.value.code == 422


def test_what_was_typed_is_the_table_that_the_run_reads(tmp_path):
    path = FIELDS["blasts"].write(tmp_path / "further", {"P1": "85", "P2": "0.5"})
    table = read_blasts(path, ["P1", "P2", "P3"], unit="percent")
    assert table.pct.dropna().to_dict() == {"P1": 85.0, "P2": 0.5}


def test_what_a_file_holds_is_given_as_it_would_be_typed(tmp_path):
    (tmp_path / "age.csv").write_text("sample,age\nP1,8\nP2,61.5\n")
    texts, _ = FIELDS["age"].read(tmp_path / "age.csv", ["P1", "P2"])
    assert texts == {"P1": "8", "P2": "61.5"}
    assert all(FIELDS["age"].take(name, text) == text for name, text in texts.items())
