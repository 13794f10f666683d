"""GATK Funcotator and ANNOVAR as their documentation writes them; VEP, SnpEff and csq: test_vcf.py."""

import pytest

from leukotype.inputs.lesions.annotations import Annotator, funcotation_fields

FIELDS = funcotation_fields(
    "Gencode_34_hugoSymbol|Gencode_34_variantClassification|Gencode_34_proteinChange|"
    "Gencode_34_otherTranscripts"
)


def told(effect):
    return effect and (effect.gene, effect.change, effect.consequence)


@pytest.mark.parametrize(
    ("alts", "alt", "value", "right"),
    [
        (["C"], "C", "[PAX5|MISSENSE|p.P80R|]", ("PAX5", "P80R", "missense_variant")),
        (
            ["C", "T"],
            "T",
            "[PAX5|MISSENSE|p.P80R|],[PAX5|MISSENSE|p.P80H|]",
            ("PAX5", "P80H", "missense_variant"),
        ),
        # The hot spot of another transcript comes before the change of the chosen one.
        (
            ["T"],
            "T",
            "[IKZF1|MISSENSE|p.N72Y|IKZF1_ENST00000331340.8_MISSENSE_p.N159Y/IKZF1_ENST00000357364.8_INTRON]",
            ("IKZF1", "N159Y", "missense_variant"),
        ),
        (["T"], "T", "[TP53|SPLICE_SITE||]", ("TP53", "", "splice_site_variant")),
        (["T"], "T", "[TP53|SILENT|p.R248R|]", ("TP53", "R248=", "synonymous_variant")),
        (["T"], "T", "[TTN|MISSENSE|p.P80R|]", None),
        (["C", "T"], "T", "[PAX5|MISSENSE|p.P80R|]", None),  # whose change it is, cannot be told
    ],
)
def test_funcotator(alts, alt, value, right):
    annotator = Annotator("FUNCOTATION", FIELDS)
    assert told(annotator.effect(f"DP=9;FUNCOTATION={value}", "G", alts, alt)) == right


def annovar(func, gene, exonic, change, table="refGene"):
    parts = {"Func": func, "Gene": gene, "ExonicFunc": exonic, "AAChange": change}
    return ";".join(
        ["ANNOVAR_DATE=2020-06-08", *(f"{k}.{table}={v}" for k, v in parts.items()), "ALLELE_END"]
    )


P80R = annovar("exonic", "PAX5", "nonsynonymous_SNV", "PAX5:NM_016734:exon3:c.C239G:p.P80R")
P80H = annovar("exonic", "PAX5", "nonsynonymous_SNV", "PAX5:NM_016734:exon3:c.C239A:p.P80H")


@pytest.mark.parametrize(
    ("alts", "alt", "info", "right"),
    [
        (["C"], "C", P80R, ("PAX5", "P80R", "missense_variant")),
        (["C", "T"], "T", f"{P80R};{P80H}", ("PAX5", "P80H", "missense_variant")),
        (["C", "T"], "T", P80R.removesuffix(";ALLELE_END"), None),  # before blocks: of which allele?
        (
            ["T"],
            "T",
            annovar(
                "exonic",
                "IKZF1",
                "nonsynonymous_SNV",
                "IKZF1:NM_001220767:exon4:c.A346T:p.N116Y,IKZF1:NM_006060:exon5:c.A475T:p.N159Y",
            ),
            ("IKZF1", "N159Y", "missense_variant"),
        ),
        (
            ["T"],
            "T",
            annovar("exonic", "TP53", "stopgain", "TP53:NM_000546:exon6:c.C586T:p.R196X"),
            ("TP53", "R196*", "stop_gained"),
        ),
        (["A"], "A", annovar("splicing", "TP53", ".", "."), ("TP53", "", "splice_site_variant")),
        (
            ["A"],
            "A",
            annovar("exonic\\x3bsplicing", "TTN\\x3bTP53", ".", "."),
            ("TP53", "", "splice_site_variant"),
        ),
        (["A"], "A", annovar("intronic", "TP53", ".", "."), ("TP53", "", "intronic")),
    ],
)
def test_annovar(alts, alt, info, right):
    assert told(Annotator("AAChange.refGene", ()).effect(info, "G", alts, alt)) == right


def test_annovar_with_ensembl_ids():
    info = annovar(
        "exonic",
        "ENSG00000196092",
        "nonsynonymous_SNV",
        "ENSG00000196092:ENST00000358127:exon3:c.C239G:p.P80R",
        "ensGene",
    )
    effect = Annotator("AAChange.ensGene", ()).effect(info, "G", ["C"], "C")
    assert told(effect) == ("PAX5", "P80R", "missense_variant")
