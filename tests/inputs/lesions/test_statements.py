"""What laboratories write of a lesion, in English and German, is heard as they mean it."""

import pytest

from leukotype.inputs.lesions.statements import (
    DOUBTED,
    GERMLINE,
    NOT_FOUND,
    NOT_PLAIN,
    NOT_TESTED,
    result_of,
    said_of,
    verdict,
)

LESION = "t(9;22)(q34;q11)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("detected", ""),
        ("nachgewiesen", ""),
        ("not detected", NOT_FOUND),
        ("kein Nachweis", NOT_FOUND),
        ("pending", NOT_TESTED),
        ("nicht untersucht", NOT_TESTED),
        ("cannot be excluded", DOUBTED),
        ("V.a.", DOUBTED),
        ("germline", GERMLINE),
        ("no other abnormality", None),
        ("q34", None),
    ],
)
def test_the_words_of_a_result(words, said):
    assert verdict(words) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"46,XX,{LESION}[20]", None),
        (f"Kein Nachweis einer {LESION}", NOT_FOUND),
        (f"{LESION} excluded", NOT_FOUND),
        (f"46,XX,{LESION}[20]; KMT2A not rearranged", None),
        (f"no KMT2A, {LESION}", NOT_FOUND),
        (f"{LESION}?", DOUBTED),
        (f"seen before: {LESION}", NOT_PLAIN),
    ],
)
def test_a_text_speaks_for_the_lesions_of_its_clause(text, said):
    start = text.index(LESION)
    assert said_of(text, start, start + len(LESION)) == said


def test_a_result_that_is_empty_tells_nothing_where_reads_do_not_either():
    assert result_of({"result": "+"}, is_told=False) == ""
    assert result_of({"result": "-"}, is_told=True) == NOT_FOUND
    assert result_of({"result": ""}, is_told=True) == ""
    assert result_of({"result": ""}, is_told=False)
