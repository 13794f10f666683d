"""A form becomes a job of the desk, or leaves none behind."""

from types import SimpleNamespace

import anyio
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


def sent(desk, body, *, start=False, job=None):
    async def go():
        return await receive(request(body, "multipart/form-data; boundary=b"), desk, start=start, job=job)

    return anyio.run(go)


FILE = BOUNDARY + b'name="files"; filename="P1.csv"\r\n\r\nx\r\n'
SCHEME = BOUNDARY + b'name="scheme"\r\n\r\n%b\r\n'
END = b"--b--\r\n"


def test_files_and_options_become_a_job_and_a_second_form_adds_to_it(desk):
    job = sent(desk, FILE + SCHEME % b"icc" + END)
    assert ([each.name for each in job.files], job.asked) == (["P1.csv"], {"scheme": "icc"})
    again = sent(desk, FILE + END, job=job)
    assert again is job
    assert len(job.files) == 2


def test_a_form_that_is_refused_leaves_no_new_job_and_takes_no_old_one_away(desk):
    with pytest.raises(RefusedError, match="option scheme: expected"):
        sent(desk, FILE + SCHEME % b"own" + END)
    assert len(desk) == 0
    job = sent(desk, FILE + FILE + END)
    with pytest.raises(RefusedError, match="at most 2 files"):
        sent(desk, FILE + END, job=job)
    assert desk.find(job.id) is job


def test_a_job_that_is_wanted_is_called(desk):
    job = sent(desk, FILE + END, start=True)
    assert job.results.exists()


def test_the_desk_is_that_of_the_service(desk):
    state = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(desk=desk)))
    assert desk_of(state) is desk
