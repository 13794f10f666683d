"""What is said of files before anything is called: of each, not of the first that is wrong alone."""

import pytest

from leukotype.model.bundle import load
from leukotype.service.look import look_at
from leukotype.service.uploads import FileKind, Upload

GENES = [f"ENSG{number:011}" for number in range(300)]
STAR = "N_unmapped\t1\t1\t1\n" + "".join(f"{gene}\t9\t1\t8\n" for gene in GENES)
HTSEQ = "".join(f"{gene}\t{number}\n" for number, gene in enumerate(GENES))


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
