"""What the top of a trial's page says: the numbers of the tables, in words."""

from leukotype.report.trial.headline import head_lines

ARMS = ("InO", "SC")


def test_patients_arms_and_every_endpoint_in_all_patients(response, survival):
    """Blood Adv 2024;8(12):3226: 43 and 48 patients; 32 and 16 responses, P one-sided."""
    lines = head_lines({"response": response, "survival": survival}, ARMS)
    assert lines[0] == "91 patients: 43 on InO and 48 on SC."
    assert lines[1].startswith("CR/CRi: 32/43 (74.4 %) on InO against 16/48 (33.3 %) on SC; difference 41.1 ")
    assert lines[1].endswith("; P <.001 (Pearson chi-squared, one-sided).")
    assert lines[2].startswith("PFS: median months 5.0 (40/43 with an event) on InO against 1.8 (47/48 ")
    assert "hazard ratio 0.45 (0.34\N{EN DASH}0.61), 97.5 % CI; P = .030 (log-rank" in lines[2]
    assert len(lines) == 3


def test_what_cannot_be_estimated_says_so(survival):
    survival.loc[0, "estimable"] = False
    survival.loc[0, ["hr", "hr_low", "hr_high", "p"]] = float("nan")
    assert head_lines({"survival": survival}, ARMS)[1].endswith("; hazard ratio NE.")


def test_without_a_row_of_all_patients_nothing_is_said(response):
    assert head_lines({}, ARMS) == []
    assert head_lines({"response": response[response["level"] == "altered"]}, ARMS) == []
