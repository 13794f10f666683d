"""Whose file it is: told by its name or its folder, and asked where another's name could begin so too."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.file_owners import check_owner, owned_files, refuse_shared


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("P1.fusions.tsv", "P1"),
        ("P1_star-fusion.tsv", "P1"),
        ("P1-arriba.tsv", "P1"),
        ("P1", "P1"),
        ("P1.2.arriba.tsv", ""),
        ("P10.fusions.tsv", ""),
        ("P1-2.fusions.tsv", ""),
        ("P1_R.fusions.tsv", ""),
        ("P1_D1.vcf", "P1"),
        ("P1_D2.vcf", ""),
        ("P1_relapse.vcf", ""),
        ("P1.relapse.vcf", ""),
        ("P1.normal.vcf", ""),
        ("P1_day33.fusions.tsv", ""),
        ("P1-PDX.fusions.tsv", ""),
        ("P1.regions.vcf", "P1"),
        ("P1-2-B.fusions.tsv", "P1-2-B"),
        ("P2/fusions.tsv", "P2"),
    ],
)
def test_the_sample_of_a_name(write, name, owner):
    """A cohort's folder holds other specimens of a patient, and patients that the run does not have."""
    (owned,) = owned_files([write(name, "x")], ["P1", "P2", "P1-2-B"])
    assert owned.sample == owner


def test_a_folder_given_as_a_file_of_a_sample(write):
    path = write("calls/fusions.tsv", "x").parent
    with pytest.raises(InputError, match="expected a file of P1, found a folder: name its files"):
        owned_files([f"P1={path}"], ["P1"])


def test_one_sample_and_a_file_given_for_it(write):
    """``X_D1.DUX4patched.HTSeq`` with ``X_D1.fusioncatcher``: nothing is to be guessed."""
    path = write("calls/X_D1.fusioncatcher.tsv", "x")
    (owned,) = owned_files([path], ["X_D1.DUX4patched"])
    assert check_owner(owned, ["X_D1.DUX4patched"]) == "X_D1.DUX4patched"
    (found,) = owned_files([path.parent], ["X_D1.DUX4patched"])
    for each, samples in ((found, ["X_D1.DUX4patched"]), (owned, ["X_D1.DUX4patched", "P2"])):
        with pytest.raises(InputError, match="cannot tell whose it is"):
            check_owner(each, samples)


def test_a_file_of_two_samples_belongs_to_neither_by_its_name(write):
    path = write("P1.fusions.tsv", "x")
    (owned,) = owned_files([f"P1=P2={path}"], ["P1", "P2"])
    assert (owned.sample, owned.shared_by) == ("", ("P1", "P2"))
    for refuse in (refuse_shared, lambda each: check_owner(each, ["P1", "P2"])):
        with pytest.raises(InputError, match="for it is given for P1 and P2, found none: give each a file"):
            refuse(owned)
    (own,) = owned_files([f"P1={path}"], ["P1", "P2"])
    refuse_shared(own)
