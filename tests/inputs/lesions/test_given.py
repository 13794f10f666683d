"""The lesions of a run: files of every kind together, and what none was given of."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.given import read_lesions
from leukotype.inputs.reading import LesionFiles

FUSIONS = "sample,gene_5prime,gene_3prime,reads\nP1,ETV6,RUNX1,40\n"
KARYOTYPES = (
    "sample,karyotype\n"
    'P1,"46,XY[20].nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[150/200]"\n'
    'P2,"54,XX,+X,+4,+6,+10,+14,+17,+18,+21[9]"\n'
)
COPIES = "sample,chromosome,copies\nP2,21,4\n"
MUTATIONS = "sample,gene,protein_change\nP2,IKZF1,p.N159Y\n"


def test_what_no_file_was_given_of_is_not_known():
    given = read_lesions(LesionFiles(), ["P1"])
    assert given.lesions.fusions is given.lesions.copy_number is given.lesions.mutations is None
    assert (given.sources, given.notes) == ((), ())


def test_files_of_every_kind_stand_beside_one_another(write):
    """FISH stands behind what callers read, a table of copies behind the karyotypes."""
    files = LesionFiles(
        fusions=[write("fusions.csv", FUSIONS)],
        karyotype=write("karyotypes.csv", KARYOTYPES),
        cnv=[write("copies.csv", COPIES)],
        variants=[write("mutations.csv", MUTATIONS)],
    )
    given = read_lesions(files, ["P1", "P2"])
    joined = given.lesions.fusions[["sample", "gene_5prime", "gene_3prime"]].to_numpy().tolist()
    assert joined == [["P1", "ETV6", "RUNX1"], ["P1", "ABL1", "BCR"]]
    kinds = [record.kind for record in given.lesions.copy_number]
    assert kinds == ["karyotype", "karyotype", "arms"]
    assert given.lesions.mutations["sample"].tolist() == ["P2"]
    assert len(given.sources) == 4


def test_common_variants_without_variants_are_refused(write):
    files = LesionFiles(common_variants=write("common.vcf", "x\n"))
    with pytest.raises(InputError, match=r"common\.vcf: expected --variants beside --common-variants"):
        read_lesions(files, ["P1"])
