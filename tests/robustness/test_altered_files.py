"""Files as they come: cut, doubled, quoted, shifted. A reader reads them, or says in one line why not.

Seeds are small files of each format; what is altered is drawn by hypothesis, the same draws at every run.
"""

import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leukotype.errors import InputError
from leukotype.inputs import open_expression, read_blasts, read_lesions
from leukotype.inputs.reading import LesionFiles, Reading
from leukotype.inputs.sample_sheet import read_sheet
from leukotype.model.bundle import load
from leukotype.report.run.cohort_page import cohort_page
from leukotype.runs.request import CallRequest
from leukotype.runs.run import Run
from leukotype.service.taken_for import take_for
from leukotype.vocabulary import Strandedness
from training.studies.altered import WRITERS
from training.studies.altered_text import KINDS, MAF, ODD, RNASEQCNV, SHEET, STAR_FUSION, alter

SAMPLES = ("P1", "P2")
GENES = ("ENSG00000177455", "ENSG00000100721", "ENSG00000128218", "ENSG00000007312", "ENSG00000105369")
MATRIX = "gene,P1,P2\n" + "".join(f"{gene},{i * 7},{i * 3}\n" for i, gene in enumerate(GENES))
STAR = "".join(f"N_{name}\t3\t1\t2\n" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))
STAR += "".join(f"{gene}\t9\t1\t8\n" for gene in GENES)
HTSEQ = "".join(f"{gene}\t{i}\n" for i, gene in enumerate(GENES)) + "__no_feature\t5\n__ambiguous\t0\n"
ARRIBA = (
    "#gene1\tgene2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\tfilters\n"
    "BCR\tABL1\t3\t4\t9\thigh\t.\nETV6\tRUNX1\t1\t0\t2\tlow\tduplicates(3)\n"
)
PLAIN_FUSIONS = "sample,gene_5prime,gene_3prime,reads\nP1,BCR,ABL1,25\nP2,ETV6,RUNX1,\n"
KARYOTYPES = 'sample,karyotype\nP1,"46,XX,t(9;22)(q34;q11.2)[15]/46,XX[5]"\nP2,"54,XY,+X,+4,+6,+10,+21[9]"\n'
MUTATIONS = "sample,gene,protein_change,alt_reads,depth\nP1,PAX5,p.P80R,30,60\nP2,IKZF1,p.N159Y,12,40\n"
CHROMOSOMES = "sample,arm,change\nP1,9p,loss\nP2,21,+2\n"
BLASTS = "sample,blast_pct\nP1,90\nP2,12.5\n"
VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr9,length=138394717>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\n"
    "chr9\t37015167\t.\tG\tC\t60\tPASS\t.\tGT:AD\t0/1:30,28\n"
)
FUSION_OF_P1 = {"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": 3}
RECORDS = [
    {"sample": name, "counts": dict.fromkeys(GENES, 4), "blast_pct": 80, "fusions": [FUSION_OF_P1]}
    for name in SAMPLES
]


@cache
def known_genes():
    return load().genes.count_known


def expression(path, **asked):
    reader = open_expression([path], Reading(**asked), count_known=known_genes())
    return list(reader.blocks())


def lesions(**files):
    return read_lesions(LesionFiles(**files), SAMPLES)


READERS = {
    "matrix": (MATRIX, "m.csv", expression),
    "STAR": (STAR, "P1.ReadsPerGene.out.tab", lambda p: expression(p, strandedness=Strandedness.REVERSE)),
    "HTSeq": (HTSEQ, "P1.htseq.txt", expression),
    "Arriba": (ARRIBA, "P1.fusions.tsv", lambda p: lesions(fusions=[p])),
    "fusions": (PLAIN_FUSIONS, "f.csv", lambda p: lesions(fusions=[p])),
    "STAR-Fusion": (STAR_FUSION, "P1.fusions.tsv", lambda p: lesions(fusions=[p])),
    "karyotypes": (KARYOTYPES, "k.csv", lambda p: lesions(karyotype=p)),
    "mutations": (MUTATIONS, "v.csv", lambda p: lesions(variants=[p])),
    "MAF": (MAF, "v.maf", lambda p: lesions(variants=[p])),
    "VCF": (VCF, "P1.vcf", lambda p: lesions(variants=[p])),
    "copy number": (CHROMOSOMES, "c.csv", lambda p: lesions(cnv=[p])),
    "RNAseqCNV": (RNASEQCNV, "c.tsv", lambda p: lesions(cnv=[p])),
    "blasts": (BLASTS, "b.csv", lambda p: read_blasts(p, SAMPLES)),
    "told by the page": (PLAIN_FUSIONS + MATRIX, "x.csv", take_for),
}


@st.composite
def alterations(draw):
    """Some alterations: each a place (a share of the length), what it does, and what is put there."""
    place = st.floats(0, 1, exclude_max=True)
    kinds = st.sampled_from(KINDS)
    return draw(
        st.lists(st.tuples(place, kinds, st.sampled_from(ODD), st.integers(0, 255)), min_size=1, max_size=4)
    )


READ = "read"


def told(read):
    """Say that a reader read, or the one line by which it refused; empty for several lines."""
    try:
        read()
    except InputError as error:
        return "" if "\n" in str(error) else str(error)
    return READ


@pytest.mark.parametrize("name", READERS)
@settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(changes=alterations())
def test_an_altered_file_is_read_or_refused_in_one_line(name, changes, tmp_path):
    text, file, read = READERS[name]
    path = Path(tmp_path) / file
    path.write_bytes(alter(text.encode(), changes))
    assert told(lambda: read(path))


@pytest.fixture(scope="module")
def table():
    """Counts of 40 genes, genes x samples."""
    genes = load().genes.ids[:40]
    return pd.DataFrame({name: range(len(genes)) for name in SAMPLES}, index=pd.Index(genes, name="gene"))


def bytes_of(name, table, home):
    """A container of a table, as it is written."""
    file, write = WRITERS[name]
    write(home / file, table)
    return home / file, (home / file).read_bytes()


def alter_a_part(packed, name, changes):
    """Alter one file of a workbook, and pack it again."""
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        content = {each: parts.read(each) for each in parts.namelist()}
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as parts:
        for each, text in content.items():
            parts.writestr(each, alter(text, changes) if each == name else text)
    return again.getvalue()


@pytest.mark.parametrize("name", ["parquet", "xlsx"])
@settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(changes=alterations())
def test_an_altered_container_is_read_or_refused_in_one_line(name, changes, table, tmp_path):
    path, whole = bytes_of(name, table, tmp_path)
    path.write_bytes(alter(whole, changes))
    assert told(lambda: expression(path))


PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")


@settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(part=st.sampled_from(PARTS), changes=alterations())
def test_a_workbook_with_an_altered_part_is_read_or_refused_in_one_line(part, changes, table, tmp_path):
    path, whole = bytes_of("xlsx", table, tmp_path)
    path.write_bytes(alter_a_part(whole, part, changes))
    assert told(lambda: expression(path))


@settings(
    max_examples=15, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(changes=alterations())
def test_an_altered_h5ad_is_read_or_refused_in_one_line(changes, table, tmp_path):
    """Fewer, since each is looked at in a process of its own."""
    path, whole = bytes_of("h5ad", table, tmp_path)
    path.write_bytes(alter(whole, changes))
    assert told(lambda: expression(path))


@settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(changes=alterations())
def test_an_altered_sheet_of_samples_is_read_or_refused_in_one_line(changes, tmp_path):
    beside = tmp_path / "beside"
    beside.mkdir(exist_ok=True)
    (beside / "P1.htseq.txt").write_text(HTSEQ)
    (beside / "P1.fusions.tsv").write_text(ARRIBA)
    path = tmp_path / "sheet.csv"
    path.write_bytes(alter(SHEET.encode(), changes))
    assert told(lambda: read_sheet(path))


NUMERALS = ("9" * 30, "9" * 400, "9" * 5000, "1e400", "\u00b2", "\u0663", "0", "-0", "5,", "5.")


@pytest.mark.parametrize("name", READERS)
def test_whatever_stands_in_the_place_of_a_number_is_read_or_refused_in_one_line(name, tmp_path):
    """More reads than a machine counts, a superscript, which is a digit and no number."""
    text, file, read = READERS[name]
    path = Path(tmp_path) / file
    for found in re.finditer(r"\d+", text):
        for numeral in NUMERALS:
            path.write_text(text[: found.start()] + numeral + text[found.end() :], encoding="utf-8")
            assert told(lambda: read(path)), (found, numeral[:9])


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(changes=alterations())
def test_an_altered_request_is_taken_or_refused_in_one_line(changes):
    try:
        records = json.loads(alter(json.dumps(RECORDS).encode(), changes))
    except (ValueError, UnicodeDecodeError):
        return  # the service says so: tests/service
    assert told(lambda: CallRequest.of(records))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of `predict` for a SYNTHETIC sample."""
    from leukotype.demo.simulate import Patient, simulate_patients
    from leukotype.pipeline import classify

    out = tmp_path_factory.mktemp("results")
    classify(simulate_patients(load(), [Patient("P1", "DUX4-r", 90.0)], 3).counts).save(out)
    return out


@pytest.mark.parametrize("name", ["run.json", "calls.csv", "probabilities.csv", "map.csv"])
@settings(
    max_examples=100, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(changes=alterations())
def test_altered_results_are_read_as_they_were_or_refused_in_one_line(results, name, changes):
    path = results / name
    whole = path.read_bytes()
    altered = alter(whole, changes)
    path.write_bytes(altered)
    try:
        said = told(lambda: Run.load(results))
    finally:
        path.write_bytes(whole)
    assert said
    assert said != READ or name == "run.json" or altered == whole


def leaves(value, path=()):
    """Every place in a document, by its keys."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from leaves(each, (*path, key))


@pytest.mark.parametrize("put", [None, [], {}, 7, "x", [None], {"x": None}, True], ids=str)
def test_an_edited_record_is_read_or_refused_in_one_line(results, put):
    """Whatever stands in the place of any part of run.json."""
    path = results / "run.json"
    whole = path.read_bytes()
    try:
        for keys in [*leaves(json.loads(whole))][1:]:
            record = json.loads(whole)
            part = record
            for key in keys[:-1]:
                part = part[key]
            part[keys[-1]] = put
            path.write_text(json.dumps(record))
            assert told(lambda: page(results)), keys
    finally:
        path.write_bytes(whole)


def page(folder):
    run = Run.load(folder)
    return repr(run), run.record(), run.id, cohort_page(run, title="x")
