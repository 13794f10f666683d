"""The lesions of a run: whatever files of fusions, chromosomes and mutations a laboratory has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from leukotype.errors import InputError
from leukotype.inputs.lesions.records import Lesions
from leukotype.inputs.reading import LesionFiles
from leukotype.inputs.source import Source


@dataclass(frozen=True)
class GivenLesions:
    """Lesions as read, with the files they stand in and what was noticed."""

    lesions: Lesions
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def read_lesions(files: LesionFiles, samples: Sequence[str]) -> GivenLesions:
    """Read all files of lesions.

    Raises
    ------
    InputError
        For a file that cannot be used; one line that names it.
    """
    if files.common_variants and not files.variants:
        raise InputError(
            f"{files.common_variants}: expected --variants beside --common-variants, found none: give both"
        )
    if not any((files.fusions, files.karyotype, files.cnv, files.variants)):
        return GivenLesions(Lesions(), (), ())
    return _read_files(files, samples)


def _read_files(files: LesionFiles, samples: Sequence[str]) -> GivenLesions:
    """Read some files; their readers are imported where there is one."""
    from leukotype.inputs.lesions.copy_number import read_copy_number
    from leukotype.inputs.lesions.fusions import fish_frame, read_fusions
    from leukotype.inputs.lesions.karyotypes import read_karyotypes
    from leukotype.inputs.lesions.variants import read_variants

    fusions = read_fusions(files.fusions, samples) if files.fusions else None
    karyotypes = read_karyotypes(files.karyotype, samples) if files.karyotype else None
    chromosomes = read_copy_number(files.cnv, samples) if files.cnv else None
    variants = (
        read_variants(files.variants, samples, common=files.common_variants) if files.variants else None
    )
    numbers = [each for each in (karyotypes, chromosomes) if each]
    called = [fusions.frame] if fusions else []
    called += [fish_frame(str(files.karyotype), karyotypes.fish)] if karyotypes and karyotypes.fish else []
    read = [each for each in (fusions, karyotypes, chromosomes, variants) if each]
    return GivenLesions(
        Lesions(
            pd.concat(called, ignore_index=True) if called else None,
            fusions.callers if fusions else {},
            tuple(record for each in numbers for record in each.records) if numbers else None,
            variants.frame if variants else None,
            variants.ran if variants else frozenset(),
        ),
        tuple(source for each in read for source in each.sources),
        tuple(note for each in read for note in each.notes),
    )
