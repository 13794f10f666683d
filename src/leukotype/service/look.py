"""What the files of a job hold before anything is called: samples, owners, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from leukotype.errors import InputError, count_of
from leukotype.inputs import open_expression
from leukotype.inputs.expression.orientation import CountKnown
from leukotype.inputs.lesions.copy_number import read_copy_number
from leukotype.inputs.lesions.fusions import read_fusions
from leukotype.inputs.lesions.karyotypes import read_karyotypes
from leukotype.inputs.lesions.variants import read_variants
from leukotype.inputs.reading import Reading
from leukotype.runs.options import RunOptions
from leukotype.service.sheets import kinds_of, match_sheets, path_of
from leukotype.service.typed import TYPED, Texts
from leukotype.service.uploads import FileKind, Upload, plain_names
from leukotype.service.work_order import Look


def look_at(files: Sequence[Upload], asked: Mapping[str, Any], count_known: CountKnown) -> Look:
    """Read what some files hold, and write beside each file what was read from it.

    Parameters
    ----------
    asked
        how the expression is to be read, among the options of the run.
    """
    for each in files:
        each.told, each.fits = "", True
    match_sheets(files)
    samples, problem = _samples(files, asked, count_known)
    beside: dict[str, Mapping[str, str]] = {}
    for each in files:
        if each.kind not in (FileKind.EXPRESSION, FileKind.ASIDE) and samples:
            beside |= _read(each, samples)
    unfit = next((each.told for each in files if not each.fits), "")
    return Look(samples, problem or (f"{unfit}; or leave the file aside" if unfit else ""), beside)


def _samples(
    files: Sequence[Upload], asked: Mapping[str, Any], count_known: CountKnown
) -> tuple[tuple[str, ...], str]:
    expression = [each for each in files if each.kind is FileKind.EXPRESSION]
    if not expression:
        return (), Look().problem
    tables = [each.path for each in files if each.kind is FileKind.TRANSCRIPTS]
    sheets = [path_of(each, FileKind.SAMPLES) for each in files if each.matched]
    reading = {each.name: asked[each.name] for each in fields(Reading) if each.name in asked} | {
        "tx2gene": next(iter(tables), None),
        "samples": next(iter(sheets), None),
    }

    def look(uploads: Sequence[Upload]) -> tuple[str, ...]:
        paths = [each.path for each in uploads]
        reader = open_expression(paths, RunOptions.of(paths, **reading).reading, count_known=count_known)
        known = {source.path: source for source in reader.sources}
        for each in uploads:
            if source := known.get(str(each.path)):
                each.told = f"{source.format}, {count_of(source.samples, 'sample')}"
        return reader.samples

    try:
        return look(expression), ""
    except InputError as error:
        for each in expression:
            if str(each.path) in str(error):
                each.told, each.fits = plain_names(str(error), files), False
        if not sheets:  # which names files that are not there, where each is alone
            _look_at_each(expression, look)
        return (), plain_names(str(error), files)


def _look_at_each(files: Sequence[Upload], look: Callable[[Sequence[Upload]], object]) -> None:
    """Say of each file beside one that cannot be read whether it can, so that all is mended at once."""
    for each in files:
        try:
            look([each])
        except InputError as error:
            each.told, each.fits = plain_names(str(error), [each]), False


def _read(upload: Upload, samples: Sequence[str]) -> dict[str, Texts]:
    """Read a file that is no expression as the run will, and say what came of it; give facts of patients."""
    given = upload.argument
    held = kinds_of(upload)
    found: dict[str, Texts] = {}
    if not upload.fits:
        return found
    notes = [upload.told] if upload.told else []
    try:
        for kind in held:
            notes += _NOTES[kind](given, samples) if kind in _NOTES else []
        for typed in TYPED:
            if typed.kind in held:
                found[typed.option], more = typed.read(upload.path, samples)
                notes += more
    except (InputError, OSError) as error:
        upload.told, upload.fits = plain_names(str(error), [upload]), False
        return {}
    upload.told = plain_names("; ".join(dict.fromkeys(notes)), [upload])
    return found


def _fusion_notes(given: str | Path, samples: Sequence[str]) -> Sequence[str]:
    read = read_fusions([given], samples)
    owners = [name for name, callers in read.callers.items() if callers]
    return [f"{count_of(len(read.frame), 'fusion')} of {_of(owners)}"]


def _variant_notes(given: str | Path, samples: Sequence[str]) -> Sequence[str]:
    read = read_variants([given], samples)
    return [f"{count_of(len(read.frame), 'mutation')} of {_of(sorted(read.ran))}"]


def _copy_notes(given: str | Path, samples: Sequence[str]) -> Sequence[str]:
    return [f"copy number of {_of([record.sample for record in read_copy_number([given], samples).records])}"]


def _karyotype_notes(given: str | Path, samples: Sequence[str]) -> Sequence[str]:
    return read_karyotypes(Path(given), samples).notes


def _of(owners: Sequence[str]) -> str:
    return owners[0] if len(owners) == 1 else count_of(len(owners), "sample")


_NOTES: Final[Mapping[FileKind, Callable[[str | Path, Sequence[str]], Sequence[str]]]] = MappingProxyType(
    {
        FileKind.FUSIONS: _fusion_notes,
        FileKind.VARIANTS: _variant_notes,
        FileKind.COPY_NUMBER: _copy_notes,
        FileKind.KARYOTYPE: _karyotype_notes,
    }
)
