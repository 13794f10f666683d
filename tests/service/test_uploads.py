"""Files of a client: no part of a name is a path, and nothing unpacks to more than is allowed."""

import gzip
import io
import zipfile

import pytest

from leukotype.service.limits import Limits, RefusedError
from leukotype.service.uploads import Sent, keep, safe_parts, unpacked_size


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..", "", ".", "...", "a/../b", "C:\\x\\y.csv", "\x00", "a\nb",
     ".hidden", "~/x", "x" * 5000, "\N{CJK UNIFIED IDEOGRAPH-60A3}" * 300, "a/" * 50, "P1/quant.sf",
     "CON", "x\x1b[31m.csv"],
    ids=lambda name: repr(name)[:30],
)  # fmt: skip
def test_a_file_stays_in_its_folder_whatever_its_name(tmp_path, name):
    kept = keep(tmp_path / "0", Sent(name, io.BytesIO(b"text")), Limits())
    assert kept.path.resolve().parent.parent == (tmp_path / "0").resolve()
    assert kept.path.read_bytes() == b"text"
    assert not kept.path.name.startswith(".")
    assert kept.name.isprintable()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept.path]


def test_a_tools_folder_tells_the_sample():
    assert safe_parts("run/P1/quant.sf") == ("P1", "quant.sf")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path):
    limits = Limits(unpacked_bytes=1_000_000)
    bomb = gzip.compress(b"0" * 3_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(RefusedError, match="at most 1 MB unpacked") as refused:
        keep(tmp_path / "0", Sent("a.csv.gz", io.BytesIO(bomb)), limits)
    assert refused.value.code == 413
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/sheet.xml", b"0" * 3_000_000)
    with pytest.raises(RefusedError, match="unpacked"):
        keep(tmp_path / "1", Sent("a.xlsx", io.BytesIO(archive.getvalue())), limits)


def test_counting_stops_soon_after_the_limit(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"0" * 50_000_000))
    assert unpacked_size(path, 1_000_000) < 4_000_000


def test_a_damaged_archive_is_left_to_its_reader(tmp_path):
    kept = keep(tmp_path / "0", Sent("a.gz", io.BytesIO(gzip.compress(b"text" * 99)[:-9])), Limits())
    assert kept.path.exists()
