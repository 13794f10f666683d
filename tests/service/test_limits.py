"""What a service takes at most is what its manual says, and what its command says is not above it."""

import inspect
import re
from pathlib import Path

from leukotype.cli.serve import serve
from leukotype.service.limits import MEGABYTE, Limits, RefusedError

MANUAL = (Path(__file__).parents[2] / "docs/service.md").read_text(encoding="utf-8")


def numbers(pattern):
    (found,) = re.findall(pattern, " ".join(MANUAL.split()))
    return tuple(int(each.replace(",", "")) for each in found)


def test_the_manual_says_what_is_taken():
    """A megabyte is a million bytes (ISO 80000-13)."""
    limits = Limits()
    told = numbers(r"at most ([\d,]+) MB .*? and (\d+) files; a packed file unpacks to at most ([\d,]+) MB")
    assert told == (limits.request_bytes // MEGABYTE, limits.files, limits.unpacked_bytes // MEGABYTE)
    assert MEGABYTE == 10**6


def test_the_command_asks_for_the_same():
    asked = inspect.signature(serve).parameters
    assert asked["max_mb"].default * MEGABYTE == Limits().request_bytes
    assert asked["keep_minutes"].default * 60 == Limits().kept_seconds


def test_a_refusal_has_the_code_that_http_has_for_it():
    """RFC 9110, 15.5.14: 413 for content that is too large."""
    refused = RefusedError(413, "expected at most 3 files")
    assert (refused.code, str(refused)) == (413, "expected at most 3 files")
