"""The trial that is analysed: calls joined to the clinical table, every patient accounted for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leukotype.calling.risk import GroupTable, packaged_groups, published_groups
from leukotype.efficacy.clinical_table import Clinical
from leukotype.efficacy.columns import TrialColumns
from leukotype.errors import InputError, InputListError, abridge, quote
from leukotype.inputs.lesions.variant_class import variant_class
from leukotype.inputs.synonyms import advice_on, is_other, subtype_of
from leukotype.vocabulary import (
    NOT_B_ALL,
    RISK_LOW_BLAST,
    RISK_UNMAPPED,
    SUBTYPES,
    UNCLASSIFIED,
    AlterationKind,
    Arm,
    Status,
    VariantClass,
)

_FIGURE_GROUPS: Final = files("leukotype.efficacy") / "figure_groups_inovate2024.toml"
# The groups of patients who have no subtype, in every factor that is made of subtypes.
_WITHOUT_SUBTYPE: Final = {
    Status.LOW_BLASTS: RISK_LOW_BLAST,
    Status.CANDIDATE: UNCLASSIFIED,  # likely is not called
    Status.UNCLASSIFIED: UNCLASSIFIED,
    Status.NOT_B_ALL: NOT_B_ALL,
    Status.UNREADABLE: UNCLASSIFIED,
}
_CALLS: Final = ("sample", "status", "subtype", "risk_group")
_ALTERATIONS: Final = ("sample", "gene", "kind")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trial:
    """A trial, joined and checked; frames are indexed by patient in the order of the clinical table.

    Parameters
    ----------
    patients
        ``arm`` (experimental, comparator), the outcomes of `Clinical`, ``status``, and the ordered categories
        ``subtype``, ``figure_group``, ``risk_group``; ``subclass``, empty where the calls have none.
    factors, continuous
        baseline of the patients; see `Clinical`.
    whole_factors, whole_continuous
        the same of every patient of the clinical table, also of those without a call.
    whole_arms
        their arms.
    alterations
        a row per patient, lesion and kind: ``patient``, ``subtype``, ``gene``, ``kind``, ``variant``
        (`VariantClass` of a mutation; empty: not known), ``pathway``.
    lesions
        every lesion as it was written (``ABL1 T315I``): ``patient``, ``lesion``, ``gene``, ``kind``.
    tested
        who was tested for each kind of alteration.
    tested_genes
        who was tested for what is a column of the clinical table, by the printed name and the kind.
    columns
        of the clinical table: subsets and questions among them.
    notes
        what was done to join them.
    risk
        groups of the subtypes.
    chances
        probability of each subtype: a row a patient whose call may be another; None: not known.
    """

    patients: pd.DataFrame
    factors: pd.DataFrame
    continuous: pd.DataFrame
    whole_factors: pd.DataFrame
    whole_continuous: pd.DataFrame
    whole_arms: pd.Series[str]
    alterations: pd.DataFrame
    lesions: pd.DataFrame
    tested: pd.DataFrame
    tested_genes: Mapping[tuple[str, str], Mask]
    columns: TrialColumns
    notes: tuple[str, ...]
    risk: GroupTable = field(default_factory=published_groups)
    chances: pd.DataFrame | None = None

    @property
    def arms(self) -> tuple[str, str]:
        """Printed names: experimental, comparator."""
        return self.columns.experimental, self.columns.comparator

    @property
    def strata(self) -> tuple[str, ...]:
        """Columns of ``factors`` by which the randomisation was stratified."""
        return tuple(map(self.columns.label, self.columns.strata))

    @property
    def in_experimental(self) -> Mask:
        """Patients of the experimental arm; the others are in the comparator's."""
        return np.asarray(self.patients["arm"] == Arm.EXPERIMENTAL, dtype=np.bool_)

    def tested_for(self, lesions: pd.DataFrame) -> Mask:
        """Patients who were tested for one of some lesions: rows of the alterations.

        One in whom it was found was tested. A gene of the clinical table has its own column; its kind counts
        beside it only where a run says who was looked at.
        """
        tested = self.patients.index.isin(lesions["patient"])
        for gene, kind in lesions[["gene", "kind"]].drop_duplicates().itertuples(index=False):
            of_table = self.tested_genes.get((gene, kind))
            tested |= self.tested[kind].to_numpy() if of_table is None else of_table
        return np.asarray(tested, dtype=np.bool_)


def join_trial(
    clinical: Clinical,
    calls: pd.DataFrame,
    *,
    alterations: pd.DataFrame | None = None,
    tested: Mapping[AlterationKind, Collection[str]] | None = None,
    risk: GroupTable | None = None,
    chances: pd.DataFrame | None = None,
    allow_unmatched: bool = False,
    labels: tuple[str, str] = ("clinical table", "calls"),
) -> Trial:
    """Join calls and clinical table, patient by patient.

    Parameters
    ----------
    calls
        the frame of ``calls.csv``: a row a sample, columns ``sample``, ``status``, ``subtype``,
        ``risk_group``.
    alterations
        a row a lesion: ``sample``, ``gene`` (of a fusion both, of a ploidy its state), ``kind``
        (`AlterationKind`); where it is known, ``lesion``: ``ABL1 T315I``.
    tested
        samples in which each kind of lesion was looked for; None: in all of them.
    risk
        a table of risk groups that overrides the column ``risk_group`` of the calls.
    chances
        probability of each subtype, a row a sample; None: not known.
    allow_unmatched
        analyse the patients who are in both, and say who was not.

    Raises
    ------
    InputError
        For a column or a status that is not known, a sample that stands twice, and, unless allowed, a patient
        without a call, a call without a patient, alterations of neither: a line for each kind.
    """
    given = None if alterations is None else _check_alterations(alterations, clinical.others)
    known, problems = _check_calls(calls, clinical.others, labels[1])
    patients = clinical.patients
    unmatched = _list_unmatched(patients.index, known.index, given, labels)
    if problems or (unmatched and not allow_unmatched):
        lines = [*problems, *(f"{line}, or give --allow-unmatched" for line, _ in unmatched)]
        raise InputListError(*lines)
    both = patients.index[patients.index.isin(known.index)]
    if not len(both):
        raise InputError(f"{labels[0]}: expected patients who have a call, found none: check the names")
    called, renamed = _read_subtypes(known.loc[both])
    joined = pd.concat([patients.loc[both], _groups(called, risk)], axis=1)
    alterations, lesions, said = _list_alterations(clinical, joined, given)
    by_kind, of_genes, looked = _who_was_tested(clinical, both, tested)
    return Trial(
        joined,
        clinical.factors.loc[both],
        clinical.continuous.loc[both],
        clinical.factors,
        clinical.continuous,
        patients["arm"],
        alterations,
        lesions,
        by_kind,
        of_genes,
        clinical.columns,
        (*clinical.notes, *(note for _, note in unmatched), *renamed, *said, *looked),
        risk or published_groups(),
        chances,
    )


def _read_subtypes(calls: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read the words of called subtypes as the field means them; say what was renamed and what is unknown."""
    called = calls["status"] == Status.CALLED
    words = calls.loc[called, "subtype"]
    sizes = words.value_counts(sort=False)
    meaning = {word: NOT_B_ALL if is_other(word) else subtype_of(word) or word for word in sizes.index}
    renamed = [f"{quote(word)} as {name} ({sizes[word]})" for word, name in meaning.items() if word != name]
    notes = [f"subtypes read: {abridge(renamed, len(renamed))}"] if renamed else []
    notes += [
        f"subtype {quote(word)}, {sizes[word]} patients: no word of the vocabulary, kept as it is and "
        f"{RISK_UNMAPPED} to a risk group: {advice_on(word)}"
        for word, name in meaning.items()
        if name not in SUBTYPES and name != NOT_B_ALL
    ]
    return calls.assign(subtype=calls["subtype"].mask(called, words.map(meaning))), tuple(notes)


def _who_was_tested(
    clinical: Clinical, patients: pd.Index[str], tested: Mapping[AlterationKind, Collection[str]] | None
) -> tuple[pd.DataFrame, dict[tuple[str, str], Mask], tuple[str, ...]]:
    """Tell who was tested, by kind of alteration and by gene column, and how many these are."""
    kinds = {kind: patients.isin(list((tested or {}).get(kind, patients))) for kind in AlterationKind}
    of_genes: dict[tuple[str, str], Mask] = {}
    for column in clinical.tested.columns:
        gene = clinical.columns.gene(str(column))
        looked = clinical.tested.loc[patients, column].to_numpy()
        looked_too = kinds[gene[1]] if gene[1] in (tested or {}) else False
        of_genes[gene] = np.asarray(of_genes.get(gene, False) | looked | looked_too)
    by_kind = pd.DataFrame(kinds, index=patients)
    said = tuple(f"tested for {kind}: {int(kinds[kind].sum())} of {len(patients)}" for kind in tested or {})
    return by_kind, of_genes, said


def _check_calls(calls: pd.DataFrame, others: Collection[str], label: str) -> tuple[pd.DataFrame, list[str]]:
    """Give the calls of all but some patients as text, by sample, and say what is wrong with any."""
    for column in _CALLS:
        if column not in calls.columns:
            raise InputError(
                f"{label}: expected column {quote(column)}, found {abridge(list(calls.columns), 6)}: give "
                "the calls.csv of leukotype predict"
            )
    text = calls.reindex(columns=[*_CALLS, "subclass"]).astype(object)
    text = text.where(text.notna(), "").astype(str)
    single = text[~text["sample"].isin(others)].drop_duplicates("sample")
    return single.set_index("sample"), list(_wrong_calls(text, label))


def _wrong_calls(text: pd.DataFrame, label: str) -> Iterator[str]:
    """Name what is wrong with any of the calls: a line for each kind."""
    bare = text.loc[(text["status"] == Status.CALLED) & (text["subtype"].str.strip() == ""), "sample"]
    if len(bare):
        yield (
            f"{label}: column 'subtype': expected a subtype beside the status called, found an empty field "
            f"({abridge(list(bare))}): fill it, or correct the status"
        )
    again = text.loc[text["sample"].duplicated(), "sample"]
    if len(again):
        names = abridge(list(again))
        yield f"{label}: expected each sample once, found {names} again: leave one row of each"
    odd = text.loc[~text["status"].isin(list(Status)), "status"]
    if len(odd):
        found = quote(odd.iloc[0])
        yield f"{label}: column 'status': expected {', '.join(Status)}, found {found}: correct it"


def _list_unmatched(
    patients: pd.Index[str], samples: pd.Index[str], altered: pd.DataFrame | None, labels: tuple[str, str]
) -> list[tuple[str, str]]:
    """List those who stand in one table only: the line that stops the run, and the note if it goes on."""
    without = list(patients[~patients.isin(samples)])
    beyond = list(samples[~samples.isin(patients)])
    names = pd.Series([], dtype=object) if altered is None else altered["patient"]
    unknown = list(dict.fromkeys(names[~names.isin(patients)]))
    found = (
        (labels[0], "a call for each patient", "without a call", without, "predict them"),
        (labels[1], "a patient for each call", "without a patient", beyond, "add them to the clinical table"),
        ("alterations", "samples of the trial", "of other samples", unknown, "leave them out"),
    )
    return [
        (
            f"{label}: expected {expected}, found {len(who)} {what} ({abridge(who)}): {advice}",
            f"{label}: left out {len(who)} {what} ({abridge(who)})",
        )
        for label, expected, what, who, advice in found
        if who
    ]


def _groups(calls: pd.DataFrame, risk: GroupTable | None) -> pd.DataFrame:
    """Status, and what a call makes of a patient in each factor: the low-blast stay, as their own group."""
    without = calls["status"].map(_WITHOUT_SUBTYPE).fillna(UNCLASSIFIED)
    subtype = calls["subtype"].where(calls["status"] == Status.CALLED, without)
    figure = figure_groups()
    table = risk or published_groups()
    by_risk = group_subtypes(subtype, table)
    if risk is None:
        by_risk = by_risk.mask(
            (calls["status"] == Status.CALLED) & (calls["risk_group"] != ""), calls["risk_group"]
        )
    groups = {
        "status": calls["status"],
        "subclass": calls["subclass"].where(calls["status"] == Status.CALLED, ""),
        "subtype": order_levels(subtype, SUBTYPES),
        "figure_group": order_levels(group_subtypes(subtype, figure), tuple(figure.groups)),
        "risk_group": order_levels(by_risk, tuple(table.groups)),
    }
    return pd.DataFrame(groups, index=calls.index)


def figure_groups() -> GroupTable:
    """Give the groups of the figures of the INO-VATE genomic analysis."""
    return packaged_groups(_FIGURE_GROUPS)


def group_subtypes(subtype: pd.Series[str], table: GroupTable) -> pd.Series[str]:
    """Give each patient the group of their subtype; who has no subtype keeps the reason."""
    groups = {each: table.group(each) for each in subtype.unique()} | {
        each: each for each in _WITHOUT_SUBTYPE.values()
    }
    return subtype.map(groups)


def order_levels(values: pd.Series[str], order: Sequence[str]) -> pd.Categorical:
    """Order the levels that occur: the known, others by name, then unmapped and those without subtype."""
    last = (RISK_UNMAPPED, *dict.fromkeys(_WITHOUT_SUBTYPE.values()))
    present = set(values)
    others = sorted(present - set(order) - set(last))
    return pd.Categorical(
        values, [each for each in (*order, *others, *last) if each in present], ordered=True
    )


def _list_alterations(
    clinical: Clinical, joined: pd.DataFrame, given: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """List what was given and what the table's gene columns say.

    Returns
    -------
    tuple
        a row per patient, gene and kind; every lesion as it was written; what is to be said.
    """
    frames = [] if given is None else [given]
    for gene in clinical.altered.columns:
        who = clinical.altered.index[clinical.altered[gene]]
        name, kind = clinical.columns.gene(str(gene))
        frames.append(pd.DataFrame({"patient": who, "gene": name, "kind": kind, "lesion": name}))
    columns = ["patient", "subtype", "gene", "kind", "pathway", "variant"]
    lesions = pd.DataFrame(columns=["patient", "gene", "kind", "lesion"], dtype=object)
    if not frames:
        return pd.DataFrame(columns=columns, dtype=object), lesions, ("no alterations were given",)
    rows = pd.concat([*frames, lesions], ignore_index=True)
    rows = rows[rows["patient"].isin(joined.index)]
    if rows.empty:
        said = "0 alterations of 0 patients"
        return pd.DataFrame(columns=columns, dtype=object), lesions, (said, *_unsaid_kinds(clinical))
    rows = _turn_fusions(rows)
    single = _with_variants(rows).drop_duplicates(["patient", "gene", "kind"]).reset_index(drop=True)
    single["subtype"] = single["patient"].map(joined["subtype"].astype(str))
    single["pathway"] = single["gene"].map(dict(clinical.columns.pathways)).fillna("")
    said = f"{len(single)} alterations of {single['patient'].nunique()} patients"
    if len(rows) > len(single):
        said += f"; further ones in the same gene of a patient, not counted: {len(rows) - len(single)}"
    return single[columns], rows, (said, *_unsaid_kinds(clinical))


def _with_variants(rows: pd.DataFrame) -> pd.DataFrame:
    """Say what the mutation of each row does, as its change is written after the gene."""
    mutation = rows["kind"] == AlterationKind.MUTATION
    changes = rows["lesion"].where(mutation, "").str.partition(" ")[2]
    classes = {change: variant_class(change) or "" for change in changes.unique()}
    several = rows.groupby(["patient", "gene", "kind"])["lesion"].transform("nunique") > 1
    return rows.assign(variant=changes.map(classes).mask(mutation & several, VariantClass.SEVERAL))


def _unsaid_kinds(clinical: Clinical) -> tuple[str, ...]:
    """Name the gene columns that are taken for mutations because nothing is said of them."""
    unsaid = [str(name) for name in clinical.altered.columns if name not in clinical.columns.gene_kinds]
    said = f"gene columns read as mutations, since [genes.kinds] says no more: {', '.join(unsaid)}"
    return (said,) if unsaid else ()


def _turn_fusions(rows: pd.DataFrame) -> pd.DataFrame:
    """Give a fusion and its reciprocal one name: the commoner one of the two, else the first by letter."""
    fusion = rows["kind"] == AlterationKind.FUSION
    sizes = rows.loc[fusion, "gene"].value_counts()
    turned = {name: "::".join(reversed(str(name).split("::"))) for name in sizes.index}
    better = {
        name: min((name, other), key=lambda each: (-sizes.get(each, 0), each))
        for name, other in turned.items()
    }
    return rows.assign(gene=rows["gene"].mask(fusion, rows["gene"].map(better)))


def _check_alterations(given: pd.DataFrame, others: Collection[str]) -> pd.DataFrame:
    """Give the alterations as text, by patient, without those of patients who are not compared here."""
    for column in _ALTERATIONS:
        if column not in given.columns:
            raise InputError(
                f"alterations: expected column {quote(column)}, found {abridge(list(given.columns), 6)}: "
                "add it"
            )
    odd = given.loc[~given["kind"].isin(list(AlterationKind)), "kind"]
    if len(odd):
        raise InputError(
            f"alterations: column 'kind': expected {', '.join(AlterationKind)}, found "
            f"{quote(str(odd.iloc[0]))}: correct it"
        )
    names = {"sample": "patient", "gene": "gene", "kind": "kind", "lesion": "lesion"}
    given = given if "lesion" in given else given.assign(lesion=given["gene"])
    text = pd.DataFrame({name: given[column].astype(str).str.strip() for column, name in names.items()})
    return text[~text["patient"].isin(others)]
