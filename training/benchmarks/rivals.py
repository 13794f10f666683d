"""Write rivals.md: Leukotype and published classifiers on the same patients.

Run by hand: ``python -m training.benchmarks.rivals --data DIR``. It fits six models (about five minutes on
two quiet cores). No other classifier runs here and none is contained; whoever has one can score its calls on
the same patients by the same rule: ``--rival-calls NAME=FILE.csv``, columns ``sample`` and ``subtype``, an
empty cell for no answer. Names of subtypes are read as `leukotype.inputs.synonyms` reads them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import binomtest
from threadpoolctl import threadpool_limits

from leukotype import classify_files, load
from leukotype.errors import InputError
from leukotype.inputs.synonyms import subtype_of
from leukotype.learning.figures import Answers
from leukotype.learning.measurement import ask
from leukotype.learning.patients import Patients
from leukotype.learning.splits import outer_folds
from leukotype.vocabulary import LOW_BLASTS, NOT_B_ALL
from training.benchmarks.published import NOTES, OTHER_PATIENTS
from training.benchmarks.speed import PROGRAM, measure
from training.cohort import COHORTS, PublicCohort, PublicSettings, load_cohort, read_public_settings

NORDIC = "GSE227832"
ON_RAW_COUNTS = ("ALLCatchR", "ALLSorts")  # ALLIUM was trained on a part of these patients
NEVER_TESTED = "NUTM1-r"  # two of the 229; too few patients to be dealt into folds
NO_ANSWER = ("", "Unclassified", "unclassified", "Unassigned", "B-other")


def untested_patients(cohort: PublicCohort) -> Patients:
    """Give the compared patients of GSE227832 whose subtype has too few to be dealt into folds."""
    source = cohort.public.sources.cohorts
    own = source.take(np.flatnonzero((source.cohorts == NORDIC) & (source.labels == NEVER_TESTED)))
    unknown = np.full(len(own.labels), np.nan)
    return Patients(own.names, own.labels, own.patients, own.cohorts, own.values, unknown)


def our_answers(cohort: PublicCohort, settings: PublicSettings) -> dict[str, pd.DataFrame]:
    """Answer for every compared sample by models that saw neither it nor its patient.

    Samples of a subtype too rare to be dealt into folds teach in every fold; the model of the other cohort
    alone answers for them.
    """
    everyone = cohort.patients
    jobs = [(sides.train, [everyone.take(sides.test)]) for sides in outer_folds(everyone, settings.learning)]
    source = np.flatnonzero(everyone.cohorts == COHORTS[0])
    nordic = everyone.take(np.flatnonzero(everyone.cohorts == NORDIC))
    jobs.append((source, [nordic, untested_patients(cohort)]))
    done = Parallel(n_jobs=settings.learning.jobs)(
        delayed(_fit_and_answer)(cohort, settings, train, asked) for train, asked in jobs
    )
    found = {}
    rules = {"most probable subtype": _best, "called": _called, "called or likely": _likely}
    for rule, answer in rules.items():
        parts = [pd.concat([_compare(cohort, held, answer(held)) for held in each]) for each in done]
        found[f"Leukotype, trained on the other cohort alone (GSE181157), {rule}"] = parts[-1]
        found[f"Leukotype, five-fold, patients split, {rule}"] = pd.concat(parts[:-1])
    return found


def _best(held: Answers) -> Any:
    return held.best


def _called(held: Answers) -> Any:
    return held.called


def _likely(held: Answers) -> Any:
    """Give the call, else what is likely: of a pair the label, where it holds it."""
    found = held.called.copy()
    if held.likely is not None:
        for place, pair in enumerate(held.likely):
            if len(pair):
                found[place] = held.truth[place] if held.truth[place] in pair else pair[0]
    return found


def _fit_and_answer(
    cohort: PublicCohort, settings: PublicSettings, train: Any, asked: list[Patients]
) -> list[Answers]:
    with threadpool_limits(1):
        fitted = cohort.fit(settings, train)
        return [ask(fitted, patients) for patients in asked]


def _compare(cohort: PublicCohort, held: Answers, answer: Any) -> pd.DataFrame:
    """Give label and call of the compared samples and of T-ALL; what is no subtype is no answer."""
    known = cohort.details["known"].reindex(held.names, fill_value=True).to_numpy(bool)
    call = np.where(np.isin(answer, [*NO_ANSWER, LOW_BLASTS, NOT_B_ALL]), "", answer)
    table = pd.DataFrame({"label": held.truth, "call": call}, index=held.names)
    kept: pd.DataFrame = table.loc[(held.cohorts == NORDIC) & (known | (held.truth == NOT_B_ALL))]
    return kept


def read_rival(text: str, compared: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Read ``NAME=FILE.csv``; a compared sample that the file lacks counts as not answered.

    Raises
    ------
    InputError
        if the file has other columns, or names what is no subtype.
    """
    name, _, path = text.partition("=")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if not {"sample", "subtype"} <= set(table.columns):
        raise InputError(f"{path}: expected the columns sample and subtype, found {', '.join(table.columns)}")
    given = table.set_index("sample")["subtype"].reindex(compared.index).fillna("")
    return name, compared.assign(call=[_as_subtype(each.strip(), path) for each in given])


def _as_subtype(call: str, path: str) -> str:
    if call in NO_ANSWER or "," in call:  # more than one subtype is no answer
        return ""
    subtype = subtype_of(call)
    if subtype is None:
        raise InputError(f"{path}: expected a subtype, found {call!r}: leave the cell empty for no answer")
    return subtype


def score(name: str, table: pd.DataFrame) -> dict[str, Any]:
    """Count right, wrong and not answered among B-ALL, and the T-ALL that are given a subtype of B-ALL."""
    own, t_all = table[table["label"] != NOT_B_ALL], table[table["label"] == NOT_B_ALL]
    right = int((own["call"] == own["label"]).sum())
    silent = int((own["call"] == "").sum())
    return row(name, len(own), right, silent, f"{int((t_all['call'] != '').sum())} of {len(t_all)}")


def row(name: str, n: int, right: int, silent: int, t_all: str) -> dict[str, Any]:
    """Give one row of the comparison, with the exact 95 % interval (Clopper-Pearson) of the share right."""
    exact = binomtest(right, n).proportion_ci(0.95, method="exact")
    return {
        "classifier": name,
        "n": n,
        "right": right,
        "share right (95 %)": f"{right / n:.3f} ({exact.low:.3f} to {exact.high:.3f})",
        "not answered": f"{silent} ({silent / n:.1%})",
        "wrong": n - right - silent,
        "right among answered": f"{right / (n - silent):.3f}",
        "T-ALL given a subtype": t_all,
    }


def by_class(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Give right / wrong / not answered of each subtype for everyone whose calls are at hand."""
    found = {}
    for name, table in tables.items():
        right, silent = table["call"] == table["label"], table["call"] == ""
        groups = pd.DataFrame({"r": right, "w": ~right & ~silent, "s": silent}).groupby(table["label"]).sum()
        found[name] = (
            groups["r"].astype(str) + " / " + groups["w"].astype(str) + " / " + groups["s"].astype(str)
        )
        found.setdefault("n", table.groupby("label").size().astype(str))
    return pd.DataFrame(found)[["n", *tables]].rename_axis("subtype").reset_index()


def totxvi(data: Path) -> dict[str, Any]:
    """Score the shipped model on GSE161501, as a user would."""
    home = data / "external" / "GSE161501"
    labels = pd.read_csv(home / "labels.csv").set_index("sample")["subtype"]
    calls = classify_files([home / "counts.tsv.gz"]).calls.set_index("sample")
    subtype = calls["subtype"].where(calls["status"] == "called", "").fillna("")
    table = pd.DataFrame({"label": labels, "call": subtype.reindex(labels.index)})
    return score(f"Leukotype, the model that ships ({load().label})", table) | {"T-ALL given a subtype": ""}


def time_predict(data: Path) -> pd.DataFrame:
    """Measure cold start to written calls on this machine: see speed.py for more, and for a quiet machine."""
    rows = []
    files = {"1 sample": "mdall/COH000353_D1.HTSeq", "20 samples": "allsorts_test/test_counts.csv"}
    with TemporaryDirectory() as folder:
        for name, file in files.items():
            command: list[str | Path] = [
                *PROGRAM,
                "predict",
                data / "external" / file,
                "--quiet",
                "--out",
                Path(folder) / name,
            ]
            found = measure(command, 3)
            rows.append({"input": name, "seconds": f"{found.seconds:.1f}", "peak MB": f"{found.peak_mb:.0f}"})
    return pd.DataFrame(rows)


def markdown(table: pd.DataFrame) -> str:
    """Write a table."""
    lines = [list(table.columns), ["---"] * table.shape[1], *table.astype(str).to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def published_calls(data: Path, compared: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Read what ALLCatchR and ALLSorts said of the compared patients, as their calls were published."""
    calls = pd.read_csv(data / "external" / "rival_calls.csv.gz", dtype=str, keep_default_na=False)
    found = {}
    for name, own in calls[calls["dataset"] == NORDIC].groupby("tool"):
        given = own.set_index("id")["predicted_class"]
        common = compared[compared.index.isin(given.index) & (compared["label"] != NOT_B_ALL)]
        if name in ON_RAW_COUNTS:
            said = [_as_subtype(each, "rival_calls.csv.gz") for each in given.reindex(common.index)]
            found[str(name)] = common.assign(call=said)
    return found


def likes_told_positive(data: Path) -> str:
    """Say how many patients with BCR::ABL1-like leukemia ALLIUM calls BCR::ABL1, by dataset."""
    calls = pd.read_csv(data / "external" / "rival_calls.csv.gz", dtype=str, keep_default_na=False)
    likes = calls[(calls["tool"] == "ALLIUM") & (calls["known_class"] == "BCR::ABL1-like")]
    counts = likes.groupby("dataset")["predicted_class"].agg(lambda each: (each == "BCR::ABL1").sum())
    sizes = likes.groupby("dataset").size()
    told = ", ".join(f"{counts[name]} of {sizes[name]} in {name}" for name in sizes.index)
    return f"ALLIUM calls BCR::ABL1-like BCR::ABL1: {told}."


def on_common_patients(tables: dict[str, pd.DataFrame], data: Path) -> dict[str, pd.DataFrame]:
    """Bring everyone's answers to the patients that all of them were asked about."""
    rivals = published_calls(data, next(iter(tables.values())))
    common = set.intersection(*(set(table.index) for table in rivals.values()))
    every = {**tables, **rivals}
    return {name: table[table.index.isin(common)] for name, table in every.items()}


def page(tables: dict[str, pd.DataFrame], data: Path) -> str:
    """Put the whole page together."""
    common = on_common_patients(tables, data)
    scores = pd.DataFrame([score(name, table) for name, table in common.items()])
    same = scores.drop(columns="T-ALL given a subtype")
    every = pd.DataFrame([score(name, table) for name, table in tables.items()])
    columns = ["classifier", "patients", "n", "result", "source"]
    others = pd.DataFrame(OTHER_PATIENTS, columns=columns)
    return NOTES.format(
        same=markdown(same),
        n=len(next(iter(common.values()))),
        every=markdown(every),
        classes=markdown(by_class(common)),
        likes=likes_told_positive(data),
        totxvi=markdown(pd.DataFrame([totxvi(data)]).drop(columns="T-ALL given a subtype")),
        others=markdown(others),
        time=markdown(time_predict(data)),
    )


def main() -> None:
    """Compare, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that training/README.md describes")
    parser.add_argument("--rival-calls", action="append", default=[], metavar="NAME=FILE.csv")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    arguments = parser.parse_args()
    settings = read_public_settings()
    tables = our_answers(load_cohort(arguments.data, settings.learning), settings)
    compared = next(iter(tables.values()))
    tables |= dict(read_rival(each, compared) for each in arguments.rival_calls)
    arguments.out.write_text(page(tables, arguments.data))


if __name__ == "__main__":
    main()
