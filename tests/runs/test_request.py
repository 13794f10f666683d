"""A request in JSON: checked before anything is called; what was not looked for stays unknown."""

import math

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.given import read_lesions
from leukotype.inputs.reading import LesionFiles
from leukotype.runs.request import OPTIONS, CallRequest, check_options, options_schema, request_schema

COUNTS = {"ENSG1": 1, "ENSG2": 2}


def record(sample="P1", **further):
    return {"sample": sample, "counts": COUNTS, **further}


def test_counts_and_blasts_stand_by_sample():
    request = CallRequest.of([record(), record("P2", blast_pct=20, counts={"ENSG2": 5, "ENSG1": 4})])
    assert request.counts.loc["P2"].to_dict() == {"ENSG1": 4.0, "ENSG2": 5.0}
    assert request.blasts.to_dict() == {"P2": 20.0}


@pytest.mark.parametrize(("value", "found"), [(10**400, "1" + "0" * 400), (math.inf, "inf"), (True, "true")])
def test_a_count_that_is_no_number_of_a_table_is_refused(value, found):
    """JSON allows whole numbers of any length; a float ends at 1.8e308."""
    with pytest.raises(InputError, match=f"gene 'ENSG2': expected a number, found {found}"):
        CallRequest.of([record(counts={"ENSG1": 1, "ENSG2": value})])


def test_age_and_sex_stand_by_sample_where_they_are_known(tmp_path):
    request = CallRequest.of([record(age=7, sex="F"), record("P2", age="7 months", sex=None), record("P3")])
    assert request.beside(tmp_path) == {"age": {"P1": 7, "P2": "7 months"}, "sex": {"P1": "F"}}
    assert CallRequest.of([record(age=math.nan)]).beside(tmp_path) == {}


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"age": -1}, "field age: expected years up to 120"), ({"age": True}, "found true"),
        ({"age": 200}, "found 200"), ({"age": [7]}, "found a list"), ({"age": "old"}, "found 'old'"),
        ({"sex": "girls"}, "field sex: expected female or male, found 'girls'"), ({"sex": 1}, "found 1"),
    ],
    ids=str,
)  # fmt: skip
def test_an_age_or_a_sex_that_is_none_is_refused(given, cause):
    with pytest.raises(InputError, match=f"request: sample 'P1': .*{cause}"):
        CallRequest.of([record(**given)])


def test_a_missing_field_and_null_and_nan_are_the_same():
    for nothing in ({}, {"blast_pct": None, "fusions": None}, {"blast_pct": math.nan, "karyotype": math.nan}):
        request = CallRequest.of([record(**nothing)])
        assert request.blasts is None
        assert request.lesions == {"fusions": {}, "variants": {}}
        assert request.karyotypes == {}


def test_an_empty_list_was_looked_for_and_its_absence_was_not(tmp_path):
    request = CallRequest.of(
        [record(), record("P2", fusions=[], variants=[]),
         record("P3", fusions=[{"gene_5prime": "BCR", "gene_3prime": "ABL1"}],
                variants=[{"gene": "PAX5", "protein_change": "p.P80R", "alt_reads": 40, "depth": 90}])]
    )  # fmt: skip
    read = read_lesions(LesionFiles(**request.beside(tmp_path)), ["P1", "P2", "P3"]).lesions
    assert read.fusions["sample"].tolist() == ["P3"]
    assert {name: bool(callers) for name, callers in read.callers.items()} == {
        "P1": False,
        "P2": True,
        "P3": True,
    }
    assert read.sequenced == {"P2", "P3"}
    assert read.mutations[["sample", "gene", "alt_reads"]].to_numpy().tolist() == [["P3", "PAX5", 40]]


def test_a_name_with_a_comma_or_a_quote_keeps_its_lesions(tmp_path):
    name = 'P 1, "twin"'
    lesions = {"fusions": [{"gene_5prime": "BCR", "gene_3prime": "ABL1"}], "karyotype": "46,XX[20]"}
    request = CallRequest.of([record(name, **lesions)])
    read = read_lesions(LesionFiles(**request.beside(tmp_path)), [name]).lesions
    assert read.fusions["sample"].tolist() == [name]
    assert [each.sample for each in read.copy_number] == [name]


@pytest.mark.parametrize(
    ("records", "cause"),
    [
        ([record(), record()], "each sample once"), ([record("P=1")], "text without ="),
        ([record(), record("P2", counts={"ENSG1": 1})], "the same genes in every sample"),
        ("P1", "a list of samples, found 'P1'"), ([None], "found nothing"),
        (
            [record(fusions=[{"gene_5prime": "BCR", "gene_3prime": "ABL1", "read": 2}])],
            "'read': there is no such",
        ),
        ([record(counts={"ENSG1": float("inf")})], "expected a number, found inf"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_line(records, cause):
    with pytest.raises(InputError, match=cause) as error:
        CallRequest.of(records)
    assert "\n" not in str(error.value)


def test_options_are_those_that_there_are():
    assert check_options({"scheme": "icc", "strict": True, "value_type": None}) == {
        "scheme": "icc",
        "strict": True,
    }
    for wrong in ({"stric": True}, {"strict": "yes"}, {"id_type": "name"}, {"scheme": {}}, {"value_type": 1}):
        with pytest.raises(InputError, match="request: option"):
            check_options(wrong)


def test_the_schema_refuses_a_field_that_there_is_not():
    schema = request_schema()
    assert schema["required"] == ["sample", "counts"]
    assert schema["additionalProperties"] is False


def test_the_schema_of_options_has_what_is_taken():
    schema = options_schema()
    assert tuple(schema["properties"]) == OPTIONS
    for name, told in schema["properties"].items():
        for value in told.get("enum", []):
            assert check_options({name: value}) == {name: value}
