"""Who asks on the page, or by a form, is told what to do there: the command line has other words."""

import ast
import re
from pathlib import Path

import pytest

import leukotype
from leukotype.errors import InputError
from leukotype.inputs import open_expression
from leukotype.inputs.lesions.fusions import read_fusions
from leukotype.runs.options import RunOptions
from leukotype.service.forms import CHOICES, FIELDS
from leukotype.service.wording import LABELS, in_form, on_page

HOME = Path(leukotype.__file__).parent
# Options of other programs, and of `leukotype train`, which the service is not.
ELSEWHERE = {"symbol", "background"}
STAR = "N_unmapped\t1\t1\t1\n" + "".join(f"ENSG{number:011}\t9\t1\t8\n" for number in range(300))


def refused(read, *given):
    with pytest.raises(InputError) as caught:
        read(*given)
    return str(caught.value)


def opened(path):
    return open_expression([path], RunOptions.of([path]).reading, count_known=lambda names: len(names))


def test_whose_a_file_is_is_chosen_on_the_page_and_sent_by_its_name(tmp_path):
    path = tmp_path / "of nobody.csv"
    path.write_text("gene_5prime,gene_3prime,reads\nBCR,ABL1,25\n")
    said = refused(read_fusions, [path], ["P1", "P2"])
    assert said.endswith("write SAMPLE=of nobody.csv")
    assert on_page(said).endswith("(P1, P2): choose whose it is")
    assert in_form(said).endswith(
        "send it under a name that begins with its sample's, or say whose it is in a sheet (samples)"
    )


def test_a_strand_is_asked_for_by_its_field(tmp_path):
    path = tmp_path / "P1.ReadsPerGene.out.tab"
    path.write_text(STAR)
    said = refused(opened, path)
    assert "give --strandedness unstranded|forward|reverse" in said
    assert 'give "Strand of the library": unstranded|forward|reverse' in on_page(said)
    assert "give strandedness unstranded|forward|reverse" in in_form(said)


def test_a_table_of_patients_is_taken_as_what_it_is(tmp_path):
    path = tmp_path / "ages.csv"
    path.write_text("sample,age\nP1,4\nP2,7\n")
    said = refused(opened, path)
    assert said.endswith("give it by --age")
    assert on_page(said).endswith('give it as "age"')
    assert in_form(said).endswith("give it by age")


def test_what_another_program_is_asked_stays():
    said = "annotate again with vep --symbol"
    assert (on_page(said), in_form(said)) == (said, said)


def test_every_option_that_a_reader_names_is_a_field_of_page_and_form():
    """Of all texts in the rooms that read and prepare what is sent; `LABELS` are the fields of the page."""
    texts = [
        str(node.value)
        for room in ("inputs", "calling", "evidence")
        for path in (HOME / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    named = {name for text in texts for name in re.findall(r"(?<!`)--([a-z][a-z0-9-]+)", text)} - ELSEWHERE
    assert len(named) >= 10
    assert {name.replace("-", "_") for name in named} <= {*FIELDS, *LABELS}
    assert set(CHOICES) <= set(LABELS)
