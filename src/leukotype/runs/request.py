"""What a program asks in JSON: samples with counts, blasts and lesions, checked before anything is called.

One object a sample, of which ``sample`` and ``counts`` must be there::

    {"sample": "P1", "counts": {"ENSG00000177455": 120, ...}, "blast_pct": 85, "age": 7, "sex": "female",
     "karyotype": "46,XX", "fusions": [{"gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": 12}],
     "variants": [{"gene": "PAX5", "protein_change": "p.P80R"}]}

A field that is absent or null says that nothing was looked for; an empty list that nothing was found.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.age_column import AGE
from leukotype.inputs.expression.axis_names import names_of
from leukotype.inputs.patient_column import PatientColumn
from leukotype.inputs.reading import Reading
from leukotype.inputs.sex_column import SEX
from leukotype.runs.call_json import DIALECT
from leukotype.runs.working_folder import temporary_folder
from leukotype.vocabulary import IdType, Scheme

SAMPLES, ASKED = "samples", "options"  # the fields of a request as a whole
SAMPLE, COUNTS, BLASTS, KARYOTYPE = "sample", "counts", "blast_pct", "karyotype"
PATIENT: Final = (AGE.name, SEX.name)  # what is known of a patient, by the names of a run's options
# Lists of lesions: field -> what each of them holds, the first two of which must be there.
LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "fusions": ("gene_5prime", "gene_3prime", "reads"),
        "variants": ("gene", "protein_change", "consequence", "alt_reads", "depth", "allele_fraction"),
    }
)
_FIELDS: Final = (SAMPLE, COUNTS, BLASTS, *PATIENT, KARYOTYPE, *LISTS)
_NUMBERS: Final = frozenset({"reads", "alt_reads", "depth", "allele_fraction"})
_NAMING: Final = 2  # fields of a lesion that must be there
VALUE_TYPE, ID_TYPE, SCHEME, STRICT = "value_type", "id_type", "scheme", "strict"
OPTIONS: Final = (VALUE_TYPE, ID_TYPE, SCHEME, STRICT)


@dataclass(frozen=True)
class CallRequest:
    """Samples that a program asks about.

    Parameters
    ----------
    counts
        samples x genes, float64.
    blasts
        percent by sample, of those that have one.
    lesions
        field -> sample -> its lesions, of those for whom they were looked for.
    karyotypes
        ISCN by sample.
    patients
        age and sex, each by sample, where they are known.
    """

    counts: pd.DataFrame
    blasts: pd.Series[float] | None
    lesions: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
    karyotypes: Mapping[str, str]
    patients: Mapping[str, Mapping[str, object]]

    @classmethod
    def of(cls, records: object) -> Self:
        """Take the objects of a request.

        Raises
        ------
        InputError
            For what is no list of such objects; one line with the sample, the field, and what was found.
        """
        if not isinstance(records, list | tuple) or not records:
            raise InputError(
                f"request: expected a list of samples, found {_kind(records)}: give one object each"
            )
        checked = [_check_record(number, record) for number, record in enumerate(records, start=1)]
        names = [record[SAMPLE] for record in checked]
        if again := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(
                f"request: expected each sample once, found twice {abridge(again)}: send one of each"
            )
        blasts = {name: float(pct) for name, pct in _by_sample(checked, BLASTS).items()}
        return cls(
            _counts(checked),
            pd.Series(blasts, dtype=float) if blasts else None,
            {field: _by_sample(checked, field) for field in LISTS},
            _by_sample(checked, KARYOTYPE),
            {field: given for field in PATIENT if (given := _by_sample(checked, field))},
        )

    @property
    def has_lesions(self) -> bool:
        """Whether any were looked for."""
        return bool(self.karyotypes or any(self.lesions.values()))

    def beside(self, folder: Path) -> dict[str, Any]:
        """Give the keywords of age and sex, and of lesions, which are written to a folder as tables."""
        found: dict[str, Any] = {
            field: [
                f"{sample}={_write_lesions(folder / f'{field}-{number}.csv', sample, LISTS[field], rows)}"
                for number, (sample, rows) in enumerate(by_sample.items())
            ]
            for field, by_sample in self.lesions.items()
            if by_sample
        }
        if self.karyotypes:
            path = folder / "karyotypes.csv"
            path.write_text(_as_csv((SAMPLE, KARYOTYPE), self.karyotypes.items()), encoding="utf-8")
            found["karyotype"] = path
        return {**found, **self.patients}


@contextmanager
def keywords(samples: object, options: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the keywords of `leukotype.classify` for a request; lesions are files for the time of the block.

    Raises
    ------
    InputError
        As `CallRequest.of` and `check_options`.
    """
    asked, request = check_options(options), CallRequest.of(samples)
    frame = {"counts": request.counts, "blasts": request.blasts, "orientation": "samples"}
    # Without lesions nothing is written.
    with temporary_folder() if request.has_lesions else nullcontext(Path()) as folder:
        yield {**frame, **asked, **request.beside(folder)}


def _by_sample(records: Sequence[Mapping[str, Any]], field: str) -> dict[str, Any]:
    return {record[SAMPLE]: record[field] for record in records if field in record}


def check_options(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Take the options of a request: ``value_type``, ``id_type``, ``scheme``, ``strict``.

    Raises
    ------
    InputError
        For an option that there is not, or a value that it does not have.
    """
    if unknown := sorted(set(asked) - set(OPTIONS)):
        raise InputError(
            f"request: option {quote(str(unknown[0]))}: there is none of that name: have {', '.join(OPTIONS)}"
        )
    found = {name: value for name, value in asked.items() if value is not None}
    for name, kind in ((ID_TYPE, IdType), (SCHEME, Scheme)):
        if found.get(name, kind(next(iter(kind)))) not in list(kind):
            have = ", ".join(kind)
            raise InputError(f"request: option {name}: expected {have}, found {_kind(found[name])}")
    if not isinstance(found.get(STRICT, False), bool):
        raise InputError(
            f"request: option {STRICT}: expected true or false, found {quote(str(found[STRICT]))}"
        )
    if not isinstance(found.get(VALUE_TYPE, ""), str):
        raise InputError(
            f"request: option {VALUE_TYPE}: expected text, found {quote(str(found[VALUE_TYPE]))}"
        )
    return found


def _check_record(number: int, record: object) -> dict[str, Any]:
    """Give a record without its empty fields."""
    place = f"request: sample {number}"
    if not isinstance(record, Mapping):
        raise InputError(f"{place}: expected an object with {SAMPLE} and {COUNTS}, found {_kind(record)}")
    name = record.get(SAMPLE)
    if not isinstance(name, str) or not name.strip() or "=" in name:
        raise InputError(f"{place}: field {SAMPLE}: expected its name, text without =, found {_kind(name)}")
    place = f"request: sample {quote(name)}"
    if unknown := sorted(str(each) for each in set(record) - set(_FIELDS)):
        raise InputError(
            f"{place}: field {quote(unknown[0])}: there is none of that name: have {', '.join(_FIELDS)}"
        )
    found = {str(field): value for field, value in record.items() if not _is_empty(value)}
    if COUNTS not in found:
        raise InputError(f"{place}: field {COUNTS}: expected an object of genes and counts, found none")
    _check_counts(place, found[COUNTS])
    if BLASTS in found:
        _check_number(f"{place}: field {BLASTS}", "a percentage", found[BLASTS])
    _check_patient(place, found)
    if not isinstance(found.get(KARYOTYPE, ""), str):
        raise InputError(f"{place}: field {KARYOTYPE}: expected ISCN text, found {_kind(found[KARYOTYPE])}")
    for field in LISTS.keys() & found.keys():
        _check_lesions(f"{place}: field {field}", LISTS[field], found[field])
    return found


def _check_patient(place: str, record: Mapping[str, Any]) -> None:
    """Check what is known of a patient by the rules of a table of it."""
    for column in (AGE, SEX):
        value = record.get(column.name, "")
        if not _reads(column, value):
            raise InputError(
                f"{place}: field {column.name}: expected {column.expected}, found {_kind(value)}"
            )


def _reads(column: PatientColumn[Any], value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | Real):
        return False
    try:
        column.read(str(value))
    except ValueError:
        return False
    return True


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _check_counts(place: str, counts: object) -> None:
    if not isinstance(counts, Mapping) or not counts:
        raise InputError(
            f"{place}: field {COUNTS}: expected an object of genes and counts, found {_kind(counts)}"
        )
    if {*map(type, counts.values())} <= {int, float} and _are_finite(counts.values()):
        return
    for gene, value in counts.items():
        _check_number(f"{place}: gene {quote(str(gene))}", "a number", value)


def _check_number(place: str, expected: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not _is_finite(value):
        raise InputError(f"{place}: expected {expected}, found {_kind(value)}: correct it")


def _is_finite(value: Real | float) -> bool:
    return _are_finite([value])


def _are_finite(values: Iterable[Real | float]) -> bool:
    try:
        return all(map(math.isfinite, values))
    except OverflowError:  # a whole number beyond all floats
        return False


def _check_lesions(place: str, columns: Sequence[str], lesions: object) -> None:
    if not isinstance(lesions, list | tuple):
        raise InputError(f"{place}: expected a list, [] where none was found, found {_kind(lesions)}")
    for each in lesions:
        if not isinstance(each, Mapping) or not all(isinstance(each.get(c), str) for c in columns[:_NAMING]):
            raise InputError(
                f"{place}: expected objects with {' and '.join(columns[:_NAMING])}, found {_kind(each)}"
            )
        if unknown := sorted(str(name) for name in set(each) - set(columns)):
            raise InputError(
                f"{place}: {quote(unknown[0])}: there is no such field: have {', '.join(columns)}"
            )


def _kind(value: object) -> str:
    """Say what stands where something else was expected."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool | Real):
        return str(value).lower()
    return "nothing" if value is None else "a list" if isinstance(value, list | tuple) else "an object"


def _counts(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give samples x genes.

    Raises
    ------
    InputError
        For samples that do not have the same genes: what one lacks would have to be guessed.
    """
    genes = [*map(str, records[0][COUNTS])]
    for record in records[1:]:
        if set(record[COUNTS]) != set(genes):
            raise InputError(
                f"request: sample {quote(record[SAMPLE])}: expected the same genes in every sample, found "
                "others: send it apart"
            )
    rows = np.array([[*map(record[COUNTS].__getitem__, genes)] for record in records], dtype=np.float64)
    samples = pd.Index([record[SAMPLE] for record in records], name=SAMPLE)
    return pd.DataFrame(rows, samples, names_of(genes).index)


def _write_lesions(
    path: Path, sample: str, columns: Sequence[str], lesions: Sequence[Mapping[str, Any]]
) -> Path:
    """Write one sample's table; where nothing was found, its one row names the sample and no gene."""
    rows = [[sample, *(each.get(name, "") for name in columns)] for each in lesions]
    if not rows and columns is LISTS["variants"]:
        rows = [[sample, *([""] * len(columns))]]
    path.write_text(_as_csv((SAMPLE, *columns), rows), encoding="utf-8")
    return path


def _as_csv(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([" ".join(str("" if each is None else each).split()) for each in row] for row in rows)
    return text.getvalue()


def request_schema() -> dict[str, Any]:
    """JSON Schema of one sample of a request."""
    lists = {field: _list_schema(columns) for field, columns in LISTS.items()}
    properties = {
        SAMPLE: {"type": "string", "minLength": 1},
        COUNTS: {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1},
        BLASTS: {"type": ["number", "null"], "minimum": 0, "maximum": 100},
        AGE.name: {"type": ["number", "string", "null"], "description": AGE.expected},
        SEX.name: {"type": ["string", "null"], "description": SEX.expected},
        KARYOTYPE: {"type": ["string", "null"], "description": "ISCN"},
        **lists,
    }
    return {
        "$schema": DIALECT,
        "title": "Sample",
        "type": "object",
        "properties": properties,
        "required": [SAMPLE, COUNTS],
        "additionalProperties": False,
    }


def options_schema() -> dict[str, Any]:
    """JSON Schema of the options of a request, as `check_options` takes them."""
    options = {
        VALUE_TYPE: {"type": "string", "default": Reading().value_type},
        ID_TYPE: {"type": "string", "enum": list(IdType)},
        SCHEME: {"type": "string", "enum": list(Scheme)},
        STRICT: {"type": "boolean"},
    }
    return {"type": "object", "properties": options, "additionalProperties": False}


def _list_schema(columns: Sequence[str]) -> dict[str, Any]:
    kinds = {name: "number" if name in _NUMBERS else "string" for name in columns}
    item = {
        "type": "object",
        "properties": {name: {"type": [kind, "null"]} for name, kind in kinds.items()},
        "required": list(columns[:_NAMING]),
        "additionalProperties": False,
    }
    told = "null: not looked for; []: looked for, none found"
    return {"type": ["array", "null"], "description": told, "items": item}
