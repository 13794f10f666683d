"""What files hold before anything is called: samples, what was read from each, and what cannot be."""

import pytest

from leukotype.model.bundle import load
from leukotype.service.look import look_at
from leukotype.service.uploads import FileKind, Upload

COUNTS = "gene_id,P1,P2\n" + "".join(f"ENSG{n:011},{n},{n + 7}\n" for n in range(300))
GENES = [f"ENSG{number:011}" for number in range(300)]
STAR = "N_unmapped\t1\t1\t1\n" + "".join(f"{gene}\t9\t1\t8\n" for gene in GENES)
HTSEQ = "".join(f"{gene}\t{number}\n" for number, gene in enumerate(GENES))


def every_gene(names):
    return len(list(names))


@pytest.fixture
def laid(tmp_path):
    """Lay a file where the service would."""

    def go(name, text, kind, chosen=""):
        path = tmp_path / name
        path.write_text(text)
        return Upload(path, name, kind, chosen)

    return go


def test_samples_and_what_is_known_of_them(laid):
    """FISH, ages in years and sexes as a laboratory writes them; the unit of blasts is told by the header."""
    files = [
        laid("counts.csv", COUNTS, FileKind.EXPRESSION),
        laid("fusions.csv", "gene_5prime,gene_3prime,reads\nBCR,ABL1,25\n", FileKind.FUSIONS, "P1"),
        laid("blasts.csv", "sample,blasts (%)\nP2,62.5\n", FileKind.BLASTS),
        laid("sex.csv", "sample,sex\nP1,F\nP2,m\n", FileKind.SEX),
    ]
    look = look_at(files, {}, every_gene)
    assert (look.samples, look.problem) == (("P1", "P2"), "")
    assert look.beside == {"blasts": {"P2": "62.5"}, "sex": {"P1": "female", "P2": "male"}}
    assert files[0].told == "matrix, 2 samples"
    assert files[1].told == "1 fusion of P1"
    assert all(each.fits for each in files)


def test_what_cannot_be_read_is_said_beside_its_file_without_a_path(laid, tmp_path):
    files = [
        laid("counts.csv", COUNTS, FileKind.EXPRESSION),
        laid("blasts.csv", "sample,blasts (%)\nP2,many\n", FileKind.BLASTS),
    ]
    look = look_at(files, {}, every_gene)
    assert look.samples == ("P1", "P2")
    assert (files[0].fits, files[1].fits) == (True, False)
    assert files[1].told.startswith("blasts.csv: ")
    assert "found 'many'" in files[1].told
    assert str(tmp_path) not in files[1].told


def test_expression_that_cannot_be_read_is_the_problem_of_the_job(laid, tmp_path):
    (counts,) = files = [laid("counts.csv", "gene_id,P1\nx,1\ny,2\n", FileKind.EXPRESSION)]
    look = look_at(files, {}, load().genes.count_known)
    assert look.samples == ()
    assert look.problem.startswith("counts.csv: expected gene")
    assert str(tmp_path) not in look.problem
    assert not counts.fits
    assert look_at([], {}, every_gene).problem == "no file of expression yet: add one"


@pytest.fixture
def send(tmp_path):
    """Lay files of expression as the service does, each in a folder of its own."""

    def go(texts):
        uploads = []
        for number, (name, text) in enumerate(texts.items()):
            path = tmp_path / str(number) / "files" / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
            uploads.append(Upload(path, name, FileKind.EXPRESSION))
        return uploads

    return go


def test_all_that_is_wrong_is_said_at_once(send):
    good, star, other = sent = send(
        {"P1.HTSeq": HTSEQ, "P2.ReadsPerGene.out.tab": STAR, "notes.txt": "no table\n"}
    )
    look = look_at(sent, {}, load().genes.count_known)
    assert look.samples == ()
    assert look.problem.startswith("P2.ReadsPerGene.out.tab: expected to be told how the library was made")
    assert [each.fits for each in sent] == [True, False, False]
    assert good.told.endswith("1 sample")
    assert star.told == look.problem
    assert other.told.startswith("notes.txt: expected")


def test_a_file_beside_the_expression_that_cannot_be_read_is_a_problem_until_it_is_left_aside(send):
    sent = send({"P1.HTSeq": HTSEQ, "of P1.vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\n"})
    sent[1].kind = FileKind.VARIANTS
    look = look_at(sent, {}, load().genes.count_known)
    assert look.samples == ("P1",)
    assert look.problem == f"{sent[1].told}; or leave the file aside"
    sent[1].kind = FileKind.ASIDE
    assert look_at(sent, {}, load().genes.count_known).problem == ""


def test_when_all_can_be_read_each_says_what_it_holds(send):
    sent = send({"P1.HTSeq": HTSEQ, "P2.ReadsPerGene.out.tab": STAR})
    look = look_at(sent, {"strandedness": "reverse"}, load().genes.count_known)
    assert (look.samples, look.problem) == (("P1", "P2"), "")
    assert all(each.told.endswith("1 sample") for each in sent)
