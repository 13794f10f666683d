"""What a job asks, and that nothing of this machine is said of it."""

from leukotype.service.uploads import FileKind, Upload
from leukotype.service.work_order import Look, WorkOrder


def test_files_of_a_kind_and_texts_without_paths(tmp_path):
    kinds = {"counts.csv": FileKind.EXPRESSION, "P1.vcf": FileKind.VARIANTS, "notes.txt": FileKind.ASIDE}
    files = [Upload(tmp_path / "7" / name, name, kind) for name, kind in kinds.items()]
    order = WorkOrder(files, {}, tmp_path / "further", tmp_path / "results", "")
    assert [each.name for each in order.of(FileKind.EXPRESSION, FileKind.VARIANTS)] == [
        "counts.csv",
        "P1.vcf",
    ]
    said = f"{files[1].path}: line 2; {order.further}/age typed on the page.csv: line 3"
    assert order.hide(said) == "P1.vcf: line 2; age typed on the page.csv: line 3"


def test_before_a_file_came_one_is_asked_for():
    assert Look().samples == ()
    assert Look().problem == "no file of expression yet: add one"
