"""STAR's ReadsPerGene.out.tab: a column a strand; the sums of real files were read with zcat and awk."""

import pytest

from leukotype.vocabulary import Strandedness
from tests.inputs.expression.made_tables import only_block, refused


@pytest.mark.parametrize(
    ("name", "sums"),
    [
        ("ERR458837_subsamp_1ReadsPerGene.out.tab.gz", (56375, 56513, 2819)),
        ("ReadsPerGene.out.tab.gz", (2919381, 928287, 2288047)),
    ],
)
def test_star_asks_for_the_strand_with_the_sums(data, opened, name, sums):
    path = data / "formats/star_readspergene" / name
    told = "gene sums unstranded {:,}, forward {:,}, reverse {:,}: give --strandedness".format(*sums)
    refused(opened, path, told)
    for strand, total in zip(Strandedness, sums, strict=True):
        assert only_block(opened(path, strandedness=strand)).values.to_numpy(float).sum() == total


def test_star_leaves_out_its_tallies_and_takes_the_sample_from_the_file_or_folder(data, opened):
    folder = data / "formats/star_readspergene"
    named = opened(folder / "ERR458837_subsamp_1ReadsPerGene.out.tab.gz", strandedness=Strandedness.FORWARD)
    assert named.samples == ("ERR458837_subsamp_1",)
    assert only_block(named).values.shape == (1, 57773)
    unnamed = opened(folder / "ReadsPerGene.out.tab.gz", strandedness=Strandedness.REVERSE)
    assert unnamed.samples == ("star_readspergene",)
    assert only_block(unnamed).values["ENSG00000075624.17"].item() == 35
