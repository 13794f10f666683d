"""Where the genes stand is told by their names, whatever the shape."""

import pytest

from leukotype.errors import InputError
from leukotype.vocabulary import Orientation


def refused(opened, path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        list(opened(path, **options).blocks())
    assert "\n" not in str(caught.value)


SYMBOLS = ["PAX5", "CD19", "TP53"]
ENTREZ = ["5079", "930", "7157"]


def table(rows, columns):
    lines = ["," + ",".join(columns)]
    lines += [
        f"{row}," + ",".join(str(10 + i + j) for j in range(len(columns))) for i, row in enumerate(rows)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("samples", [["P1"], ["P1", "P2"], [f"P{i}" for i in range(9)]])
@pytest.mark.parametrize("genes_in_rows", [True, False])
def test_the_shape_does_not_matter(opened, write, samples, genes_in_rows):
    text = table(SYMBOLS, samples) if genes_in_rows else table(samples, SYMBOLS)
    reader = opened(write("m.csv", text))
    (block,) = reader.blocks()
    assert reader.samples == tuple(samples)
    assert block.values.columns.tolist() == SYMBOLS
    assert block.values.index.tolist() == samples


def test_ensembl_ids_outweigh_samples_named_as_genes(opened, write):
    text = table(["ENSG00000000001", "ENSG00000000002"], ["PAX5", "CD19"])
    assert opened(write("m.csv", text)).samples == ("PAX5", "CD19")


def test_numbers_of_samples_do_not_pass_for_entrez_ids(write):
    from leukotype.inputs import open_expression

    def entrez_too(names):
        return sum(name in SYMBOLS or name.isdigit() for name in names)

    reader = open_expression([write("m.csv", table(SYMBOLS, ["1", "2"]))], count_known=entrez_too)
    assert reader.samples == ("1", "2")
    reader = open_expression([write("n.csv", table(ENTREZ, ["P1", "P2"]))], count_known=entrez_too)
    assert reader.samples == ("P1", "P2")
    with pytest.raises(InputError, match="--orientation genes"):
        open_expression([write("o.csv", table(ENTREZ, ["7", "3"]))], count_known=entrez_too)


def test_numbers_of_rows_are_no_genes(write):
    """``to_csv`` and ``write.csv`` of a table that lost its genes: 1 to 9 are Entrez ids too."""
    from leukotype.inputs import open_expression

    def entrez_too(names):
        return sum(name.isdigit() for name in names)

    for start in (0, 1):
        rows = [str(start + i) for i in range(30)]
        path = write("m.csv", table(rows, ["P1", "P2"]))
        with pytest.raises(InputError, match=r"expected gene names .* found rows '"):
            open_expression([path], count_known=entrez_too)
    reader = open_expression([write("o.csv", table(ENTREZ, ["1", "2"]))], count_known=entrez_too)
    assert reader.samples == ("1", "2")


def test_no_side_with_genes_asks(opened, write):
    path = write("m.csv", table(["alpha", "beta"], ["P1", "P2"]))
    refused(opened, path, "found rows 'alpha' and 'beta' and columns 'P1' and 'P2': .* --orientation genes")
    assert opened(path, orientation=Orientation.GENES).samples == ("P1", "P2")
    assert opened(path, orientation=Orientation.SAMPLES).samples == ("alpha", "beta")


def test_a_wrong_orientation_is_contradicted(opened, write):
    path = write("m.csv", table(SYMBOLS, ["P1", "P2"]))
    refused(
        opened,
        path,
        "expected samples in the rows .*, found genes in the rows",
        orientation=Orientation.SAMPLES,
    )
    assert opened(path, orientation=Orientation.GENES).samples == ("P1", "P2")


def test_what_describes_samples_or_genes_is_no_gene(opened, write):
    """Clinical columns beside the genes: ages and batches are numbers, one of them missing, and no reads."""
    head = "id,PAX5,Age_years,CD19,strand,subtype,batch,WBC.x1e9,OS.time"
    reader = opened(write("m.csv", f"{head}\nP1,10,7,11,1,a,2,103.5,NA\nP2,12,NA,13,1,b,1,4,250\n"))
    (block,) = reader.blocks()
    assert block.values.to_dict("index") == {"P1": {"PAX5": 10, "CD19": 11}, "P2": {"PAX5": 12, "CD19": 13}}
    assert "columns left out: strand, subtype, Age_years, batch, WBC.x1e9, OS.time" in reader.notes


def test_a_table_of_descriptions_only(opened, write):
    refused(opened, write("m.csv", "gene_id,start,end\nPAX5,10,11\n"), "expected columns of values")


def test_zebrafish_is_refused_by_its_clones(opened, write):
    names = ["pax5", "cd79b", "si:ch211-120g10.1", "zgc:92027"]
    refused(opened, write("z.csv", table(names, ["P1"])), "found zebrafish")
