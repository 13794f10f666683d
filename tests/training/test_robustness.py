"""Disturbed samples, what is counted of them, and where a curve fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype import classify, load
from leukotype.learning.figures import Answers
from leukotype.learning.patients import Patients
from leukotype.vocabulary import NOT_B_ALL
from training import robustness
from training.cohort import PublicCohort
from training.robustness import (
    UNDISTURBED,
    Annotation,
    curves,
    disturb,
    failures,
    groups,
    mixtures,
    quantifier_ratio,
    raw_sets,
    replicates,
    sex_of,
)


def found(curve: str, level: object, calls: str, truth: str = "aaaaaaaaaa") -> pd.DataFrame:
    """One sample a letter: its call, "." for none."""
    called = ["" if call == "." else call for call in calls]
    table = {"curve": curve, "level": level, "truth": list(truth), "forced": called, "called": called}
    return pd.DataFrame(table).assign(minority="")


def test_a_curve_counts_right_called_and_wrong_from_the_undisturbed_on() -> None:
    parts = [found(UNDISTURBED, "", "aaaaaaaaa."), found("reads", 1.0, "aaaaab....")]
    first, second = curves(pd.concat(parts))["reads"].to_dict("records")
    assert (first["level"], first["n"], first["called"], first["right_of_called"]) == (
        UNDISTURBED,
        10,
        0.9,
        1,
    )
    assert (second["called"], second["called_wrong"], second["right_of_called"]) == (0.6, 1, 0.833)


@pytest.mark.parametrize(
    ("calls", "fails"),
    [
        ("aaaaa.....", "none of these levels"),  # half of the calls are left
        ("aaaa......", 1.0),  # fewer than half
        ("aaaaaaaaab", 1.0),  # 9 of 10 right
        ("..........", 1.0),  # nothing is called
    ],
)
def test_a_curve_fails_where_calls_are_wrong_or_gone(calls: str, fails: object) -> None:
    parts = [found(UNDISTURBED, "", "aaaaaaaaaa"), found("reads", 1.0, calls)]
    assert failures(curves(pd.concat(parts)))["fails_at"].tolist() == [fails]


def test_t_all_stands_apart() -> None:
    parts = [found(UNDISTURBED, "", "ab", ["a", NOT_B_ALL]), found("reads", 1.0, "a.", ["a", NOT_B_ALL])]
    table = curves(pd.concat(parts))["reads"]
    assert table["n"].tolist() == [1, 1]
    assert table["t_all_called"].tolist() == [1, 0]


def all_right(who: Patients) -> Answers:
    ones = np.ones((len(who), 1))
    return Answers(("a",), who.names, who.labels, ones, who.labels, who.cohorts, who.labels)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """What a model that is always right is asked."""
    asked: list[np.ndarray] = []

    def answer(_: object, who: Patients) -> Answers:
        asked.append(who.values)
        return all_right(who)

    monkeypatch.setattr(robustness, "ask", answer)
    return asked


def test_every_way_of_spoiling_keeps_every_patient(cohort: PublicCohort, seen: list[np.ndarray]) -> None:
    test = np.arange(0, len(cohort.patients), 20)
    table = disturb(None, cohort, test, seed=1)  # type: ignore[arg-type]
    assert (table[table["minority"] == ""].groupby(["curve", "level"]).size() % len(test) == 0).all()
    plain, deep = seen[0], seen[1]
    assert np.abs(np.nansum(deep, axis=1) / np.nansum(plain, axis=1) / robustness.DEPTHS[0] - 1).max() < 0.01
    measured = ~np.isnan(plain)
    gone = [np.isnan(values[measured]).mean() for values in seen[9:21]]
    assert gone == pytest.approx(np.repeat(robustness.MISSING, robustness.DRAWS) / 100, abs=0.03)
    mixed = table[table["minority"] != ""]
    assert (mixed["minority"] != mixed["truth"]).all()
    assert mixtures(mixed)["as_majority"].tolist() == [1.0] * len(robustness.MIXED)


def test_the_cohorts_have_eight_pairs_of_replicates_and_three_libraries(
    cohort: PublicCohort, data: Path
) -> None:
    told = {"curve": UNDISTURBED, "sample": cohort.patients.names}
    right = dict.fromkeys(("truth", "forced", "called"), cohort.patients.labels)
    pairs = replicates(pd.DataFrame({**told, **right}), data)
    assert len(pairs) == 8
    assert pairs["same_call"].all()
    table = groups(all_right(cohort.patients), cohort, data).set_index(["by", "group"])["n"]
    assert set(table["library"].index) == {"ScriptSeq", "TruSeq", "RNAaccess"}
    assert table["sex"].sum() == table["cohort", "GSE181157"]
    assert table["sex by its genes"].sum() == table["cohort"].sum()


def test_the_sex_told_by_its_genes_is_the_recorded_one(cohort: PublicCohort, data: Path) -> None:
    samples = pd.read_csv(data / "cohorts" / "samples.csv").set_index("sample")["sex"]
    recorded = samples.loc[cohort.patients.names]
    known = recorded.notna().to_numpy()
    assert known.sum() == 171
    assert (sex_of(cohort)[known] == recorded[known]).all()


def test_outdated_names_are_those_of_older_annotations(data: Path) -> None:
    old = Annotation.read(data).genes.drop_duplicates("symbol").set_index("symbol")["old"]
    assert old["ADGRB2"] == "BAI2"  # the test counts of ALLSorts, made on GRCh37, name it so
    assert old["TP53"] != "TP53"


def test_two_quantifiers_agree_on_most_genes_of_one_sample(data: Path) -> None:
    ratio = np.log2(quantifier_ratio(data / "formats", Annotation.read(data)))
    assert abs(ratio.median()) < 0.2
    assert 0.5 < (ratio.abs() < 0.5).mean() < 1


def test_thinned_and_renamed_adults_keep_their_subtypes(data: Path) -> None:
    adults = next(each for each in raw_sets(data) if each.name == "mdall")
    counts = np.random.default_rng(1).binomial(adults.counts.astype(np.int64), 0.1)
    names = [f"{name}.7" for name in adults.counts.columns]
    table = pd.DataFrame(counts, index=adults.counts.index, columns=names)
    calls = classify(table, model=load()).calls.set_index("sample")
    assert calls["subtype"].to_dict() == adults.labels.to_dict()  # labels of MD-ALL
