"""Headers in German, French, Spanish and Italian, of patients and chromosomes, as English has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

# English name -> words of which one makes a header mean it; without accents.
_MEANS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(words.split())
        for name, words in {
            "sample": "probe proben probenid probennummer probennr probenname patientenprobe echantillon "
            "echantillons muestra muestras campione campioni amostra",
            "patient": "patienten patientin patientenid patientennummer patientennr patienten_id pat patid "
            "patnr paciente pacientes paziente pazienti",
            "age": "age alter patientenalter edad eta idade",
            "sex": "geschlecht sexe sexo sesso",
            "karyotype": "karyotyp zytogenetik karyogramm caryotype cariotipo cariotype",
            "chromosome": "chromosom chromosomen cromosoma cromosomas",
            "arm": "chromosomenarm arm bras braccio brazo",
            "change": "veranderung anderung",
            "copies": "kopienzahl kopien copias copie",
            "strandedness": "strang strangigkeit",
            "counts": "zahldatei fichier archivo datei",
            "blasts": "blasten blastes blastos blasti blastenanteil blastenprozent blastenzahl kmblasten",
        }.items()
    }
)
_PERCENT: Final = frozenset(
    ["pct", "prozent", "percent", "pourcentage", "porcentaje", "percentuale", "blastenprozent"]
)
# What may stand beside such a word; blood in place of marrow, or another unit of age, is not among them.
_BESIDE: Final = re.compile(
    r"id|nr|no|numero|name|nummer|nom|nombre|nome|code|codigo|identifiant|kennung|bezeichnung|iscn|patient(en)?"
    r"|de[rns]?|del(la)?|di?|du|la|l|el|les?|au|al?|alla|im|in|en|dans|bei|at|ed|(erst)?diagnose"
    r"|diagnostico?|diagnosis?|jahren?|years|ans|anos|anni|anteil|bm|km|knochenmark|moelle|osseuse|medula"
    r"|osea|midollo|osseo|os"
)


def fold(name: str) -> str:
    """Write a header in lower case, without accents, with one _ for blanks and marks, and % as pct."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("%", " pct ").replace("\u00df", "ss"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def in_english(names: Sequence[str]) -> tuple[str, ...]:
    """Give the headers of a table with those that are in another language in English.

    A header stays as it is where it is none of these, and where the table has another of the English name.
    """
    taken = {name.strip().lower() for name in names}
    found = []
    for name in names:
        meant = _meaning(fold(name))
        free = meant and meant not in taken
        found.append(meant if free else name)
        taken |= {meant} if free else set()
    return tuple(found)


def _meaning(plain: str) -> str:
    """Give the English name of a header; empty where it is none that is known."""
    words = plain.split("_")
    for name, known in _MEANS.items():
        own = known.intersection(words)
        if own and all(word in own | _PERCENT or _BESIDE.fullmatch(word) for word in words):
            return "blast_pct" if name == "blasts" and not _PERCENT.isdisjoint(words) else name
    return ""
