"""One retraining from files to a registered bundle: everything appears, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from leukotype.inputs import LesionFiles, Reading
from leukotype.learning.known_lesions import known_lesions
from leukotype.learning.learn import Trained, train
from leukotype.learning.patients import read_cohort
from leukotype.learning.place import Place
from leukotype.learning.settings import Settings
from leukotype.learning.store import check_free, written_beside
from leukotype.learning.tracking import connect, registering
from leukotype.learning.trials import JOURNAL
from leukotype.model.bundle import load


@dataclass(frozen=True)
class Inputs:
    """Files of a retraining, and how they are read."""

    expression: Sequence[Path]
    labels: Path
    base: Path | None
    reading: Reading
    lesions: LesionFiles = field(default_factory=LesionFiles)


@dataclass(frozen=True)
class Run:
    """What a retraining gave.

    Parameters
    ----------
    registered
        name and version in the registry; empty without tracking.
    """

    trained: Trained
    notes: tuple[str, ...]
    out: Path
    digest: str
    registered: str


def search_file(out: Path, storage: str = "sqlite") -> Path:
    """Give the file of the finished candidates, beside the folder of the bundle."""
    return out.with_name(f"{out.name}.search{JOURNAL if storage == 'journal' else '.db'}")


def run(inputs: Inputs, settings: Settings, place: Place, out: Path, *, track: bool = True) -> Run:
    """Retrain, measure, write the bundle and register it.

    Raises
    ------
    InputError
        for files, settings or places that cannot be used; before the long work where that can be known.
    ModelFileError
        if the base model cannot be used.
    """
    check_free(out)
    client = connect() if track else None
    base = load(inputs.base)
    cohort = read_cohort(
        inputs.expression, inputs.labels, base, settings.min_patients, inputs.reading, settings.merge
    )
    lesions = known_lesions(inputs.lesions, [str(name) for name in cohort.patients.names])
    cohort = replace(cohort, notes=(*cohort.notes, *lesions.notes))
    trained = train(
        cohort, base, settings, search_file(out, settings.search.storage), place, lesions.evidence
    )
    with ExitStack() as stack:
        entry = stack.enter_context(registering(client)) if client else None
        folder, digest = stack.enter_context(
            written_beside(trained, cohort, base, settings, out, lesions.sha256)
        )
        if entry:
            entry.log(trained, load(folder).manifest, folder, digest)
    return Run(trained, cohort.notes, out, digest, entry.name if entry else "")
