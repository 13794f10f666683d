"""Writes a bundle: what it says of itself, its profiles, its map; beside its place first, then renamed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from leukotype.errors import InputError
from leukotype.learning.estimator import Teaching
from leukotype.learning.map_layout import build_map
from leukotype.learning.measurement import Learned
from leukotype.learning.mixing import Cells, Mixtures
from leukotype.learning.patients import Patients
from leukotype.learning.settings import Settings, packages
from leukotype.model.bundle import PARTS, Origin, Profiles, load, save
from leukotype.model.features import Array
from leukotype.runs.working_folder import remove_ended, working_folder
from leukotype.vocabulary import NORMAL, NOT_B_ALL, T_ALL

_MODE: Final = 0o755  # of a folder that a temporary one becomes


def manifest(
    learned: Learned,
    teaching: Teaching,
    settings: Settings,
    name: str,
    studies: Mapping[str, float] | None = None,
    lesions_sha256: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give what a bundle says of itself; nothing in it depends on the clock or on this machine's folders.

    Parameters
    ----------
    studies
        figures that were measured beside, by name.
    lesions_sha256
        SHA-256 of files of lesions, by path. They stand apart from those of the expression and the labels, on
        which the figures by expression alone rest.
    """
    told = settings.as_dict()
    told.pop("jobs")
    base, patients = teaching.base, teaching.cohort.patients
    found = {
        "name": name,
        "version": version("leukotype"),
        "threshold": learned.fitted.threshold,
        "min_genes_pct": teaching.panel.min_genes_pct,
        "classes": patients.counts(),
        "subtypes": list(learned.fitted.model.subtypes),
        "cohorts": _sizes(patients),
        "n_genes": len(teaching.panel.genes.ids),
        "n_genes_one_by_one": len(teaching.panel.subtype_genes),
        "parts": origins(teaching),
        "metrics": metrics(learned, studies),
        "chosen": asdict(learned.chosen),
        "config": told,
        "data_sha256": _by_name(teaching.cohort.sha256),
        "further_sha256": _by_name(teaching.further_sha256 or {}),
        "lesions_sha256": _by_name(lesions_sha256 or {}),
        "packages": packages(settings),
        "run_id": learned.key,
    }
    if teaching.learned_from is not None:
        found["learned_from"] = dict(teaching.learned_from)
    return found if base is None else {**found, "base": {"name": base.label, "sha256": base.digest}}


def _sizes(patients: Patients) -> dict[str, int]:
    """Patients of each cohort."""
    names = sorted(set(patients.cohorts))
    return {str(name): len(set(patients.patients[patients.cohorts == name])) for name in names}


def origins(teaching: Teaching) -> dict[str, str]:
    """Say which parts were learned here, and which stay as the panel or the base model has them."""
    given = teaching.panel.profiles is not None
    anew = teaching.base is None
    learned = {
        "genes": not given,
        "reference": not given,
        **dict.fromkeys(("features", "gate", "blasts", "limit"), anew),
        "lesion_weights": teaching.evidence is not None,
    }
    return {name: str(Origin.LEARNED if learned[name] else Origin.KEPT) for name in PARTS}


def metrics(learned: Learned, studies: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Give the figures of held-out patients by what they are of.

    Returns
    -------
    ``held_out`` (by expression alone), ``with_lesions``, ``cohorts`` (by name, each learned from the others),
    ``untaught`` and ``studies``; what was not measured is not there.
    """
    found: dict[str, Any] = {"held_out": learned.held_out.figures}
    found["cohorts"] = {each.split.cohort: each.report.figures for each in learned.cohorts}
    if learned.with_lesions is not None:
        found["with_lesions"] = learned.with_lesions.figures
    if len(learned.untaught):
        called, patients = learned.untaught_calls
        found["untaught"] = {"n": patients, "called": round(called / patients, 4)}
    if studies:
        found["studies"] = dict(studies)
    return found


def _by_name(sha256: Mapping[str, str]) -> dict[str, str]:
    """Leave the folders out of paths; files of one name in several folders are numbered."""
    found: dict[str, str] = {}
    for path, digest in sha256.items():
        name, times = Path(path).name, 1
        while name in found:
            times += 1
            name = f"{Path(path).name} ({times})"
        found[name] = digest
    return found


def profiles_of(teaching: Teaching) -> Profiles:
    """Build the profiles of all who teach."""
    augmentation = teaching.augmentation
    cells = augmentation.cells if isinstance(augmentation, Mixtures) else None
    return build_profiles(teaching.cohort.patients, teaching.panel.profiles, cells, teaching.unread)


def build_profiles(
    patients: Patients, base: Profiles | None, cells: Cells | None, unread: Array | None = None
) -> Profiles:
    """Mean and spread of log2(CPM + 1) of each taught class; classes that nobody here has come from `base`.

    Genes that a class lacks stand as the mean of the others: they tell nothing apart.

    Parameters
    ----------
    unread
        mean and spread (2 x genes) of leukemias in genes that no patient here was read in.
    """
    own = {str(name): patients.labels == name for name in sorted(set(patients.labels) - {NOT_B_ALL})}
    groups = {name: np.log2(patients.values[rows] + 1.0) for name, rows in own.items()}
    if (patients.labels == NOT_B_ALL).any():
        groups[T_ALL] = np.log2(patients.values[patients.labels == NOT_B_ALL] + 1.0)
    moments = {name: (logs.mean(axis=0), logs.std(axis=0)) for name, logs in groups.items()}
    if cells is not None:
        moments[NORMAL] = _normal(cells)
    usual = _usual(moments) if base is None else (base.means.mean(axis=0), base.spreads.mean(axis=0))
    if unread is not None:
        filled = [np.where(np.isnan(own), more, own) for own, more in zip(usual, unread, strict=True)]
        usual = (filled[0], filled[1])
    for name in (T_ALL, NORMAL):
        if name not in moments and base is not None:
            row = base.names.index(name)
            moments[name] = (base.means[row], base.spreads[row])
    names = [*own, *(name for name in (T_ALL, NORMAL) if name in moments)]
    means, spreads = (
        np.array(
            [np.where(np.isnan(moments[name][part]), usual[part], moments[name][part]) for name in names]
        )
        for part in (0, 1)
    )
    return Profiles(tuple(names), means.astype(np.float32), spreads.astype(np.float32))


def _usual(moments: Mapping[str, tuple[Array, Array]]) -> tuple[Array, Array]:
    """Mean of the classes but normal cells, which may lack genes."""
    ill = [each for name, each in moments.items() if name != NORMAL]
    return np.mean([mean for mean, _ in ill], axis=0), np.mean([spread for _, spread in ill], axis=0)


def _normal(cells: Cells) -> tuple[Array, Array]:
    """Mean over cell types, each of which counts the same, and their spread."""
    kinds = [cells.kinds == kind for kind in np.unique(cells.kinds)]
    means = np.array([cells.values[rows].mean(axis=0) for rows in kinds])
    return np.log2(means.mean(axis=0) + 1.0), np.log2(means + 1.0).std(axis=0)


def check_free(out: Path) -> None:
    """Make sure that a bundle can be put in a place, before the long work; what killed writers left goes.

    Raises
    ------
    InputError
        If something stands there: a registered model must not change under its name.
    """
    if out.exists():
        raise InputError(
            f"{out}: expected no such folder yet, found one: name another by --out, or remove it"
        )
    home = out.resolve().parent
    home.mkdir(parents=True, exist_ok=True)
    remove_ended(home)
    with working_folder(home):
        pass  # it can be written to


@contextmanager
def write_beside(
    learned: Learned,
    teaching: Teaching,
    settings: Settings,
    out: Path,
    told: Mapping[str, Any],
    card: str,
) -> Iterator[tuple[Path, str]]:
    """Write the bundle beside `out`, and put it there if nothing fails within; what stood there goes.

    Parameters
    ----------
    told
        the manifest.

    Yields
    ------
        The folder where it stands meanwhile, and its digest.
    """
    with working_folder(out.resolve().parent) as made:
        fitted, profiles = learned.fitted, profiles_of(teaching)
        drawn = build_map(fitted.held_out, fitted.codes, fitted.model.subtypes, settings.seed)
        panel = teaching.panel
        digest = save(made, fitted.model, panel.genes, profiles, panel.reference, told, card, drawn)
        load(made)  # what cannot be read must not be kept
        yield made, digest
        made.chmod(_MODE)
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
