"""What a patient's section shows of the lesions and of the chromosomes."""

import math

import pandas as pd

from leukotype.report.run.inline_figures import bar
from leukotype.report.run.patient_section import patient_section
from leukotype.vocabulary import (
    CALL_COLUMNS,
    DOSAGE_COLUMNS,
    EVIDENCE_COLUMNS,
    LOW_BLASTS,
    NOT_B_ALL,
    RISK_UNMAPPED,
    Agreement,
    Status,
)

NAN = math.nan


def finding(lesion, reads, subtype, strength, *, used=True, source="/ward/P1.tsv (Arriba)", why_not=""):
    row = dict.fromkeys(EVIDENCE_COLUMNS, "")
    given = {"sample": "P1", "kind": "fusion", "lesion": lesion, "reads": reads, "subtype": subtype}
    return row | given | {"strength": strength, "used": used, "source": source, "why_not": why_not}


def shown(evidence=(), dosage=(), *, subtype="PAX5alt", status=Status.CALLED, probabilities=None, **changes):
    row = dict.fromkeys(CALL_COLUMNS, "") | {
        "sample": "P1",
        "status": status,
        "subtype": subtype,
        "probability": 0.96,
        **dict.fromkeys(("blast_pct", "blast_estimate_pct", "blast_low_pct", "blast_high_pct"), NAN),
        "library_size": NAN,
        "genes_found_pct": 100.0,
        "evidence_agreement": Agreement.SUPPORTS,
        **changes,
    }
    return patient_section(
        row,
        2,
        3,
        pd.Series(probabilities or {"PAX5alt": 0.96, "BCR::ABL1-like": 0.03, "KMT2A-r": 0.001}),
        pd.DataFrame(list(evidence), columns=list(EVIDENCE_COLUMNS)),
        pd.DataFrame(list(dosage), columns=list(DOSAGE_COLUMNS)),
        pd.DataFrame(columns=["subtype", "against"]),
    )


def test_a_lesion_of_one_file_stands_once_with_its_most_reads():
    """COH000082: CICERO gives PAX5::ZNF521 in several rows."""
    rows = [finding("PAX5::ZNF521", reads, "PAX5alt", "typical") for reads in (109.0, 523.0, NAN, 26.0)]
    (row,) = shown(rows)["support"]
    assert (row["reads"], row["source"]) == ("523", "P1.tsv (Arriba)")


def test_lesions_of_another_subtype_stand_apart():
    rows = [
        finding("P2RY8::CRLF2", 22.0, "BCR::ABL1-like", "typical"),
        finding("PAX5::ZNF521", 630.0, "PAX5alt", "typical"),
        finding("normal karyotype", NAN, "Hyperdiploid", "against"),
        finding("ABL1::X", 1.0, "", "", used=False, why_not="under 3 reads"),
    ]
    said = shown(rows)
    assert [row["lesion"] for row in said["support"]] == ["PAX5::ZNF521"]
    assert [row["lesion"] for row in said["others_support"]] == ["P2RY8::CRLF2"]
    assert [row["says"] for row in said["contradict"]] == ["against Hyperdiploid"]
    assert [row["why_not"] for row in said["unused"]] == ["under 3 reads"]


def test_what_else_it_could_be_is_what_reaches_a_hundredth():
    assert [other["name"] for other in shown()["others"]] == ["BCR::ABL1-like"]


def test_neighbours():
    said = shown()
    assert (said["previous"], said["anchor"], said["following"]) == ("p1", "p2", "p3")


def test_bars_begin_at_zero():
    assert bar(1.0, 2.0) == {"x": 60.0, "width": 30.0, "side": "up"}
    assert bar(-2.0, 2.0) == {"x": 0.0, "width": 60.0, "side": "down"}
    assert bar(0.0, 0.0)["width"] == 0.0


def test_a_subtype_is_described_with_its_articles():
    (about,) = shown()["described"]
    assert about["name"] == "PAX5alt"
    assert "lesions of PAX5" in about["sentence"]
    assert about["articles"][0].address == "https://doi.org/10.1038/s41588-018-0315-5"  # Gu et al. 2019


def test_look_alikes_are_described_both_and_what_is_not_likely_is_not():
    pair = shown(subtype="", status=Status.CANDIDATE, group="BCR::ABL1|BCR::ABL1-like")
    assert [about["name"] for about in pair["described"]] == ["BCR::ABL1", "BCR::ABL1-like"]
    assert shown(subtype="", status=Status.UNCLASSIFIED)["described"] == []
    assert shown(subtype=LOW_BLASTS, status=Status.LOW_BLASTS)["described"] == []


def test_a_subtype_without_a_risk_group_says_why():
    said = shown(subtype="ETV6::RUNX1", risk_group=RISK_UNMAPPED)["risk_group"]
    assert said.startswith("unmapped: no group for ETV6::RUNX1 in the trial's risk scheme: Paietta et al.")
    assert shown(risk_group="undetermined")["risk_group"] == "undetermined"


def test_not_b_all_is_no_alternative_to_a_sure_call():
    """A call by expression has 0.83 and more; what a lesion decides may have less, and then it is one."""
    decided = {"PAX5alt": 0.6, NOT_B_ALL: 0.4}
    assert [each["name"] for each in shown(probability=0.6, probabilities=decided)["others"]] == [NOT_B_ALL]
    sure = {"PAX5alt": 0.86, NOT_B_ALL: 0.14}
    assert shown(probability=0.86, probabilities=sure)["others"] == []
