"""Transcripts become genes by a map or by their own names."""

import gzip

import pytest

from leukotype.errors import InputError
from leukotype.vocabulary import ValueType
from tests.inputs.expression.made_tables import only_block, refused

HEADER = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
ROWS = "ENST00000000001.4\t9\t9\t1\t1\nENST00000000002.1\t9\t9\t1\t2\nENST00000000003.1\t9\t9\t1\t4.5\n"


def values_of(reader):
    (block,) = reader.blocks()
    return block.values.iloc[0].to_dict()


@pytest.mark.parametrize(
    "text",
    [
        "ENST00000000001.4\tENSG1\nENST00000000002.1\tENSG2\nENST00000000003.1\tENSG1\n",
        "transcript_id,gene_id\nENST00000000001,ENSG1\nENST00000000002,ENSG2\nENST00000000003,ENSG1\n",
        "tx,gene,symbol\nENST00000000001.9,ENSG1,A\nENST00000000002.9,ENSG2,B\nENST00000000003.9,ENSG1,A\n",
        "gene\ttx\nENSG1\tENST00000000001\nENSG2\tENST00000000002\nENSG1\tENST00000000003\n",
    ],
    ids=["tsv", "no versions", "other versions", "gene first"],
)
def test_maps(opened, write, text):
    reader = opened(write("P1.sf", HEADER + ROWS), tx2gene=write("map.txt", text))
    assert values_of(reader) == {"ENSG1": 5.5, "ENSG2": 2}
    assert "3 transcripts summed to 2 genes; without a gene, left out: 0" in reader.notes


def test_the_version_as_written_comes_first(opened, write):
    text = (
        "ENST00000000001.3,OTHER\nENST00000000001.4,ENSG1\nENST00000000002.1,ENSG2\nENST00000000003.1,ENSG1\n"
    )
    assert values_of(opened(write("P1.sf", HEADER + ROWS), tx2gene=write("m.csv", text))) == {
        "ENSG1": 5.5,
        "ENSG2": 2,
    }


def test_transcripts_that_the_map_lacks_are_counted(opened, write):
    reader = opened(
        write("P1.sf", HEADER + ROWS),
        tx2gene=write("m.csv", "ENST00000000001,ENSG1\nENST00000000002,ENSG2\n"),
    )
    assert values_of(reader) == {"ENSG1": 1, "ENSG2": 2}
    assert "3 transcripts summed to 2 genes; without a gene, left out: 1" in reader.notes


def test_a_map_that_knows_less_than_half(opened, write):
    reader = opened(write("P1.sf", HEADER + ROWS), tx2gene=write("m.csv", "a,b\nENST00000000001,ENSG1\n"))
    with pytest.raises(
        InputError, match=r"m\.csv: expected the transcripts of .*P1\.sf, found 1 of 3 \(not 'ENST"
    ) as e:
        list(reader.blocks())
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("content", "match"),
    [("", "empty"), ("one\ntwo\n", "expected columns"), ("a,b\nc\n", "expected two columns")],
)
def test_maps_that_are_no_maps(opened, write, content, match):
    with pytest.raises(InputError, match=rf"m\.csv: .*{match}"):
        opened(write("P1.sf", HEADER + ROWS), tx2gene=write("m.csv", content))


def test_names_of_gencode_carry_their_gene(opened, write):
    row = "ENST00000{0}.2|ENSG00000{1}.5|OTT|OTT|X-201|X|763|protein_coding|\t763\t509\t0.1\t{2}\n"
    text = (
        HEADER
        + row.format("000001", "000009", 3)
        + row.format("000002", "000008", 4)
        + row.format("000003", "000009", 5)
    )
    reader = opened(write("P1.sf", text))
    assert values_of(reader) == {"ENSG00000000009.5": 8, "ENSG00000000008.5": 4}


def test_a_matrix_of_transcripts(opened, write):
    text = "tx\tgene_id\tP1\tP2\nENST00000000001\tENSG1\t1\t2\nENST00000000002\tENSG1\t3\t4\n"
    path = write("m.tsv", text)
    with pytest.raises(InputError, match="--tx2gene"):
        list(opened(path).blocks())
    reader = opened(path, tx2gene=write("map.csv", "ENST00000000001,ENSG1\nENST00000000002,ENSG1\n"))
    (block,) = reader.blocks()
    assert block.values["ENSG1"].tolist() == [4, 6]


def test_an_annotation_is_named(opened, write):
    gtf = '1\thavana\ttranscript\t1\t9\t.\t+\t.\tgene_id "ENSG1"; transcript_id "ENST00000000001";\n'
    with pytest.raises(InputError, match=r"found an annotation \(GTF or GFF\): write its transcript_id"):
        list(opened(write("P1.sf", HEADER + ROWS), tx2gene=write("a.gtf", "#!genome\n" + gtf * 3)).blocks())


@pytest.mark.parametrize(
    ("path", "column"),
    [("kallisto/abundance.tsv.gz", 3), ("salmon/quant.sf.gz", 4)],
    ids=["kallisto", "Salmon"],
)
def test_transcripts_are_summed_by_the_map(data, opened, path, column):
    tx2gene = data / "formats/salmon/tx2gene.csv.gz"
    with gzip.open(tx2gene, "rt") as lines:
        pax5 = {line.split(",")[0] for line in lines if line.strip().endswith(",PAX5")}
    with gzip.open(data / "formats" / path, "rt") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    expected = sum(float(row[column]) for row in rows if row[0] in pax5)

    reader = opened(data / "formats" / path, tx2gene=tx2gene)
    block = only_block(reader)
    assert len(pax5) == 13
    assert reader.samples == (path.split("/")[0],)
    assert block.value_type is ValueType.COUNTS
    assert block.values["PAX5"].item() == pytest.approx(expected, rel=1e-6)
    assert any(note.startswith("48009 transcripts summed to 25343 genes") for note in reader.notes)


@pytest.mark.parametrize(
    "name", ["kallisto/abundance_1.tsv", "salmon/pytximport_quant.sf.gz", "salmon/quant.sf.gz"]
)
def test_transcripts_without_a_map_ask_for_it(data, opened, name):
    refused(opened, data / "formats" / name, r"found transcripts \('.*'\): give .* --tx2gene FILE")


def test_a_map_of_another_annotation_is_refused(data, opened):
    with pytest.raises(InputError, match=r"tx2gene\.csv\.gz: expected the transcripts of .*, found 0 of 14"):
        list(
            opened(
                data / "formats/kallisto/abundance_1.tsv", tx2gene=data / "formats/salmon/tx2gene.csv.gz"
            ).blocks()
        )
