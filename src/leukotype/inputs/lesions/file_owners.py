"""Which sample a file of one sample belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.errors import InputError, abridge

# Behind the name of a sample: what tells another specimen (_D1 is the first), or patient.
_SPECIMEN: Final = re.compile(
    r"(\.\d+|[-_ ]+(\d+|[a-ce-z]|r\d+|d([2-9]|\d{2,}))"
    r"|[-_. ]+(rep|run|rel|rem|relapse|remission|normal|germline|control|ctrl|buccal|saliva|fibroblasts?|mrd"
    r"|follow-?up|fu|post|day|visit|pdx|xenograft)[-_]?\d*)(?=[-_. ]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OwnedFile:
    """A file, as a user named it.

    Parameters
    ----------
    sample
        whose it is; empty where only its content can tell.
    by_name
        true for a file that was named, false for one found in a folder, which may be something else.
    shared_by
        two samples that it was named for: only its rows can tell whose they are.
    """

    path: Path
    sample: str
    by_name: bool
    shared_by: tuple[str, ...] = ()


def owned_files(arguments: Sequence[Path | str], samples: Sequence[str]) -> list[OwnedFile]:
    """List the files of some arguments, each with its sample.

    An argument is a file, a folder (its files, and those of its sub-folders), or ``SAMPLE=FILE``, or
    ``SAMPLE=OTHER=FILE`` for one of several samples. A file
    belongs to the sample whose name its own begins with, up to a mark that no name goes on with
    (``P1.fusions.tsv`` is P1's, not P10's; ``P1-2.fusions.tsv`` and ``P1_R.vcf`` may be another's), or else
    to the sample that its folder is named after.

    Raises
    ------
    InputError
        For a path that does not exist and for a sample that the run does not have.
    """
    return [owned for argument in arguments for owned in _files(str(argument), samples)]


def _files(argument: str, samples: Sequence[str]) -> list[OwnedFile]:
    before, mark, after = argument.partition("=")
    if mark and not Path(argument).exists():
        if before not in samples:
            raise InputError(
                f"{argument}: expected a sample of this run before =, found '{before}': "
                f"the samples are {abridge(samples)}"
            )
        other, _, file = after.partition("=")
        if other in samples and Path(file).is_file():
            return [OwnedFile(Path(file), "", by_name=True, shared_by=(before, other))]
        if _check_exists(after).is_dir():
            raise InputError(f"{argument}: expected a file of {before}, found a folder: name its files")
        return [OwnedFile(Path(after), before, by_name=True)]
    path = _check_exists(argument)
    if path.is_file():
        return [OwnedFile(path, _owner(path, samples), by_name=True)]
    inside = sorted(each for each in (*path.glob("*"), *path.glob("*/*")) if each.is_file())
    files = [each for each in inside if not each.name.startswith(".")]
    if not files:
        raise InputError(f"{path}: expected files in the folder, found none: check the path")
    return [OwnedFile(each, _owner(each, samples), by_name=False) for each in files]


def _check_exists(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder: check the path")
    return path


def _owner(path: Path, samples: Sequence[str]) -> str:
    """Longest sample name that the file's begins with, else its folder's name; empty if neither is one."""
    folder = path.resolve().parent.name
    return owner_of(path.name, samples) or (folder if folder in samples else "")


def owner_of(name: str, samples: Sequence[str]) -> str:
    """Longest sample name that a file's, or a folder's, begins with; empty if it begins with none."""
    fits = [each for each in samples if name.startswith(each) and _ends(name[len(each) :])]
    return max(fits, key=len, default="")


def _ends(rest: str) -> bool:
    """Whether a name ends before what follows: not before what may tell another specimen (P1-2, P1_R)."""
    return not rest or not (rest[0].isalnum() or _SPECIMEN.match(rest))


def only_sample(owned: OwnedFile, samples: Sequence[str]) -> str:
    """Give the one sample of a run whose files are given one by one: nothing is to be guessed; else empty."""
    return samples[0] if owned.by_name and len(samples) == 1 else ""


def check_owner(owned: OwnedFile, samples: Sequence[str]) -> str:
    """Give the sample of a file whose content cannot tell.

    Raises
    ------
    InputError
        If its name does not tell either.
    """
    refuse_shared(owned)
    if owner := owned.sample or only_sample(owned, samples):
        return owner
    raise InputError(
        f"{owned.path}: cannot tell whose it is: its name begins with no sample of this run "
        f"({abridge(samples)}): write SAMPLE={owned.path.name}"
    )


def refuse_shared(owned: OwnedFile) -> None:
    """Refuse a file of several samples of which no row says that it is one of theirs."""
    if owned.shared_by:
        raise InputError(
            f"{owned.path}: expected rows that name their sample, for it is given for "
            f"{' and '.join(owned.shared_by)}, found none: give each a file of its own, or add a column of "
            "samples"
        )
