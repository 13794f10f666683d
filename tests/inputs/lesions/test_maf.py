"""MAF and plain tables of mutations (GDC MAF format 1.0.0)."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.file_owners import OwnedFile
from leukotype.inputs.lesions.maf import read_mutation_table, starts_as_table
from leukotype.inputs.lesions.variants import read_variants

HEAD = (
    "Hugo_Symbol\tChromosome\tStart_Position\tTumor_Sample_Barcode\tHGVSp_Short\tt_depth\tt_alt_count"
    "\tFILTER\n"
)


def read(path, owner="", samples=("P1", "P2")):
    return read_mutation_table(OwnedFile(path, owner, by_name=True), samples)


def test_a_row_of_a_sample_of_the_run(write):
    found = read(
        write(
            "c.maf",
            HEAD + "KRAS\t12\t25245350\tP1\tp.G12D\t100\t45\tPASS\nKRAS\t12\t1\tP9\tp.G12D\t9\t9\t.\n",
        )
    )
    (row,) = found.rows
    assert (row.sample, row.gene, row.protein_change, row.alt_reads, row.depth) == (
        "P1",
        "KRAS",
        "G12D",
        45,
        100,
    )
    assert row.allele_fraction == 0.45
    assert found.ran == {"P1"}
    assert "1 row of samples that are not in this run" in found.notes


@pytest.mark.parametrize("gene", ["MLL2", "KMT2D", "kmt2d"])
def test_genes_by_any_name(write, gene):
    found = read(write("c.maf", HEAD + f"{gene}\t12\t1\tP1\tp.R5*\t100\t45\tPASS\n"))
    assert [row.gene for row in found.rows] == ["KMT2D"]


def test_a_plain_row_without_gene_says_that_there_is_none(write):
    found = read(write("m.csv", "sample,gene,protein_change\nP1,PAX5,P80R\nP2,,\n"))
    assert [(row.sample, row.is_stated) for row in found.rows] == [("P1", True)]
    assert found.ran == {"P1", "P2"}


def test_a_number_that_is_none_is_named_with_its_line(write):
    text = HEAD + "KRAS\t12\t25245350\tP1\tp.G12D\t100\tmany\tPASS\n"
    with pytest.raises(
        InputError, match="line 2 / column t_alt_count: expected a whole number, found 'many'"
    ):
        read(write("c.maf", text))


def test_headers_that_may_be_of_mutations():
    assert starts_as_table(HEAD)
    assert starts_as_table("sample,gene,protein_change")
    assert not starts_as_table("gene_id\tP1")


# The trial's rule (Blood Adv 2024;8:3226): an allele fraction above 0.1; laboratories write it in many ways.
@pytest.mark.parametrize(
    ("column", "text", "fraction"),
    [
        ("VAF", "0.02", 0.02),
        ("VAF", "2%", 0.02),
        ("VAF (%)", "2", 0.02),
        ("vaf", "45", 0.45),
        ("variant allele frequency", "0.45", 0.45),
        ("VAF", '"0,02"', 0.02),
        ("allele_fraction", "45 %", 0.45),
    ],
)
def test_the_fraction_of_a_plain_table(write, column, text, fraction):
    path = write("m.csv", f"sample,gene,protein_change,{column}\nP1,PAX5,P80R,{text}\n")
    calls = read_variants([path], ["P1"]).frame
    assert calls["allele_fraction"].tolist() == [pytest.approx(fraction)]
    assert calls["usable"].tolist() == [fraction > 0.1]


def test_a_download_of_cbioportal(write):
    """Its columns in 2024: Allele Freq (T) is the tumor's, (N) that of the normal."""
    head = "Sample ID,Gene,Protein Change,Allele Freq (T),Allele Freq (N),Variant Reads,Ref Reads\n"
    calls = read_variants([write("m.csv", head + "P1,PAX5,P80R,0.05,0.5,5,95\n")], ["P1"]).frame
    assert calls[["alt_reads", "depth", "usable"]].to_numpy().tolist() == [[5, 100, False]]


def test_the_least_columns_of_a_maf(write):
    """What cBioPortal asks for at least; reads that are not told pass no filter."""
    text = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\n"
    found = read_variants([write("m.maf", text + "PAX5\tP1\tMissense_Mutation\tp.P80R\n")], ["P1"])
    assert found.frame["why_not"].tolist() == ["its reads are not known"]


@pytest.mark.parametrize(
    ("column", "text", "why_not"),
    [
        ("filter", "PASS", ""),
        ("filter", "LowQual", "did not pass its caller's filter (LowQual)"),
        ("comment", "artefact", "the text says that it was not found"),
        ("origin", "somatic", ""),
        ("origin", "germline", "a germline variant"),
        ("zygosity", "het", ""),
        ("zygosity", "wild-type", "the text says that it was not found"),
    ],
)
def test_what_a_table_says_against_a_mutation_in_another_column(write, column, text, why_not):
    table = f"sample,gene,protein_change,{column}\nP1,PAX5,P80R,{text}\n"
    assert read_variants([write("m.csv", table)], ["P1"]).frame["why_not"].tolist() == [why_not]


@pytest.mark.parametrize(
    "word", ["wt", "wild type", "not mutated", "negative", "not tested", "n.d.", "?", "donor: negative"]
)
def test_a_gene_without_a_mutation_and_one_that_was_not_tested_are_no_mutations(write, word):
    path = write("m.csv", f"sample,gene,protein_change\nP1,TP53,{word}\nP2,PAX5,P80R\n")
    found = read_variants([path], ["P1", "P2"])
    assert found.frame["gene"].tolist() == ["PAX5"]
    assert ("P1" in found.ran) == (word in ("wt", "wild type", "not mutated", "negative"))


@pytest.mark.parametrize(
    "head",
    ["Sample,Gene,AA change", "patient_id,Gene,Mutation", "sample_id,symbol,HGVSp", "Sample ID,Gene,HGVSp"],
)
def test_names_of_the_columns_of_a_plain_table(write, head):
    for change in ("P80R", "p.(Pro80Arg)", "p.pro80arg", "c.239C>G p.(Pro80Arg)"):
        frame = read_variants([write("m.csv", f"{head}\nP1,PAX5,{change}\n")], ["P1"]).frame
        assert frame["protein_change"].tolist() == ["P80R"]


ANNOVAR = (
    *("Chr", "Start", "End", "Ref", "Alt", "Func.refGene", "Gene.refGene", "GeneDetail.refGene"),
    *("ExonicFunc.refGene", "AAChange.refGene", *(f"Otherinfo{number}" for number in range(1, 14))),
)


@pytest.mark.parametrize(
    ("filtered", "depths", "reads", "why_not"),
    [
        ("PASS", "50,48", 48, ""),
        ("germline", "50,48", 48, "did not pass its caller's filter (germline)"),
        ("PASS", ".", None, "its reads are not known"),
    ],
)
def test_a_table_of_annovar(write, filtered, depths, reads, why_not):
    row = ("chr9", 37015168, 37015168, "G", "C", "exonic", "PAX5", ".", "nonsynonymous SNV")
    row += ("PAX5:NM_016734:exon3:c.C239G:p.P80R", 0.5, 100, 98, "chr9", 37015168, ".", "G", "C", 100)
    row += (filtered, "DP=98", "GT:AD:DP", f"0/1:{depths}:98")
    text = "\n".join("\t".join(map(str, each)) for each in (ANNOVAR, row)) + "\n"
    (found,) = read_variants([write("P1.hg38_multianno.txt", text)], ["P1"]).frame.to_dict("records")
    assert (found["gene"], found["protein_change"], found["why_not"]) == ("PAX5", "P80R", why_not)
    assert reads is None or found["alt_reads"] == reads


@pytest.mark.parametrize(
    ("cell", "why_not"),
    [
        *(("P80R (c.239C>G)", ""), ("P80R positiv", ""), ("NM_016734.3:c.239C>G", ""), ("p80r", "")),
        *(("P80R, VAF 45 %", ""), ("p.[Pro80Arg]", ""), ("NM_016734.3(PAX5):c.239C>G (p.Pro80Arg)", "")),
        ("no P80R", "the text says that it was not found"),
        ("P80R negative", "the text says that it was not found"),
        ("kein Nachweis von P80R", "the text says that it was not found"),
        ("P80R?", "the text doubts it"),
        ("suspected P80R", "the text doubts it"),
        ("P80R (germline)", "a germline variant"),
    ],
)
def test_words_beside_a_change(write, cell, why_not):
    """PAX5 P80R is c.239C>G of NM_016734 (Gu et al., Nat Genet 2019;51:296)."""
    frame = read_variants([write("m.csv", f'sample,gene,protein_change\nP1,PAX5,"{cell}"\n')], ["P1"]).frame
    assert frame[["protein_change", "why_not"]].to_numpy().tolist() == [["P80R", why_not]]


def test_two_changes_in_a_cell_are_two_mutations(write):
    frame = read_variants([write("m.csv", "sample,gene,mutation\nP1,PAX5,P80R;V26G\n")], ["P1"]).frame
    assert frame["protein_change"].tolist() == ["P80R", "V26G"]


@pytest.mark.parametrize("word", ["keine", "kein Nachweis", "nicht nachgewiesen", "none detected"])
def test_words_that_say_that_there_is_none(write, word):
    found = read_variants([write("m.csv", f"sample,gene,mutation\nP1,TP53,{word}\n")], ["P1"])
    assert (len(found.frame), found.ran) == (0, {"P1"})


@pytest.mark.parametrize(
    ("result", "why_not", "ran"),
    [
        *(("positive", "", True), ("+", "", True)),
        ("negative", "the text says that it was not found", True),
        ("equivocal", "the text doubts it", True),
        ("", "no result is told", True),
    ],
)
def test_a_column_of_results(write, result, why_not, ran):
    text = f"sample,gene,protein_change,result\nP1,PAX5,P80R,{result}\n"
    found = read_variants([write("m.csv", text)], ["P1"])
    assert found.frame["why_not"].tolist() == [why_not]
    assert ("P1" in found.ran) == ran
    text = "sample,gene,protein_change,result\nP1,PAX5,P80R,not tested\n"
    assert not read_variants([write("n.csv", text)], ["P1"]).ran


_MAF = "Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\t"


@pytest.mark.parametrize(
    ("columns", "cells", "why_not"),
    [
        ("t_vaf\tt_depth", "0.4\t100", ""),
        ("VAF\tt_depth", "40 %\t100", ""),
        ("tumor_f\tt_depth", "0.05\t100", "allele fraction not above 0.1"),
        ("t_vaf", "0.4", "its reads are not known"),
        ("t_depth\tt_alt_count\tMutation_Status", "100\t40\tSomatic", ""),
        ("t_depth\tt_alt_count\tMutation_Status", "100\t40\tGermline", "a germline variant"),
        ("t_depth\tt_alt_count\tMutation_Status", "100\t40\tWildtype", "the text says that it was not found"),
    ],
)
def test_reads_and_status_of_a_maf(write, columns, cells, why_not):
    head = f"{_MAF}HGVSp_Short\tNCBI_Build\t{columns}\n"
    row = f"PAX5\t9\t37015168\tG\tC\tP1\tp.P80R\tGRCh38\t{cells}\n"
    frame = read_variants([write("P1.maf", head + row)], ["P1"]).frame
    assert frame["why_not"].tolist() == [why_not]


def test_another_residue_at_the_place_of_a_hot_spot_is_another_change(write):
    """PAX5 P80L, of which the file gives the base of P80R, is left as the file names it."""
    head = f"{_MAF}HGVSp_Short\tNCBI_Build\tt_depth\tt_alt_count\n"
    row = "PAX5\t9\t37015168\tG\tC\tP1\t{}\tGRCh38\t100\t40\n"
    frame = read_variants([write("P1.maf", head + row.format("p.P80L") + row.format("p.P92R"))], ["P1"]).frame
    assert frame["protein_change"].tolist() == ["P80L", "P80R"]  # P92R: another transcript


def test_a_fraction_beside_percents_is_refused(write):
    """0.45 is 45 % or 0.45 %: PAX5 P80R counts or does not."""
    text = "sample,gene,protein_change,vaf\nP1,PAX5,P80R,0.45\nP2,PAX5,P80R,38\n"
    with pytest.raises(InputError, match=r"expected fractions or percents, found '0.45' and values above 1"):
        read_variants([write("m.csv", text)], ["P1", "P2"])
    read = read_variants([write("p.csv", text.replace("vaf", "vaf_pct"))], ["P1", "P2"])
    assert read.frame["usable"].tolist() == [False, True]


def test_a_remark_below_a_table_of_mutations_is_said(write):
    text = "sample,gene,protein_change\nP1,PAX5,P80R\n\nNote: P2 was not sequenced\n"
    read = read_variants([write("m.csv", text)], ["P1", "P2"])
    assert read.ran == {"P1"}
    assert any("lines below the rows left out: 1 ('Note: P2" in note for note in read.notes)


@pytest.mark.parametrize("column", ["mutation", "Mutations"])
@pytest.mark.parametrize(
    ("cell", "found", "ran"),
    [
        *(
            (cell, [("PAX5", "P80R", True)], True)
            for cell in (
                "PAX5 P80R",
                "PAX5 p.P80R",
                "PAX5:p.Pro80Arg",
                "PAX5-P80R",
                "NM_016734.3(PAX5):c.239C>G",
            )
        ),
        ("PAX5 P80R; TP53 p.R175H", [("PAX5", "P80R", True), ("TP53", "R175H", True)], True),
        ("PAX5 P80R negative", [("PAX5", "P80R", False)], True),
        ("PAX5 P80R?", [("PAX5", "P80R", False)], True),
        ("PAX5 wt", [], True),
        ("none", [], True),
        ("PAX5 not tested", [], False),
        ("not tested", [], False),
    ],
)
def test_gene_and_change_in_one_column(write, column, cell, found, ran):
    read = read_variants([write("m.csv", f"sample,{column}\nP1,{cell}\n")], ["P1"])
    frame = read.frame
    assert [*zip(frame["gene"], frame["protein_change"], frame["usable"], strict=True)] == found
    assert ("P1" in read.ran) == ran


def test_a_change_without_its_gene_is_refused(write):
    with pytest.raises(InputError, match=r"line 2 / column mutation: expected a gene and its change.*'P80R'"):
        read_variants([write("m.csv", "sample,mutation\nP1,P80R\n")], ["P1"])


def test_a_sheet_with_a_column_of_mutations_among_others_is_no_table_of_them():
    assert starts_as_table("sample,mutation,VAF")
    assert not starts_as_table("sample,counts,mutation")
