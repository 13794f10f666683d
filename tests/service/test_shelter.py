"""Nothing is left of a service, however it ends."""

import signal
import time

import pytest


@pytest.mark.parametrize(
    ("sign", "at_work"),
    [(signal.SIGINT, False), (signal.SIGTERM, True), (signal.SIGKILL, False), (signal.SIGKILL, True)],
)
def test_nothing_is_left_when_it_ends(serve, laboratory, sign, at_work):
    service = serve()
    sent = service.ask(
        "POST", "/runs", files={"files": ("counts.tsv", laboratory["counts.tsv"].read_bytes())}
    )
    assert sent.status_code == 201
    (shelter,) = service.shelters()
    assert shelter.stat().st_mode & 0o777 == 0o700
    assert [path for path in shelter.rglob("counts.tsv")]
    if at_work:
        assert service.ask("POST", f"{sent.headers['location']}/start").status_code == 202
    service.process.send_signal(sign)
    service.process.wait(60)
    deadline = time.monotonic() + 60
    while list(service.home.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(service.home.iterdir()) == []
