"""What a user wrote stands in a message as one line that no terminal acts on."""

from copy import copy

import pytest

from leukotype.errors import (
    InputError,
    InputListError,
    ModelFileError,
    abridge,
    count_of,
    first_control,
    quote,
    visible,
)


def test_both_errors_are_caught_as_errors_of_values():
    assert issubclass(InputError, ValueError)
    assert issubclass(ModelFileError, ValueError)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),  # clears a terminal (ECMA-48, ED)
        ("a\u202eb", r"a\u202eb"),  # turns the direction of writing: CVE-2021-42574
        ("\x85\x7f", r"\x85\x7f"),
        ("a\tb\nc", "a\tb\nc"),
        ("Müller 名", "Müller 名"),
    ],
)
def test_what_a_terminal_acts_on_is_spelled_out(text, shown):
    assert visible(text) == shown


def test_the_first_that_it_acts_on_is_told():
    assert first_control("plain\ttext") == ""
    assert first_control("a\x07b\x1b") == r"\x07"


def test_a_quote_is_one_line_and_not_long():
    assert quote("two\n  lines\t") == "'two lines'"
    assert quote("x" * 40) == f"'{'x' * 40}'"
    assert quote("x" * 41) == f"'{'x' * 40}...'"


def test_a_long_list_says_how_many_more_there_are():
    assert abridge(["a", "b", "c"]) == "a, b, c"
    assert abridge(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert abridge([]) == ""


def test_one_is_singular_and_thousands_are_parted():
    assert [count_of(n, "sample") for n in (0, 1, 2, 1500)] == [
        "0 samples",
        "1 sample",
        "2 samples",
        "1,500 samples",
    ]


def test_a_list_of_faults_is_one_text_and_goes_whole_to_another_process():
    error = InputListError("no arm", "no patient")
    assert str(error) == "no arm\nno patient"
    assert copy(error).args == error.args
