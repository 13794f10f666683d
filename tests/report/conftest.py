"""Frames in the schema of the tidy frames, with numbers that were printed, and what a figure shows."""

import math
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.text import Text

NAN = math.nan
ALL = ("All patients", "All patients")

# Blood Adv 2024;8(12):3226: responders and patients on InO and on SC; P one-sided.
RESPONSE = [
    (*ALL, 32, 43, 16, 48, 0.000044, "Pearson chi-squared", NAN),
    ("Subtype", "BCR::ABL1-like", 6, 7, 0, 5, 0.00758, "Fisher exact", 0.2213),
    ("Subtype", "PAX5alt", 1, 3, 0, 0, NAN, "", 0.2213),
    ("Risk group", "high risk, BCR::ABL1-", 10, 12, 2, 19, 0.0000816, "Fisher exact", 0.0438),
    ("TP53", "altered", 5, 5, 1, 8, 0.00466, "Fisher exact", 0.181),
]

# The same article: PFS 0.236 (0.081-0.686) and 0.276 (0.086-0.884); the other rows are invented.
SURVIVAL = [
    (*ALL, 40, 43, 47, 48, 5.0, 1.8, 0.45, 0.34, 0.61, 20.0, ""),
    ("Risk group", "high risk, BCR::ABL1-", 10, 12, 18, 19, 11.2, 1.8, 0.236, 0.081, 0.686, 5.0, ""),
    ("Risk group", "low blast", 9, 12, 12, 13, math.inf, 1.9, 0.276, 0.086, 0.884, 20.0, ""),
    ("Risk group", "undetermined", 0, 5, 2, 2, math.inf, 2.0, NAN, NAN, NAN, NAN, "no event on InO"),
    ("Sex", "female", 20, 22, 20, 20, 4.0, 2.0, 0.7, 0.002, 240.0, 0.2, ""),
]

# Freireich et al., Blood 1963;21:699: weeks of remission on 6-mercaptopurine and on placebo; (time, event).
MERCAPTOPURINE = [
    *[(t, 1) for t in (6, 6, 6, 7, 10, 13, 16, 22, 23)],
    *[(t, 0) for t in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)],
]
PLACEBO = [(t, 1) for t in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def response_row(factor, level, hits, n, hits_c, n_c, p, test, interaction):
    rates = [h / m if m else NAN for h, m in ((hits, n), (hits_c, n_c))]
    row = {"endpoint": "CR/CRi", "factor": factor, "level": level}
    for side, h, m, rate in (("experimental", hits, n, rates[0]), ("comparator", hits_c, n_c, rates[1])):
        row |= {f"n_{side}": m, f"responders_{side}": h, f"rate_{side}": rate}
        low, high = (NAN, NAN) if m == 0 else (max(rate - 0.2, 0), min(rate + 0.2, 1))
        row |= {f"low_{side}": low, f"high_{side}": high, f"interval_{side}": "Clopper-Pearson" if m else ""}
    difference = rates[0] - rates[1]
    row |= {"difference": difference, "difference_low": difference - 0.2, "difference_high": difference + 0.1}
    row |= {"p": p, "test": test, "side": "one-sided" if test else "", "p_holm": p, "p_bh": p}
    row |= {"p_least": NAN, "p_tarone": NAN, "interaction_p_holm": interaction}
    row |= {"interaction_p": interaction, "interaction_test": "exact Zelen" if interaction > 0 else ""}
    return row | {"estimable": n_c > 0, "why_not": "" if n_c else "no patient on SC"}


def survival_row(factor, level, d, n, d_c, n_c, median, median_c, hr, low, high, information, why_not):
    row = {"endpoint": "PFS", "factor": factor, "level": level}
    for side, events, m, mid in (("experimental", d, n, median), ("comparator", d_c, n_c, median_c)):
        row |= {f"n_{side}": m, f"events_{side}": events, f"median_{side}": mid}
        row |= {f"median_low_{side}": mid / 2, f"median_high_{side}": math.inf}
    row |= {"hr": hr, "hr_low": low, "hr_high": high}
    row |= {"hr_method": "" if why_not else "Cox, Wald 97.5 %"}
    row |= {"p": NAN if why_not else 0.03, "test": "" if why_not else "log-rank", "side": "two-sided"}
    row |= {
        "p_holm": NAN,
        "p_bh": NAN,
        "ph_p": 0.4,
        "rmst_difference": 2.0,
        "rmst_low": 0.5,
        "rmst_high": 3.5,
    }
    row |= {"rmst_tau": 24.0, "interaction_p": NAN if factor == ALL[0] else 0.0438}
    row |= {"interaction_p_holm": NAN if factor == ALL[0] else 0.0876}
    row |= {"interaction_test": "likelihood ratio, two-sided", "information": information}
    return row | {"estimable": not why_not, "why_not": why_not}


def product_limit(patients, arm):
    survival, rows = 1.0, []
    for time in sorted({time for time, _ in patients}):
        n = sum(t >= time for t, _ in patients)
        events = sum(t == time and e for t, e in patients)
        censored = sum(t == time and not e for t, e in patients)
        survival *= 1 - events / n
        rows.append((time, survival, max(survival - 0.2, 0), min(survival + 0.2, 1), n, events, censored))
    frame = pd.DataFrame(rows, columns=["time", "survival", "low", "high", "at_risk", "events", "censored"])
    return frame.assign(endpoint="PFS", factor=ALL[0], level=ALL[1], arm=arm)


@pytest.fixture
def response():
    return pd.DataFrame([response_row(*row) for row in RESPONSE])


@pytest.fixture
def survival():
    return pd.DataFrame([survival_row(*row) for row in SURVIVAL])


@pytest.fixture
def curves():
    return pd.concat(
        [product_limit(MERCAPTOPURINE, "6-MP"), product_limit(PLACEBO, "placebo")], ignore_index=True
    )


@pytest.fixture
def texts():
    """Every text of a figure that is not empty."""
    return lambda figure: [each.get_text() for each in figure.findobj(Text) if each.get_text().strip()]


@pytest.fixture
def drawn():
    """Lines of a figure that carry a name."""

    def find(figure, name):
        return [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == name]

    return find


@pytest.fixture
def collisions():
    """Texts that lie over one another or leave the sheet; the pale mark across the sheet is none of them."""

    def find(figure):
        figure.canvas.draw()
        found = list(figure.texts)
        for axis in (axis for axes in figure.axes if axes.axison for axis in (axes.xaxis, axes.yaxis)):
            found += [axis.label, *axis.get_ticklabels()]
        found = [each for each in found if each.get_text().strip() and each.get_alpha() is None]
        boxes = [(each.get_text(), each.get_window_extent().padded(-0.7)) for each in found]
        sheet = figure.bbox.padded(0.7)
        out = [text for text, box in boxes if not (sheet.contains(*box.min) and sheet.contains(*box.max))]
        return out + [(a, b) for (a, x), (b, y) in combinations(boxes, 2) if x.overlaps(y)]

    return find
