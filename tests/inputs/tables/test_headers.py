"""Headers of laboratories in other languages than English."""

import pytest

from leukotype.inputs.tables.headers import as_patients, column_kinds, describes_patients, in_english


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


def test_what_the_columns_of_a_sheet_hold():
    names = ["Probe", "Z\u00e4hldatei", "Blasten (%)", "Alter", "Karyotyp", "fastq_1", "Einsender"]
    assert column_kinds(names) == ["sample", "counts", "blast_pct", "age", "karyotype", "fastq", ""]


def test_a_table_of_patients_is_named_with_its_option():
    assert as_patients(["sample", "age"]) == "a table of patients ('sample', 'age'): give it by --age"
    assert as_patients(["id", "counts", "age", "x"]).endswith("('id', 'counts', 'age'): give it by --samples")
    assert as_patients(["id", "counts"], numbers=True) == "", "one sample's expression"
    assert as_patients(["gene", "age"]) == ""


@pytest.mark.parametrize("gene", ["MAF", "STAR", "EFS", "AGER", "SEX1", "ARMC1", "CNST", "R3HDM1", "PAX5"])
def test_a_gene_describes_no_patients(gene):
    """Approved symbols of HGNC that begin like, or are, words of clinics and of tools."""
    assert not describes_patients(gene)


@pytest.mark.parametrize(
    "name", ["Age", "blast_pct", "batch", "OS.time", "WBC (10^9/L)", "RIN", "Alter", "MRD_d33"]
)
def test_columns_that_describe_patients(name):
    assert describes_patients(name)
