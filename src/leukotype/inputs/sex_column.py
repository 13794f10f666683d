"""The sex of the patients, as laboratories write it and as karyotypes tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from leukotype.inputs.lesions.records import CopyNumber
from leukotype.inputs.patient_column import PatientColumn
from leukotype.inputs.tables.headers import SEX as SEX_COLUMN
from leukotype.inputs.tables.text import NOT_KNOWN
from leukotype.vocabulary import Sex

_WOMEN: Final = ("femme", "f\u00e9minin", "feminin", "mujer", "femenino", "hembra", "femmina", "frau")
_MEN: Final = ("homme", "masculin", "hombre", "masculino", "var\u00f3n", "varon", "maschio", "mann")
_WORDS: Final[Mapping[str, Sex | None]] = {
    **dict.fromkeys(("f", "female", "w", "weiblich", "weibl.", "woman", "girl", "xx", *_WOMEN), Sex.FEMALE),
    **dict.fromkeys(
        ("m", "male", "m\u00e4nnlich", "m\u00e4nnl.", "maennlich", "man", "boy", "xy", *_MEN), Sex.MALE
    ),
    **dict.fromkeys((*NOT_KNOWN, "other")),
}
_COMPLEMENT: Final = re.compile(r"\s*\d+[^,]*,\s*([XY]+)")
_TWO_PEOPLE: Final = "//"  # of a transplanted patient: ISCN writes host and donor


def _read(text: str) -> Sex | None:
    word = text.strip().lower()
    if word not in _WORDS:
        raise ValueError(text)
    return _WORDS[word]


SEX: Final = PatientColumn(SEX_COLUMN, "female or male", _read)


def sexes_of_karyotypes(copy_number: Iterable[CopyNumber]) -> dict[str, Sex]:
    """Read the patients' sex from their karyotypes (ISCN), by sample, of those that tell it."""
    told = {each.sample: _of_karyotype(each.text) for each in copy_number}
    return {sample: sex for sample, sex in told.items() if sex is not None}


def _of_karyotype(text: str) -> Sex | None:
    """Tell male by a Y, there or lost, and female by two X, both there or one lost."""
    found = _COMPLEMENT.match(text)
    if found is None or _TWO_PEOPLE in text:
        return None
    if "Y" in found[1] or ",-Y" in text:
        return Sex.MALE
    return Sex.FEMALE if found[1].startswith("XX") or ",-X" in text else None
