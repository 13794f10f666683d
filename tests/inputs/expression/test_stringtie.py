"""StringTie's gene abundances: the values that stand in a real file."""

import hashlib
import shutil
from pathlib import Path

import pytest

from leukotype.vocabulary import ValueType
from tests.inputs.expression.made_tables import only_block


def test_stringtie_gives_tpm_by_gene_id(data, opened):
    block = only_block(opened(data / "formats/stringtie/stringtie_out7.tsv"))
    assert block.value_type is ValueType.TPM
    assert block.values.columns.tolist() == ["CUFF.1", "STRG.1"]
    assert block.values.iloc[0, 0] == pytest.approx(1000000.005785)


def test_the_sha256_of_a_source_is_that_of_the_file_on_the_disk(data, opened, tmp_path):
    copy = shutil.copy(data / "formats/stringtie/stringtie_out7.tsv", tmp_path)
    reader = opened(tmp_path / "stringtie_out7.tsv")
    list(reader.blocks())
    (source,) = reader.sources
    assert source.notes == ("values read from column 'TPM'", "values: tpm (by the format)")
    assert source.sha256 == hashlib.sha256(Path(copy).read_bytes()).hexdigest()
    assert source.path == str(copy)
    assert source.samples == 1
