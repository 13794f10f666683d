"""Who the patients are: the printed frequencies, and those analysed beside the whole trial."""

import pytest

from leukotype.efficacy import analyse, check_clinical, join_trial


@pytest.mark.parametrize(
    ("subtype", "percent"),
    [
        ("BCR::ABL1", "14.3"),
        ("BCR::ABL1-like", "13.2"),
        ("Low hypodiploid", "12.1"),
        ("KMT2A-r", "8.8"),
        ("DUX4-r", "5.5"),
        ("low blast", "27.5"),
    ],
)
def test_printed_frequencies(analysis, subtype, percent):
    rows = analysis.frequencies[analysis.frequencies["factor"] == "Subtype"].set_index("level")
    assert f"{rows.loc[subtype, 'percent']:.1f}" == percent
    assert rows["n"].sum() == 91
    assert rows["percent"].sum() == pytest.approx(100)


def test_baseline_beside_the_whole_trial(clinical_table, columns, calls):
    clinical = check_clinical(clinical_table, columns, "trial.csv")
    trial = join_trial(clinical, calls.iloc[10:], allow_unmatched=True)
    table = analyse(trial).baseline
    first = table.iloc[0]
    assert (first["all"], first["whole_trial"], first["not_analysed"]) == ("81", "91", "10")
    sex = table[table["variable"] == "sex"]
    assert sex["p_whole_trial"].notna().tolist() == [True, False]
    n = sum(int(cell.split(" ")[0]) for cell in sex["all"])
    assert n == 81
