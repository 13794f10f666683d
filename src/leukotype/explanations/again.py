"""The inputs of an earlier run, found again and known to be the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leukotype.errors import InputError
from leukotype.inputs import LesionFiles
from leukotype.inputs.source import sha256
from leukotype.model.bundle import load
from leukotype.runs.files import RUN
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Strandedness


def inputs_again(folder: Path) -> tuple[list[Path], dict[str, Any]]:
    """Give the files and options of the run that wrote a folder, as `explain_files` takes them.

    Raises
    ------
    InputError
        if the folder holds no run, if a file of it is gone or has changed, or if it ran on a data frame or
        with another model.
    """
    run = _run(folder)
    options, inputs = run["options"], run["inputs"]
    if not inputs:
        raise InputError(f"{folder / RUN}: the run read a data frame, no file: give the files to explain")
    for source in inputs:
        _check(folder, Path(source["path"]), source["sha256"])
    model = None if options["model"] is None else Path(options["model"])
    if (digest := load(model).digest) != run["model"]["sha256"]:
        raise InputError(
            f"{folder / RUN}: expected the model {run['model']['name']}, found {digest[:8]}: predict again"
        )
    return _expression(inputs, int(run["samples"])), {
        "model": model,
        "blasts": _path(options["blasts"]),
        "blast_unit": BlastUnit(options["blast_unit"]),
        "lesions": _lesions(folder, run),
        "scheme": Scheme(options["scheme"]),
        "id_type": None if options["id_type"] is None else IdType(options["id_type"]),
        "value_type": options["value_type"],
        "orientation": Orientation(options["orientation"]),
        "strandedness": None if options["strandedness"] is None else Strandedness(options["strandedness"]),
        "tx2gene": _path(options["tx2gene"]),
        "strict": bool(options.get("strict", False)),
    }


def is_synthetic(folder: Path) -> bool:
    """Whether the run that wrote a folder was of SYNTHETIC samples."""
    return bool(_run(folder).get("data"))


def _run(folder: Path) -> dict[str, Any]:
    path = folder / RUN
    try:
        run = dict(json.loads(path.read_text(encoding="utf-8")))
        return run | {name: run[name] for name in ("options", "inputs", "model", "samples")}
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}): give the folder that leukotype predict wrote"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: expected the record of a run, found other content: predict again"
        ) from error


def _check(folder: Path, path: Path, expected: str) -> None:
    if not path.is_file():
        raise InputError(
            f"{path}: the file that {folder / RUN} names is not there: give the files to explain"
        )
    if sha256(path) != expected:
        raise InputError(f"{path}: the file has changed since the run of {folder}: predict again")


def _expression(inputs: Sequence[Mapping[str, Any]], samples: int) -> list[Path]:
    """Take the first files, until all samples are there: the blasts and the lesions come after them."""
    paths: list[Path] = []
    for source in inputs:
        if samples <= 0:
            break
        paths.append(Path(source["path"]))
        samples -= int(source["samples"])
    return paths


def _lesions(folder: Path, run: Mapping[str, Any]) -> LesionFiles | None:
    """Lesions as they were given.

    Raises
    ------
    InputError
        if the run read some and does not say as what.
    """
    options = run["options"]
    given = options.get("lesions")
    if given is not None:
        fusions, cnv, variants = (tuple(given[name]) for name in ("fusions", "cnv", "variants"))
        return LesionFiles(fusions, _path(given["karyotype"]), cnv, variants, _path(given["common"]))
    read = len(_expression(run["inputs"], int(run["samples"]))) + (options["blasts"] is not None)
    if len(run["inputs"]) > read:
        raise InputError(
            f"{folder / RUN}: the run read lesions and does not say as what: give the files to explain"
        )
    return None


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
