"""A sheet among files that were sent: its cells are names of these, whatever path a laboratory wrote."""

import pytest

from leukotype.service.look import look_at
from leukotype.service.sheets import kinds_of_sheet, match_sheets
from leukotype.service.uploads import FileKind, Upload

COUNTS = "".join(f"ENSG{number:011}\t{number}\n" for number in range(300))
FUSION = "gene_5prime,gene_3prime,reads\nBCR,ABL1,25\n"
KINDS = {"sheet.csv": FileKind.SAMPLES, "csv": FileKind.FUSIONS, "vcf": FileKind.VARIANTS}


@pytest.fixture
def send(tmp_path):
    """Lay files by their names as the service does, each in a folder of its own."""

    def go(**texts):
        uploads = []
        for number, (name, text) in enumerate(texts.items()):
            path = tmp_path / str(number) / (name if "/" in name else f"files/{name}")
            path.parent.mkdir(parents=True)
            path.write_text(text)
            kind = KINDS.get(name) or KINDS.get(path.suffix[1:], FileKind.EXPRESSION)
            uploads.append(Upload(path, name, kind))
        return uploads

    return go


@pytest.mark.parametrize(
    "cell",
    [
        "x1.csv",
        "/lab/run 7/x1.csv",
        "../x1.csv",
        r"C:\lab\x1.csv",
        "x1.csv;x2.csv",
        "x2.csv | x1.csv",
        "x1.csv x2.csv",
    ],
)  # fmt: skip
def test_a_cell_names_a_file_by_the_end_of_its_path(send, cell):
    sheet, x1, _ = sent = send(
        **{"sheet.csv": f'sample,fusions\nP1,"{cell}"\n', "x1.csv": FUSION, "x2.csv": FUSION}
    )
    match_sheets(sent)
    assert x1.owner == "P1"
    assert "none was sent" not in sheet.told


def test_the_folder_of_a_tool_tells_files_of_one_name_apart(send):
    names = ("P1/quant.sf", "P2/quant.sf")
    text = "sample,counts\nA,salmon/P1/quant.sf\nB,salmon/P2\nC,quant.sf\n"
    sheet, *_ = sent = send(**{"sheet.csv": text}, **dict.fromkeys(names, COUNTS))
    match_sheets(sent)
    lines = sheet.matched.read_text().splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["A", str(sent[1].path)], ["B", str(sent[2].path)], ["C", ""],
    ]  # fmt: skip
    assert "none was sent that is called 'quant.sf'" in sheet.told


def test_what_was_not_sent_is_said_and_never_opened(send, tmp_path):
    """A file that is there on the service's disk is no file of the client."""
    (tmp_path / "secret.csv").write_text(FUSION)
    text = f"sample,counts,fusions\nP1,P1.txt,{tmp_path}/secret.csv\nP2,/etc/passwd,\n"
    sheet, _ = sent = send(**{"sheet.csv": text, "P1.txt": COUNTS})
    match_sheets(sent)
    assert sheet.fits
    assert f"'{tmp_path}/secret.csv'"[:20] in sheet.told
    assert "'/etc/passwd'" in sheet.told
    assert "secret" not in sheet.matched.read_text()
    assert "passwd" not in sheet.matched.read_text()


def test_a_file_of_several_samples_says_itself_whose_its_rows_are(send):
    text = "sample,variants\nP1,all.vcf\nP2,all.vcf\n"
    _, vcf = sent = send(**{"sheet.csv": text, "all.vcf": "#CHROM\n"})
    match_sheets(sent)
    assert vcf.owner == ""


def test_a_file_that_a_sheet_gives_to_two_samples_is_nobodys_by_its_name(send):
    """Its name begins with P1, but the sheet names it for P2 as well; no row says whose it is."""
    text = "sample,counts,fusions\nP1,run_a.txt,P1.csv\nP2,run_b.txt,P1.csv\n"
    sent = send(**{"sheet.csv": text, "run_a.txt": COUNTS, "run_b.txt": COUNTS, "P1.csv": FUSION})
    look_at(sent, {}, len)
    assert not sent[3].fits
    assert "expected rows that name their sample, for it is given for P1 and P2" in sent[3].told
    sent[3].chosen = "P2"
    look_at(sent, {}, len)
    assert sent[3].told == "1 fusion of P2"


def test_what_a_client_chose_goes_before_the_sheet_and_a_sheet_left_aside_says_nothing(send):
    sheet, fusions = sent = send(**{"sheet.csv": "sample,fusions\nP1,x1.csv\n", "x1.csv": FUSION})
    fusions.chosen = "P2"
    match_sheets(sent)
    assert fusions.owner == "P2"
    fusions.chosen, sheet.kind = "", FileKind.ASIDE
    match_sheets(sent)
    assert fusions.owner == ""


def test_samples_have_the_names_of_the_sheet(send):
    text = "sample,counts,fusions\nP1,run_a.txt,x1.csv\nP2,run_b.txt,\n"
    sent = send(**{"sheet.csv": text, "run_a.txt": COUNTS, "run_b.txt": COUNTS, "x1.csv": FUSION})
    look = look_at(sent, {}, len)
    assert look.samples == ("P1", "P2")
    assert sent[3].told == "1 fusion of P1"


def test_a_sheet_that_contradicts_itself_is_refused_in_one_line(send):
    text = "sample,counts\nP1,a.txt\nP1,b.txt\n"
    sheet, *_ = sent = send(**{"sheet.csv": text, "a.txt": COUNTS, "b.txt": COUNTS})
    look_at(sent, {}, len)
    assert not sheet.fits
    assert "expected each sample once, found P1 again" in sheet.told


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("sample,counts\nP1,P1\n", True),
        ("sample,fusions\nP1,a.tsv.gz\n", True),
        ("sample,fusions\nP1,BCR::ABL1\n", False),
        ("sample,fusions\nP1,BCR/ABL1\n", False),
        ("sample,variants\nP1,p.P80R\n", False),
        ("id,counts\nENSG00000177455,120\n", False),
        ("sample,counts\nP1,NA\n", False),
    ],
)
def test_a_sheet_of_files_is_told_from_tables_with_such_columns(tmp_path, text, held):
    (tmp_path / "a.csv").write_text(text)
    assert (FileKind.SAMPLES in kinds_of_sheet(tmp_path / "a.csv")) is held
