"""The lesions of the patients who teach, from the same files that `leukotype predict` reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leukotype.evidence.findings import Evidence
from leukotype.evidence.genomes import read_genomes
from leukotype.inputs import LesionFiles, read_lesions


@dataclass(frozen=True)
class KnownLesions:
    """Lesions as read.

    Parameters
    ----------
    evidence
        by sample; None if no file was given.
    sha256
        of the files, by path.
    notes
        what was noticed while reading.
    """

    evidence: Evidence | None
    sha256: dict[str, str]
    notes: tuple[str, ...]


def known_lesions(files: LesionFiles, samples: Sequence[str]) -> KnownLesions:
    """Read the lesions of the samples that teach; those of others are left out, and counted in a note.

    Only what was given counts. What the counts themselves show of chromosomes and marker genes rests on the
    same expression as the answers do, and would teach that a lesion is worth little beside them.

    Raises
    ------
    InputError
        For a file that cannot be used; one line that names it.
    """
    if files == LesionFiles():
        return KnownLesions(None, {}, ())
    given = read_lesions(files, samples)
    evidence = read_genomes(given.lesions, samples, {}, {}).evidence
    return KnownLesions(evidence, {each.path: each.sha256 for each in given.sources}, given.notes)
