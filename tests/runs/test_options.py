"""What a run is asked: by plain names, written down, read again, and refused where a name is no option."""

import json
from pathlib import Path

import pytest

from leukotype.errors import InputError
from leukotype.inputs.reading import LesionFiles, Reading
from leukotype.runs.options import RunOptions
from leukotype.vocabulary import BlastUnit, IdType, Orientation, Scheme, Strandedness


def test_plain_names_reach_their_part():
    asked = RunOptions.of(
        ["counts.tsv"],
        value_type="log2-tpm",
        id_type="symbol",
        orientation="samples",
        strandedness="reverse",
        fusions=["arriba"],
        karyotype="k.csv",
        blasts="b.csv",
        blast_unit="fraction",
        scheme="icc",
        strict=True,
    )
    assert asked.expression == (Path("counts.tsv"),)
    assert asked.reading == Reading(IdType.SYMBOL, "log2-tpm", Orientation.SAMPLES, Strandedness.REVERSE)
    assert asked.lesions == LesionFiles(fusions=("arriba",), karyotype=Path("k.csv"))
    assert (asked.blasts, asked.blast_unit, asked.scheme) == (
        Path("b.csv"), BlastUnit.FRACTION, Scheme.ICC,
    )  # fmt: skip
    assert asked.strict


def test_what_is_not_given_on_a_command_line_is_the_default():
    """Typer gives None for an option that was not there."""
    nothing = dict.fromkeys(
        ("fusions", "karyotype", "cnv", "variants", "common_variants", "id_type", "tx2gene")
    )
    assert RunOptions.of(**nothing) == RunOptions()


def test_a_part_may_be_given_whole():
    lesions = LesionFiles(variants=["a.vcf"])
    assert RunOptions.of(lesions=lesions).lesions == lesions
    assert RunOptions.of(lesions=None, reading=None) == RunOptions()


def test_what_is_written_down_is_read_again():
    asked = RunOptions.of(["a", "b"], value_type="tpm", cnv=["x=y.tsv"], scheme="icc", model="models/mine")
    assert RunOptions.from_record(json.loads(json.dumps(asked.record()))) == asked


def test_a_record_of_another_kind_is_no_record():
    with pytest.raises(KeyError):
        RunOptions.from_record({"value_type": "auto"})


def test_a_name_that_is_no_option_is_refused():
    with pytest.raises(TypeError, match=r"valuetype: there is no such option: did you mean value_type\?"):
        RunOptions.of(valuetype="tpm")
    with pytest.raises(TypeError, match="measles: there is no such option: have expression, model"):
        RunOptions.of(measles=1)


def test_a_value_that_an_option_does_not_have_is_refused():
    with pytest.raises(InputError, match="scheme: expected inovate, icc, found 'who'"):
        RunOptions.of(scheme="who")


def test_a_text_is_a_path_and_no_sequence_of_letters():
    """`classify_files("/a/b.tsv")` opened "/" before."""
    one = RunOptions.of("/a/b.tsv", fusions="f.tsv", variants=Path("v.vcf"), cnv=["c.tsv"], tx2gene="t.csv")
    assert one.expression == (Path("/a/b.tsv"),)
    assert one.lesions.fusions == ("f.tsv",)
    assert one.lesions.variants == (Path("v.vcf"),)
    assert one.lesions.cnv == ("c.tsv",)
    assert one.reading.tx2gene == Path("t.csv")
