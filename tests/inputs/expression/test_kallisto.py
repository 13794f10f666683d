"""kallisto's tables, and its HDF5 file, which is none."""

import pandas as pd
import pytest

from leukotype.vocabulary import ValueType
from tests.inputs.expression.made_tables import only_block, refused


def test_kallisto_h5_is_refused_by_name(data, opened):
    refused(opened, data / "formats/kallisto/abundance.h5", r"use abundance\.tsv")


def test_its_tpm_of_a_whole_sample_is_a_million(data, opened):
    """The fifth column (https://pachterlab.github.io/kallisto/manual) is summed to genes as it is."""
    path, tx2gene = data / "formats/kallisto/abundance.tsv.gz", data / "formats/salmon/tx2gene.csv.gz"
    rows = pd.read_csv(path, sep="\t", index_col="target_id")
    genes = pd.read_csv(tx2gene, index_col="TXNAME")
    block = only_block(opened(path, tx2gene=tx2gene, value_type="tpm"))
    assert block.value_type is ValueType.TPM
    mapped = rows["tpm"][rows.index.isin(genes.index)]
    assert block.values.to_numpy(float).sum() == pytest.approx(mapped.sum(), rel=1e-6)
    assert rows["tpm"].sum() == pytest.approx(1e6, rel=1e-6)
