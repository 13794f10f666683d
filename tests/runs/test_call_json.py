"""Calls in JSON: what every reader of JSON takes, and the schema that says so."""

import json

import numpy as np
import pandas as pd
import pytest

from leukotype.runs.call_json import CALL_NUMBERS, as_json, call_records, call_schema, calls_as_json
from leukotype.vocabulary import CALL_COLUMNS, CALL_FLAGS, Status


def calls(**values):
    """Give one call without anything, but for some values."""
    row: dict[str, object] = {name: np.nan if name in CALL_NUMBERS else "" for name in CALL_COLUMNS}
    row |= dict.fromkeys(CALL_FLAGS, pd.NA)
    return pd.DataFrame([{**row, "sample": "NA", "status": "low_blasts", "model": "m", **values}])


def test_nothing_is_null_and_never_nan():
    (record,) = json.loads(calls_as_json(calls()), parse_constant=lambda word: pytest.fail(word))
    assert record["sample"] == "NA"  # a name, not a missing value
    assert {record[name] for name in CALL_NUMBERS} == {None}
    assert record["subtype"] is None
    assert list(record) == list(CALL_COLUMNS)


def test_numbers_are_numbers_and_flags_are_flags():
    (record,) = call_records(calls(probability=np.float32(0.5), library_size=7.0, in_trial_scheme=False))
    assert (record["probability"], record["library_size"]) == (0.5, 7.0)
    assert record["in_trial_scheme"] is False
    assert {type(value) for value in record.values()} <= {str, float, bool, type(None)}


def test_a_column_that_calls_have_beside_is_there_too():
    (record,) = call_records(calls().assign(further="text"))
    assert record["further"] == "text"


def test_an_infinite_number_is_refused_rather_than_written():
    with pytest.raises(ValueError, match="JSON"):
        calls_as_json(calls(probability=np.inf))


def test_the_schema_names_every_column_and_allows_null_where_a_call_may_have_nothing():
    schema = call_schema()
    assert list(schema["properties"]) == list(CALL_COLUMNS) == schema["required"]
    assert schema["properties"]["status"]["enum"] == [str(each) for each in Status]
    kinds = {"str": "string", "float": "number", "bool": "boolean", "NoneType": "null"}
    for record in (*call_records(calls()), *call_records(calls(probability=0.5, in_trial_scheme=True))):
        for name, value in record.items():
            assert kinds[type(value).__name__] in schema["properties"][name]["type"], name


def test_calls_are_written_one_by_one_as_the_whole_list_would_be():
    some = pd.concat([calls(), calls(subtype='a "b"\n', probability=0.5, in_trial_scheme=True)])
    assert calls_as_json(some) == as_json(call_records(some))
    assert calls_as_json(some[:0]) == as_json([])
