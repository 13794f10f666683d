"""Mutations of a run: the filter of the trial, MAF, plain tables, folders, lists of common variants."""

import gzip

import pytest

from leukotype.errors import InputError
from leukotype.inputs.lesions.variants import VARIANT_COLUMNS, read_variants

RUN = ["P1", "P2", "P3"]
MAF = ("Hugo_Symbol", "NCBI_Build", "Chromosome", "Start_Position", "End_position", "Variant_Classification")
MAF += (
    "Reference_Allele",
    "Tumor_Seq_Allele2",
    "Tumor_Sample_Barcode",
    "HGVSp_Short",
    "t_alt_count",
    "t_depth",
)
R273H = ("TP53", "GRCh37", "17", 7577120, 7577120, "Missense_Mutation", "C", "T", "P1", "p.R273H", 40, 100)


def refused(match, *arguments, **options):
    with pytest.raises(InputError, match=match) as caught:
        read_variants(arguments, RUN, **options)
    assert "\n" not in str(caught.value)


@pytest.fixture
def maf(write):
    """Write a MAF of rows; ``without`` names columns that it does not have."""

    def go(*rows, name="cohort.maf", without=(), above=""):
        keep = [i for i, column in enumerate(MAF) if column not in without]
        lines = ["\t".join(str(row[i]) for i in keep) for row in (MAF, *rows)]
        return write(name, above + "\n".join(lines) + "\n")

    return go


@pytest.fixture
def table(write):
    """Write a plain table of rows below its header."""

    def go(*rows, header="sample,gene,protein_change", name="mutations.csv"):
        return write(name, "\n".join([header, *rows]) + "\n")

    return go


def changed(row, **cells):
    return tuple(cells.get(column, cell) for column, cell in zip(MAF, row, strict=True))


# Real files


def names_of(path, column):
    with gzip.open(path, "rt") as lines:
        return list(dict.fromkeys(line.split("\t")[column] for line in lines.read().splitlines()[1:]))


def test_acute_myeloid_leukemias_of_tcga(data):
    """maftools' tcga_laml: 2,207 rows of 193 patients; rows that name each gene, MLL2 and MLL3 one each."""
    path = data / "formats" / "maf" / "tcga_laml.maf.gz"
    samples = names_of(path, 13)
    calls = read_variants([path], samples)
    counts = calls.frame["gene"].value_counts()
    assert counts[["FLT3", "TP53", "NRAS", "PTPN11", "KRAS"]].tolist() == [52, 19, 15, 9, 8]
    assert counts[["KMT2D", "KMT2C"]].tolist() == [1, 1]
    assert {"MLL2 as KMT2D read (1)", "MLL3 as KMT2C read (1)"} <= set(calls.notes)
    assert len(calls.ran) == 193
    assert calls.sources[0].notes == ("2,207 rows read, 118 mutations in the genes that are read",)
    assert calls.frame["alt_reads"].isna().all()
    assert not calls.frame["usable"].any()
    assert "117 not usable: its reads are not known" in calls.notes


def test_a_file_with_old_line_ends(data):
    """maftools' APL_primary: CR line ends alone, amino_acid_change without p., 269 rows, DS10D FLT3 D835H."""
    path = data / "formats" / "maf" / "APL_primary.maf.gz"
    calls = read_variants([path], names_of(path, 11))
    assert calls.sources[0].notes[0].startswith("269 rows read")
    first = calls.frame.iloc[0]
    assert (first["sample"], first["gene"], first["protein_change"]) == ("DS10D", "FLT3", "D835H")
    assert first["consequence"] == "missense_variant"


def test_vcf2maf_output(data, monkeypatch):
    """vcf2maf's own example: RUNX1 p.L429R, 21 of 54 reads, barcode TUMOR; none of its genes is read."""
    path = data / "formats" / "maf" / "test_b38_output.maf"
    assert len(read_variants([f"P1={path}"], RUN).frame) == 0
    monkeypatch.setattr("leukotype.inputs.lesions.maf.wanted_gene", str)
    first = read_variants([f"P1={path}"], RUN).frame.iloc[0]
    assert (first["sample"], first["gene"], first["protein_change"]) == ("P1", "RUNX1", "L429R")
    assert (first["alt_reads"], first["depth"]) == (21, 54)
    assert first["allele_fraction"] == pytest.approx(21 / 54)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("maf/minimalist_test_maf.tsv", "expected a MAF with the column Hugo_Symbol"),
        (
            "vcf_vep/mopepgen_vep_snp.txt",
            "expected mutations .* found a first line of 'rs12172195, chr22:611",
        ),
        ("cnvkit", "expected mutations .* found a first line of 'chromosome, start, end, gene, log2"),
    ],
)
def test_files_that_look_alike(data, name, match):
    path = data / "formats" / name
    path = path if path.is_file() else min(path.iterdir())
    refused(match, f"P1={path}")


def test_a_folder_of_other_files_is_passed_over(data):
    calls = read_variants([data / "formats" / "cnvkit"], RUN)
    assert calls.ran == frozenset()
    assert calls.notes[0].startswith("not mutations, passed over: ")
    assert "mutations looked for in 0 of 3 samples" in calls.notes


# The frame


def test_columns_and_types_with_and_without_rows(table, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("nothing\n")
    for argument in (table("P1,PAX5,P80R"), tmp_path / "empty"):
        frame = read_variants([argument], RUN).frame
        assert tuple(frame.columns) == VARIANT_COLUMNS
        assert frame[["pos", "alt_reads", "depth"]].dtypes.astype(str).tolist() == ["Int64"] * 3
        assert str(frame["allele_fraction"].dtype) == "float64"
        assert str(frame["usable"].dtype) == "bool"


def test_rows_stand_in_the_order_of_the_files(table):
    one = table("P2,TP53,R273H", "P1,KRAS,G12D", name="b.csv")
    two = table("P1,PAX5,P80R", name="a.csv")
    frame = read_variants([one, two], RUN).frame
    assert frame["gene"].tolist() == ["TP53", "KRAS", "PAX5"]
    assert frame["source"].tolist() == [str(one), str(one), str(two)]


def test_sources(table):
    (source,) = read_variants([table("P1,PAX5,P80R")], RUN).sources
    assert (source.format, source.samples, len(source.sha256)) == ("table", 1, 64)


# The filter of the INO-VATE analysis: at least 3 reads, allele fraction above 0.1


@pytest.mark.parametrize(
    ("alt_reads", "depth", "why_not"),
    [
        (3, 20, ""),
        (2, 10, "fewer than 3 reads"),
        (10, 100, "allele fraction not above 0.1"),
        (11, 100, ""),
        (300, 3001, "allele fraction not above 0.1"),
        ("", "", "its reads are not known"),
        (2, "", "fewer than 3 reads"),
        (3, "", "its reads are not known"),
        ("", 100, "its reads are not known"),
    ],
)
def test_reads_and_fraction(maf, alt_reads, depth, why_not):
    row = changed(R273H, t_alt_count=alt_reads, t_depth=depth)
    frame = read_variants([maf(row)], RUN).frame
    assert frame["why_not"].tolist() == [why_not]
    assert frame["usable"].tolist() == [not why_not]


def test_depth_is_the_sum_where_only_both_counts_are_given(write):
    text = "Hugo_Symbol\tChromosome\tTumor_Sample_Barcode\tt_ref_count\tt_alt_count\tProtein_Change\n"
    frame = read_variants([write("a.maf", text + "TP53\t17\tP1\t30\t10\tp.R273H\n")], RUN).frame
    assert frame.loc[0, ["alt_reads", "depth", "allele_fraction"]].tolist() == [10, 40, 0.25]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("Silent", "p.V345V"),
        ("Intron", ""),
        ("3'UTR", "."),
        ("5'Flank", ""),
        ("IGR", ""),
        ("Silent", "p.V345="),
    ],
)
def test_what_does_not_change_the_protein(maf, kind, change):
    frame = read_variants([maf(changed(R273H, Variant_Classification=kind, HGVSp_Short=change))], RUN).frame
    assert frame["why_not"].tolist() == ["does not change the protein"]


def test_splice_sites_change_it_without_a_protein_change(maf):
    row = changed(R273H, Variant_Classification="Splice_Site", HGVSp_Short="p.X125_splice")
    bare = changed(R273H, Variant_Classification="Splice_Site", HGVSp_Short="")
    frame = read_variants([maf(row, bare)], RUN).frame
    assert frame["protein_change"].tolist() == ["X125_splice", ""]
    assert frame["usable"].all()


def test_what_the_caller_filtered_out(write):
    text = "Hugo_Symbol\tChromosome\tTumor_Sample_Barcode\tFILTER\tProtein_Change\tt_alt_count\tt_depth\n"
    for said, change in (("common_variant", "p.R273H"), ("PASS", "p.R248Q"), (".", "p.R175H")):
        text += f"TP53\t17\tP1\t{said}\t{change}\t40\t100\n"
    calls = read_variants([write("a.maf", text)], RUN)
    assert calls.frame["why_not"].tolist() == ["did not pass its caller's filter (common_variant)", "", ""]
    assert "1 not usable: did not pass its caller's filter" in calls.notes


# Common variants


@pytest.fixture
def common(write):
    """Write a list of common variants as a VCF."""

    def go(*rows, reference="GRCh37", name="common.vcf"):
        head = (
            f"##fileformat=VCFv4.0\n##reference={reference}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        )
        body = "".join(f"{chrom}\t{pos}\trs1\t{ref}\t{alt}\t.\t.\t.\n" for chrom, pos, ref, alt in rows)
        return write(name, head + body)

    return go


@pytest.mark.parametrize("chrom", ["17", "chr17"])
@pytest.mark.parametrize("alts", ["T", "A,T"])
def test_common_variants_do_not_count(maf, common, chrom, alts):
    path = common((chrom, 7577120, "C", alts), ("1", 5, "A", "G"))
    calls = read_variants([maf(R273H)], RUN, common=path)
    assert calls.frame["why_not"].tolist() == ["in the list of common variants"]
    assert "common variants were removed; inherited ones that are rare were not" in calls.notes


@pytest.mark.parametrize(
    "row", [("17", 7577121, "C", "T"), ("17", 7577120, "C", "A"), ("7", 7577120, "C", "T")]
)
def test_other_variants_are_not_taken_for_common(maf, common, row):
    assert read_variants([maf(R273H)], RUN, common=common(row)).frame["usable"].all()


def test_common_variants_in_a_table(maf, write):
    path = write("common.csv", "chrom,pos,ref,alt\nchr17,7577120,C,T\n")
    assert not read_variants([maf(R273H)], RUN, common=path).frame["usable"].any()


def test_common_variants_in_gzip(maf, common, write):
    path = write("common.vcf.gz", gzip.compress(common(("17", 7577120, "C", "T")).read_bytes()))
    assert not read_variants([maf(R273H)], RUN, common=path).frame["usable"].any()


def test_common_variants_that_cannot_fit(maf, common, write):
    path = maf(R273H)
    other = common(("17", 1, "C", "T"), reference="GRCh38")
    refused("expected common variants on GRCh37 as in .*cohort.maf, found GRCh38", path, common=other)
    other = common(("CM000679.1", 7577120, "C", "T"))
    refused("expected variants on chromosomes such as 1 or chr1, found CM000679.1", path, common=other)
    refused("found no variant", path, common=common())
    other = write("cut.vcf", "##fileformat=VCFv4.0\n17\t75\n")
    refused("cut.vcf: line 2: expected a row of a VCF, found 2 fields", path, common=other)


def test_common_variants_by_the_names_of_refseq(maf, common):
    """As dbSNP's own VCF names chromosomes: NC_000017.10 is chromosome 17 of GRCh37 (NCBI)."""
    listed = common(("NC_000017.10", 7577120, "C", "T"))
    assert read_variants([maf(R273H)], RUN, common=listed).frame["usable"].tolist() == [False]


def test_without_a_list_the_inherited_ones_are_said_to_stay(maf):
    notes = read_variants([maf(R273H)], RUN).notes
    assert "no list of common variants was given: inherited variants are not removed" in notes


# MAF


@pytest.mark.parametrize("above", ["", "#version 2.4\n", "#version 2.4\n#comment\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_maf_with_its_lines_on_top_and_any_line_end(maf, write, above, end):
    text = maf(R273H, above=above).read_text().replace("\n", end)
    frame = read_variants([write("cohort.maf", text.encode())], RUN).frame
    assert frame["protein_change"].tolist() == ["R273H"]


@pytest.mark.parametrize("name", ["HGVSp_Short", "Protein_Change", "amino_acid_change", "HGVSp"])
def test_names_of_the_protein_column(maf, write, name):
    text = maf(R273H).read_text().replace("HGVSp_Short", name)
    assert read_variants([write("a.maf", text)], RUN).frame["protein_change"].tolist() == ["R273H"]


def test_samples_of_a_maf(maf):
    rows = [R273H, changed(R273H, Tumor_Sample_Barcode="P2"), changed(R273H, Tumor_Sample_Barcode="X")]
    rows.append(changed(R273H, Tumor_Sample_Barcode="P3", Hugo_Symbol="TTN"))
    calls = read_variants([maf(*rows)], [*RUN, "P4"])
    assert calls.frame["sample"].tolist() == ["P1", "P2"]
    assert calls.ran == {"P1", "P2", "P3"}
    assert calls.sources[0].notes[1:] == (
        "1 row of samples that are not in this run",
        "1 sample without a row: not known if looked at",
    )


def test_a_maf_of_one_sample_under_another_name_is_its_owners(maf):
    path = maf(changed(R273H, Tumor_Sample_Barcode="TUMOR"), name="P2.maf")
    assert read_variants([path], RUN).frame["sample"].tolist() == ["P2"]
    assert read_variants([f"P3={path}"], RUN).frame["sample"].tolist() == ["P3"]
    assert read_variants([maf(name="P2.maf")], RUN).ran == {"P2"}


def test_a_maf_of_others(maf, tmp_path):
    path = maf(changed(R273H, Tumor_Sample_Barcode="X"), name="folder/x.maf")
    refused(r"expected Tumor_Sample_Barcode of samples of this run \(P1, P2, P3\), found X", path)
    two = [changed(R273H, Tumor_Sample_Barcode=name) for name in ("NORMAL", "TUMOR")]
    refused("found NORMAL, TUMOR", f"P1={maf(*two, name='pair.maf')}")
    calls = read_variants([tmp_path / "folder"], RUN)
    assert calls.notes[0] == "of no sample of this run, passed over: x.maf"


def test_hot_spots_of_a_maf_by_place_on_grch38_only(maf):
    pax5 = {"Hugo_Symbol": "PAX5", "Chromosome": "9", "Start_Position": 37015168, "HGVSp_Short": ""}
    pax5 |= {"Reference_Allele": "G", "Tumor_Seq_Allele2": "C", "NCBI_Build": "GRCh38"}
    frame = read_variants([maf(changed(R273H, **pax5))], RUN).frame
    assert frame["protein_change"].tolist() == ["P80R"]
    frame = read_variants([maf(changed(R273H, **pax5 | {"NCBI_Build": "37"}))], RUN).frame
    assert frame["protein_change"].tolist() == [""]


@pytest.mark.parametrize(
    ("column", "cell", "match"),
    [
        ("t_alt_count", "many", "line 2 / column t_alt_count: expected a whole number, found 'many'"),
        ("Start_Position", "7.5e6", "line 2 / column start_position: expected a whole number, found '7.5e6'"),
    ],
)
def test_cells_that_are_no_numbers(maf, column, cell, match):
    refused(match, maf(changed(R273H, **{column: cell})))


# Plain tables


def test_a_plain_table(table):
    path = table(
        "P1,PAX5,p.Pro80Arg,90,100,,missense_variant",
        "P2,IKZF1,IK6,,,,",
        "P3,TP53,R273H,,,0.4,",
        "P3,KRAS,G12D,,,0.05,",
        "P3,TTN,A1V,,,,",
        header="sample,gene,protein_change,alt_reads,depth,allele_fraction,consequence",
    )
    calls = read_variants([path], RUN)
    assert calls.frame["protein_change"].tolist() == ["P80R", "IK6", "R273H", "G12D"]
    assert calls.frame["usable"].tolist() == [True, True, True, False]
    assert calls.frame["allele_fraction"].dropna().tolist() == [0.9, 0.4, 0.05]
    assert "2 usable without known reads or allele fraction" in calls.notes


def test_a_sample_without_mutations_can_be_named(table):
    calls = read_variants([table("P1,,", "P2,PAX5,P80R")], RUN)
    assert calls.ran == {"P1", "P2"}
    assert calls.frame["sample"].tolist() == ["P2"]


def test_a_gene_without_its_change_does_not_count(table):
    assert read_variants([table("P1,TP53,")], RUN).frame["why_not"].tolist() == [
        "does not change the protein"
    ]


@pytest.mark.parametrize(
    ("more", "row", "match"),
    [
        ("", "X,TP53,R273H", r"line 2 / column sample: .*this run \(P1, P2, P3\), found 'X'"),
        (",allele_fraction", "P1,TP53,R273H,40", "expected a fraction of 0 to 1, found '40'"),
        (",depth", "P1,TP53,R273H,high", "column depth: expected a whole number"),
        ("", "P1,TP53", "line 2: expected 3 fields, found 2"),
        ("s", "P1,TP53,R273H", "expected mutations .*found a first line"),
    ],
)
def test_faults_of_a_plain_table(table, more, row, match):
    refused(match, table(row, header=f"sample,gene,protein_change{more}"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04[Content_Types]", b"BAM\x01\x00"])
def test_other_kinds_of_files(write, content):
    refused("expected mutations .*found another kind of file", write("P1.tsv", content))


def test_what_is_not_there(tmp_path):
    refused("no such file", tmp_path / "none.vcf")
    refused("expected a sample of this run before =, found 'X'", "X=none.vcf")


def test_a_maf_below_hundreds_of_lines_of_comments(write, maf):
    """GATK Funcotator copies the header of its VCF."""
    comments = "".join(f"## ##contig=<ID=chr{i},length=1>\n" for i in range(3000))
    path = write("P1.maf", comments + maf(R273H).read_text())
    assert read_variants([path], RUN).frame["usable"].tolist() == [True]
