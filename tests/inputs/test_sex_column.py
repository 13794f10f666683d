"""Sex from the words of laboratories and from karyotypes."""

import pytest

from leukotype.inputs import read_lesions
from leukotype.inputs.reading import LesionFiles
from leukotype.inputs.sex_column import SEX, sexes_of_karyotypes
from leukotype.vocabulary import Sex


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        (" Female ", Sex.FEMALE),
        ("w", Sex.FEMALE),
        ("M", Sex.MALE),
        ("XY", Sex.MALE),
        ("m\u00e4nnlich", Sex.MALE),
        ("femme", Sex.FEMALE),
        ("var\u00f3n", Sex.MALE),
        ("n/a", None),
        ("", None),
    ],
)
def test_words_of_laboratories(word, sex):
    assert SEX.read(word) == sex


def test_codes_of_numbers_mean_one_thing_here_and_another_there():
    with pytest.raises(ValueError, match="1"):
        SEX.read("1")


# ISCN 2020: the sex chromosomes follow the number; a loss from the clone is written -X or -Y, a chimera of
# host and donor with two slashes.
@pytest.mark.parametrize(
    ("karyotype", "sex"),
    [
        ("46,XX[20]", Sex.FEMALE),
        ("46,XY,t(9;22)(q34;q11)[10]/46,XY[10]", Sex.MALE),
        ("45,X,-Y[5]", Sex.MALE),
        ("45,X,-X[5]", Sex.FEMALE),
        ("55,XXY,+4,+6,+10,+14,+17,+18,+21,+21[12]", Sex.MALE),
        ("45,X[20]", None),
        ("46,XY[5]//46,XX[15]", None),
    ],
)
def test_karyotypes_tell_the_sex_by_x_and_y(tmp_path, karyotype, sex):
    path = tmp_path / "karyotypes.csv"
    path.write_text(f'sample,karyotype\nP1,"{karyotype}"\n', encoding="utf-8")
    lesions = read_lesions(LesionFiles(karyotype=path), ["P1"]).lesions
    assert sexes_of_karyotypes(lesions.copy_number or ()).get("P1") == sex
