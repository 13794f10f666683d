"""Writes a retrained bundle: beside its place first, then renamed, so that it is whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from leukotype.errors import InputError
from leukotype.learning.card import write_card
from leukotype.learning.learn import Trained
from leukotype.learning.manifest import manifest, profiles
from leukotype.learning.map_layout import build_map
from leukotype.learning.patients import Cohort
from leukotype.learning.settings import Settings
from leukotype.model.bundle import Bundle, load, save

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
    trained: Trained,
    cohort: Cohort,
    base: Bundle,
    settings: Settings,
    out: Path,
    lesion_files: Mapping[str, str] | None = None,
) -> Iterator[tuple[Path, str]]:
    """Write the bundle beside `out`, and put it there if nothing fails within.

    Yields
    ------
        The folder where it stands meanwhile, and its digest.
    """
    made = Path(mkdtemp(prefix=f".{out.name}-", dir=out.resolve().parent))
    try:
        told = manifest(trained, cohort, base, settings, out.name, lesion_files)
        card = write_card(told, trained, len(cohort.patients), cohort.notes)
        model = trained.fitted.model(base.model)
        if trained.lesion_weights is not None:
            model = replace(model, lesion_weights=trained.lesion_weights)
        fitted, own = trained.fitted, profiles(cohort.patients, base)
        drawn = build_map(fitted.held_out, fitted.codes, fitted.subtypes, settings.seed)
        digest = save(made, model, base.genes, own, base.reference, told, card, drawn)
        load(made)  # what cannot be read must not be kept
        yield made, digest
        made.chmod(_MODE)
        made.rename(out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
