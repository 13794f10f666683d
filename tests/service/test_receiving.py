"""A form becomes a job of the desk, or leaves none behind."""

from types import SimpleNamespace

import pytest

from leukotype.service.desk import Desk
from leukotype.service.limits import Limits, RefusedError
from leukotype.service.receiving import desk_of, receive
from leukotype.service.uploads import FileKind
from leukotype.service.work_order import Look
from tests.service.test_forms import BOUNDARY, request


class Worker:
    """Takes every file for expression of P1."""

    def take_for(self, path):
        return FileKind.EXPRESSION

    def look_at(self, files, asked):
        return Look(("P1",), "")

    def call_files(self, order, on_progress):
        order.results.mkdir()


@pytest.fixture
def desk(tmp_path):
    bundle = SimpleNamespace(label="none")
    desk = Desk(tmp_path, bundle, Worker(), Limits(files=2))
    yield desk
    desk.close()


@pytest.fixture
def sent(await_answer, desk):
    def go(body, *, start=False, job=None):
        form = request(body, "multipart/form-data; boundary=b")
        return await_answer(receive(form, desk, start=start, job=job))

    return go


FILE = BOUNDARY + b'name="files"; filename="P1.csv"\r\n\r\nx\r\n'
SCHEME = BOUNDARY + b'name="scheme"\r\n\r\n%b\r\n'
END = b"--b--\r\n"


def test_files_and_options_become_a_job_and_a_second_form_adds_to_it(sent):
    job = sent(FILE + SCHEME % b"icc" + END)
    assert ([each.name for each in job.files], job.asked) == (["P1.csv"], {"scheme": "icc"})
    again = sent(FILE + END, job=job)
    assert again is job
    assert len(job.files) == 2


def test_a_form_that_is_refused_leaves_no_new_job_and_takes_no_old_one_away(sent, desk):
    with pytest.raises(RefusedError, match="option scheme: expected"):
        sent(FILE + SCHEME % b"own" + END)
    assert len(desk) == 0
    job = sent(FILE + FILE + END)
    with pytest.raises(RefusedError, match="at most 2 files"):
        sent(FILE + END, job=job)
    assert desk.find(job.id) is job


def test_a_job_that_is_wanted_is_called(sent):
    job = sent(FILE + END, start=True)
    assert job.results.exists()


def test_the_desk_is_that_of_the_service(desk):
    state = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(desk=desk)))
    assert desk_of(state) is desk
