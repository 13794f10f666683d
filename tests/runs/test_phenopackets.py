"""Phenopackets have the fields of the GA4GH's schema, and say no more than the calls.

Fields, words and what is required: Phenopacket Schema 2.0 (github.com/phenopackets/phenopacket-schema,
`org.phenopackets.schema.v2` and `org.ga4gh.vrsatile.v1`, in the JSON names of protocol buffers) and the JSON
Schema of github.com/phenopackets/phenopacket-tools. Only what is written here stands in the tables below.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.runs.call_json import CALL_NUMBERS
from leukotype.runs.files import FILES, PHENOPACKET
from leukotype.runs.options import RunOptions
from leukotype.runs.run import ModelName, Run
from leukotype.vocabulary import CALL_COLUMNS, DOSAGE_COLUMNS, EVIDENCE_COLUMNS, Sex

# Message -> its fields: the message that each holds, "" for a text, the words of an enumeration.
SCHEMA = {
    "Phenopacket": {
        "id": "",
        "subject": "Individual",
        "biosamples": ["Biosample"],
        "interpretations": ["Interpretation"],
        "metaData": "MetaData",
    },
    "Individual": {
        "id": "",
        "timeAtLastEncounter": "TimeElement",
        "sex": {"UNKNOWN_SEX", "FEMALE", "MALE", "OTHER_SEX"},
    },
    "TimeElement": {"age": "Age"},
    "Age": {"iso8601duration": ""},
    "Biosample": {"id": "", "individualId": "", "description": ""},
    "Interpretation": {
        "id": "",
        "progressStatus": {"UNKNOWN_PROGRESS", "IN_PROGRESS", "COMPLETED", "SOLVED", "UNSOLVED"},
        "diagnosis": "Diagnosis",
        "summary": "",
    },
    "Diagnosis": {"disease": "OntologyClass", "genomicInterpretations": ["GenomicInterpretation"]},
    "OntologyClass": {"id": "", "label": ""},
    "GenomicInterpretation": {
        "subjectOrBiosampleId": "",
        "interpretationStatus": {"UNKNOWN_STATUS", "REJECTED", "CANDIDATE", "CONTRIBUTORY", "CAUSATIVE"},
        "variantInterpretation": "VariantInterpretation",
    },
    "VariantInterpretation": {
        "acmgPathogenicityClassification": {
            "NOT_PROVIDED",
            "BENIGN",
            "LIKELY_BENIGN",
            "UNCERTAIN_SIGNIFICANCE",
            "LIKELY_PATHOGENIC",
            "PATHOGENIC",
        },
        "therapeuticActionability": {"UNKNOWN_ACTIONABILITY", "NOT_ACTIONABLE", "ACTIONABLE"},
        "variationDescriptor": "VariationDescriptor",
    },
    "VariationDescriptor": {
        "id": "",
        "label": "",
        "extensions": ["Extension"],
        "moleculeContext": {"unspecified_molecule_context", "genomic", "transcript", "protein"},
    },
    "Extension": {"name": "", "value": ""},
    "MetaData": {
        "created": "",
        "createdBy": "",
        "resources": ["Resource"],
        "phenopacketSchemaVersion": {"2.0"},
        "externalReferences": ["ExternalReference"],
    },
    "Resource": dict.fromkeys(("id", "name", "url", "version", "namespacePrefix", "iriPrefix"), ""),
    "ExternalReference": {"id": "", "description": ""},
}
MAY_LACK = {
    "Phenopacket": set(),
    "Individual": {"timeAtLastEncounter"},
    "Interpretation": {"diagnosis"},
    "Diagnosis": {"genomicInterpretations"},
}


def check(value, kind, where="Phenopacket"):
    if kind == "":
        assert isinstance(value, str), where
        assert value, where
    elif isinstance(kind, set):
        assert value in kind, where
    elif isinstance(kind, list):
        assert value, where
        for each in value:
            check(each, kind[0], where)
    else:
        fields = SCHEMA[kind]
        assert set(value) <= set(fields), where
        assert set(fields) - set(value) <= MAY_LACK.get(kind, set()), where
        for name, each in value.items():
            check(each, fields[name], f"{where}.{name}")


def call(sample, status, **more):
    empty = {name: np.nan if name in CALL_NUMBERS else "" for name in CALL_COLUMNS}
    return {**empty, "sample": sample, "status": status, "model": "default", **more}


PH = "B-lymphoblastic leukaemia/lymphoma with BCR::ABL1 fusion"
CALLS = [
    call("P1", "called", subtype="BCR::ABL1", probability=0.99, who_haem5=PH, ncit="NCIT:C80331"),
    call("P2", "called", subtype="IKZF1 N159Y", who_haem5="B-lymphoblastic leukaemia/lymphoma, NOS"),
    call("P3", "candidate", subtype="KMT2A-r", probability=0.7, reason="likely, not sure"),
    call("P4", "low_blasts", reason="blasts 15 % (given): under 30 %"),
    call("p1", "unclassified"),
    call("../a b", "not_b_all"),
    call("P7", "unreadable", reason="zero for every gene"),
]
EVIDENCE = [
    ("P1", "a.tsv", "fusion", "BCR::ABL1", 12.0, "BCR::ABL1", "defining", "", True, "", "[1]"),
    ("P1", "a.tsv", "fusion", "BCR::X", 1.0, "", "", "", False, "no known lesion", ""),
    ("P1", "b.vcf", "mutation", "IKZF1 N159Y", np.nan, "IKZF1 N159Y", "defining", "", True, "", "[2]"),
    ("P1", "counts", "expression", "CRLF2 expressed", np.nan, "BCR::ABL1-like", "typical", "", True, "", ""),
    ("P3", "a.tsv", "fusion", "KMT2A::AFF1", 3.0, "KMT2A-r", "defining", "", True, "", "[3]"),
]


@pytest.fixture
def run():
    names = pd.DataFrame({"sample": [each["sample"] for each in CALLS]})
    return Run(
        pd.DataFrame(CALLS, columns=list(CALL_COLUMNS)),
        names,
        pd.DataFrame(EVIDENCE, columns=list(EVIDENCE_COLUMNS)),
        pd.DataFrame(columns=list(DOSAGE_COLUMNS)),
        names.assign(x=0.0, y=0.0),
        names,
        options=RunOptions(),
        sources=(),
        model=ModelName("default 0.4.0 (4ef1baac)", "4" * 64),
        sexes={"P1": Sex.FEMALE, "P2": Sex.MALE},
        ages={"P1": 34.0, "P2": 19 / 12, "P3": 12 / 365.25, "P4": 7.999},
    )


def test_every_field_is_one_of_the_schema(run):
    for packet in run.phenopackets().values():
        check(packet, "Phenopacket")


def test_the_check_finds_what_the_schema_does_not_have(run):
    packet = run.phenopackets()["P1"]
    with pytest.raises(AssertionError, match="metaData"):
        check({**packet, "metaData": {**packet["metaData"], "created_by": "x"}}, "Phenopacket")


def test_sex_and_age_stand_where_they_were_given(run):
    packets = run.phenopackets()
    subjects = {name: packet["subject"] for name, packet in packets.items()}
    assert [subjects[name]["sex"] for name in ("P1", "P2", "P3")] == ["FEMALE", "MALE", "UNKNOWN_SEX"]
    ages = {name: each.get("timeAtLastEncounter") for name, each in subjects.items()}
    told = [ages[name]["age"]["iso8601duration"] for name in ("P1", "P2", "P3", "P4")]
    assert told == ["P34Y", "P1Y7M", "P12D", "P8Y"]
    assert ages["p1"] is None


def interpretation(run, name):
    (found,) = run.phenopackets()[name]["interpretations"]
    return found


def test_a_sure_call_is_a_diagnosis_by_its_code(run):
    said = interpretation(run, "P1")
    assert said["progressStatus"] == "COMPLETED"
    assert said["diagnosis"]["disease"] == {"id": "NCIT:C80331", "label": PH}


def test_a_subtype_without_a_code_has_that_of_all_and_its_name_beside_it(run):
    said = interpretation(run, "P2")
    whole = {"id": "NCIT:C8936", "label": "B-lymphoblastic leukaemia/lymphoma"}
    assert said["diagnosis"] == {"disease": whole}
    assert "called: IKZF1 N159Y" in said["summary"]


def test_lesions_that_count_stand_with_how_they_stand_to_the_call(run):
    found = interpretation(run, "P1")["diagnosis"]["genomicInterpretations"]
    told = [
        (each["variantInterpretation"]["variationDescriptor"]["label"], each["interpretationStatus"])
        for each in found
    ]
    assert told == [("BCR::ABL1", "CONTRIBUTORY"), ("IKZF1 N159Y", "UNKNOWN_STATUS")]
    descriptor = found[0]["variantInterpretation"]["variationDescriptor"]
    assert {"name": "reads", "value": "12"} in descriptor["extensions"]


def test_a_lesion_against_the_called_subtype_does_not_contribute_to_it(run):
    against = run.evidence.replace({"strength": {"defining": "against"}})
    said = interpretation(replace(run, evidence=against), "P1")["diagnosis"]["genomicInterpretations"]
    assert {each["interpretationStatus"] for each in said} == {"UNKNOWN_STATUS"}


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("P3", "IN_PROGRESS"),
        ("P4", "UNKNOWN_PROGRESS"),
        ("p1", "UNSOLVED"),
        ("../a b", "UNSOLVED"),
        ("P7", "UNKNOWN_PROGRESS"),
    ],
)
def test_what_is_no_sure_call_is_no_diagnosis(run, name, progress):
    said = interpretation(run, name)
    assert said["progressStatus"] == progress
    assert "diagnosis" not in said


def test_the_lesions_of_a_candidate_are_in_its_summary(run):
    summary = interpretation(run, "P3")["summary"]
    assert summary.startswith(
        "candidate: KMT2A-r; probability 0.700; likely, not sure; lesions: KMT2A::AFF1."
    )


def test_each_says_what_it_may_be_used_for_and_who_made_it(run):
    made = replace(run, synthetic="SYNTHETIC", written="2026-03-01T10:00:00+02:00").phenopackets()["P1"]
    assert "Research use only" in made["interpretations"][0]["summary"]
    assert made["interpretations"][0]["summary"].startswith("SYNTHETIC ")
    assert made["metaData"]["created"] == "2026-03-01T08:00:00Z"
    told = [each["description"] for each in made["metaData"]["externalReferences"]]
    assert told[0].startswith("model default 0.4.0 (4ef1baac)")
    assert told[2].startswith("SYNTHETIC Research use only")


def test_files_are_written_on_request_one_a_sample_whatever_its_name(run, tmp_path):
    assert len(run.save(tmp_path / "without")) == len(FILES)
    written = [path for path in run.save(tmp_path / "with", phenopackets=True) if PHENOPACKET in path.name]
    assert [path.name.removesuffix(PHENOPACKET) for path in written] == [
        "P1", "P2", "P3", "P4", "p1_2", "..%2Fa b", "P7",
    ]  # fmt: skip
    assert {path.parent for path in written} == {tmp_path / "with"}
    texts = [path.read_text(encoding="utf-8") for path in written]
    assert [json.loads(text)["subject"]["id"] for text in texts] == [each["sample"] for each in CALLS]
    assert not any("NaN" in text for text in texts)


def test_a_second_run_replaces_those_of_the_first(run, tmp_path):
    run.save(tmp_path, phenopackets=True)
    replace(run, written="2026-03-01T10:00:00+02:00").save(tmp_path, phenopackets=True)
    packets = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob(f"*{PHENOPACKET}")]
    assert [each["metaData"]["created"] for each in packets] == ["2026-03-01T08:00:00Z"] * len(CALLS)


def test_those_of_an_earlier_run_go_and_a_file_of_somebody_else_stays(run, tmp_path):
    run.save(tmp_path, phenopackets=True)
    other = Path(tmp_path / f"mine{PHENOPACKET}")
    other.write_text('{"createdBy": "somebody else"}', encoding="utf-8")
    run.save(tmp_path)
    assert list(tmp_path.glob(f"*{PHENOPACKET}")) == [other]
