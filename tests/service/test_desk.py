"""What a service keeps: under ids that cannot be guessed, within its limits, no longer than it said."""

import io
import math
import string
import threading

import pytest

from leukotype.errors import InputError
from leukotype.model.bundle import load
from leukotype.service.desk import Desk, Stage
from leukotype.service.limits import Limits, RefusedError
from leukotype.service.uploads import FileKind, Sent
from leukotype.service.work_order import Look

LETTERS = set(string.ascii_letters + string.digits + "-_")


class Worker:
    """Takes every file for expression, and calls when it is let."""

    def __init__(self):
        self.may = threading.Event()
        self.may.set()
        self.fails = None

    def take_for(self, path):
        return FileKind.EXPRESSION

    def look_at(self, files, asked):
        return Look(("P1",), "")

    def call_files(self, order, on_progress):
        assert self.may.wait(60)
        if self.fails:
            raise self.fails
        order.results.mkdir()


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def desk_with(tmp_path, worker):
    made = []

    def make(**limits):
        made.append(Desk(tmp_path, load(), worker, Limits(**limits)))
        return made[-1]

    yield make
    worker.may.set()
    for desk in made:
        desk.close()


def sent(number=1):
    return [Sent(f"{i}.csv", io.BytesIO(b"gene,P1\n")) for i in range(number)]


def test_an_id_holds_192_random_bits(desk_with):
    """RFC 9700 asks for at least 128 of what must not be guessed; 24 bytes are 32 letters of base64."""
    desk = desk_with(runs=500)
    ids = [desk.open().id for _ in range(500)]
    assert {len(each) for each in ids} == {32}
    assert len(set(ids)) == len(ids)
    assert set("".join(ids)) == LETTERS
    assert 32 * math.log2(len(LETTERS)) == 192
    firsts = [each[:3] for each in ids]  # of 262,144: twice the same is rare, as in a row of counts it is not
    assert len(set(firsts)) > 490


def test_more_files_than_allowed_are_refused_at_once_and_one_by_one(desk_with):
    desk = desk_with(files=3)
    job = desk.open()
    with pytest.raises(RefusedError, match="at most 3 files") as refused:
        desk.receive(job, sent(4))
    assert refused.value.code == 413
    desk.receive(job, sent(3))
    with pytest.raises(RefusedError, match="at most 3 files"):
        desk.receive(job, sent(1))
    assert len(job.files) == 3


def test_the_run_not_asked_for_longest_makes_room(desk_with):
    desk = desk_with(runs=2)
    first, second = desk.open(), desk.open()
    desk.find(first.id)
    third = desk.open()
    assert not second.folder.exists()
    with pytest.raises(RefusedError):
        desk.find(second.id)
    assert desk.find(first.id).folder.exists()
    assert desk.find(third.id).folder.exists()


def test_a_run_at_work_is_not_deleted_under_its_hands(desk_with, worker):
    desk = desk_with(runs=1, kept_seconds=-1)
    worker.may.clear()
    job = desk.open()
    desk.receive(job, sent())
    at_work = desk.start(job)
    desk.sweep()
    assert desk.find(job.id) is job
    with pytest.raises(RefusedError, match="at work on 1 run:") as refused:
        desk.open()
    assert refused.value.code == 503
    with pytest.raises(RefusedError, match="is at work") as refused:
        desk.receive(job, sent())
    assert refused.value.code == 409
    desk.delete(job)
    assert job.folder.exists()
    worker.may.set()
    at_work.result(60)
    assert not job.folder.exists()


def test_a_run_that_is_deleted_while_it_waits_is_never_called(desk_with, worker):
    desk = desk_with(workers=1)
    worker.may.clear()
    first, second = desk.open(), desk.open()
    desk.receive(first, sent())
    desk.receive(second, sent())
    futures = [desk.start(job) for job in (first, second)]
    desk.delete(second)
    worker.may.set()
    for each in futures:
        each.result(60)
    assert first.results.exists()
    assert not second.folder.exists()


def test_what_nobody_asked_for_is_deleted(desk_with):
    desk = desk_with(kept_seconds=-1)
    job = desk.open()
    desk.receive(job, sent())
    desk.sweep()
    assert not job.folder.exists()
    assert len(desk) == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("{path}: line 2: expected a number"), "0.csv: line 2: expected a number"),
        (MemoryError(), "the machine's memory is full: give fewer samples at a time"),
        (ZeroDivisionError("secret"), "not foreseen (ZeroDivisionError): see the service's log"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_why_a_run_failed_is_said_without_paths_and_the_service_goes_on(desk_with, worker, error, said):
    desk = desk_with()
    job = desk.open()
    desk.receive(job, sent())
    if isinstance(error, InputError):
        error = InputError(str(error).replace("{path}", str(job.files[0].path)))
    worker.fails = error
    desk.start(job).result(60)
    assert job.stage is Stage.FAILED
    assert job.said.endswith(said)
    assert str(desk._folder) not in job.said
    worker.fails = None
    desk.start(job).result(60)
    assert job.stage is Stage.DONE
