"""The GDC's STAR counts: an excerpt with the values that stand in it."""

import pytest

from leukotype.vocabulary import Strandedness, ValueType
from tests.inputs.expression.made_tables import only_block


def test_gdc_reads_unstranded_counts_past_the_empty_fields(data, opened):
    path = data / "formats/gdc_star/gdc_augmented_star_gene_counts.EXCERPT.tsv"
    values = only_block(opened(path)).values
    assert values.iloc[0].to_dict() == {
        "ENSG00000000003.15": 3231,
        "ENSG00000000005.6": 0,
        "ENSG00000000419.13": 1083,
    }
    reverse = only_block(opened(path, strandedness=Strandedness.REVERSE)).values
    assert reverse.iloc[0].tolist() == [1597, 0, 528]


def test_gdc_reads_its_tpm_when_asked(data, opened):
    path = data / "formats/gdc_star/gdc_augmented_star_gene_counts.EXCERPT.tsv"
    block = only_block(opened(path, value_type="tpm"))
    assert block.value_type is ValueType.TPM
    assert block.values.iloc[0].tolist() == pytest.approx([44.6685, 0, 56.2676])
