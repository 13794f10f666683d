"""The whole analysis of a trial: every table, every curve, and the text that says how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.join import Trial, figure_groups
from leukotype.efficacy.misclassification import misclassification_method, misclassification_rows
from leukotype.efficacy.patient_tables import (
    alterations_by_subtype,
    baseline_table,
    flow_table,
    frequency_table,
    nested_table,
)
from leukotype.efficacy.questions import KINDS, TrialQuestion
from leukotype.efficacy.response import mrd_notes, response_table
from leukotype.efficacy.sensitivity import describe, sensitivity_tables
from leukotype.efficacy.subgroups import OF_CALLS, Factor, Family, count_tests, factors
from leukotype.efficacy.time_to_event import survival_tables
from leukotype.vocabulary import RISK_UNMAPPED, ArmTests, RateInterval, SmallCells, Ties

_TIES: Final = MappingProxyType(
    {Ties.EFRON: "ties after Efron", Ties.BRESLOW: "ties after Breslow", Ties.EXACT: "ties exact"}
)


@dataclass(frozen=True)
class Analysis:
    """The result of an analysis: tidy frames; rates are fractions, times months.

    Parameters
    ----------
    response, survival, curves, followup, frequencies, baseline, alterations
        the frames behind the figures.
    sensitivity
        further analyses that were asked for, a row an estimate; ``incidence``: steps of competing risks.
    landmarks
        survival at the months that were asked for.
    flow
        who came how far, from the clinical table to each endpoint.
    nested
        patients of the risk groups and of the subtypes within them, by arm.
    alterations_by_subtype
        altered patients of each subtype by lesion and by pathway.
    patients
        one row a patient: arm, outcomes, subtype and groups.
    arms
        printed names: experimental, comparator.
    questions
        what the figures ask.
    methods, limits, notes
        sentences for the reader: how, what it cannot say, what was done with the tables.
    """

    response: pd.DataFrame
    survival: pd.DataFrame
    curves: pd.DataFrame
    followup: pd.DataFrame
    sensitivity: pd.DataFrame
    incidence: pd.DataFrame
    landmarks: pd.DataFrame
    frequencies: pd.DataFrame
    baseline: pd.DataFrame
    flow: pd.DataFrame
    nested: pd.DataFrame
    alterations: pd.DataFrame
    alterations_by_subtype: pd.DataFrame
    patients: pd.DataFrame
    arms: tuple[str, str]
    questions: tuple[TrialQuestion, ...]
    options: AnalysisOptions
    methods: tuple[str, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]


def analyse(trial: Trial, options: AnalysisOptions | None = None) -> Analysis:
    """Compare the arms of a trial in all patients and in every subgroup."""
    options = options or AnalysisOptions()
    options = options.asked_for(trial.columns.sensitivity.analyses)
    parts = factors(trial, options.min_altered, options.min_exploratory)
    response = response_table(trial, parts, options)
    survival = survival_tables(trial, parts, options)
    further = sensitivity_tables(
        trial, parts, response, survival.survival, options, misclassification_rows(trial, parts, options)
    )
    return Analysis(
        response=response.drop(columns=["members", "rest"]),
        survival=survival.survival.drop(columns=["members", "rest"]),
        curves=survival.curves,
        followup=survival.followup,
        sensitivity=further.rows,
        incidence=further.incidence,
        landmarks=survival.landmarks,
        frequencies=frequency_table(trial, parts),
        baseline=baseline_table(trial),
        flow=flow_table(trial),
        nested=nested_table(trial),
        alterations=trial.alterations,
        alterations_by_subtype=alterations_by_subtype(trial),
        patients=trial.patients.join(trial.continuous).rename_axis("patient").reset_index(),
        arms=trial.arms,
        questions=trial.columns.questions,
        options=options,
        methods=_methods(trial, options, response, survival.survival),
        limits=_limits(response, survival.survival),
        notes=(*trial.notes, *mrd_notes(trial), *_absent_factors(trial, parts)),
    )


def _absent_factors(trial: Trial, parts: list[Factor]) -> Iterator[str]:
    """Name the factors that a question asks for and the trial does not have."""
    known = {factor.name for factor in parts} | set(KINDS)
    for question in trial.columns.questions:
        absent = [name for name in question.factors if name not in known]
        if absent:
            yield f"question {question.name}: no such factor in this trial: {', '.join(absent)}"


def _methods(
    trial: Trial, options: AnalysisOptions, response: pd.DataFrame, survival: pd.DataFrame
) -> tuple[str, ...]:
    said = []
    if len(response):
        said += _response_methods(options)
    if len(survival):
        said += _survival_methods(trial, options)
    groups = (*_figure_groups(response, survival), *_groupless_subtypes(trial))
    further = (*describe(trial, options), *misclassification_method(trial, options))
    return (*said, *groups, *_adjustment(response, survival), *further)


def _figure_groups(response: pd.DataFrame, survival: pd.DataFrame) -> list[str]:
    """Say what the subtype groups are, where any is compared."""
    if not any((rows["family"] == Family.FIGURE_GROUP).any() for rows in (response, survival) if len(rows)):
        return []
    table = figure_groups()
    shared = (f"{group}: {', '.join(members)}" for group, members in table.groups.items() if len(members) > 1)
    return [
        f"{OF_CALLS[Family.FIGURE_GROUP]}: subtypes of few patients share a row, as in {table.source} "
        f"({'; '.join(shared)})."
    ]


def _groupless_subtypes(trial: Trial) -> list[str]:
    """Say whose subtypes are in no group, and of which table."""
    tables = {Family.FIGURE_GROUP: figure_groups(), Family.RISK_GROUP: trial.risk}
    said = []
    for family, table in tables.items():
        theirs = trial.patients.loc[trial.patients[family].astype(str) == RISK_UNMAPPED, "subtype"]
        sizes = theirs.astype(str).value_counts()
        if len(sizes):
            names = ", ".join(f"{name} ({n})" for name, n in sizes.items())
            said.append(f"{OF_CALLS[family]} {RISK_UNMAPPED}: no group for {names} in {table.source}.")
    return said


def _response_methods(options: AnalysisOptions) -> list[str]:
    level = f"{100 * options.rate_level:g} %"
    intervals = {
        RateInterval.PAPER: "normal approximation where responders and non-responders both number at least "
        "5, else Clopper-Pearson (exact)",
        RateInterval.CLOPPER_PEARSON: "Clopper-Pearson (exact)",
        RateInterval.WILSON: "Wilson's score",
    }
    said = [
        f"Rates have {level} intervals: {intervals[options.rate_interval]}. Differences of rates have "
        f"{100 * options.difference_level:g} % intervals after Newcombe.",
        f"Arms are compared by Fisher's exact test where an expected count is below 5, else by Pearson's "
        f"chi-squared test without a correction for continuity; {options.side}.",
        "MRD negativity is counted among responders (CR or CRi); an MRD that was not measured counts as not "
        "negative.",
        "Interaction of arm and factor in response: Zelen's exact test where a cell is below 5, else the "
        "likelihood ratio of logistic models; two-sided.",
    ]
    if options.tests == ArmTests.PAPER:
        said.append("The one-sided tests are those that give the P values printed by the INO-VATE analysis.")
    return said


def _survival_methods(trial: Trial, options: AnalysisOptions) -> list[str]:
    strata = f" stratified by {', '.join(trial.strata)} for all patients," if trial.strata else ""
    unknown = "are given as NE (not estimable) with the reason"
    if options.small_cells == SmallCells.FIRTH:
        unknown = "are estimated by Firth's penalised likelihood with profile likelihood intervals"
    tau = "the least of the longest observed times of all arms of the levels of a factor"
    if options.rmst_tau is not None:
        tau = f"{options.rmst_tau:g} months; an arm that was not observed so long has none"
    return [
        f"Survival is estimated after Kaplan and Meier, with {100 * options.median_level:g} % intervals by "
        "the log-log transform; NR: not reached. Follow-up is the median by the reverse Kaplan-Meier method.",
        f"Hazard ratios ({trial.arms[0]} / {trial.arms[1]}) come from Cox models,{strata} unstratified in "
        f"subgroups, {_TIES[options.ties]}, with {100 * options.hr_level:g} % Wald intervals. Ratios without "
        f"a finite estimate {unknown}.",
        f"P values are of log-rank tests (stratified where the model is); {options.side}. Proportional "
        "hazards are tested after Grambsch and Therneau (score test, as in R's survival 3). Times that "
        "differ in their last digits only are tied.",
        f"Restricted mean survival is compared up to {tau}, with {100 * options.rmst_level:g} % intervals.",
        "Interaction of arm and factor in survival: likelihood ratio of Cox models stratified by the factor; "
        "two-sided.",
    ]


def _adjustment(response: pd.DataFrame, survival: pd.DataFrame) -> list[str]:
    numbers: dict[str, list[str]] = {}
    for frame in (response, survival):
        for (endpoint, family), n in count_tests(frame).items():
            numbers.setdefault(endpoint, []).append(f"{n} by {family.replace('_', ' ')}")
    counted = "; ".join(f"{endpoint}: {', '.join(each)}" for endpoint, each in numbers.items())
    return [
        "P values of subgroups are exploratory: not adjusted for their number unless they are called so. "
        "Adjusted values (Holm; Benjamini and Hochberg) count the subgroups of one kind (subtypes, figure "
        "groups, risk groups, subsets, genes, fusions, levels of baseline) together, those of the same "
        "patients once; patients in whom a lesion was looked for and not found are no subgroup of their own. "
        f"P values of interaction are adjusted for the factors of one kind. Tests: {counted}.",
        "After Tarone (Biometrics 1990;46:515), tables whose margins cannot give a P value of .05 once it is "
        "multiplied by the number of those that can are left out of that number: the column p_tarone.",
    ]


def _limits(response: pd.DataFrame, survival: pd.DataFrame) -> tuple[str, ...]:
    unknown = sum(int((~frame["estimable"].astype(bool)).sum()) for frame in (response, survival))
    return (
        "Research use only.",
        "Subgroup analyses are exploratory: a P value of one subgroup says nothing of a difference between "
        "subgroups; the test of interaction does.",
        f"{unknown} comparisons of subgroups could not be estimated; each row says why.",
        "Subtypes are calls of a classifier: a wrong call puts a patient into the wrong subgroup.",
    )
