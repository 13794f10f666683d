"""Headers of sheets of patients and chromosomes, in English and four other languages, and what they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from leukotype.errors import quote

# English name -> words of which one makes a header mean it; without accents.
_MEANS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(words.split())
        for name, words in {
            "sample": "probe proben probenid probennummer probennr probenname patientenprobe echantillon "
            "echantillons muestra muestras campione campioni amostra identifiant labornummer labornr "
            "fallnummer fallnr eingangsnummer einsendenummer auftragsnummer",
            "patient": "patient patienten patientin patientenid patientennummer patientennr patienten_id pat "
            "patid patnr paciente pacientes paziente pazienti",
            "age": "age alter patientenalter edad eta idade",
            "sex": "geschlecht sexe sexo sesso",
            "karyotype": "karyotyp zytogenetik karyogramm caryotype cariotipo cariotype",
            "chromosome": "chromosom chromosomen cromosoma cromosomas",
            "arm": "chromosomenarm arm bras braccio brazo",
            "change": "veranderung anderung",
            "copies": "kopienzahl kopien copias copie",
            "strandedness": "strang strangigkeit",
            "counts": "zahldatei comptage comptages conteos conteggi fichier archivo datei",
            "fusions": "fusionen fusionsdatei fusiones fusioni",
            "variants": "varianten mutationen mutationsdatei variantes varianti mutazioni",
            "blasts": "blast blasts blasten blastes blastos blasti blastenanteil blastenprozent blastenzahl "
            "kmblasten blastose",
        }.items()
    }
)
_WORDS: Final = frozenset[str]().union(*_MEANS.values())
_PERCENT: Final = frozenset(
    [
        *("pct", "prozent", "percent", "percentage", "pourcentage", "porcentaje", "percentuale"),
        "blastenprozent",
    ]
)
# What may stand beside such a word; blood in place of marrow, or another unit of age, is not among them.
_BESIDE: Final = re.compile(
    r"id|nr?|no|numero|name|nummer|nom|nombre|nome|code|codigo|identifiant|kennung|bezeichnung|iscn|patient(en)?"
    r"|de[rns]?|del(la)?|di?|du|la|l|el|les?|au|al?|alla|im|in|en|dans|bei|at|ed|(erst)?diagnose"
    r"|diagnostico?|diagnosis?|jahren?|years|ans|anos|anni|anteil|bm|km|knochenmark|moelle|osseuse|medula"
    r"|osea|midollo|midollar[ei]|osseo|os|medullaires?|bone|marrow|fraction|taux|of|the|dx|leuk(a?emic|amische)"
    r"|zytologie|zytologisch|cytologie|durchflusszytometrie"
)
FEW_COLUMNS: Final = 100  # a sheet of patients has fewer; a matrix of samples x genes has more
# What a column of a sheet may hold, by its folded name in English: leukotype's own and of pipelines' sheets.
SAMPLE, COUNTS, FUSIONS, VARIANTS, CNV = "sample", "counts", "fusions", "variants", "cnv"
KARYOTYPE, BLASTS, AGE, SEX, STRANDEDNESS = "karyotype", "blast_pct", "age", "sex", "strandedness"
FASTQ: Final = "fastq"
_KNOWN: Final = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            SAMPLE: r"sample(_?(id|name))?|id|(patient|case|specimen)(_?id)?|library|barcode"
            r"|tumor_sample(_barcode)?",
            COUNTS: r"(gene_)?counts?(_(file|path|table|matrix))?|expression(_(file|path))?|quants?(_sf)?"
            r"|htseq|salmon|star(_counts)?|reads_?per_?gene|rsem|kallisto|featurecounts",
            FUSIONS: r"fusions?(_(file|path|calls))?|arriba|star_?fusion|fusion_?catcher|cicero|jaffal?"
            r"|fusion_?report",
            VARIANTS: r"variants?(_(file|path))?|vcf|maf|mutations?(_(file|path))?",
            CNV: r"cnv(_(file|path))?|copy_?number(_(file|path))?|rna_?seq_?cnv",
            KARYOTYPE: r"karyotypes?(_iscn)?|iscn(_karyotype)?|(conventional_)?cytogenetics(_iscn)?",
            BLASTS: r"blasts|((bm|marrow|bone_marrow)_?)?blasts?(_?(pct|percent|percentage|fraction))*",
            AGE: r"(patient_)?age(_(years|at_diagnosis))?",
            SEX: r"sex|gender|patient_sex|sex_at_birth",
            STRANDEDNESS: r"strand(ed|edness)?|library_strandedness",
            FASTQ: r"fastq(_?[12])?|fq_?[12]|left|right|r[12]|reads?_?[12]",
        }.items()
    )
)
# What else stands beside samples in a table of theirs; none of these is a gene.
_CLINICAL: Final = re.compile(
    r"(seq(uencing)?_)?(batch|plate|lane|flow_?cell|run|cent(er|re)|site|cohort|study|project)(_?(id|nr|no|name|date))?"
    r"|protocol|(treatment_)?arm|treatment|group|cluster|class|label|(sub|sample_|library_)?type|(who_)?subtype"
    r"|diagnosis|disease|tissue|source|status|event|censor(ed)?|relapsed?|remission|response|replicate|rin"
    r"|(os|pfs|dfs|rfs|lfs)(_?(time|days|months|years|event|status|censor))?|efs_\w+|time|(time|days)_to_\w+"
    r"|vital_status|dead|death|alive|follow_?up(_\w+)?|year(_\w+)?|race|ethnicity|height|weight|bmi"
    r"|(mrd|wbc|leu[ck]ocytes|platelets|ha?emoglobin|ldh|cns)(_\w+)?|ploidy|dna_index|risk(_group)?"
    r"|(tumou?r_)?(content|purity)(_pct)?|(age|blasts?|follow_?up)_\w+|library_?size|(n|num|total|mapped)_?(reads|genes)"
)

_MARKS: Final = re.compile(r"[^a-z0-9]+")
_OPTIONS: Final = MappingProxyType(
    {BLASTS: "--blasts", KARYOTYPE: "--karyotype", **{each: f"--{each}" for each in (AGE, SEX)}}
)
_FACTS: Final = frozenset([*_OPTIONS, STRANDEDNESS])


def fold(name: str) -> str:
    """Write a header in lower case, without accents, with one _ for blanks and marks, and % as pct."""
    plain = name.lower()
    if plain.isalnum() and plain.isascii():
        return plain
    plain = plain.replace("%", " pct ").replace("\u00df", "ss")
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _MARKS.sub("_", plain).strip("_")


def in_english(names: Sequence[str]) -> tuple[str, ...]:
    """Give the headers of a table with those that are in another language in English.

    A header stays as it is where it is none of these, and where the table has another of the English name.
    """
    return tuple(name for name, _ in _with_folded(names))


def _with_folded(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the headers of `in_english`, and each as `fold` writes it."""
    taken = {name.strip().lower() for name in names}
    for name in names:
        plain = fold(name)
        meant = _meaning(plain)
        if meant and meant not in taken:
            taken.add(meant)
            yield meant, fold(meant)
        else:
            yield name, plain


def column_kinds(names: Sequence[str]) -> list[str]:
    """Tell what each column of a sheet of patients holds, by its name; empty where that is not known."""
    return [_kind(plain) for _, plain in _with_folded(names)]


def _kind(plain: str) -> str:
    found = _KNOWN.fullmatch(plain)
    return found.lastgroup or "" if found else ""


def describes_patients(name: str) -> bool:
    """Whether a column that stands among genes is none, but says something of the samples."""
    plain = fold(name)
    meant = _meaning(plain)
    return bool(_CLINICAL.fullmatch(plain)) or _kind(fold(meant) if meant else plain) in _FACTS


def sample_columns(names: Sequence[str]) -> list[int]:
    """Give the columns that may name the samples: those of samples first, then of ids, of patients."""
    english = [plain for _, plain in _with_folded(names)]
    found = [place for place, plain in enumerate(english) if _kind(plain) == SAMPLE]
    order = ("sample", "id", "patient")
    ranks = {at: [not english[at].startswith(word) for word in order] for at in found}
    return sorted(found, key=ranks.__getitem__)


def as_patients(names: Sequence[str], *, numbers: bool = False) -> str:
    """Say that a table is one of patients, and by which option it is given; empty where it is none.

    Parameters
    ----------
    numbers
        whether the columns hold numbers: files are none, and a column ``counts`` is one of expression.
    """
    kinds = column_kinds(names) if len(names) < FEW_COLUMNS else []
    facts = {kind for kind in kinds if kind} - {SAMPLE}
    if SAMPLE not in kinds or not (facts & _FACTS if numbers else facts):
        return ""
    option = _OPTIONS.get(next(iter(facts)), "--samples") if len(facts) == 1 else "--samples"
    held = ", ".join(quote(name) for name, kind in zip(names, kinds, strict=True) if kind)
    return f"a table of patients ({held}): give it by {option}"


def _meaning(plain: str) -> str:
    """Give the English name of a header; empty where it is none that is known."""
    words = plain.split("_")
    if _WORDS.isdisjoint(words):
        return ""
    for name, known in _MEANS.items():
        own = known.intersection(words)
        if own and all(word in own | _PERCENT or _BESIDE.fullmatch(word) for word in words):
            return "blast_pct" if name == "blasts" and not _PERCENT.isdisjoint(words) else name
    return ""
