"""GCT: https://software.broadinstitute.org/software/igv/GCT, and 1.3 as Morpheus and cmapPy write it."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.expression.gct import read_layout

ROWS = "ENSG00000000001\tA\t5\t0\nENSG00000000002\tB\t0\t7\nENSG00000000003\tC\t4\t2\n"


def values_of(reader):
    (block,) = reader.blocks()
    return block.values.T.to_dict("list")


def test_gct_2(opened, write):
    reader = opened(write("a.gct", "#1.2\n3\t2\nName\tDescription\tP1\tP2\n" + ROWS))
    assert values_of(reader) == {"P1": [5, 0, 4], "P2": [0, 7, 2]}
    assert "format: GCT matrix, files: 1" in reader.notes


def test_gct_3_has_rows_of_samples_and_columns_of_genes(opened, write):
    """What describes samples or genes may be numbers; the second line says how many of each there are."""
    rows = ROWS.replace("\tA\t", "\t11\tA\t").replace("\tB\t", "\t12\tB\t").replace("\tC\t", "\t13\tC\t")
    head = "#1.3\n3\t2\t2\t2\nid\tpr_id\tpr_title\tP1\tP2\nage\tna\tna\t7\t8\nbatch\tna\tna\t1\t2\n"
    assert values_of(opened(write("a.gct", head + rows))) == {"P1": [5, 0, 4], "P2": [0, 7, 2]}


def test_other_files_have_no_layout(write):
    assert read_layout(write("a.tsv", "# 1.2\ngene_id\tP1\n")) is None


@pytest.mark.parametrize("second", ["", "x\ty", "3\t2\t1\t1"])
def test_sizes_that_are_none_are_refused(write, second):
    with pytest.raises(InputError, match="line 2: expected the numbers of rows and columns of GCT"):
        read_layout(write("a.gct", f"#1.2\n{second}\nName\tDescription\tP1\n"))
