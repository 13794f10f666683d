"""Headers of laboratories in other languages than English."""

import pytest

from leukotype.inputs.tables.headers import in_english


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Probe", "sample"),
        ("Probennummer", "sample"),
        ("Patienten-ID", "patient"),
        ("Blasten", "blasts"),
        ("Blasten_%", "blast_pct"),
        ("KM-Blasten [%]", "blast_pct"),
        ("Alter bei Erstdiagnose (Jahre)", "age"),
        ("Geschlecht", "sex"),
        ("Karyotyp", "karyotype"),
        ("\u00c9chantillon", "sample"),
        ("Pourcentage de blastes", "blast_pct"),
        ("\u00c2ge", "age"),
        ("Sexe", "sex"),
        ("Muestra", "sample"),
        ("% blastos", "blast_pct"),
        ("Edad (a\u00f1os)", "age"),
        ("Campione", "sample"),
    ],
)
def test_what_a_header_means(written, meant):
    assert in_english([written]) == (meant,)


@pytest.mark.parametrize(
    "written", ["Blasten PB", "Alter in Monaten", "Probenvolumen", "Datum der Probe", "site"]
)
def test_another_unit_or_another_thing_is_not_meant(written):
    assert in_english([written]) == (written,)


def test_an_english_name_that_is_there_is_not_given_twice():
    assert in_english(["sample", "Probe", "Blasten KM", "Blasten PB"]) == (
        *("sample", "Probe", "blasts", "Blasten PB"),
    )
