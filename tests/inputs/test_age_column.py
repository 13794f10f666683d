"""Age from the words of laboratories, in years."""

import pytest

from leukotype.inputs.age_column import AGE


@pytest.mark.parametrize(
    ("word", "years"),
    [
        ("4", 4.0),
        (" 34,5 ", 34.5),
        ("62 years", 62.0),
        ("18y", 18.0),
        ("18 mo", 1.5),
        ("6 months", 0.5),
        ("34 Jahre", 34.0),
        ("6 Monate", 0.5),
        ("0", 0.0),
        ("n/a", None),
        ("", None),
    ],
)
def test_words_of_laboratories(word, years):
    assert AGE.read(word) == years


@pytest.mark.parametrize("word", ["-3", "adult", "1998", "4-7", "1e3"])
def test_what_is_no_age_is_refused(word):
    with pytest.raises(ValueError, match=word):
        AGE.read(word)
