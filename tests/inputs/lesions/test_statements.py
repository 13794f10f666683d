"""What laboratories write of a lesion, in English and German, is heard as they mean it."""

import pytest

from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.lesions.statements import result_of, said_of, verdict

LESION = "t(9;22)(q34;q11)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("detected", ""),
        ("nachgewiesen", ""),
        ("not detected", Verdict.NOT_FOUND),
        ("kein Nachweis", Verdict.NOT_FOUND),
        ("pending", Verdict.NOT_TESTED),
        ("nicht untersucht", Verdict.NOT_TESTED),
        ("cannot be excluded", Verdict.DOUBTED),
        ("V.a.", Verdict.DOUBTED),
        ("non d\xe9tect\xe9", Verdict.NOT_FOUND),
        ("r\xe9arrangement absent", Verdict.NOT_FOUND),
        ("pas de fusion", Verdict.NOT_FOUND),
        ("d\xe9tect\xe9", Verdict.FOUND),
        ("negativo", Verdict.NOT_FOUND),
        ("positivo", Verdict.FOUND),
        ("non rilevato", Verdict.NOT_FOUND),
        ("non eseguito", Verdict.NOT_TESTED),
        ("geen fusie", Verdict.NOT_FOUND),
        ("neither", Verdict.NOT_FOUND),
        ("noch nachweisbar", Verdict.FOUND),
        ("ni KMT2A retrouv\xe9", Verdict.NOT_FOUND),
        ("positive control", None),
        ("history of", Verdict.DOUBTED),
        ("aanwezig", Verdict.FOUND),
        ("niet uitgesloten", Verdict.DOUBTED),
        ("germline", Verdict.GERMLINE),
        ("germline: negative", Verdict.GERMLINE),
        ("positive in donor", Verdict.ANOTHERS),
        ("sibling negative", Verdict.ANOTHERS),
        ("splice donor", None),
        ("parent clone", None),
        ("no other abnormality", None),
        ("p.(Pro80Arg) c.239C>G", None),
        ("non-sense", None),
        ("q34", None),
    ],
)
def test_the_words_of_a_result(words, said):
    assert verdict(words) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"46,XX,{LESION}[20]", None),
        (f"Kein Nachweis einer {LESION}", Verdict.NOT_FOUND),
        (f"{LESION} excluded", Verdict.NOT_FOUND),
        (f"46,XX,{LESION}[20]; KMT2A not rearranged", None),
        (f"no KMT2A, {LESION}", Verdict.NOT_FOUND),
        (f"{LESION}?", Verdict.DOUBTED),
        (f"seen before: {LESION}", Verdict.NOT_PLAIN),
    ],
)
def test_a_text_speaks_for_the_lesions_of_its_clause(text, said):
    start = text.index(LESION)
    assert said_of(text, start, start + len(LESION)) == said


def test_a_result_that_is_empty_tells_nothing_where_reads_do_not_either():
    assert result_of({"result": "+"}, is_told=False) == ""
    assert result_of({"result": "-"}, is_told=True) == Verdict.NOT_FOUND
    assert result_of({"result": ""}, is_told=True) == ""
    assert result_of({"result": ""}, is_told=False)


@pytest.mark.parametrize("column", ["R\xe9sultat", "resultado", "esito", "uitslag", "Befund", "detected"])
def test_the_column_of_a_result_in_other_languages(column):
    assert result_of({column.lower(): "negativ"}, is_told=True) is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("validated", "no", Verdict.DOUBTED),
        ("rt-pcr", "negative", Verdict.DOUBTED),
        ("fish", "not done", Verdict.FOUND),
        ("confirmed", "yes", Verdict.FOUND),
        ("pcr", "", Verdict.FOUND),
    ],
)
def test_what_another_test_says_against_a_lesion_puts_it_in_doubt(column, text, said):
    assert result_of({"fusion": "BCR::ABL1", column: text}, is_told=True) is said
