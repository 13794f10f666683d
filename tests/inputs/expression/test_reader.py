"""What a reader says of the samples of several files."""

from leukotype.inputs import Reading, open_expression

ROWS = "ENSG00000000001\t5\nENSG00000000002\t{}\nENSG00000000003\t9\n"


def test_one_sample_under_two_names_is_said(write, count_known):
    paths = [write(f"{name}.htseq", ROWS.format(n)) for name, n in (("P1", 7), ("P2", 8), ("P3", 7))]
    reader = open_expression(paths, Reading(), count_known=count_known)
    assert reader.warnings == []
    list(reader.blocks())
    assert reader.warnings == ["samples with the very same values: 1 (P1 = P3)"]


def test_samples_that_differ_are_no_warning(opened, write, matrix):
    reader = opened(write("m.tsv", matrix([(1, 2), (3, 4)])))
    list(reader.blocks())
    assert reader.warnings == []
