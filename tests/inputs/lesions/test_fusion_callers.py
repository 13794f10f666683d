"""Each caller's table by its own header: two genes, and the reads of all kinds added up.

The headers are those of the tools' documentation; the rows are made up.
"""

import pytest

from leukotype.inputs.lesions.fusion_callers import CALLERS, FusionCall, read_calls, split_pair
from leukotype.inputs.tables.text import OtherKindError

TABLES = {
    "FusionInspector": (
        "#FusionName\tJunctionReadCount\tSpanningFragCount\test_J\test_S\tLeftGene\tLeftLocalBreakpoint\tRightGene\n"
        "BCR--ABL1\t30\t4\t30\t4\tBCR^ENSG00000186716\t12\tABL1^ENSG00000097007\n"
    ),
    "ctat-LR-fusion": (
        "#FusionName\tnum_LR\tLeftGene\tLeftLocalBreakpoint\tLeftBreakpoint\tRightGene\n"
        "BCR--ABL1\t34\tBCR^ENSG00000186716\t1\tchr22:1:+\tABL1^ENSG00000097007\n"
    ),
    "DRAGEN": (
        "#FusionGene\tScore\tLeftBreakpoint\tRightBreakpoint\tNumSplitReads\tNumSoftClippedReads\tNumPairedReads\n"
        "BCR--ABL1\t0.99\tchr22:1:+\tchr9:1:+\t20\t4\t10\n"
    ),
    "EasyFuse": (
        "BPID;context_sequence_id;FTID;Fusion_Gene;Breakpoint1;Breakpoint2;ft_junc_cnt_best;ft_span_cnt_best;"
        "prediction_class\n22:1:+_9:1:+;a;b;BCR_ABL1;22:1:+;9:1:+;30;4;positive\n"
    ),
    "EricScript": (
        "GeneName1\tGeneName2\tchr1\tcrossingreads\tspanningreads\tfusiontype\tEricScore\n"
        "BCR\tABL1\t22\t30\t4\tinter-chromosomal\t0.97\n"
    ),
    "pizzly": (
        "geneA.name\tgeneA.id\tgeneB.name\tgeneB.id\tpaircount\tsplitcount\ttranscripts.list\n"
        "BCR\tENSG00000186716\tABL1\tENSG00000097007\t30\t4\tx\n"
    ),
    "SQUID": (
        "# chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tname\tscore\tstrand1\tstrand2\tType\tFusedGenes\n"
        "9\t1\t2\t22\t1\t2\t.\t34\t+\t+\tfusion-gene\tBCR:ABL1\n"
        "9\t1\t2\t14\t1\t2\t.\t40\t+\t+\tnon-fusion-gene\t.\n"
    ),
    "deFuse": (
        "cluster_id\tsplitr_count\tgene_name1\tgene_name2\tspan_count\tprobability\n7\t30\tBCR\tABL1\t4\t0.9\n"
    ),
    "SOAPfuse": (
        "up_gene\tup_chr\tdw_gene\tdw_chr\tSpan_reads_num\tJunc_reads_num\nBCR\tchr22\tABL1\tchr9\t30\t4\n"
    ),
    "cBioPortal": (
        "Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\tTumor_Split_Read_Count\t"
        "Tumor_Paired_End_Read_Count\nP1\tSOMATIC\tBCR\tABL1\t30\t4\n"
    ),
    "Illumina TSO": (
        "Caller,Gene A,Gene B,Gene A Breakpoint,Score,Filter,Alt Split Dedup,Alt Pair Dedup,KeepFusion\n"
        "DRAGEN,BCR,ABL1,chr22:1,0.9,PASS,30,4,True\n"
    ),
}


@pytest.mark.parametrize("caller", TABLES)
def test_a_table_is_told_by_its_header(write, caller):
    table = read_calls(write("P1.tsv", TABLES[caller]))
    assert (table.format, table.callers) == (caller, (caller,))
    assert [
        (each.caller, each.gene_5prime, each.gene_3prime, each.reads, each.doubts) for each in table.calls
    ] == [(caller, "BCR", "ABL1", 34, ())]


@pytest.mark.parametrize("caller", TABLES)
def test_a_table_without_rows_is_of_a_caller_that_found_nothing(write, caller):
    header, *_ = TABLES[caller].splitlines()
    table = read_calls(write("P1.tsv", header + "\n"))
    assert (table.format, table.callers, table.calls) == (caller, (caller,), ())


@pytest.mark.parametrize(
    ("caller", "old", "new", "doubt"),
    [
        ("EricScript", "0.97", "0.31", "EricScore 0.31, under 0.5"),
        ("EasyFuse", ";positive", ";negative", "predicted negative by EasyFuse"),
        ("cBioPortal", "SOMATIC", "GERMLINE", "a germline variant"),
        ("Illumina TSO", "PASS,30,4,True", "LOW_SCORE,30,4,False", "not kept by its filters (LOW_SCORE)"),
    ],
)
def test_a_callers_own_doubt(write, caller, old, new, doubt):
    (call,) = read_calls(write("P1.tsv", TABLES[caller].replace(old, new))).calls
    assert (*call.doubts, *filter(None, [call.said])) == (doubt,)


def test_dragen_of_old_names_its_reads(write):
    text = "#FusionGene\tScore\tLeftBreakpoint\tRightBreakpoint\tReadNames\nBCR--ABL1\t1\ta\tb\tr1;r2;r3\n"
    assert [call.reads for call in read_calls(write("P1.final", text)).calls] == [3]


def test_several_genes_of_a_squid_row_are_several_pairs(write):
    text = TABLES["SQUID"].replace("BCR:ABL1", "BRD4:NUTM1,BRD4-1:NUTM1")
    pairs = [(call.gene_5prime, call.gene_3prime) for call in read_calls(write("P1.txt", text)).calls]
    assert pairs == [("BRD4", "NUTM1"), ("BRD4-1", "NUTM1")]


@pytest.mark.parametrize("rows", ["BCR-ABL1\tchr22:1\tchr9:1\t34\t1\t2\n", "NA\t\t\t\t\t\n", ""])
def test_the_fusions_of_a_combined_variant_output(write, rows):
    path = write(
        "P1_CombinedVariantOutput.tsv",
        "[Analysis Details]\t\t\nRNA Sample ID\tP1\t\n\n[Small Variants]\t\nGene\tChromosome\nKRAS\tchr12\n\n"
        "[Fusions]\t\nGene Pair\tBreakpoint 1\tBreakpoint 2\tFusion Supporting Reads\tA\tB\n"
        f"{rows}\n[Splice Variants]\t\nGene\tExons\nMET\t14\n",
    )
    table = read_calls(path)
    assert table.callers == ("Illumina TSO",)
    expected = [FusionCall("Illumina TSO", "BCR", "ABL1", 34)] if rows.startswith("BCR") else []
    assert list(table.calls) == expected


@pytest.mark.parametrize(
    ("written", "pair"),
    [
        ("BCR::ABL1", ("BCR", "ABL1")),
        ("BCR--ABL1", ("BCR", "ABL1")),
        ("BCR/ABL1", ("BCR", "ABL1")),
        ("BCR-ABL1", ("BCR", "ABL1")),
        ("NKX2-1::ABL1", ("NKX2-1", "ABL1")),
        ("NKX2-1--ABL1", ("NKX2-1", "ABL1")),
        ("NKX2-1-ABL1", ("NKX2-1", "ABL1")),
        ("PAX5-VPS9D1-AS1", ("PAX5", "VPS9D1-AS1")),
        ("IGH-DUX4(IGV-contig)", ("IGH", "DUX4")),
        ("FLT3 (ITD)", ("FLT3", "FLT3")),
    ],
)
def test_a_pair_in_one_column(write, written, pair):
    (call,) = read_calls(write("f.csv", f"sample,fusion,reads\nP1,{written},34\n")).calls
    assert (call.gene_5prime, call.gene_3prime, call.reads) == (*pair, 34)


def test_several_pairs_in_one_cell(write):
    calls = read_calls(write("f.csv", "sample,fusion\nP1,ETV6-RUNX1;NoFusion (x);RHOA::ZDHHC3\n")).calls
    assert [(each.gene_5prime, each.gene_3prime) for each in calls] == [("ETV6", "RUNX1"), ("RHOA", "ZDHHC3")]


def test_what_is_no_pair_is_refused():
    with pytest.raises(ValueError, match="column fusion: expected GENE::GENE, found 'BCR': correct it"):
        split_pair("fusion", "BCR")


def test_none_found_in_one_column(write):
    assert read_calls(write("f.csv", "sample,fusion\nP1,NoFusion\nP2,\n")).calls == ()


def test_other_tables_are_refused_with_the_list(write):
    with pytest.raises(OtherKindError) as refused:
        read_calls(write("x.bed", "#chr1\tstart1\tend1\tinfo\nchr22\t1\t2\tGN=BCR,ABL1\n"))
    assert all(name in str(refused.value) for name in CALLERS if name != "table")


def test_dates_of_a_spreadsheet_are_said(write):
    table = read_calls(write("f.csv", "gene_5prime,gene_3prime,reads\nKMT2A,9-Sep,30\n"))
    assert table.notes == ("dates of a spreadsheet read as symbols: 9-Sep as SEPTIN9",)
