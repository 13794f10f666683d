"""One training from files to a registered bundle: everything appears, or nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from leukotype.inputs.reading import LesionFiles, Reading
from leukotype.learning.card import Supplement, write_card
from leukotype.learning.cohort_files import KnownLesions, known_lesions, read_background, read_cohort
from leukotype.learning.estimator import Teaching
from leukotype.learning.learn import learn
from leukotype.learning.measurement import Learned, Study
from leukotype.learning.mixing import Mixtures
from leukotype.learning.panel import Panel
from leukotype.learning.place import Place
from leukotype.learning.search import JOURNAL
from leukotype.learning.settings import Settings
from leukotype.learning.store import check_free, manifest, write_beside
from leukotype.learning.tracking import Store
from leukotype.model.bundle import load


@dataclass(frozen=True)
class TrainingFiles:
    """Files of a training, and how they are read.

    Parameters
    ----------
    base
        bundle whose genes and chromosome reference stay; None for the one that ships.
    background
        counts of normal cells; with these everything else is learned anew. Without, the base model's
        features, gate and blasts stay.
    """

    expression: Sequence[Path]
    labels: Path
    base: Path | None = None
    reading: Reading = field(default_factory=Reading)
    lesions: LesionFiles = field(default_factory=LesionFiles)
    background: Path | None = None


@dataclass(frozen=True)
class Training:
    """What a training gave.

    Parameters
    ----------
    registered
        name and version in the registry; empty without tracking.
    """

    learned: Learned
    notes: tuple[str, ...]
    out: Path
    digest: str
    registered: str


def search_file(out: Path, storage: str = "sqlite") -> Path:
    """Give the file of the finished candidates, beside the folder of the bundle."""
    return out.with_name(f"{out.name}.search{JOURNAL if storage == 'journal' else '.db'}")


def run(files: TrainingFiles, settings: Settings, place: Place, out: Path, *, track: bool = True) -> Training:
    """Train from files, measure, write the bundle and register it.

    Raises
    ------
    InputError
        for files, settings or places that cannot be used; before the long work where that can be known.
    ModelFileError
        if the base model cannot be used.
    """
    check_free(out)
    store = Store.open() if track else None
    teaching, lesions = gather(files, settings)
    return train(teaching, settings, place, out, store, lesions_sha256=lesions.sha256)


def train(
    teaching: Teaching,
    settings: Settings,
    place: Place,
    out: Path,
    store: Store | None = None,
    study: Study | None = None,
    supplement: Callable[[Learned], Supplement] | None = None,
    lesions_sha256: dict[str, str] | None = None,
) -> Training:
    """Learn, write the bundle and register it: what makes every model, also the one that ships.

    Parameters
    ----------
    store
        where it is registered; None: nowhere.
    study
        what else is asked of the models of the outer folds.
    supplement
        gives what else the card says of what was learned.
    """
    learned = learn(teaching, settings, search_file(out, settings.search.storage), place, study)
    more = Supplement() if supplement is None else supplement(learned)
    told = manifest(learned, teaching, settings, out.name, more.figures, lesions_sha256)
    card = write_card(told, learned, teaching.cohort.notes, more)
    with ExitStack() as stack:
        entry = stack.enter_context(store.registration()) if store else None
        written = write_beside(learned, teaching, settings, out, told, card)
        folder, digest = stack.enter_context(written)
        if entry:
            entry.log(load(folder).manifest, folder, digest, learned)
    return Training(learned, teaching.cohort.notes, out, digest, entry.name if entry else "")


def gather(files: TrainingFiles, settings: Settings) -> tuple[Teaching, KnownLesions]:
    """Read who teaches.

    Raises
    ------
    InputError, ModelFileError
        As `run`.
    """
    base = load(files.base).without_pool()
    panel, anew = Panel.of(base), files.background is not None
    cohort = read_cohort(
        files.expression, files.labels, panel, settings.min_patients, files.reading, settings.merge,
        others=anew,
    )  # fmt: skip
    lesions = known_lesions(files.lesions, [str(name) for name in cohort.patients.names])
    cohort = replace(cohort, notes=(*cohort.notes, *lesions.notes))
    teaching = Teaching(cohort, panel, base, evidence=lesions.evidence)
    if files.background is not None:
        cells, hashes = read_background(files.background, panel, files.reading)
        mixtures = Mixtures(cells, settings.mixing)
        teaching = replace(teaching, base=None, augmentation=mixtures, further_sha256=hashes)
    return teaching, lesions
