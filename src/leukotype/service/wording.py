"""What an error says to do, in the words of who asks: the page's, or a form's, for those of a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from leukotype.service.forms import FIELDS

# Option of a run -> its name on the page.
LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "value_type": "The numbers are",
        "strandedness": "Strand of the library",
        "orientation": "Rows of a matrix",
        "id_type": "Genes are named by",
        "layer": "Layer of an AnnData",
        "scheme": "Subtypes to read against",
        "blast_unit": "Unit of the blasts",
        "strict": "Hold back what may be under 30\u00a0% blasts",
    }
)
_OWNER: Final = re.compile(r"write SAMPLE=.*")
_NAMES: Final = "|".join(name.replace("_", "-") for name in (*FIELDS, *LABELS))
_OPTION: Final = re.compile(
    rf"(?P<by>\bby )?--(?P<name>{_NAMES})(?![\w-])(?: FILE\b)?(?P<values>(?= \S+\|))?"
)


def on_page(text: str) -> str:
    """Say it as the page does.

    Examples
    --------
    >>> on_page("cannot tell whose it is: write SAMPLE=calls.tsv")
    'cannot tell whose it is: choose whose it is'
    >>> on_page("found gene sums 9 and 1: give --strandedness forward|reverse")
    'found gene sums 9 and 1: give "Strand of the library": forward|reverse'
    """
    return _OPTION.sub(_field, _OWNER.sub("choose whose it is", text))


def in_form(text: str) -> str:
    """Say it as a program sends it.

    Examples
    --------
    >>> in_form("found transcripts: give a table of transcript and gene by --tx2gene FILE")
    'found transcripts: give a table of transcript and gene by tx2gene'
    """
    owner = "send it under a name that begins with its sample's, or say whose it is in a sheet (samples)"
    return _OPTION.sub(lambda found: f"{found['by'] or ''}{_key(found)}", _OWNER.sub(owner, text))


def _key(found: re.Match[str]) -> str:
    return found["name"].replace("-", "_")


def _field(found: re.Match[str]) -> str:
    key, by = _key(found), found["by"] or ""
    if kind := FIELDS.get(key):
        return f'{"as " if by else ""}"{kind}"'
    return f'{by}"{LABELS.get(key, key)}"{"" if found["values"] is None else ":"}'
