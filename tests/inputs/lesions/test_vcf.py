"""VCF files as GATK, VEP and SnpEff write them: real ones, and invented ones with one fault or form each."""

import gzip
import re
import sys

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.file_owners import OwnedFile
from leukotype.inputs.lesions.variants import read_variants
from leukotype.inputs.lesions.vcf import find_annotator, find_assembly, read_lines, read_vcf

pytest.importorskip("pysam", reason="pysam is not installed: pip install '.[vcf]'")

GRCH38 = "##contig=<ID=chr9,length=138394717>"
GRCH37 = "##contig=<ID=9,length=141213431,assembly=b37>"
AD = '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">'
CSQ = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: '
    'Allele|Consequence|SYMBOL|HGVSp|CANONICAL|MANE_SELECT|Amino_acids|Protein_position">'
)
ANN = (
    "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | Annotation | "
    "Gene_Name | HGVS.p' \">"
)
P80R = ("chr9", 37015168, "G", "C")


@pytest.fixture
def vcf(write):
    """Write a VCF of rows, each of chromosome, position, alleles, INFO, and FORMAT with genotypes."""

    def go(*rows, meta=(GRCH38, AD), samples=("P1",), name="P1.vcf", passed="."):
        columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
        columns += ["FORMAT", *samples] if samples else []
        body = [
            "\t".join(map(str, [chrom, pos, ".", ref, alt, 50, passed, *more]))
            for chrom, pos, ref, alt, *more in rows
        ]
        return write(name, "\n".join(["##fileformat=VCFv4.2", *meta, "\t".join(columns), *body]) + "\n")

    return go


def read(path, sample="P1", samples=("P1", "P2")):
    return read_vcf(OwnedFile(path, sample, by_name=True), samples)


def only(path, *args, **kwargs):
    (row,) = read(path, *args, **kwargs).rows
    return row


def refused(path, match, *args, **kwargs):
    with pytest.raises(InputError, match=match) as caught:
        read(path, *args, **kwargs)
    assert "\n" not in str(caught.value)


@pytest.fixture
def all_genes(monkeypatch):
    """Keep every gene: the public examples hold none of those that are read."""
    monkeypatch.setattr("leukotype.inputs.lesions.annotations.wanted_gene", str)
    monkeypatch.setattr("leukotype.inputs.lesions.vcf._SYMBOLS", re.compile(""))


# Real files


def test_the_leukemia_with_pax5_p80r(data):
    """MD-ALL's COH000757: GATK's row is chr9 37015168 G C, GT:AD 1/1:1,1039, without any annotation."""
    path = data / "formats" / "vcf_gatk" / "COH000757_D1.HaplotypeCaller.vcf.gz"
    told = read(path, "COH000757", ["COH000757"])
    (row,) = told.rows
    assert (row.sample, row.gene, row.protein_change) == ("COH000757", "PAX5", "P80R")
    assert (row.chrom, row.pos, row.ref, row.alt) == P80R
    assert (row.alt_reads, row.depth) == (1039, 1040)
    assert told.assembly == "GRCh38"
    assert told.ran == {"COH000757"}
    assert told.notes[0] == "18,693 rows read, 1 mutation in the genes that are read"
    assert "ZEB2 H1038R and every other mutation need annotation" in told.notes[1]
    calls = read_variants([path.parent], ["COH000757"])
    assert calls.frame[["protein_change", "usable", "why_not"]].to_numpy().tolist() == [["P80R", True, ""]]
    assert calls.ran == {"COH000757"}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("vcf_vep/input.vcf", ("USP18", "A124V", "missense_variant", 18644673)),
        ("vcf_vep/input.snvs_and_indels.vcf", ("PRICKLE4", "L287dup", "inframe_insertion", 41754573)),
        (
            "vcf_snpeff/test.chr22.ann.filter_missense_any.vcf",
            ("TRMT2A", "P629S", "missense_variant", 20100133),
        ),
        ("vcf_snpeff/variants_1.ann.vcf", ("NOC2L", "Q236*", "stop_gained", 889455)),
    ],
)
def test_annotated_examples_of_the_tools(data, all_genes, name, first):
    """First annotations of VAtools' and SnpEff's own examples."""
    row = read(data / "formats" / name).rows[0]
    assert (row.gene, row.protein_change, row.consequence, row.pos) == first


def test_log_lines_above_the_header(data, all_genes):
    """SnpEff's cancer.ann.vcf begins with a line of its log; the somatic sample is 2/1."""
    told = read(data / "formats" / "vcf_snpeff" / "cancer.ann.vcf", "", ["Patient_01_Somatic"])
    assert "1 line above the header left out" in told.notes
    assert [(row.alt, row.protein_change) for row in told.rows] == [("C", "M1?"), ("G", "M1?")]
    assert told.assembly == "GRCh37"


def test_two_samples_with_alleles_of_their_own(data, all_genes):
    """VAtools' multiple_samples.gx.vcf: C to A,T; the samples are 0/1 and 0/2; VEP wrote A only."""
    path = data / "formats" / "vcf_vep" / "multiple_samples.gx.vcf"
    both = ["H_NJ-HCC1395-HCC1395", "H_NJ-HCC1395-HCC1396"]
    told = read(path, "", both)
    assert told.ran == set(both)
    assert [(row.sample, row.alt, row.gene) for row in told.rows] == [(both[0], "A", "LA16c-83F12.6")]


def test_a_header_that_promises_annotation_without_any(data):
    """VAtools' input.no_csq.vcf has the CSQ header, no CSQ value, and stands on GRCh37."""
    refused(data / "formats" / "vcf_vep" / "input.no_csq.vcf", r"found neither \(GRCh37\): .*lift it over")


def test_a_tumor_beside_its_normal(data, all_genes):
    """VAtools' input.mnp.vcf.gz: columns NORMAL and TUMOR, GRCh38, no annotation in its rows."""
    told = read(data / "formats" / "vcf_vep" / "input.mnp.vcf.gz")
    assert told.ran == {"P1"}
    assert told.assembly == "GRCh38"
    assert told.notes[0].startswith("2 rows read")
    assert told.notes[1].startswith("no annotation: only PAX5 P80R, IKZF1 N159Y, ABL1 T315I are looked for")


# Hot spots by place


def test_hot_spots_by_place(vcf):
    path = vcf(
        (*P80R, ".", "GT:AD", "0/1:40,60"),
        ("chr7", 50382593, "A", "T", ".", "GT:AD", "0/1:50,50"),
        ("chr9", 130872896, "C", "T", ".", "GT:AD", "1/1:0,9"),
        ("chr9", 130872896, "C", "G", ".", "GT:AD", "1/1:0,9"),
        ("chr1", 1000, "C", "T", ".", "GT:AD", "1/1:0,9"),
    )
    rows = read(path).rows
    assert [(row.gene, row.protein_change) for row in rows] == [
        ("PAX5", "P80R"),
        ("IKZF1", "N159Y"),
        ("ABL1", "T315I"),
    ]
    assert [row.allele_fraction for row in rows] == [0.6, 0.5, 1]
    assert {row.consequence for row in rows} == {"missense_variant"}


@pytest.mark.parametrize(
    ("meta", "assembly"),
    [
        ([GRCH38], "GRCh38"),
        ([GRCH37], "GRCh37"),
        (["##contig=<ID=9,assembly=x,length=138394717>"], "GRCh38"),
        ([GRCH38, "##reference=hg19.fa"], "GRCh38"),
        (["##contig=<ID=chr9,length=150617247>", "##reference=GRCh38.fa"], ""),  # T2T-CHM13's chromosome 9
        (["##reference=file:///ref/Homo_sapiens_assembly_hg38.fa"], "GRCh38"),
        (["##reference=human_g1k_v37.fa"], ""),
        (['##VEP="v93" assembly="GRCh38.p12"'], "GRCh38"),
        (['##SnpEffCmd="SnpEff  GRCh37.75 examples/test.vcf "'], "GRCh37"),
        (["##reference=GRCh38.fa", "##contig=<ID=1,assembly=GRCh37>"], ""),
        ([], ""),
    ],
)
def test_assembly(meta, assembly):
    assert find_assembly(meta) == assembly


@pytest.mark.parametrize(("meta", "told"), [((GRCH37,), "GRCh37"), ((), "the header names no assembly")])
def test_places_on_another_assembly_are_refused(vcf, meta, told):
    refused(
        vcf((*P80R, ".", "GT", "0/1"), meta=meta), rf"found neither \({told}\): annotate it, or lift it over"
    )


def test_another_assembly_does_not_matter_to_annotation(vcf):
    csq = "CSQ=C|missense_variant|PAX5|ENSP00000350844.4:p.Pro80Arg||||"
    told = read(vcf(("9", 37015165, "G", "C", csq, "GT", "0/1"), meta=(GRCH37, CSQ)))
    assert [row.protein_change for row in told.rows] == ["P80R"]
    assert "GRCh37: hot spots are found by annotation, not by place" in told.notes


# Annotation


def csq(*entries):
    return "CSQ=" + ",".join(entries)


@pytest.mark.parametrize(
    ("effects", "change"),
    [
        (["intron_variant|TP53||YES|||", "missense_variant|TP53|E:p.Arg273His||||"], "R273H"),
        (["missense_variant|TP53|E:p.Arg141His||||", "missense_variant|TP53|E:p.Arg273His|YES|||"], "R273H"),
        (["missense_variant|TP53|p.Arg141His|YES|||", "missense_variant|TP53|p.Arg273His||NM_1||"], "R273H"),
        (["missense_variant|ABL1|p.Thr334Ile|YES|NM_1||", "missense_variant|ABL1|p.Thr315Ile||||"], "T315I"),
        (["missense_variant|ABL1|E:p.Thr334Ile|YES|NM_1||"], "T315I"),
        (["synonymous_variant|TP53|E:p.Arg273%3D|YES|||"], "R273="),
        (["missense_variant|TP53||YES||R/H|273"], "R273H"),
        (["missense_variant|TP53||YES||R/H|273/393"], "R273H"),
        (["missense_variant|LA16c-83F12.6|p.Ala1Val||||", "missense_variant|TP53|p.Arg273His||||"], "R273H"),
    ],
)
def test_which_transcript_is_told(vcf, effects, change):
    annotation = csq(*(f"T|{effect}" for effect in effects))
    path = vcf(("chr17", 7673802, "C", "T", annotation, "GT", "0/1"), meta=(GRCH38, CSQ))
    assert only(path).protein_change == change


def test_genes_that_are_not_read_are_only_counted(vcf):
    row = ("chr2", 100, "C", "T", csq("T|missense_variant|TTN|E:p.Ala1Val||||"), "GT", "0/1")
    told = read(vcf(row, meta=(GRCH38, CSQ)))
    assert told.rows == ()
    assert told.notes == ("1 row read, 0 mutations in the genes that are read",)


@pytest.mark.parametrize(
    ("ref", "alts", "entries", "genotype", "told"),
    [
        ("C", "A,T", ["A|x|TP53|p.Arg1Ser||||", "T|x|TP53|p.Arg1His||||"], "0/2", ["R1H"]),
        ("C", "A,T", ["A|x|TP53|p.Arg1Ser||||", "T|x|TP53|p.Arg1His||||"], "1/2", ["R1S", "R1H"]),
        ("CA", "C,CAG", ["-|x|TP53|p.Lys1fs||||", "AG|x|TP53|p.Arg2fs||||"], "0/2", ["R2fs"]),
        ("CA", "C,CAG", ["-|x|TP53|p.Lys1fs||||", "AG|x|TP53|p.Arg2fs||||"], "0/1", ["K1fs"]),
        ("C", "T,*", ["T|x|TP53|p.Arg1His||||"], "1/2", ["R1H"]),
        ("C", "T,<NON_REF>", ["T|x|TP53|p.Arg1His||||"], "0/1", ["R1H"]),
    ],
)  # fmt: skip
def test_each_allele_has_its_own_annotation(vcf, ref, alts, entries, genotype, told):
    path = vcf(("chr17", 100, ref, alts, csq(*entries), "GT", genotype), meta=(GRCH38, CSQ))
    assert [row.protein_change for row in read(path).rows] == told


def test_snpeff_reads_the_germline_pair_last(vcf):
    ann = "ANN=G-C|missense_variant|TP53|p.Leu1Arg,G|missense_variant|TP53|p.Met1Arg"
    path = vcf(("chr17", 100, "A", "C,G", ann, "GT", "2/1"), meta=(GRCH38, ANN))
    assert [(row.alt, row.protein_change) for row in read(path).rows] == [("G", "M1R")]
    path = vcf(("chr17", 100, "A", "C,G", ann.partition(",")[0], "GT", "2/1"), meta=(GRCH38, ANN))
    assert [(row.alt, row.protein_change) for row in read(path).rows] == [("G", "L1R")]


def test_the_tag_that_the_rows_have_counts(vcf):
    ann = "ANN=T|missense_variant|TP53|p.Arg273His"
    told = read(vcf(("chr17", 100, "C", "T", ann, "GT", "0/1"), meta=(GRCH38, CSQ, ANN)))
    assert told.format == "VCF, SnpEff"
    assert [row.protein_change for row in told.rows] == ["R273H"]


def test_names_of_the_fields_in_real_headers(data):
    fields = find_annotator(read_lines(data / "formats" / "vcf_snpeff" / "cancer.ann.vcf")).fields
    assert fields[:4] == ("Allele", "Annotation", "Annotation_Impact", "Gene_Name")
    assert fields[10] == "HGVS.p"
    fields = find_annotator(read_lines(data / "formats" / "vcf_vep" / "input.vcf")).fields
    assert (fields[0], fields[18], fields[23]) == ("Allele", "SYMBOL", "HGVSp")


def test_vep_without_symbols(vcf):
    meta = (GRCH38, CSQ.replace("SYMBOL", "Gene"))
    refused(vcf(("1", 1, "C", "T", csq("T|x|E"), "GT", "0/1"), meta=meta), "field SYMBOL, .*vep --symbol")


def test_rows_without_annotation_are_counted(vcf):
    rows = [("chr1", 1, "C", "T", ".", "GT", "0/1"), ("chr1", 2, "C", "T", csq("T|x|TTN|||||"), "GT", "0/1")]
    assert "1 row without annotation" in read(vcf(*rows, meta=(GRCH38, CSQ))).notes


# Reads and genotypes


@pytest.mark.parametrize(
    ("keys", "values", "alt_reads", "depth"),
    [
        ("GT:AD:DP", "0/1:40,60:120", 60, 100),  # GATK
        ("GT:AD:RD:DP", "0/1:60:40:100", 60, 100),  # VarScan
        ("GT:DP:RO:AO", "0/1:100:40:60", 60, 100),  # freebayes
        ("GT:DP4", "0/1:20,20,30,30", 60, 100),  # bcftools
        ("GT:DP", "0/1:100", None, 100),
        ("GT:AD", "0/1:.", None, None),
        ("GT", "0/1", None, None),
    ],
)
@pytest.mark.parametrize("meta", [(GRCH38,), (GRCH38, AD.replace("Number=R", "Number=."))])
def test_reads_by_caller(vcf, keys, values, alt_reads, depth, meta):
    row = only(vcf((*P80R, ".", keys, values), meta=meta))
    assert (row.alt_reads, row.depth) == (alt_reads, depth)
    assert row.allele_fraction == (alt_reads / depth if alt_reads else None)


@pytest.mark.parametrize(
    ("keys", "values", "has"),
    [
        ("GT:AD", "0/0:90,4", False),
        ("GT:AD", "./.:0,0", False),
        ("GT:AD", "1|0:40,60", True),
        ("GT:AD", "1:0,60", True),
        ("AD", "40,60", True),
        ("AD", "40,0", False),
        ("DP", "40", True),
    ],
)
def test_whether_a_sample_has_it(vcf, keys, values, has):
    told = read(vcf((*P80R, ".", keys, values)))
    assert len(told.rows) == has
    assert told.ran == {"P1"}


def test_reads_of_the_second_allele(vcf):
    row = only(vcf(("chr9", 37015168, "G", "A,C", ".", "GT:AD", "0/2:10,20,70")))
    assert (row.alt, row.alt_reads, row.depth) == ("C", 70, 100)


def test_filters_that_were_not_passed(vcf):
    row = (*P80R, ".", "GT:AD", "0/1:40,60")
    assert only(vcf(row, passed="FS;QD")).failed == "FS;QD"
    assert only(vcf(row, passed="PASS")).failed == ""
    assert only(vcf(row)).failed == ""


# Samples


def test_columns_of_the_run_are_taken_and_others_left(vcf):
    row = (*P80R, ".", "GT", "0/1", "0/1", "0/1")
    told = read(vcf(row, samples=("P2", "X", "P1"), name="all.vcf"), sample="")
    assert [row.sample for row in told.rows] == ["P2", "P1"]
    assert told.ran == {"P1", "P2"}


def test_one_column_under_another_name_is_the_owners(vcf):
    assert only(vcf((*P80R, ".", "GT", "0/1"), samples=("SJBALL1_D1",))).sample == "P1"


def test_a_file_without_genotypes_is_the_owners(vcf):
    row = only(vcf((*P80R, "."), samples=()))
    assert (row.sample, row.alt_reads, row.allele_fraction) == ("P1", None, None)


def test_the_tumor_of_a_pair_is_the_owners(vcf):
    rows = [(*P80R, ".", "GT", "0/1", "0/0"), ("chr9", 130872896, "C", "T", ".", "GT", "0/0", "0/1")]
    assert only(vcf(*rows, samples=("NORMAL", "TUMOR"))).protein_change == "T315I"


@pytest.mark.parametrize(
    ("columns", "sample", "match"),
    [
        (("A", "B"), "P1", r"expected genotypes of a sample of this run \(P1, P2\), found A, B: rename"),
        (("A",), "", "found A: .*SAMPLE=FILE"),
        ((), "", "found none: .*SAMPLE=FILE"),
        (("P2",), "P1", "expected genotypes of sample P1, found those of P2"),
        (("P1", "P1"), "P1", "expected each sample once"),
    ],
)
def test_samples_that_cannot_be_told(vcf, columns, sample, match):
    refused(
        vcf((*P80R, ".", *(["GT"] * bool(columns)), *["0/1"] * len(columns)), samples=columns), match, sample
    )


# Dirt


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_plain_gzip(vcf, write, end):
    text = vcf((*P80R, ".", "GT:AD", "0/1:40,60")).read_text().replace("\n", end)
    assert only(write("P1.vcf", text.encode())).alt_reads == 60
    assert only(write("P1.vcf.gz", gzip.compress(text.encode()))).alt_reads == 60


def test_missing_header_lines_are_supplied(vcf, write):
    lines = vcf((*P80R, "."), samples=()).read_text().splitlines()
    bare = [line for line in lines if not line.startswith(("##fileformat", "#CHROM"))]
    assert only(write("P1.vcf", "\n".join(bare) + "\n")).protein_change == "P80R"


def test_no_rows_and_none_found_is_not_unknown(vcf):
    told = read(vcf())
    assert (told.rows, told.ran) == ((), {"P1"})


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("\t0/1:40,60\n", "\n", "line 5: expected 10 fields, found 9: correct the line, or export"),
        ("37015168", "3.7e7", "line 5: expected a position, found '3.7e7'"),
        ("40,60", "40,many", "line 5: expected what the VCF format allows, found what pysam cannot read"),
        (
            "##fileformat=VCF",
            "##fileformat=VC\x1bF",
            "header: .* does not take the file for a VCF",
        ),
        ("#CHROM\tPOS", "#CHROM POS", "expected the columns #CHROM POS ID REF ALT .* apart by tabs"),
    ],
)
def test_faults_are_told_by_line(vcf, write, old, new, match):
    text = vcf((*P80R, ".", "GT:AD", "0/1:40,60")).read_text().replace(old, new)
    refused(write("P1.vcf", text), rf"P1\.vcf: {match}")


def test_a_log_line_among_the_rows(vcf, write):
    text = vcf((*P80R, ".", "GT:AD", "0/1:40,60")).read_text()
    refused(write("P1.vcf", f"{text}00:00:39 done\n"), "line 6: expected 10 fields, found 1")


def test_without_pysam(vcf, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysam", None)
    refused(vcf((*P80R, ".", "GT", "0/1")), r"pysam, which is not installed: pip install '\.\[vcf\]'")


def test_htslib_speaks_again_afterwards(vcf):
    import pysam

    before = pysam.set_verbosity(2)
    read(vcf((*P80R, ".", "GT", "0/1")))
    assert pysam.set_verbosity(before) == 2


# Callers whose counts stand elsewhere, pairs of tumor and normal, other annotations


def usable(path, samples=("P1",)):
    frame = read_variants([path], list(samples)).frame
    return frame[["alt_reads", "depth", "usable", "why_not"]].astype(object).to_numpy().tolist()


@pytest.mark.parametrize(
    ("text", "meta", "expected"),
    [
        ("0/1:0.02:500", ("AF", "DP"), [10, 500, False, "allele fraction not above 0.1"]),
        ("0/1:0.45:100", ("AF", "DP"), [45, 100, True, ""]),
        ("0/1:100:45", ("DP", "VD"), [45, 100, True, ""]),
    ],
)
def test_fractions_without_ad(vcf, text, meta, expected):
    heads = [f'##FORMAT=<ID={tag},Number=1,Type=Float,Description="x">' for tag in meta]
    path = vcf((*P80R, ".", ":".join(["GT", *meta]), text), meta=(GRCH38, *heads))
    assert usable(path) == [expected]


def test_a_mutation_whose_reads_are_not_known_does_not_count(vcf):
    (row,) = usable(vcf((*P80R, ".", "GT", "0/1")))
    assert row[2:] == [False, "its reads are not known"]


@pytest.mark.parametrize(("counts", "passes"), [("494,494,6,6", False), ("28,27,22,23", True)])
def test_lofreq_counts_in_info(vcf, counts, passes):
    meta = [
        f'##INFO=<ID={tag},Number={n},Type=Integer,Description="x">' for tag, n in (("DP", 1), ("DP4", 4))
    ]
    (row,) = usable(vcf((*P80R, f"DP=1000;DP4={counts}"), meta=(GRCH38, *meta), samples=()))
    assert row[2] is passes
    assert row[0] == (12 if not passes else 45)


@pytest.mark.parametrize("order", [("P1_N", "P1_T"), ("P1_T", "P1_N")])
@pytest.mark.parametrize("by_name", [True, False])
def test_the_tumor_of_a_pair_is_the_one_that_mutect2_names(vcf, order, by_name):
    genotypes = {"P1_N": "0/0:60,0", "P1_T": "0/1:55,45"}
    meta = (GRCH38, AD, "##normal_sample=P1_N", "##tumor_sample=P1_T")
    path = vcf((*P80R, ".", "GT:AD", *(genotypes[name] for name in order)), meta=meta, samples=order)
    frame = read_variants([path if by_name else f"P1={path}"], ["P1", "P2"]).frame
    assert frame[["sample", "alt_reads", "depth"]].to_numpy().tolist() == [["P1", 45, 100]]


def test_vep_in_the_tag_of_snpeff_and_in_its_own(vcf):
    for tag in ("ANN", "vep"):
        meta = (GRCH38, AD, CSQ.replace("ID=CSQ", f"ID={tag}"))
        row = (
            "chr17",
            7673802,
            "C",
            "T",
            f"{tag}=T|missense_variant|TP53|E:p.Arg273His||||",
            "GT:AD",
            "0/1:55,45",
        )
        told = read(vcf(row, meta=meta))
        assert [(each.gene, each.protein_change) for each in told.rows] == [("TP53", "R273H")]
        assert told.format == "VCF, VEP"


def test_an_annotation_that_is_not_read_is_named(vcf):
    meta = (GRCH38, AD, '##INFO=<ID=EFF,Number=.,Type=String,Description="Predicted effects">')
    row = ("chr12", 25245350, "C", "T", "EFF=NON_SYNONYMOUS_CODING(|||G12D||KRAS|)", "GT:AD", "0/1:55,45")
    told = read(vcf(row, meta=meta))
    assert told.rows == ()
    said = "annotated by SnpEff before 4.1 (EFF), which is not read"
    assert any(note.startswith(said) for note in told.notes)


def test_what_is_not_read_of_a_file_is_said_of_the_run(vcf):
    """The mutations of a bare VCF are unknown but for three hot spots: a run that says 0 must say so too."""
    path = vcf(("chr12", 25245350, "C", "T", ".", "GT:AD", "0/1:55,45"))
    notes = read_variants([path], ["P1"]).notes
    assert any(note.startswith("P1.vcf: no annotation: only PAX5 P80R, ") for note in notes)


# bcftools' csq.c: *consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change, @POS in the rows
# of a compound change but its first.
BCSQ = (
    '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Consequence annotation from BCFtools/csq. Format: '
    'Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change">'
)


@pytest.mark.parametrize(
    ("alts", "annotation", "genotype", "told"),
    [
        ("T", "missense|KRAS|E|protein_coding|-|12G>12D|25245350C>T", "0/1", [("KRAS", "G12D")]),
        ("T", "synonymous|KRAS|E|protein_coding|-|12G|25245350C>T", "0/1", [("KRAS", "G12=")]),
        ("T", "stop_gained|TP53|E|protein_coding|-|196R>196*|25245350C>T", "0/1", [("TP53", "R196*")]),
        ("CA", "*frameshift|TP53|E|protein_coding|-|20S..>20C..|25245350C>CA", "0/1", [("TP53", "")]),
        ("T", "@25245340", "0/1", []),
        (
            "A,T",
            "missense|KRAS|E|protein_coding|-|12G>12V|25245350C>A,missense|KRAS|E|protein_coding|-|12G>12D|"
            "25245350C>T",
            "0/2",
            [("KRAS", "G12D")],
        ),
    ],
)
def test_the_consequences_of_bcftools(vcf, alts, annotation, genotype, told):
    row = ("chr12", 25245350, "C", alts, f"BCSQ={annotation};X=KRAS", "GT", genotype)
    read_file = read(vcf(row, meta=(GRCH38, BCSQ)))
    assert read_file.format == "VCF, bcftools csq"
    assert [(each.gene, each.protein_change) for each in read_file.rows] == told


def test_a_frame_shift_of_bcftools_changes_the_protein(vcf):
    text = "BCSQ=frameshift|TP53|E|protein_coding|-|20S..>20C..|100C>CA"
    path = vcf(("chr17", 100, "C", "CA", text, "GT:AD", "0/1:55,45"), meta=(GRCH38, AD, BCSQ))
    (usable,) = read_variants([path], ["P1"]).frame["usable"]
    assert usable


@pytest.mark.parametrize("columns", [("NORMAL", "TUMOR"), ("P1_N", "P1_T"), ("P1.normal", "P1.tumor")])
def test_the_tumor_of_a_pair_where_the_run_has_one_sample(vcf, columns):
    row = (*P80R, ".", "GT:AD", "0/0:90,2", "0/1:55,45")
    path = vcf(row, samples=columns, name="pair.vcf")
    frame = read_variants([path], ["P1"]).frame
    assert frame[["sample", "alt_reads"]].to_numpy().tolist() == [["P1", 45]]


FUNCOTATION = (
    '##INFO=<ID=FUNCOTATION,Number=A,Type=String,Description="Functional annotation from Funcotator.  '
    "Funcotation fields are: Gencode_34_hugoSymbol|Gencode_34_variantClassification|Gencode_34_proteinChange|"
    'Gencode_34_otherTranscripts">'
)
ANNOVAR = (
    '##INFO=<ID=Gene.refGene,Number=.,Type=String,Description="Gene.refGene annotation provided by ANNOVAR">',
    '##INFO=<ID=AAChange.refGene,Number=.,Type=String,Description="AAChange.refGene, by ANNOVAR">',
)


@pytest.mark.parametrize(
    ("tool", "meta", "info"),
    [
        ("GATK Funcotator", (FUNCOTATION,), "FUNCOTATION=[PAX5|MISSENSE|p.P80R|]"),
        (
            "ANNOVAR",
            ANNOVAR,
            "Gene.refGene=PAX5;ExonicFunc.refGene=nonsynonymous_SNV;"
            "AAChange.refGene=PAX5:NM_016734:exon3:c.C239G:p.P80R",
        ),
    ],
)
def test_a_hot_spot_on_grch37_by_funcotator_and_annovar(vcf, tool, meta, info):
    row = ("9", 37015165, "G", "C", info, "GT:AD", "0/1:52,48")
    path = vcf(row, meta=(GRCH37, AD, *meta))
    found = only(path)
    assert (found.gene, found.protein_change, found.alt_reads, found.depth) == ("PAX5", "P80R", 48, 100)
    assert read(path).format == f"VCF, {tool}"


BREAKEND = "9\t130854064\tb1\tN\t[chr22:23290555[N\t.\tPASS\tSVTYPE=BND\n"
SMALL = "9\t37015168\t.\tG\tC\t.\tPASS\tAD=9,9\n"
HG38 = "##fileformat=VCFv4.2\n##reference=GRCh38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@pytest.mark.parametrize("alt", ["[chr22:23290555[N", "N]chr22:23290555]", "<DEL>", "<DUP:TANDEM>"])
def test_structural_variants_alone_are_no_search_for_mutations(write, alt):
    """Nobody looked for PAX5 P80R in what Manta or DELLY wrote: it is not known, and not absent."""
    row = BREAKEND.replace("[chr22:23290555[N", alt)
    found = read_variants([write("P1.vcf", HG38 + row)], ["P1"])
    assert found.ran == frozenset()
    assert any("structural variants alone (1): no mutation was looked for" in note for note in found.notes)


def test_structural_variants_among_others_are_counted(write):
    found = read_vcf(OwnedFile(write("P1.vcf", HG38 + BREAKEND + SMALL), "P1", by_name=True), ["P1"])
    assert found.ran == {"P1"}
    assert [row.protein_change for row in found.rows] == ["P80R"]
    assert "1 row of structural variants not read" in found.notes


def test_the_reference_blocks_of_a_gvcf_are_no_structural_variants(write):
    blocks = "".join(
        f"9\t{at}\t.\tG\t<{name}>\t.\tPASS\tEND=9\n" for at, name in enumerate(("NON_REF", "*"), 1)
    )
    assert read_variants([write("P1.vcf", HG38 + blocks)], ["P1"]).ran == {"P1"}


@pytest.mark.parametrize(
    "place",
    [
        "NC_000009.12\t37015168\t.\tG\tC",
        "chr9\t37015167\t.\tGG\tGC",
        "chr9\t37015168\t.\tGC\tCC",
        "CHR9\t37015168\t.\tg\tc",
    ],
)
def test_pax5_p80r_by_its_place_however_it_is_written(write, place):
    text = f"{HG38}{place}\t.\tPASS\tAD=9,9\n"
    (row,) = read_variants([write("P1.vcf", text)], ["P1"]).frame.to_dict("records")
    assert (row["gene"], row["protein_change"]) == ("PAX5", "P80R")


def test_another_change_of_two_bases_is_not_pax5_p80r(write):
    text = f"{HG38}chr9\t37015168\t.\tGC\tCA\t.\tPASS\tAD=9,9\n"
    assert read_variants([write("P1.vcf", text)], ["P1"]).frame.empty


def test_chromosomes_under_strange_names_are_no_result(write):
    """Nothing stands at a place of a chromosome that no row names."""
    text = HG38 + SMALL.replace("9\t", "CM000671.2\t", 1)
    with pytest.raises(InputError, match=r"named as chr9, 9 or NC_000009.12, found others"):
        read_variants([write("P1.vcf", text)], ["P1"])


def test_vep_without_a_symbol_beside_the_id_of_a_gene(write):
    """ENSG00000196092 is PAX5 (Ensembl 103)."""
    head = (
        '##fileformat=VCFv4.2\n##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from '
        'Ensembl VEP. Format: Allele|Consequence|SYMBOL|Gene|HGVSp">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    row = "9\t1\t.\tG\tC\t.\tPASS\tAD=9,9;CSQ=C|missense_variant||ENSG00000196092|ENSP1:p.Pro80Arg\n"
    (found,) = read_variants([write("P1.vcf", head + row)], ["P1"]).frame.to_dict("records")
    assert (found["gene"], found["protein_change"]) == ("PAX5", "P80R")


def test_what_needs_annotation_is_said_with_the_tools_that_annotate(write):
    (limit,) = read_vcf(OwnedFile(write("P1.vcf", HG38 + SMALL), "P1", by_name=True), ["P1"]).limits
    assert "need annotation (VEP, SnpEff, bcftools csq" in limit


def test_an_old_name_of_a_gene_says_nothing_against_its_mutation(write):
    """MLL2 is KMT2D (HGNC)."""
    head = (
        '##fileformat=VCFv4.2\n##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from '
        'Ensembl VEP. Format: Allele|Consequence|SYMBOL|HGVSp">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    row = "12\t1\t.\tG\tA\t.\tPASS\tAD=9,9;CSQ=A|stop_gained|MLL2|ENSP1:p.Arg5501Ter\n"
    read = read_variants([write("P1.vcf", head + row)], ["P1"])
    (found,) = read.frame.to_dict("records")
    assert (found["gene"], found["usable"], found["why_not"]) == ("KMT2D", True, "")
