"""Receptor loci, the DUX4 repeat and old symbols have one name; genes that only begin so keep theirs."""

import re

import pandas as pd
import pytest

from leukotype.inputs.lesions.loci import normal_genes, pairs

LOCI = ("IGH", "IGK", "IGL", "TRA", "TRB", "TRG", "TRD")


@pytest.mark.parametrize(
    "written",
    [
        "IGH",
        "IGH@",
        "IGH-@",
        "IGH@-ext",
        "IGH-@-ext",
        "IGH.g@-ext",
        "IGHD",
        "IGHM",
        "IGHG1",
        "IGHGP",
        "IGHA2",
        "IGHE",
        "IGHEP1",
        "IGHJ6",
        "IGHJ1P",
        "IGHD2-15",
        "IGHV3-23D",
        "IGHV(II)-1-1",
        "IGHJ6(123)",
        "IGHJ6(123),IGHD2-15(45)",
        "IGHJ6|IGHD1-26",
        "igh@",
    ],
)
def test_one_name_for_the_heavy_chain_locus(written):
    assert normal_genes(written) == "IGH"


@pytest.mark.parametrize(
    ("written", "locus"),
    [
        ("IGK@", "IGK"),
        ("IGKV3-20", "IGK"),
        ("IGKC", "IGK"),
        ("IGL-@-ext", "IGL"),
        ("IGLC2", "IGL"),
        ("IGLV(IV)-53", "IGL"),
        ("TRA@", "TRA"),
        ("TRAV14DV4", "TRA"),
        ("TRBC2", "TRB"),
        ("TRBJ2-7", "TRB"),
        ("TRGC1", "TRG"),
        ("TRGJP2", "TRG"),
        ("TRDD3", "TRD"),
        ("TRDV1", "TRD"),
    ],
)
def test_the_other_receptor_loci(written, locus):
    assert normal_genes(written) == locus


@pytest.mark.parametrize(
    "gene",
    [
        "IGHMBP2",
        "IGLL1",
        "IGLL5",
        "IGLON5",
        "TRAF1",
        "TRAP1",
        "TRADD",
        "TRA2A",
        "TRDN",
        "TRDMT1",
        "TRG-AS1",
        "TRA-AGC1-1",
        "DUXA",
        "DUXAP8",
        "IGFBPL1",
    ],
)
def test_genes_that_only_begin_like_a_locus(gene):
    assert normal_genes(gene) == gene


def test_every_gene_of_ensembl_103(data):
    """By Ensembl's biotype: receptor genes go to their locus, orphons (OR and a chromosome) to none."""
    genes = pd.read_csv(data / "reference" / "genes.csv.gz").dropna(subset="symbol")
    receptor = genes["biotype"].str.match("(?:IG|TR)_")
    named = genes["symbol"].str.startswith(LOCI)
    orphon = genes["symbol"].str.contains(r"^(?:IG|TR).*OR\d")
    inside = genes.loc[receptor & named & ~orphon, "symbol"]
    assert len(inside) > 500
    assert {gene for gene in inside if normal_genes(gene) != gene[:3]} == set()
    others = genes.loc[orphon | ~receptor, "symbol"]
    changed = {gene for gene in others if normal_genes(gene) != gene}
    assert {gene for gene in changed if not re.fullmatch(r"DUX4L\d+", gene)} == {
        "TRBV11-2"
    }  # an lncRNA there


@pytest.mark.parametrize("written", ["DUX4", "DUX4L1", "DUX4L26", "DUX4L8", "DUX2", "DUX10"])
def test_copies_of_the_dux4_repeat(written):
    assert normal_genes(written) == "DUX4"


@pytest.mark.parametrize(
    ("old", "symbol"),
    [
        ("MLL", "KMT2A"),
        ("AF4", "AFF1"),
        ("MLLT2", "AFF1"),
        ("TEL", "ETV6"),
        ("AML1", "RUNX1"),
        ("E2A", "TCF3"),
        ("C15orf55", "NUTM1"),
        ("HNRPUL1", "HNRNPUL1"),
        ("TRAC1", "NCOR1"),
        ("ABL", "ABL1"),
    ],
)
def test_old_symbols(old, symbol):
    assert normal_genes(old) == symbol


@pytest.mark.parametrize("written", ["MLL2", "MLL4", "SEPT2", "MSF"])
def test_old_symbols_of_several_genes_stay(written):
    assert normal_genes(written) == written


def test_old_symbols_mean_one_gene(data):
    """HGNC gives each old symbol that is replaced to exactly one gene, but for ABL, ABL1's own of old."""
    aliases = pd.read_csv(data / "reference" / "gene_aliases.csv.gz")
    approved = aliases.groupby(aliases["alias"].str.upper())["symbol"].agg(set)
    old = [name for name in approved.index if normal_genes(name) in approved[name] and name.isalnum()]
    replaced = [name for name in old if not name.startswith("DUX") and normal_genes(name) not in LOCI]
    assert len(replaced) >= 20
    several = {name: approved[name] for name in replaced if len(approved[name]) != 1}
    assert several == {"ABL": {"ABL1", "DSP-AS1", "MTTP"}}


@pytest.mark.parametrize("written", ["", "NA", ".", "-", "---", " ", "NA,NA"])
def test_no_gene(written):
    assert normal_genes(written) == ""


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("BRD4(1122),BRD4-1(2233)", "BRD4,BRD4-1"),
        ("ENSG00000237480(411221),ENSG00000270342(8557)", "ENSG00000237480,ENSG00000270342"),
        ("ARL17A_locC,ARL17B_locC", "ARL17A,ARL17B"),
        ("HIST2H2AA4_locPar", "HIST2H2AA4"),
        ("KIR2DL3_locA,KIR2DS2,KIR2DL3_locB", "KIR2DL3,KIR2DS2"),
        ("GTF2H2C_2_locB", "GTF2H2C_2"),
        ("CRLF2(3012),CSF2RA", "CRLF2,CSF2RA"),
        ("THRA^ENSG00000126351.8", "THRA"),
        ("CTD-2328D6.1", "CTD-2328D6.1"),
    ],
)
def test_candidates(written, candidates):
    assert normal_genes(written) == candidates


def test_the_normal_form_stays_as_it_is():
    for written in ("IGHJ6(1),DUX4L9", "MLL,ARL17A_locC", "BRD4(1122),BRD4-1(2233)"):
        assert normal_genes(normal_genes(written)) == normal_genes(written)


def test_pairs_have_no_orientation():
    assert pairs("IGH", "CRLF2") == pairs("CRLF2", "IGH") == {("CRLF2", "IGH")}
    assert pairs("CRLF2,CSF2RA", "IGH") == {("CRLF2", "IGH"), ("CSF2RA", "IGH")}
    assert pairs("EBF1", "") == frozenset()


def test_septins_are_read_by_their_old_symbols():
    assert normal_genes("SEPT6") == "SEPTIN6"
    assert normal_genes("SEPT14,SEPT9(120)") == "SEPTIN14,SEPTIN9"


@pytest.mark.parametrize(
    ("date", "symbol"),
    [
        ("9-Sep", "SEPTIN9"),
        ("Sep-06", "SEPTIN6"),
        ("06.Sep", "SEPTIN6"),
        ("09. Sep", "SEPTIN9"),
        ("9-Sep-21", "SEPTIN9"),
        ("2021-09-06", "SEPTIN6"),
        ("2021-09-06 00:00:00", "SEPTIN6"),
        ("06.09.2021", "SEPTIN6"),
        ("2021-03-06", "2021-03-06"),
        ("43714", "SEPTIN6"),  # 6 September 2019, as Excel counts days
        ("1-Mar", "1-Mar"),  # MARCHF1 or MTARC1
        ("1-Dec", "1-Dec"),
        ("43900", "43900"),  # 10 March 2020
        ("20-Sep", "20-Sep"),
    ],
)
def test_dates_of_a_spreadsheet_are_septins_or_stay(date, symbol):
    assert normal_genes(date) == symbol


def test_a_symbol_beside_an_id_is_one_gene_and_other_bars_part_candidates():
    assert normal_genes("ENSG00000186716.20|BCR") == normal_genes("BCR|613") == "BCR"
    assert normal_genes("IGHJ6|IGHD1-26,BCR|ENSG00000186716") == "IGH,BCR"
