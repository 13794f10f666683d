"""featureCounts: real tables and summaries, whose values were read with zcat and grep."""

import pytest

from tests.inputs.expression.made_tables import only_block, refused


def test_featurecounts_without_annotation_and_with_samples_from_bam_paths(data, opened):
    reader = opened(data / "formats/featurecounts/imhenz_featureCounts.txt.gz")
    block = only_block(reader)
    assert reader.samples == ("HBR_1", "HBR_2", "HBR_3", "UHR_1", "UHR_2", "UHR_3")
    assert block.values.shape == (6, 1378)
    assert block.values["MAPK1"].tolist() == [698, 891, 861, 810, 470, 620]
    assert block.values["ERCC-00171"].tolist() == [864, 1140, 986, 1834, 1226, 1558]


def test_featurecounts_as_exported_with_a_blank_corner_and_crlf(data, opened):
    reader = opened(data / "formats/featurecounts/featureCounts.txt.gz")
    block = only_block(reader)
    assert reader.samples[0] == "SCC1_Control_1"
    assert reader.samples[-1] == "MSC3_2"
    assert block.values.shape == (8, 20935)
    assert block.values["ENSG00000075624"].tolist() == [
        164074, 158043, 133897, 28810, 137677, 136271, 142226, 137304,
    ]  # fmt: skip


def test_featurecounts_without_the_line_of_its_program(opened, write):
    header = "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/run/P1.sorted.bam\n"
    text = header + "ENSG00000000003\t1;1\t5;9\t6;10\t+;+\t4\t17\n"
    reader = opened(write("counts.txt", text))
    assert reader.samples == ("P1",)
    assert only_block(reader).values["ENSG00000000003"].item() == 17


@pytest.mark.parametrize(
    "name",
    [
        "Not_featurecounts.summary",
        "Rsubread_counts.txt.summary",
        "Test1.counts.summary",
        "multiple_files.counts.txt.summary",
    ],
)
def test_featurecounts_summaries_are_refused(data, opened, name):
    refused(
        opened, data / "formats/featurecounts" / name, "found featureCounts summary: give the table of counts"
    )
