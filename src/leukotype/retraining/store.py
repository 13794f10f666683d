"""Writes a retrained bundle: beside its place first, then renamed, so that it is whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from leukotype.bundle import Bundle, load, save
from leukotype.errors import InputError
from leukotype.retraining.card import write_card
from leukotype.retraining.patients import Cohort
from leukotype.retraining.settings import Settings
from leukotype.retraining.train import Trained, manifest, profiles

_MODE = 0o755  # of a folder that a temporary one becomes


def check_free(out: Path) -> None:
    """Make sure that a bundle can be put in a place, before the long work.

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
    shutil.rmtree(mkdtemp(prefix=".leukotype-", dir=home))


@contextmanager
def written_beside(
    trained: Trained, cohort: Cohort, base: Bundle, settings: Settings, out: Path
) -> Iterator[tuple[Path, str]]:
    """Write the bundle beside `out`, and put it there if nothing fails within.

    Yields
    ------
        The folder where it stands meanwhile, and its digest.
    """
    made = Path(mkdtemp(prefix=f".{out.name}-", dir=out.resolve().parent))
    try:
        told = manifest(trained, cohort, base, settings, out.name)
        card = write_card(
            told,
            trained.nested,
            trained.cohorts,
            trained.learning,
            trained.candidates,
            len(cohort.patients),
            cohort.notes,
        )
        model = trained.fitted.model(base.model)
        digest = save(made, model, base.genes, profiles(cohort.patients, base), base.reference, told, card)
        load(made)  # what cannot be read must not be kept
        yield made, digest
        made.chmod(_MODE)
        made.rename(out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
