"""The work itself: the files of a job called, explained, and drawn on their page."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from leukotype.errors import InputError
from leukotype.inputs.reading import Reading
from leukotype.model.bundle import Bundle
from leukotype.pipeline import classify, explain_files
from leukotype.report.run.run_page import page_of_run
from leukotype.runs.call_json import call_records
from leukotype.runs.files import EXPLANATIONS, as_csv, write_whole
from leukotype.runs.request import ASKED, SAMPLES, keywords
from leukotype.runs.run import Run
from leukotype.service.look import look_at
from leukotype.service.sheets import kinds_of, path_of
from leukotype.service.taken_for import take_for
from leukotype.service.typed import TYPED
from leukotype.service.uploads import FileKind, Upload
from leukotype.service.wording import in_form
from leukotype.service.work_order import BESIDE, REPORT, Look, Progress, WorkOrder
from leukotype.vocabulary import BlastUnit

# Options that take one file, and what that is taken for.
_SINGLE: Final[Mapping[str, FileKind]] = MappingProxyType(
    {
        "karyotype": FileKind.KARYOTYPE,
        "common_variants": FileKind.COMMON,
        "tx2gene": FileKind.TRANSCRIPTS,
        "samples": FileKind.SAMPLES,
        **{each.option: each.kind for each in TYPED},
    }
)


@dataclass(frozen=True)
class CallingWorker:
    """Calls samples with one bundle; the threads of a desk share it, and take turns in short requests."""

    bundle: Bundle
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def take_for(self, path: Path) -> FileKind:
        """Tell what a file is."""
        return take_for(path)

    def look_at(self, files: Sequence[Upload], asked: Mapping[str, Any]) -> Look:
        """Read what files hold, and write beside each what was read from it."""
        return look_at(files, asked, self.bundle.genes.count_known)

    def call_files(self, order: WorkOrder, on_progress: Progress) -> None:
        """Call and explain the samples of files, and write tables and page to the folder of results.

        Raises
        ------
        InputError
            For files that cannot be used.
        """
        expression = [each.path for each in order.of(FileKind.EXPRESSION)]
        if not expression:
            raise InputError("expected a file of expression, found none: add one, or correct what a file is")
        said = explain_files(
            expression,
            self.bundle,
            on_progress=lambda done, total: on_progress("reading", done, total),
            **_options(order),
        )
        on_progress("drawing the page", len(expression), len(expression))
        run = replace(
            said.run.change_texts(lambda text: in_form(order.hide(text))), synthetic=order.synthetic
        )
        run.save(order.results)
        table = as_csv(said.table)
        explained = {EXPLANATIONS: table, **run.record_of_explanations(order.results, table)}
        write_whole(order.results, explained)
        page = page_of_run(Run.load(order.results), "B-ALL subtypes", self.bundle)
        write_whole(order.results, {REPORT: page})

    def call_records(self, body: object) -> dict[str, Any]:
        """Call the samples of a request in JSON: ``samples``, and ``options`` if need be.

        Raises
        ------
        InputError
            For a request that cannot be used.
        """
        if not isinstance(body, Mapping) or SAMPLES not in body or set(body) - {SAMPLES, ASKED}:
            raise InputError(f"request: expected an object with {SAMPLES}, and {ASKED} if need be")
        options = body.get(ASKED) or {}
        if not isinstance(options, Mapping):
            raise InputError(f"request: {ASKED}: expected an object, found something else")
        # At the same time, threads of one interpreter take a fifth longer than one after the other.
        with self._turn, keywords(body[SAMPLES], options) as asked:
            run = classify(model=self.bundle, **asked)
        return _answer(run)

    def read_calls(self, results: Path) -> dict[str, Any]:
        """Give the calls of a folder of results, as `call_records` does."""
        return _answer(Run.load(results))


def _answer(run: Run) -> dict[str, Any]:
    return {
        "calls": call_records(run.calls),
        "model": {"name": run.model.name, "sha256": run.model.sha256},
        "notes": [*map(in_form, run.notes)],
        "warnings": [*map(in_form, run.warnings)],
    }


def _options(order: WorkOrder) -> dict[str, Any]:
    """Give the keywords of `explain_files`."""
    found = {name: value for name, value in order.asked.items() if name != BESIDE}
    lists = {"fusions": FileKind.FUSIONS, "variants": FileKind.VARIANTS, "cnv": FileKind.COPY_NUMBER}
    found |= {name: [each.argument for each in order.of(kind)] for name, kind in lists.items()}
    held = [(each, kinds_of(each)) for each in order.files]
    for name, kind in _SINGLE.items():
        files = [each for each, kinds in held if kind in kinds]
        if len(files) > 1:
            names = " and ".join(each.name for each in files[:2])
            raise InputError(
                f"{names}: expected one file of {name}, found {len(files)}: leave the others aside"
            )
        found |= {name: path_of(files[0], kind)} if files else {}
    if sheet := found.pop("samples", None):  # which `explain_files` has another use of the word for
        found["reading"] = Reading(samples=sheet)
    told = order.asked.get(BESIDE, {})
    typed = {
        each.option: each.write(order.further, told[each.option]) for each in TYPED if each.option in told
    }
    return found | typed | ({"blast_unit": BlastUnit.PERCENT} if "blasts" in typed else {})
