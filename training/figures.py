"""Figures and tables from answers for patients that the model never saw.

What is counted of any model stands in `leukotype.learning.figures`; here is what the training cohorts and
their dilutions add.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import Strength
from leukotype.learning.figures import Answers, balanced_accuracy
from leukotype.learning.figures import evaluate as count
from leukotype.vocabulary import NOT_B_ALL
from training.cohort import Cohort
from training.estimator import LeukotypeClassifier
from training.heldout import Diluted, HeldOut, join

COUNTED = ("macro_f1", "ece", "brier")


def as_answers(cohort: Cohort, held: HeldOut, subtypes: tuple[str, ...], *, b_all: bool = False) -> Answers:
    """Give out-of-fold predictions as the answers that every model is measured by.

    Parameters
    ----------
    b_all
        leave out patients with T-ALL: the probabilities of subtypes are given B-ALL.
    """
    patients = cohort.patients.take(held.rows)
    answers = Answers(
        subtypes, patients.names, held.truth, held.chances, held.called, patients.cohorts, held.forced
    )
    return answers.take(np.flatnonzero(held.truth != NOT_B_ALL)) if b_all else answers


def summary(cohort: Cohort, held: HeldOut) -> dict[str, float]:
    """Accuracies of one set of out-of-fold predictions, forced and called."""
    leukemia = held.truth != NOT_B_ALL
    patients = cohort.patients.take(held.rows)
    known = patients.known & (patients.cohorts == "GSE227832")
    named, called = held.truth != "B-other", held.called != ""
    called_right = (held.called == held.truth)[leukemia & called]
    return {
        "n": len(held.truth),
        "accuracy": held.right().mean(),
        "n_b_all": int(leukemia.sum()),
        "accuracy_b_all": held.right()[leukemia].mean(),
        "balanced_accuracy": balanced_accuracy(held.truth, held.forced),
        "balanced_accuracy_without_b_other": balanced_accuracy(held.truth[named], held.forced[named]),
        "n_known_before_ml_GSE227832": int(known.sum()),
        "accuracy_known_before_ml_GSE227832": held.right()[known].mean() if known.any() else -1.0,
        "b_all_called": called[leukemia].mean(),
        "right_among_called_b_all": called_right.mean() if len(called_right) else -1.0,
        "t_all_called": called[~leukemia].mean() if (~leukemia).any() else -1.0,
    }


def counted(answers: Answers) -> dict[str, float]:
    """Give the figures that need probabilities, over all patients with B-ALL and by cohort."""
    report = count(answers)
    figures = {name: report.figures[name] for name in COUNTED}
    for row in report.tables["cohorts"].to_dict("records"):
        figures[f"ece_{row['cohort']}"] = row["ece"]
    return figures


def ece_by_chance(answers: Answers, seed: int, draws: int = 200) -> float:
    """Give the expected calibration error of a perfectly calibrated model with these probabilities.

    It is not 0: a share of few patients strays from its probability by chance.
    """
    rng, top = np.random.default_rng(seed), answers.probabilities.max(axis=1)
    bins = np.minimum((top * 10).astype(int), 9)
    errors = []
    for _ in range(draws):
        gap = top - (rng.random(len(top)) < top)
        errors.append(np.abs(np.bincount(bins, gap)).sum() / len(top))
    return float(np.mean(errors))


def purity_table(diluted: Diluted) -> pd.DataFrame:
    """Say for each blast fraction how often the answer is right, called, and how sure it is."""
    rows = []
    for purity in sorted({purity for purity, _ in diluted}, reverse=True):
        held = join([part for each, part in diluted if each == purity])
        called = held.called != ""
        rows.append(
            {
                "blasts": purity,
                "n": len(called),
                "right_forced": held.right().mean(),
                "called": called.mean(),
                "right_of_called": (held.called == held.truth)[called].mean() if called.any() else np.nan,
                "mean_probability_of_called": held.probability[called].mean() if called.any() else np.nan,
            }
        )
    return pd.DataFrame(rows).round(3)


def lesions_against_labels(cohort: Cohort) -> pd.DataFrame:
    """Compare what the patients' lesions define or are typical of with their labels, one row a subtype."""
    patients = cohort.patients
    labels = dict(zip(patients.patients, patients.labels, strict=True))
    rows = []
    for strength in (Strength.DEFINING, Strength.TYPICAL):
        told = {
            patient: {each.subtype for each in cohort.evidence.lesions(patient) if each.strength == strength}
            for patient in labels
        }
        for name in sorted(set().union(*told.values())):
            own = [labels[patient] for patient, subtypes in told.items() if name in subtypes]
            others = pd.Series([label for label in own if label != name], dtype=object).value_counts()
            text = ", ".join(f"{label} {n}" for label, n in others.items())
            rows.append((name, str(strength), len(own), own.count(name), text))
    columns = ["subtype", "strength", "patients_with_the_lesion", "label_is_the_subtype", "other_labels"]
    return pd.DataFrame(rows, columns=columns)


def lesion_weights(classifier: LeukotypeClassifier) -> pd.DataFrame:
    """Give what each kind of lesion adds to the log-odds of its subtype."""
    return pd.DataFrame({"lesion": FLAGS, "log_odds": classifier.lesion_weights_.round(3)})
