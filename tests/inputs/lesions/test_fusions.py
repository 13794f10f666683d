"""Fusion calls: every caller's table, every row of it, and which rows can be used."""

import gzip

import numpy as np
import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.fusions import FUSION_COLUMNS, read_fusions

PH_LIKE, PAX5ALT, MEF2D, P80R = "COH000893_D1", "COH000082_D1", "COH000353_D1", "COH000757_D1"
PLAIN = "sample,gene_5prime,gene_3prime,reads,caller\n"
ARRIBA = "#gene1\tgene2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\tfilters\n"
STAR = "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\tRightGene\n"
CATCHER = (
    "Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)\tFusion_description\t"
    "Counts_of_common_mapping_reads\tSpanning_pairs\tSpanning_unique_reads\n"
)
CICERO = "sample\tgeneA\tgeneB\tsv_ort\treadsA\treadsB\ttype\trating\n"
JAFFA = "sample,fusion genes,spanning pairs,spanning reads,classification\n"


def one(path):
    """Calls of one file, as sample S."""
    return read_fusions([f"S={path}"], ["S"])


def refused(arguments, match, samples=("P1", "P2")):
    with pytest.raises(InputError, match=match) as caught:
        read_fusions(arguments, samples)
    assert "\n" not in str(caught.value)


def rows(calls, left, right):
    """Rows of a pair, in this orientation."""
    frame = calls.frame
    return frame[(frame["gene_5prime"] == left) & (frame["gene_3prime"] == right)]


def why(calls, left, right):
    """Reasons against a pair, of all its rows; none may be usable."""
    found = rows(calls, left, right)
    assert len(found) > 0
    assert not found["usable"].any()
    return " ".join(found["why_not"])


@pytest.fixture(scope="module")
def leukemias(data):
    """Calls of FusionCatcher and CICERO in four adults with B-ALL."""
    formats, mdall = data / "formats", data / "external" / "mdall"
    arguments = [formats / "fusioncatcher", formats / "cicero", mdall]
    return read_fusions(arguments, [PH_LIKE, PAX5ALT, MEF2D, P80R])


@pytest.fixture(scope="module")
def of(leukemias):
    """Calls of one caller in one of the four."""

    def go(sample, caller):
        frame = leukemias.frame
        kept = frame[(frame["sample"] == sample) & (frame["caller"] == caller)]
        return type(leukemias)(kept, leukemias.callers, leukemias.sources, leukemias.notes)

    return go


# Lines of each file less its header, counted with wc; the last three are its first call as it writes it.
FILES = [
    ("arriba/KPL4_fusions.tsv", "Arriba", 30, "BSG", "NFIX", 30),  # 1.x: 24 columns
    ("arriba/arriba.tsv", "Arriba", 14, "FGFR3", "TACC3", 485),
    ("arriba/SRR12576411.tsv", "Arriba", 52, "RPS6KB1", "VMP1", 19),  # 2.x: 30 columns in another order
    ("arriba/easyfuse_arriba.tsv", "Arriba", 9, "ETV6", "NTRK3", 430),
    ("arriba/fusions.tsv", "Arriba", 1, "BCR", "ABL1", 11),
    ("arriba/mopepgen_arriba.txt", "Arriba", 2, "RIBC2", "LZTR1", 82),
    ("star_fusion/BT474_star-fusion.fusion_predictions.abridged.tsv", "STAR-Fusion", 41, "THRA", None, 185),
    ("star_fusion/easyfuse_starfusion.tsv", "STAR-Fusion", 9, "ETV6", "NTRK3", 550),
    ("star_fusion/mopepgen_star_fusion.txt", "STAR-Fusion", 3, "RIBC2", "LZTR1", 9),
    ("star_fusion/mopepgen_star_fusion_2.txt", "STAR-Fusion", 3, "RIBC2", "LZTR1", 9),
    ("star_fusion/star-fusion.fusion_candidates.final.abridged.FFPM", "STAR-Fusion", 34, "THRA", None, 166),
    ("star_fusion/star-fusion.fusion_candidates.final.abridged.txt", "STAR-Fusion", 11, "THRA", None, 120),
    (
        "star_fusion/star-fusion.fusion_predictions.abridged.annotated.coding_effect.tsv",
        *("STAR-Fusion", 3, "RP11-9L18.2", "FLI1", 43),
    ),
    ("star_fusion/starfusion.tsv", "STAR-Fusion", 12, "FGFR3", "TACC3", 898),
    ("fusioncatcher/COH000757_D1.fusioncatcher", "FusionCatcher", 418, "RN7SL1", "RMRP", 863),
    ("fusioncatcher/COH000893_D1.fusioncatcher", "FusionCatcher", 321, "IGH", "CRLF2", 801),
    ("fusioncatcher/easyfuse_fusioncatcher_2.tsv", "FusionCatcher", 8, "TMPRSS2", "ETV1", 383),
    ("fusioncatcher/final-list_candidate-fusion-genes.txt", "FusionCatcher", 25, "FGFR3", "TACC3", 886),
    ("fusioncatcher/fusioncatcher.txt", "FusionCatcher", 22, "FGFR3", "TACC3", 886),
    (
        "fusioncatcher/fusioncatcher_833ke_final-list-candidate-fusion-genes.txt",
        *("FusionCatcher", 7, "CLEC6A", "CLEC4D", 15),
    ),
    ("cicero/CICERO_test_final_fusions.txt", "CICERO", 1, "TCF3", "PBX1", 140),
    ("cicero/CICERO_test_annotated.fusion.txt", "CICERO", 1, "TCF3", "PBX1", 140),
    ("cicero/CICERO_test_annotated.all.txt", "CICERO", 1, "TCF3", "PBX1", 140),  # a second header in it
    ("cicero/COH000757_D1.cicero", "CICERO", 210, None, None, None),
    ("cicero/COH000893_D1.cicero.gz", "CICERO", 298, "CRLF2", "IGH", 492),
    ("jaffa/jaffa.csv", "JAFFA", 12, "GOPC", "ROS1", 76),
]


@pytest.mark.parametrize(("name", "caller", "count", "left", "right", "reads"), FILES, ids=lambda v: str(v))
def test_files_of_the_callers(data, name, caller, count, left, right, reads):
    calls = one(data / "formats" / name)
    frame = calls.frame
    assert tuple(frame.columns) == FUSION_COLUMNS
    assert frame.index.tolist() == list(range(count))
    assert set(frame["caller"]) == {caller}
    assert set(frame["sample"]) == {"S"}
    assert calls.callers == {"S": (caller,)}
    assert left is None or frame["gene_5prime"].iloc[0] == left
    assert right is None or frame["gene_3prime"].iloc[0] == right
    assert reads is None or frame["reads"].iloc[0] == reads
    assert (frame["usable"] == (frame["why_not"] == "")).all()
    assert calls.sources[0].format == caller
    assert calls.sources[0].path == str(data / "formats" / name)
    assert len(calls.sources[0].sha256) == 64


def test_clones_with_hyphens_and_dots(data):
    """BT474, HCC: THRA--AC090627.1; candidates of the same line have PROSER2--CTD-2328D6.1 or the like."""
    bt474 = one(data / "formats/star_fusion/BT474_star-fusion.fusion_predictions.abridged.tsv")
    assert rows(bt474, "THRA", "AC090627.1")["reads"].iloc[0] == 185


def test_arriba_gives_both_neighbours_of_a_breakpoint_between_genes(data):
    mcf7 = one(data / "formats" / "arriba" / "SRR12576411.tsv").frame
    both = mcf7["gene_5prime"].str.cat(mcf7["gene_3prime"], sep=" ")
    assert both.str.contains("ENSG00000237480,ENSG00000270342").any()
    assert both.str.contains("LINC01754,RPL35AP").any()
    assert not both.str.contains("(", regex=False).any()


def test_arriba_of_low_confidence_is_not_used(data):
    """KPL4: 11 high, 7 medium and 12 low of 30; MCF-7: 14, 27 and 11 of 52."""
    for name, used, low in (("KPL4_fusions.tsv", 13, 12), ("SRR12576411.tsv", 32, 11)):
        frame = one(data / "formats" / "arriba" / name).frame
        assert (frame["confidence"] == "low").sum() == low
        assert not frame.loc[frame["confidence"] == "low", "usable"].any()
        assert frame["usable"].sum() == used


def test_one_pair_at_high_and_low_confidence_stays_two_rows(data):
    found = rows(one(data / "formats" / "arriba" / "arriba.tsv"), "GOPC", "ROS1")
    assert found[["reads", "confidence", "usable"]].to_numpy().tolist() == [
        [77, "high", True],
        [9, "low", False],
    ]


def test_what_arriba_discarded_is_not_used(write):
    """Arriba's fusions.discarded.tsv: the filter that took all reads has no number behind it."""
    text = ARRIBA + "BCR\tABL1\t4\t7\t0\thigh\tduplicates(4)\nEWSR1\tTAF15\t4\t7\t0\thigh\thomologs\n"
    calls = one(write("d.tsv", text))
    assert rows(calls, "BCR", "ABL1")["usable"].item()
    assert "discarded by Arriba (homologs)" in why(calls, "EWSR1", "TAF15")


def test_a_deletion_as_short_as_an_intron_is_used(data):
    """GOPC::ROS1 and P2RY8::CRLF2 are deletions that Arriba flags as read-through."""
    assert rows(one(data / "formats/arriba/arriba.tsv"), "GOPC", "ROS1")["usable"].any()


def test_both_generations_of_fusioncatcher_and_its_empty_file(data):
    empty = one(data / "formats/fusioncatcher/EMPTY_final-list_candidate-fusion-genes.txt")
    assert len(empty.frame) == 0
    assert tuple(empty.frame.columns) == FUSION_COLUMNS
    assert empty.callers == {"S": ("FusionCatcher",)}
    assert empty.frame.dtypes.astype(str)[["reads", "usable"]].tolist() == ["Int64", "bool"]


def test_rows_of_the_first_generation_of_fusioncatcher(write):
    old = CATCHER.replace("Gene_1_symbol(5end_fusion_partner)", "Fusion_gene_symbol_1(5end_partner)")
    old = old.replace("Gene_2_symbol(3end_fusion_partner)", "Fusion_gene_symbol_2(3end_partner)")
    calls = one(write("f.txt", old + "BCR\tABL1\tknown\t0\t12\t4\n"))
    assert rows(calls, "BCR", "ABL1")["reads"].item() == 16


def test_run_and_empty_is_not_the_same_as_not_run(write):
    path = write("P1.fusions.tsv", ARRIBA)
    calls = read_fusions([path], ["P1", "P2"])
    assert calls.callers == {"P1": ("Arriba",), "P2": ()}
    assert "no fusion caller was run for 1 sample: P2" in calls.notes


def test_no_argument():
    assert read_fusions([], ["P1"]).callers == {"P1": ()}


def test_rows_of_four_leukemias(leukemias):
    count = leukemias.frame.groupby(["sample", "caller"]).size()
    assert count.to_dict() == {
        (PH_LIKE, "FusionCatcher"): 321,
        (PH_LIKE, "CICERO"): 298,
        (PAX5ALT, "FusionCatcher"): 168,
        (PAX5ALT, "CICERO"): 636,
        (MEF2D, "FusionCatcher"): 137,
        (MEF2D, "CICERO"): 482,
        (P80R, "FusionCatcher"): 418,
        (P80R, "CICERO"): 210,
    }
    assert {frozenset(run) for run in leukemias.callers.values()} == {frozenset({"FusionCatcher", "CICERO"})}
    assert leukemias.frame.index.tolist() == list(range(2670))


def test_drivers_are_usable_from_both_callers(of):
    assert rows(of(MEF2D, "FusionCatcher"), "MEF2D", "BCL9")["usable"].all()
    assert rows(of(MEF2D, "CICERO"), "MEF2D", "BCL9")["usable"].all()
    assert rows(of(PAX5ALT, "FusionCatcher"), "PAX5", "ZNF521")["reads"].max() == 593 + 37
    assert rows(of(PAX5ALT, "FusionCatcher"), "PAX5", "ZNF521")["usable"].all()
    assert rows(of(PAX5ALT, "CICERO"), "PAX5", "ZNF521")["usable"].all()


def test_an_enhancer_hijack_is_written_both_ways(of):
    catcher, cicero = of(PH_LIKE, "FusionCatcher"), of(PH_LIKE, "CICERO")
    assert rows(catcher, "IGH", "CRLF2")["reads"].iloc[0] == 461 + 340
    assert rows(catcher, "CRLF2", "IGH")["reads"].iloc[0] == 8 + 3
    assert rows(cicero, "CRLF2", "IGH")["reads"].iloc[0] == 223 + 269
    assert rows(cicero, "IGH", "CRLF2").empty
    for calls in (catcher, cicero):
        assert rows(calls, "CRLF2", "IGH")["usable"].all()
    # FusionCatcher puts the first one at X:105804415, far from CRLF2: a position is no reason against it.
    assert rows(catcher, "IGH", "CRLF2")["usable"].all()


def test_a_subclonal_second_fusion_is_usable_too(of):
    assert rows(of(PAX5ALT, "FusionCatcher"), "P2RY8", "CRLF2")["reads"].tolist() == [12 + 7]
    cicero = rows(of(PAX5ALT, "CICERO"), "P2RY8", "CRLF2")
    assert cicero[["reads", "confidence", "usable"]].to_numpy().tolist() == [[22, "HQ", True]]


@pytest.mark.parametrize(
    ("sample", "left", "right", "reason"),
    [
        (PAX5ALT, "BANK1", "IGH", "banned"),
        (PAX5ALT, "FOXP1", "IGH", "banned"),
        (PAX5ALT, "IGH", "FOXP1", "banned"),
        (PAX5ALT, "IGH", "BACH2", "banned"),
        (PAX5ALT, "IGH", "EBF1", "banned"),
        (PAX5ALT, "ETV6", "FOXP1", "54758 reads map on both genes"),
        (PAX5ALT, "ETV6", "EBF1", "15477 reads map on both genes"),
        (PH_LIKE, "BANK1", "IGH", "banned"),
        (PH_LIKE, "CSF2RA", "CRLF2", "paralogs"),
        (PH_LIKE, "CSF2RA", "CRLF2", "1222 reads map on both genes"),
        (P80R, "GRK2", "IGH", "banned"),
    ],
)
def test_decoys_are_not_used(of, sample, left, right, reason):
    """All of these are also labelled known, or nearly all Mitelman: that is no evidence."""
    assert reason in why(of(sample, "FusionCatcher"), left, right)


def test_what_cicero_rates_lq_or_rt_is_not_used(leukemias):
    cicero = leukemias.frame[leukemias.frame["caller"] == "CICERO"]
    poor = cicero["confidence"].isin(["LQ", "RT"])
    assert set(cicero["confidence"]) == {"HQ", "LQ", "RT"}
    assert not cicero.loc[poor, "usable"].any()
    hq = cicero[~poor].groupby("sample").size()
    assert hq.to_dict() == {PAX5ALT: 17, MEF2D: 28, P80R: 9, PH_LIKE: 15}


def test_sides_without_a_gene(leukemias):
    """CICERO writes NA for a breakpoint between genes: EBF1 -> NA is a deletion with 47 reads."""
    found = rows(leukemias, "EBF1", "")
    assert found["reads"].max() == 47
    nothing = rows(leukemias, "", "")
    assert len(nothing) > 0
    assert nothing["why_not"].str.contains("no gene is named").all()


def test_the_limit_of_common_reads_is_fusioncatchers_own(leukemias):
    """Every row above the limit carries FusionCatcher's label, and no row below it."""
    catcher = leukemias.frame[leukemias.frame["caller"] == "FusionCatcher"]
    above = catcher["why_not"].str.contains("reads map on both genes")
    assert above.sum() == 64
    np.testing.assert_array_equal(above, catcher["why_not"].str.contains("similar_reads"))


def test_drivers_of_fusioncatchers_own_test_data_are_usable(data):
    calls = one(data / "formats/fusioncatcher/final-list_candidate-fusion-genes.txt")
    for left, right in (("IGH", "CRLF2"), ("DUX4", "IGH"), ("CIC", "DUX4"), ("FIP1L1", "PDGFRA")):
        assert rows(calls, left, right)["usable"].all()
    assert calls.frame["usable"].all()


def test_readthrough_of_fusioncatcher_is_not_used(data):
    calls = one(data / "formats/fusioncatcher/fusioncatcher_833ke_final-list-candidate-fusion-genes.txt")
    assert "labelled readthrough" in why(calls, "CLEC6A", "CLEC4D")


def test_a_breakpoint_inside_an_exon_is_used(data):
    """JAFFA calls TMPRSS2:ETV1, a true fusion of this spike-in, LowConfidence for that."""
    found = rows(one(data / "formats/jaffa/jaffa.csv"), "TMPRSS2", "ETV1")
    assert found[["reads", "confidence", "usable"]].to_numpy().tolist() == [[13, "LowConfidence", True]]


def test_jaffa_of_two_cell_lines(data):
    path = data / "formats" / "jaffa" / "jaffa_results.csv"
    calls = read_fusions([path], ["MCF7-demo", "BT474-demo"])
    assert calls.frame["sample"].value_counts().to_dict() == {"BT474-demo": 15, "MCF7-demo": 9}
    assert rows(calls, "BCAS4", "BCAS3")["reads"].tolist() == [644, 16]
    # Single-end: the pairs are "-", the reads count.
    assert rows(calls, "PAPOLA", "AK7")["reads"].tolist() == [3]
    half = read_fusions([path], ["MCF7-demo"])
    assert len(half.frame) == 9
    assert any("this run does not have: 15 ('BT474-demo')" in note for note in half.notes)


def test_fusion_report_gives_one_call_a_tool(data):
    calls = one(data / "formats" / "fusion_report" / "fusions.csv")
    assert calls.callers == {"S": ("Arriba", "ctat-LR-fusion", "FusionCatcher", "STAR-Fusion")}
    first = rows(calls, "FGFR3", "TACC3")
    assert first["caller"].tolist() == ["Arriba", "ctat-LR-fusion", "FusionCatcher", "STAR-Fusion"]
    assert first["reads"].tolist() == [88 + 97 + 300, 261, 820 + 66, 261 + 637]
    assert first["confidence"].tolist() == ["high", "", "", ""]
    assert rows(calls, "DUX4", "IGH")["caller"].tolist() == ["FusionCatcher"]
    assert rows(calls, "NPM1", "ALK")["usable"].tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("name", "caller", "number", "pair", "reads"),
    [
        ("defuse_833ke_results.filtered.tsv", "deFuse", 17, None, 0),
        ("ericscript_SRR1657556.results.total.tsv", "EricScript", 10, ("PPIA", "CYP11A1"), 117 + 26),
        ("fr_ctat_lr_fusion.tsv", "ctat-LR-fusion", 12, ("FGFR3", "TACC3"), 261),
        ("fr_dragen.tsv", "DRAGEN", 5, None, 0),
        ("fr_ericscript.tsv", "EricScript", 12, ("FGFR3", "TACC3"), 978 + 378),
        ("fr_pizzly.tsv", "pizzly", 8, ("AKAP9", "BRAF"), 4 + 5),
        ("fr_squid.txt", "SQUID", 9, ("HOOK3", "RET"), 11),
        ("soapfuse_833ke_final.Fusion.specific.for.genes", "SOAPfuse", 41, ("APLP2", "HMGB2"), 2 + 2),
    ],
)
def test_real_tables_of_more_callers(data, name, caller, number, pair, reads):
    calls = one(data / "formats" / "other_fusion" / name)
    assert calls.callers == {"S": (caller,)}
    assert len(calls.frame) == number
    if pair:
        assert rows(calls, *pair)["reads"].tolist()[:1] == [reads]


@pytest.mark.parametrize(
    "name",
    [
        "fusioncatcher/summary_candidate_fusions.txt",
        "fusioncatcher/easyfuse_fusioncatcher_1.txt",
        "fusioncatcher/final-list_candidate-fusion-genes.caption.md.txt",
        "fusion_report/fusion_list.tsv",
        "cicero/CICERO_test_final_internal.txt",
        "cicero/CICERO_test_annotated.internal.txt",
        "cicero/CICERO_test_unfiltered.fusion.txt",
        "htseq/WTCHG_536273_229157.tsv.gz",
        "vcf_gatk/COH000757_D1.HaplotypeCaller.vcf.gz",
    ],
)
def test_look_alikes_are_refused(data, name):
    refused(
        [f"S={data / 'formats' / name}"], r"expected a fusion caller's table \(Arriba, .*\), found ", ["S"]
    )


def test_duplications_inside_genes_are_no_fusion_calls(write):
    """CICERO's internal table has the columns of its fusions; read as those it would say: run, none found."""
    row = "x\tFLT3\tFLT3\t>\t40\t40\tInternal_dup\tHQ\n"
    refused([f"P1={write('final.tsv', CICERO + row)}"], "found CICERO's table of duplications inside a gene")
    both = one(write("final_fusions.txt", CICERO + row + "x\tETV6\tRUNX1\t>\t9\t9\tCTX\tHQ\n"))
    assert both.frame["usable"].tolist() == [True, True]
    assert one(write("final_fusions.txt", CICERO)).callers == {"S": ("CICERO",)}


def test_a_folder_leaves_other_files_aside(write, tmp_path):
    write("run/P1.arriba.tsv", ARRIBA + "BCR\tABL1\t4\t7\t0\thigh\t.\n")
    write("run/P2.star.tsv", STAR)
    write("run/P9.star.tsv", STAR)
    write("run/summary.txt", "Very short summary of found candidate fusion genes\n")
    write("run/empty.log", "")
    calls = read_fusions([tmp_path / "run"], ["P1", "P2"])
    assert calls.callers == {"P1": ("Arriba",), "P2": ("STAR-Fusion",)}
    assert f"{tmp_path / 'run'}: no fusion tables, left aside: empty.log, summary.txt" in calls.notes
    strangers = f"{tmp_path / 'run'}: fusion tables of no sample of this run, left aside: P9.star.tsv"
    assert strangers in calls.notes


def test_a_damaged_table_in_a_folder_is_not_left_aside(write, tmp_path):
    write("run/P1.arriba.tsv", ARRIBA + "BCR\tABL1\t4\t7\n")
    write("run/P2.star.tsv", STAR)
    refused([tmp_path / "run"], r"P1\.arriba\.tsv: line 2: expected 7 fields, found 4")


def test_a_folder_without_fusion_tables(write, tmp_path):
    write("run/summary.txt", "Very short summary\n")
    refused([tmp_path / "run"], r"run: expected a fusion table of a sample of this run.*found summary\.txt")
    write("other/P9.arriba.tsv", ARRIBA)
    refused([tmp_path / "other"], r"found P9\.arriba\.tsv: check the path, or name the files after")


def test_whose_file_it_is(write):
    refused(
        [write("fusions.tsv", ARRIBA)], r"fusions\.tsv: cannot tell whose it is.*write SAMPLE=fusions\.tsv"
    )
    refused([f"P3={write('fusions.tsv', ARRIBA)}"], "expected a sample of this run before =, found 'P3'")


def test_a_plain_table_of_many_samples(write):
    text = (
        PLAIN + "P2,IGH@,DUX4L9,12,starfusion\nP1,MLL,AF4,30,arriba\nP7,BCR,ABL1,9,arriba\nP2,TEL,AML1,2,\n"
    )
    calls = read_fusions([write("all.csv", text)], ["P1", "P2", "P3"])
    found = calls.frame[["sample", "caller", "gene_5prime", "gene_3prime", "reads", "usable"]]
    assert found.to_numpy().tolist() == [
        ["P2", "STAR-Fusion", "IGH", "DUX4", 12, True],
        ["P1", "Arriba", "KMT2A", "AFF1", 30, True],
        ["P2", "table", "ETV6", "RUNX1", 2, False],
    ]
    assert calls.callers == {"P1": ("Arriba",), "P2": ("STAR-Fusion", "table"), "P3": ()}
    assert any("rows left out, of samples that this run does not have: 1 ('P7')" in n for n in calls.notes)
    assert calls.sources[0].samples == 2


def test_a_plain_table_of_one_sample_needs_neither_sample_nor_reads(write):
    calls = read_fusions([write("P1.tsv", "gene_3prime\tgene_5prime\nABL1\tBCR\n")], ["P1"])
    row = calls.frame.iloc[0]
    assert (row["gene_5prime"], row["gene_3prime"], row["usable"]) == ("BCR", "ABL1", True)
    assert calls.frame["reads"].isna().all()
    assert calls.callers == {"P1": ("table",)}


def test_a_row_without_genes_says_run_and_none_found(write):
    calls = read_fusions([write("all.csv", PLAIN + "P1,,,,arriba\nP2,BCR,ABL1,9,arriba\n")], ["P1", "P2"])
    assert calls.callers == {"P1": ("Arriba",), "P2": ("Arriba",)}
    assert calls.frame["usable"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        (
            "all.csv",
            PLAIN + "X1,BCR,ABL1,9,\nX2,A,B,9,\n",
            "samples of this run in column sample, found X1, X2",
        ),
        (
            "P1.csv",
            PLAIN + "P2,BCR,ABL1,9,\n",
            "expected rows of P1, whose file it is, found P2 in column sample",
        ),
        ("P1.csv", JAFFA + "x,A:B,9,9,\ny,A:B,9,9,\n", "expected rows of P1 alone, found x, y"),
        (
            "P1.csv",
            PLAIN + "P1,BCR,ABL1,many,\n",
            "line 2, column reads: expected a whole number of reads, found",
        ),
        ("P1.csv", PLAIN + "P1,BCR,ABL1,2.5,\n", r"line 2, column reads: .*found '2\.5'"),
        ("P1.csv", PLAIN + "P1,BCR,ABL1,-4,\n", "line 2, column reads: .*found '-4'"),
        ("P1.csv", PLAIN + "P1,BCR,ABL1,9\n", "line 2: expected 5 fields, found 4"),
        (
            "P1.tsv",
            STAR + "BCR-ABL1\t5\t6\tBCR^E\tABL1^E\n",
            "line 2, column FusionName: expected GENE--GENE",
        ),
        ("P1.csv", JAFFA + "x,BCR-ABL1,9,9,HighConfidence\n", "column fusion genes: expected GENE:GENE"),
        ("P1.tsv", "", "found an empty file"),
    ],
)
def test_refused_tables(write, name, text, match):
    refused([write(name, text)], rf"{name}: .*{match}")


def test_fewer_than_three_reads(write):
    text = PLAIN + "P1,ETV6,RUNX1,2,\nP1,BCR,ABL1,3,\n"
    calls = read_fusions([write("P1.csv", text)], ["P1"])
    assert calls.frame["usable"].tolist() == [False, True]
    assert calls.frame["why_not"].tolist() == ["fewer than 3 supporting reads", ""]


def test_packed_files_with_other_line_ends_and_lines_above(write):
    text = "R WARNING: locale\n" + ARRIBA + "IGHJ6(123),IGHD2-15(45)\tCRLF2\t4\t7\t0\thigh\t.\n"
    calls = read_fusions([write("P1.tsv.gz", gzip.compress(text.replace("\n", "\r\n").encode()))], ["P1"])
    assert rows(calls, "IGH", "CRLF2")["usable"].tolist() == [True]
    assert any("lines above the header left out: 1" in note for note in calls.notes)


def test_other_samples_change_nothing(data):
    folder = data / "external" / "mdall"
    alone = read_fusions([folder], [MEF2D]).frame
    both = read_fusions([folder], [PAX5ALT, MEF2D]).frame
    kept = both[both["sample"] == MEF2D].reset_index(drop=True)
    assert alone.equals(kept)


# One delimiter too many, cohorts in one table, files of others


ROWS = {
    "Arriba": (ARRIBA, "BCR\tABL1\t12\t9\t14\thigh\t.\n", 35),
    "STAR-Fusion": (STAR, "BCR--ABL1\t31\t12\tBCR^E\tABL1^E\n", 43),
    "FusionCatcher": (
        CATCHER.replace("\n", "\tFusion_point_for_gene_1(5end_fusion_partner)\n"),
        "BCR\tABL1\tknown,cancer\t0\t40\t22\t22:23290413:+\n",
        62,
    ),
    "CICERO": (CICERO, "x\tBCR\tABL1\t>\t20\t30\tCTX\tHQ\n", 50),
    "JAFFA": (JAFFA, "x,BCR:ABL1,20,30,HighConfidence\n", 50),
    "table": ("gene_5prime,gene_3prime,reads\n", "BCR,ABL1,43\n", 43),
}


@pytest.mark.parametrize("in_header", [True, False])
@pytest.mark.parametrize("caller", ROWS)
def test_one_delimiter_too_many_at_the_row_ends(write, caller, in_header):
    """Never ABL1::43: the genes and reads stay under their names."""
    header, row, reads = ROWS[caller]
    mark = "," if "," in header else "\t"
    header = header.replace("\n", f"{mark}\n") if in_header else header
    calls = one(write("fusions.txt", header + row.replace("\n", f"{mark}\n") * 2))
    found = calls.frame[["caller", "gene_5prime", "gene_3prime", "reads", "usable"]].to_numpy().tolist()
    assert found == [[caller, "BCR", "ABL1", reads, True]] * 2
    assert any("one delimiter too many" in note for note in calls.notes)


@pytest.mark.parametrize(
    "column", ["sample_id", "Sample", "tumor_sample", "Tumor_Sample_Barcode", "patient id"]
)
def test_the_rows_of_a_joined_table_are_each_of_their_sample(write, column):
    """Whatever the file's name begins with."""
    text = STAR.replace("#", f"{column}\t") + "P1\tBCR--ABL1\t5\t6\tB\tA\nP2\tETV6--RUNX1\t5\t6\tE\tR\n"
    frame = read_fusions([write("P1_and_P2.tsv", text)], ["P1", "P2", "P3"]).frame
    assert frame[["sample", "gene_3prime"]].to_numpy().tolist() == [["P1", "ABL1"], ["P2", "RUNX1"]]


def test_another_specimen_in_a_folder_is_left_aside(write, tmp_path):
    write("run/P1.tsv", STAR + "BCR--ABL1\t5\t6\tB\tA\n")
    write("run/P1-2.tsv", STAR + "ETV6--RUNX1\t5\t6\tE\tR\n")
    calls = read_fusions([tmp_path / "run"], ["P1"])
    assert calls.frame["gene_3prime"].tolist() == ["ABL1"]
    assert any("of no sample of this run, left aside: P1-2.tsv" in note for note in calls.notes)


def test_reads_that_a_caller_does_not_tell_are_unknown_and_pass_no_filter(write):
    """A plain table is a laboratory's own statement; a caller's output without its reads is none."""
    path = write("P1.tsv", "#FusionName\tnum_LR\tLeftGene\nBCR--ABL1\tNA\tBCR^E\n")
    assert why(one(path), "BCR", "ABL1") == "its reads are not known"
    assert one(write("f.csv", "sample,fusion\nS,BCR::ABL1\n")).frame["usable"].all()


STAR_FUSION = "FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\t"


def test_a_column_of_any_name_that_holds_samples_of_the_run_tells_whose_a_row_is(write):
    """Joined tables call it library, run, ...: a row of P2 is never given to the P1 of the file's name."""
    header, row = f"{STAR_FUSION}library\n", "\t20\t20\tX\t"
    both = f"{header}BCR--ABL1{row}P1\nETV6--RUNX1{row}P2\nKMT2A--AFF1{row}P9\n"
    found = read_fusions([write("P1_all.tsv", both)], ["P1", "P2"])
    assert list(zip(found.frame["sample"], found.frame["gene_5prime"], strict=True)) == [
        ("P1", "BCR"),
        ("P2", "ETV6"),
    ]
    assert any("samples read from column 'library'" in note for note in found.notes)
    refused(
        [write("P1.tsv", f"{header}ETV6--RUNX1{row}P2\n")], "whose file it is, found P2 in column library"
    )


def test_a_number_in_a_callers_column_is_no_sample_of_that_name(write):
    path = write("20.tsv", f"{STAR_FUSION}other\nBCR--ABL1\t20\t21\tX\ty\n")
    assert list(read_fusions([path], ["20", "21"]).frame["sample"]) == ["20"]


@pytest.mark.parametrize(
    "text",
    [
        "sample;Fusion;Reads\nS;BCR-ABL1;120,0\n",
        "sample,gene1,gene2,reads\nS,BCR,ABL1,120\n",
        "sample\tGene A\tGene B\tsupporting_reads\nS\tBCR\tABL1\t120\n",
        "sample\tFusion Name\tReads\nS\tBCR->ABL1\t120\n",
        "sample\tgene fusion\tread_count\nS\tBCR \u2192 ABL1\t120\n",
        "sample\tfusion_gene\treads\nS\tBCR\u2013ABL1\t120\n",
        "sample\tFusions\treads\nS\tBCR:ABL1\t120\n",
    ],
)
def test_tables_that_people_make(write, text):
    found = one(write("f.txt", text))
    assert rows(found, "BCR", "ABL1")["reads"].tolist() == [120]
    assert found.frame["usable"].all()


def test_genes_of_an_unknown_caller_without_reads_are_refused(write):
    text = "id\tgene1\tgene2\tnum_split\n1\tBCR\tABL1\t1\n"
    refused([f"P1={write('x.tsv', text)}"], "expected a fusion caller's table")


def test_names_without_a_header_are_told_what_to_give(write):
    refused(
        [f"P1={write('x.tsv', 'BCR--ABL1' + chr(10))}"],
        "names of fusions without a header: give the fusions.csv",
    )


@pytest.mark.parametrize(
    ("cell", "why_not"),
    [
        ("BCR::ABL1", ""),
        ("t(9;22)(q34;q11) BCR-ABL1 p190", ""),
        ("BCR::ABL1 positive", ""),
        ("BCR::ABL1 (negative)", "the text says that it was not found"),
        ("BCR::ABL1 negative", "the text says that it was not found"),
        ("kein BCR::ABL1", "the text says that it was not found"),
        ("BCR::ABL1 nicht nachgewiesen", "the text says that it was not found"),
        ("?BCR::ABL1", "the text doubts it"),
        ("suspected BCR::ABL1", "the text doubts it"),
        ("V.a. BCR / ABL1", "the text doubts it"),
        ("BCR::ABL1 not tested", "the text says that it was not tested"),
        ("RT-PCR BCR - ABL1 (e1a2), 120 copies", ""),
        # HGVS 21.0 of fusions, exons and transcripts beside the genes, and other marks between them.
        ("NM_004327.3(BCR):r.1_1227::NM_005157.5(ABL1):r.80_5766", ""),
        ("BCR:e13::ABL1:e2", ""),
        ("BCR exon 14 - ABL1 exon 2", ""),
        ("BCR ex14::ABL1 ex2", ""),
        ("BCR(NM_004327)-e14:ABL1(NM_005157)-e2", ""),
        ("chr22:23290413-chr9:130854064 BCR-ABL1", ""),
        ("BCR>ABL1", ""),
        ("BCR_ABL1", ""),
    ],
)
def test_what_people_write_beside_a_fusion(write, cell, why_not):
    found = read_fusions([write("f.csv", f'sample,fusion\nP1,"{cell}"\n')], ["P1", "P2"])
    assert rows(found, "BCR", "ABL1")[["usable", "why_not"]].to_numpy().tolist() == [[not why_not, why_not]]


@pytest.mark.parametrize("file", ["{}.fastq", "{}.fastq.gz", "run/{}.Aligned.sortedByCoord.out.bam"])
def test_samples_that_a_caller_names_after_their_files(write, file):
    pairs = {"P1": "BCR:ABL1", "P2": "ETV6:RUNX1"}
    rows = "".join(f"{file.format(name)},{pair},0,17,HighConfidence\n" for name, pair in pairs.items())
    found = read_fusions([write("jaffa_results.csv", JAFFA + rows)], ["P1", "P2"]).frame
    assert found[["sample", "gene_5prime"]].to_numpy().tolist() == [["P1", "BCR"], ["P2", "ETV6"]]


def test_a_side_without_its_gene_is_refused(write):
    refused([write("f.csv", "sample,fusion\nP1,ABL1 exon 2 - exon 14\n")], "line 2, .*expected GENE::GENE")


@pytest.mark.parametrize(
    ("column", "text", "why_not"),
    [
        ("filter", "PASS", ""),
        ("filter", "FAIL", "did not pass its caller's filter (FAIL)"),
        ("confidence", "high", ""),
        ("confidence", "low", "its confidence is low"),
        ("origin", "germline", "a germline variant"),
        ("comment", "false positive (artefact)", "the text says that it was not found"),
        ("Bemerkung", "falsch-positiv", "the text says that it was not found"),
        ("comment", "no other fusion, no artefact", ""),
    ],
)
def test_what_a_table_says_against_a_fusion_in_another_column(write, column, text, why_not):
    table = f'sample,gene_5prime,gene_3prime,reads,{column}\nP1,BCR,ABL1,40,"{text}"\n'
    assert read_fusions([write("f.csv", table)], ["P1"]).frame["why_not"].tolist() == [why_not]


def test_genes_at_one_breakpoint_may_be_apart_by_a_semicolon(write):
    """DRAGEN, user guide: genes that overlap at a breakpoint."""
    table = (
        "#FusionGene\tScore\tLeftBreakpoint\tRightBreakpoint\tNumSplitReads\tFilter\n"
        "KMT2A;AP001267.1--AFF1\t0.9\tchr11:1:+\tchr4:1:+\t20\tPASS\n"
    )
    frame = read_fusions([f"P1={write('d.tsv', table)}"], ["P1"]).frame
    assert frame["gene_5prime"].tolist() == ["KMT2A,AP001267.1"]


def test_a_column_of_results_says_which_fusions_were_found(write):
    text = "sample,gene_5prime,gene_3prime,result\nP1,BCR,ABL1,negative\nP1,ETV6,RUNX1,positive\n"
    found = read_fusions([write("f.csv", text)], ["P1"])
    assert found.frame["usable"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("cell", "usable"),
    [
        ("BCR::ABL1, IGH::CRLF2", [True, True]),
        ("BCR-ABL1 + KMT2A-AFF1", [True, True]),
        ("BCR::ABL1 negativ, ETV6::RUNX1 positiv", [False, True]),
        ("no TCF3::PBX1, MEF2D::BCL9", [False, False]),
        ("EP300::ZNF384 and DUX4::IGH, both negative", [False, False]),
        ("BCR::ABL1 (e1a2), 120 copies", [True]),
    ],
)
def test_several_pairs_in_a_cell(write, cell, usable):
    found = read_fusions([write("f.csv", f'sample,fusion\nP1,"{cell}"\n')], ["P1", "P2"])
    assert found.frame["usable"].tolist() == usable


@pytest.mark.parametrize(
    ("result", "why_not"),
    [
        *(("+", ""), ("ja", ""), ("nachgewiesen", "")),
        ("-", "the text says that it was not found"),
        ("ausstehend", "the text says that it was not tested"),
        ("equivocal", "the text doubts it"),
        ("see comment", "no plain result stands beside it"),
        ("", "no result is told"),
    ],
)
def test_a_result_that_is_no_plain_yes_defines_nothing(write, result, why_not):
    """Unless its reads are told: they are a result of their own."""
    text = f"sample,gene_5prime,gene_3prime,result\nP1,BCR,ABL1,{result}\n"
    assert read_fusions([write("f.csv", text)], ["P1"]).frame["why_not"].tolist() == [why_not]
    text = "sample,gene_5prime,gene_3prime,result,reads\nP1,BCR,ABL1,,40\n"
    assert read_fusions([write("g.csv", text)], ["P1"]).frame["usable"].tolist() == [True]


def test_a_gene_that_is_rearranged_has_an_unknown_partner(write):
    found = read_fusions([write("f.csv", "sample,fusion\nP1,KMT2A-r\nP1,KMT2A rearrangement\n")], ["P1"])
    assert found.frame[["gene_5prime", "gene_3prime"]].to_numpy().tolist() == [["KMT2A", "?"]] * 2


_POINTS = "Fusion_point_for_gene_1(5end_partner)\tFusion_point_for_gene_2(3end_partner)"


@pytest.mark.parametrize(
    ("head", "row", "caller"),
    [
        (
            "Gene_1_symbol(5end_partner)\tGene_2_symbol(3end_partner)\tFusion_description\t"
            f"Counts_of_common_mapping_reads\tSpanning_pairs\tSpanning_unique_reads\t{_POINTS}",
            "BCR\tABL1\tknown\t0\t20\t10\t22:23632600:+\t9:133729451:+",
            "FusionCatcher",
        ),
        (
            "#fusion_name\tJunctionReads\tSpanningFrags\tSplice_type\tLeftGene\tLeftBreakpoint",
            "BCR--ABL1\t20\t10\tONLY_REF_SPLICE\tBCR^ENSG00000186716\tchr22:23632600:+",
            "STAR-Fusion",
        ),
        (
            "#geneA\tlocal_brkpt_geneA\tgeneB\tlocal_brkpt_geneB\tjunction_count\tspanning_count",
            "BCR\t100\tABL1\t200\t20\t10",
            "FusionInspector",
        ),
    ],
)
def test_earlier_headers_of_callers(write, head, row, caller):
    found = one(write("S.tsv", f"{head}\n{row}\n"))
    assert rows(found, "BCR", "ABL1")[["caller", "reads", "usable"]].to_numpy().tolist() == [
        [caller, 30, True]
    ]


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("Tumor_Sample_Barcode\tFusion\nP1\tBCR-ABL1\n", ["BCR", "ABL1"]),
        ("Tumor_Sample_Barcode\tGene_A\tGene_B\nP1\tBCR\tABL1\n", ["BCR", "ABL1"]),
        (
            "Hugo_Symbol\tCenter\tTumor_Sample_Barcode\tFusion\tRNA_support\n"
            "ABL1\tX\tP1\tBCR-ABL1 fusion - Archer\tyes\n",
            ["BCR", "ABL1"],
        ),
        ("Hugo_Symbol\tTumor_Sample_Barcode\tFusion\nKMT2A\tP1\tKMT2A-intragenic\n", ["KMT2A", "KMT2A"]),
    ],
)
def test_fusions_of_cbioportal_until_2022_and_of_oncokb(write, text, genes):
    found = read_fusions([write("data_fusions.txt", text)], ["P1"])
    assert found.frame[["gene_5prime", "gene_3prime", "usable"]].to_numpy().tolist() == [[*genes, True]]


@pytest.mark.parametrize("head", ["Probe;Gen1;Gen2;Reads", "Proben-ID;Gen 1;Gen 2;Reads"])
def test_a_german_sheet(write, head):
    found = read_fusions([write("f.csv", f"{head}\nP1;BCR;ABL1;43\n")], ["P1", "P2"])
    assert found.frame[["sample", "gene_5prime", "reads"]].to_numpy().tolist() == [["P1", "BCR", 43]]


def test_what_dragen_filters_is_not_used(write):
    head = "#FusionGene\tScore\tLeftBreakpoint\tRightBreakpoint\tNumSplitReads\tNumPairedReads\tFilter\n"
    row = "TCF3--HLF\t0.18\tchr19:1:-\tchr17:2:+\t9\t6\t"
    kept, left = one(write("S.tsv", f"{head}{row}PASS\n{row}LOW_SCORE;READ_THROUGH\n")).frame["why_not"]
    assert (kept, left) == ("", "did not pass its caller's filter (LOW_SCORE;READ_THROUGH)")


@pytest.mark.parametrize(
    ("said", "looked"),
    [
        *(
            (text, True)
            for text in ("none detected", "negativ", "keine Fusion", "pas de fusion", "no fusions found")
        ),
        *((text, False) for text in ("", "NA", "-", "?", "not tested", "nicht untersucht", "n.d.")),
    ],
)
def test_a_row_that_says_none_was_looked_for_and_one_that_says_nothing_was_not(write, said, looked):
    path = write("f.csv", f"sample,fusion,reads\nP1,{said},\nP2,BCR::ABL1,30\n")
    read = read_fusions([path], ["P1", "P2"])
    assert read.frame["sample"].tolist() == ["P2"]
    assert read.callers == {"P1": ("table",) if looked else (), "P2": ("table",)}


def test_a_table_in_which_nobody_has_a_fusion_is_a_result(write):
    read = read_fusions([write("f.csv", "sample,fusion\nP1,negative\nP2,keine\n")], ["P1", "P2", "P3"])
    assert read.callers == {"P1": ("table",), "P2": ("table",), "P3": ()}


def test_a_result_of_somebody_else_is_no_search_in_the_patient(write):
    path = write("f.csv", "sample,fusion,result\nP1,BCR::ABL1,positive in donor\nP2,BCR::ABL1,positive\n")
    read = read_fusions([path], ["P1", "P2"])
    assert list(read.frame["why_not"]) == ["said of somebody else's cells", ""]
    assert read.callers == {"P1": (), "P2": ("table",)}
