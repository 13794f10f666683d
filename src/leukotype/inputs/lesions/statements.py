"""What a text says of a lesion that it names: found, not found, not tested, doubted, or nothing plain.

Laboratories write results in words (``BCR/ABL1: positive in 85 % of nuclei``, ``Kein Nachweis einer
t(9;22)(q34;q11)``). The words of a clause speak of the lesions in it; what denies or doubts goes on over the
commas of its sentence until another verdict or another clone comes. Words that are not known leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from leukotype.inputs.lesions.records import Verdict

# Columns in which people say whether a lesion was found, and others in which they may.
_RESULTS: Final = re.compile(
    "results?|detected|found|ergebnis|befund|nachweis|nachgewiesen|resultats?|resultados?|risultat[oi]|esito"
    "|uitslag|resultaat|detecte|detectado|rilevato"
)
_REMARKS: Final = re.compile(
    "status|interpretation|(mutation|somatic)_status|zygosity|((variant|allele|mutation)_)?origin"
    "|somatic_germline|germline_somatic"
)
# Columns in which people remark on anything: only what dismisses a lesion is heard in them.
_COMMENTS: Final = re.compile(
    "comments?|remarks?|notes?|bemerkung(en)?|kommentare?|anmerkung(en)?|commentaires?|comentarios?|commenti"
)
_DISMISSED: Final = re.compile(
    r"(?<!no )(?<!kein )\b(?:false[ -]?positive|falsch[ -]?positiv\w*|faux[ -]?positif\w*|"
    r"fals[oi]s?[ -]?positiv\w*|art[ei]fa[ck]t\w*|artefat\w+|not (?:confirmed|real|validated|verified)|"
    r"nicht best\xe4tigt|verworfen|rejected|non confirm\xe9\w*)",
    re.IGNORECASE,
)
# What another test said: where it is against a lesion, the lesion is in doubt.
_CHECKS: Final = re.compile(
    "(validat(ed|ion)|confirmed|confirmation|validiert|bestatigt|bestatigung|confirme|valide)(_by_.*)?"
    "|(rt_?)?q?pcr(_result)?|sanger|fish(_result)?"
)
_SIGNS: Final = MappingProxyType(
    {
        **dict.fromkeys(("+", "++", "+++", "1", "x"), Verdict.FOUND),
        **dict.fromkeys(("-", "0"), Verdict.NOT_FOUND),
    }
)

# Behind a lesion, and before the end of its clause: BCR/ABL +, KMT2A: (-).
_SIGN_BEHIND: Final = re.compile(r"\s*[:=]?\s*\(?\s*(\++|-+)\s*\)?\s*(?=[,;/\n]|\.(?:\s|$)|$)")

# Said of what else there is, and of how bad it is, not of the lesion.
_ASIDE: Final = re.compile(
    r"\bpositiv\w*[ -]?(?:control|kontrol)\w*|"
    r"\b(?:no|without|keine?|ohne)\s+(?:other|additional|further|weitere\w*|zus\w+liche\w*|andere\w*|sonstige\w*)"
    r"[^,;]*|\bnormal\w* (?:range|cut\W?off|limit|value|control|cell)\w*|norm\w*bereich\w*|"
    r"\bnormwert\w*|\blikely (?=pathogenic|oncogenic)",
    re.IGNORECASE,
)
_DOUBTED: Final = re.compile(
    r"\b(?:history of|suspect\w*|suspic\w*|susp\b|"
    r"possibl[ey]|probabl[ey]|likely|presumabl[ey]|equivocal|borderline|"
    r"inconclusive|indeterminate|uncertain|unclear|ambiguous|questionable|can(?:not| ?not) be excluded|"
    r"not (?:excluded|ruled out)|v\.?\s?a\b|verdacht\w*|fraglich\w*|m\xf6glich\w*|"
    r"moeglich\w*|wahrscheinlich\w*|vermutlich\w*|unklar\w*|unsicher\w*|grenzwertig\w*|"
    r"nicht (?:sicher\w*|auszuschlie\w+|ausgeschlossen)|douteu\w+|dudos\w+|dubbi\w+|posible\w*|possibil\w+|"
    r"mogelijk\w*|waarschijnlijk\w*|n(?:on|o|iet) (?:exclu\w+|esclu\w+|uitgesloten))",
    re.IGNORECASE,
)
_NOT_TESTED: Final = re.compile(
    r"\b(?:not (?:tested|done|performed|assessed|evaluable|interpretable|informative|available|yet)|untested|"
    r"pending|failed|n\.?\s?[td]\.?(?=\W|$)|n/?a\b|ausstehend\w*|steht aus|missing|"
    r"nicht (?:getestet|untersucht|durchgef\w+|auswertbar|beurteilbar|m\xf6glich)|"
    r"\xe9chec|en attente|pendiente|in attesa|n(?:on|o|iet) (?:test\w+|r\xe9alis\w+|fait\w*|effectu\w+|"
    r"interpr\xe9tab\w+|realiz\w+|evaluab\w+|eseguit\w+|valutabil\w+|getest|uitgevoerd|beoordeelbaar))",
    re.IGNORECASE,
)
_NOT_FOUND: Final = re.compile(
    r"(?:\b|fish)(?:neg(?:ativ(?:e[rsn]?)?)?|not|undetected|absent|excluded|ruled out|unmutated|no|none|"
    r"rejected|art[ei]fa[ck]t|verworfen|neither|nor|weder|ni|n\xe9|"
    r"n[\xe9e]gati(?:f|ves?|v[oai]|ef)s?|absence|absent[es]+|ausen(?:te|cia)s?|assen(?:t[ei]|za)|aucune?|"
    r"non|pas d(?:e\b|['\u2019]\w+)|sans|sin|senza|sem|n\xe3o|nessun\w*|ning[\xfau]n\w*|geen|niet|zonder|"
    r"afwezig|"
    r"without|lacks?|kein\w*|ohne|nicht|ausgeschlossen|nein|false|normal\w*|wt|wild[ -]?typ\w*|unauff\w+)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_FOUND: Final = re.compile(
    r"(?:\b|fish)(?:pos(?:itiv(?:e[rsn]?)?)?|detected|found|present|observed|identified|demonstrated|yes|ja|true|confirmed|best\w+igt|somatic|"
    r"positi(?:f|ves?|v[oai]|ef)s?|pr[\xe9e]sent[ei]?s?|d[\xe9e]t[\xe9e]ct[\xe9e]e?s?|detectad[oa]s?|"
    r"rilevat[oaie]|encontrad[oa]s?|retrouv[\xe9e]e?s?|aanwezig|aangetoond|gevonden|"
    r"pathogenic|oncogenic|pass|nachgewiesen|nachweis(?:bar)?|gefunden|vorhanden)(?![\w-])",
    re.IGNORECASE,
)
_GERMLINE: Final = re.compile(
    r"(?<!not )(?<!non[- ])(?<!no )(?<!nicht )\b(?:germ-?line|keimbahn\w*|inherited|constitutional\w*)",
    re.IGNORECASE,
)
_EITHER: Final = re.compile(r"\b(?:or|oder|versus|vs)\b", re.IGNORECASE)
# A donor or a relative, whose cells say nothing of the patient's; no site of a splice, no transplant.
_TRANSPLANT: Final = r"(?! (?:donor )?(?:transpl|h?sct|bmt|lympho|chimer|leu[ck]o|derived))"
_PERSON: Final = (
    r"(?<!splice[ -])(?<!splicing )(?<!no )(?<!without )"
    r"\b(?:donors?|siblings?|(?:half-?)?(?:brother|sister)s?|(?:grand)?(?:mother|father)s?|twin|"
    r"parents?(?! clone)|famil(?:y|ial) history|"
    r"spender(?:in|s)?|zwilling|familienanamnese|geschwister\w*|mutter|vater|bruder|schwester|eltern|"
    r"donneu\w+|m\xe8re|p\xe8re|fr\xe8re|s\u0153ur|donante|donatore|madre|padre|herman[oa]|fratello|sorella|"
    r"moeder|vader|broer)\b" + _TRANSPLANT
)
_ANOTHERS: Final = re.compile(_PERSON, re.IGNORECASE)
# Whose results follow: mother (saliva): ..., patient: ...
_LABEL: Final = re.compile(
    rf"(?:(?P<other>{_PERSON})|\b(?:patient\w*|recipient|proband\w*|empf\xe4nger\w*|index))[^:,;\n]{{0,30}}:(?!:)",
    re.IGNORECASE,
)
# The first that is met counts.
_VERDICTS: Final = (
    (_ANOTHERS, Verdict.ANOTHERS),
    (_DOUBTED, Verdict.DOUBTED),
    (_NOT_TESTED, Verdict.NOT_TESTED),
    (_GERMLINE, Verdict.GERMLINE),
    (_NOT_FOUND, Verdict.NOT_FOUND),
    (_EITHER, Verdict.DOUBTED),
    (_FOUND, Verdict.FOUND),
)
# What a karyotype and its report are written with, and names of genes; nothing of it speaks for or against.
_PLAIN: Final = re.compile(
    r"(?:(?:nuc|ish|arr|ogm|seq|cgh|con|sep|cp|idem|sdl|sl|inc|mos|chi|dmin|mar|der|ider|del|dup|add|inv|ins|dic|"
    r"amp|hsr|trp|wcp|x\d*|c|t|i|r|in|of|by|with|mit|von|the|a|an|and|und|per|as|for|auf|bei|f\xfcr|durch|"
    r"ein\w*|de[rsnm]|die|das|fish|sky|gtg|g-?band\w*|karyot\w+|klon\w*|clon\w+|zell\w*|cells?|"
    r"metaphas\w+|all|allen?|mittels|using|via|evidence|hinweis\w*|amplifi\w+|nuclei|kerne\w*|interphas\w*|transl?o[ck]ation\w*|variant\w*|rearr\w*|umlagerung\w*|fusion\w*|"
    r"gene?|gens|split|break|apart|signal\w*|insertion\w*|crypt?(?:ic)?|kryptisch\w*|psu|complex|komplex\w*|"
    r"philadelphia|chromosom\w*|ph|result\w*|ergebnis\w*|befund\w*|show\w*|reveal\w*|zeigt\w*|"
    r"(?:fe)?male|m\xe4nnlich\w*|weiblich\w*)|g|chr\w*|[pq]ter\w*|cen\w*|(?-i:[A-Z][A-Z0-9-]*(?:x\d*)?|NC_\w+|(?:[pq]\d*)+))",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_][\w-]*")
_OF_ALL: Final = re.compile(
    r"\W*(?:(?:both|beides?|all|alle|each|jeweils|are|were|was|is|ist|sind|waren)\b\W*)*"
)
# A structure of ISCN: `kind(...)(...)`; of a derivative the chromosome alone, which a ? may stand at.
_STRUCTURE: Final = re.compile(r"(?<![A-Za-z])(?!i?der\b)[a-z]{1,6}\([^()]*\)(?:\s*\([^()]*\))*")
_ENDS: Final = re.compile(
    # Before another clone or probe; not the slash of 150/200.
    r"[;|\[\]]|(?:(?<!\d)/|/(?!\s?\d{2,4}(?!\d|\s*[,<~-]?\s*(?:\d|[XY?<]|idem|sl))))(?=\s*(?:\d\d|[/.]|nuc|$))"
    r"|(?<!pos)(?<!neg)(?<!rearr)(?<!v\.a)(?<!v)(?<!v\. a)\.(?=\s|$)",
    re.IGNORECASE,
)
_CLONE: Final = re.compile(r"\s*\d\d(?:[-~]\d\d)?(?:<\d?n[+-]?>)?\s*")


def verdict(words: str) -> Verdict | None:
    """Give what words say of a lesion; None where that is nothing."""
    words = _ASIDE.sub("", words)
    return next((said for pattern, said in _VERDICTS if pattern.search(words)), None)


def without_verdict(words: str) -> str:
    """Leave out the words by which `verdict` judges."""
    for pattern in (_ASIDE, *(each for each, _ in _VERDICTS)):
        words = pattern.sub("", words)
    return words


def result_of(row: Mapping[str, str], *, is_told: bool) -> Verdict:
    """Say why a lesion does not count by what a row of a table says of it.

    Parameters
    ----------
    row
        cells by columns, in lower case.
    is_told
        whether its reads are: then other words in a column of results, or none, leave it as it is.
    """
    kinds = {name: kind for name in row if (kind := _kind_of(name)) is not None}
    said = [(kind, _said_in(row[name], kind)) for name, kind in kinds.items()]
    found = [each for kind, each in said if kind is not _CHECKS]
    doubted = any(kind is _CHECKS and each in {Verdict.NOT_FOUND, Verdict.DOUBTED} for kind, each in said)
    against = next((each for each in found if each), Verdict.DOUBTED if doubted else Verdict.FOUND)
    asked = [name for name, kind in kinds.items() if kind is _RESULTS]
    if against or is_told or not asked or Verdict.FOUND in found:
        return against
    return Verdict.NOT_PLAIN if any(row[name].strip() for name in asked) else Verdict.NO_RESULT


@cache
def _kind_of(column: str) -> re.Pattern[str] | None:
    """Tell what a column says of lesions: one of the patterns of names above, or nothing."""
    plain = re.sub(r"\W+", "_", column.strip()).replace("\xe9", "e").replace("\xe4", "a")
    return next((kind for kind in (_RESULTS, _REMARKS, _CHECKS, _COMMENTS) if kind.fullmatch(plain)), None)


def _said_in(text: str, kind: re.Pattern[str]) -> Verdict | None:
    """Give what a cell says in a column of a kind."""
    plain = text.strip().lower()
    if kind is _COMMENTS:
        return Verdict.NOT_FOUND if _DISMISSED.search(plain) else None
    return _SIGNS[plain] if plain in _SIGNS else verdict(plain.replace("?", " unclear "))


def said_of(text: str, start: int, end: int) -> Verdict | None:
    """Give what a text says of a lesion that it names.

    Parameters
    ----------
    start, end
        where the lesion stands in it.

    Returns
    -------
    None where it names the lesion with no word for or against, as karyotypes do.
    """
    left, right = clause_of(text, start, end)
    if _is_anothers(text, left, start):
        return Verdict.ANOTHERS
    own = _STRUCTURE.sub(" ", text[left:start]) + " " + _STRUCTURE.sub(" ", text[end:right])
    if (sign := _SIGN_BEHIND.match(text, end)) is not None:
        return _SIGNS[sign[1][0]]
    said = Verdict.DOUBTED if "?" in own else verdict(own)
    if said is not None:
        return said
    carried = _carried(text, left) or _told_behind(text, right)
    if carried:
        return carried
    strange = [word for word in _WORD.findall(_ASIDE.sub("", own)) if not _PLAIN.fullmatch(word)]
    return Verdict.NOT_PLAIN if strange else None


def _is_anothers(text: str, left: int, start: int) -> bool:
    """Whether the last label of a lesion's sentence, on its line, is somebody else's."""
    begin = left
    while begin > 0 and text[begin - 1] == ",":
        begin = _clause(text, begin - 1, -1)
    labels = [*_LABEL.finditer(text, begin, start)]
    return bool(labels) and labels[-1]["other"] is not None


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Give where the clause of a lesion begins and ends."""
    return _clause(text, start, -1), _clause(text, end, 1)


def _carried(text: str, left: int) -> Verdict | None:
    """Give what the clauses before say, back to the last verdict, the last clone or the sentence's begin."""
    while left > 0 and not _ENDS.match(text, left - 1):
        right, left = left - 1, _clause(text, left - 1, -1)
        clause = text[left:right]
        if _CLONE.fullmatch(clause):
            return None
        said = verdict(_STRUCTURE.sub(" ", clause))
        if said is not None:
            return said or None
    return None


def _told_behind(text: str, right: int) -> Verdict | None:
    """Give what a list ends on (``..., both negative``), doubted where that may be of its last alone."""
    while right < len(text) and text[right] in ",\n":
        left, right = right + 1, _clause(text, right + 1, 1)
        if _OF_ALL.fullmatch(without_verdict(text[left:right])):
            return verdict(text[left:right])
        found = _STRUCTURE.search(text, left, right)
        said = verdict(text[found.end() : right]) if found else None
        if found is None or verdict(text[left : found.start()]) is not None:
            return None
        if said is not None:
            return Verdict.DOUBTED if said else None
    return None


def _clause(text: str, at: int, step: int) -> int:
    """Give where the clause of a place begins (step -1) or ends (1): commas within brackets end none."""
    opening, depth = ("(" if step > 0 else ")"), 0
    place = at if step > 0 else at - 1
    while 0 <= place < len(text):
        mark = text[place]
        if mark == opening:
            depth += 1
        elif mark in "()":
            depth -= 1
        if depth < 0 or (depth == 0 and (mark in ",\n" or _ENDS.match(text, place))):
            return place if step > 0 else place + 1
        place += step
    return max(place, 0)
