"""One symbol for each gene of a lesion, whatever a file calls it (Ensembl 103; HGNC, genenames.org)."""

import pytest

from leukotype.evidence.knowledge import ANY, FUSIONS, LOCI, MUTATIONS, UNKNOWN
from leukotype.inputs.lesions.symbols import approved_symbol


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("ENSG00000097007", "ABL1"),
        ("ENSG00000097007.19", "ABL1"),
        ("ENSG00000097007.19_5", "ABL1"),
        ("ENSG00000097007_ABL1", "ABL1"),
        ("ENSG00000097007.19|ABL1", "ABL1"),
        ("ABL1|ENSG00000097007", "ABL1"),
        ("ABL1_ENSG00000097007.19", "ABL1"),
        ("ABL1|25", "ABL1"),
        ("gene-ABL1", "ABL1"),
        ("gene:ENSG00000097007", "ABL1"),
        ("abl1", "ABL1"),
        ("ABL", "ABL1"),
        ("MLL", "KMT2A"),
        ("MLLT4", "AFDN"),
        ("ATP5C1", "ATP5F1C"),
        ("C15orf55", "NUTM1"),
        ("SEPT6", "SEPTIN6"),
        ("LOH12CR1", "BORCS5"),
        ("TEL", "ETV6"),
        ("TMEM2", "CEMIP2"),
        ("ZNF340", "ZBTB46"),
    ],
)
def test_names_of_a_gene(name, symbol):
    assert approved_symbol(name) == symbol


@pytest.mark.parametrize("name", ["SEPT2", "MSF", "MLL2", "HMBOX1", "ENSG00000000003", "RP11-34P13.7", ""])
def test_what_is_not_one_gene_of_a_lesion_stays_as_it_is(name):
    """SEPT2 is an old name of SEPTIN2 and of SEPTIN6, MSF of three genes, MLL2 of two."""
    assert approved_symbol(name) == name


def test_an_id_that_is_not_known_leaves_the_symbol_beside_it():
    assert approved_symbol("ENSG00000147421_HMBOX1") == approved_symbol("HMBOX1|ENSG00000147421") == "HMBOX1"


def test_rules_name_genes_by_approved_symbols():
    of_fusions = {gene for rule in FUSIONS for gene in rule.one | rule.other} - LOCI - ANY - UNKNOWN
    genes = of_fusions | {rule.gene for rule in MUTATIONS}
    assert {gene: approved_symbol(gene.lower()) for gene in genes} == {gene: gene for gene in genes}
