"""Results of FISH in words: ``BCR/ABL1: positive in 85 % of nuclei``, ``KMT2A break-apart negative``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from leukotype.inputs.lesions.exchanges import exchanges
from leukotype.inputs.lesions.interphase import (
    UNKNOWN_PARTNER,
    FishFusion,
    Interphase,
    few_nuclei,
    nuclei_behind,
    read_interphase,
)
from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.lesions.statements import clause_of, said_of, verdict
from leukotype.inputs.lesions.symbols import approved_symbol, is_lesion_gene

_GENE: Final = r"[A-Z][A-Z0-9@]+(?![a-z])"
_NAME: Final = re.compile(
    rf"(?<![\w/-])(?:({_GENE})\s?(?:::|--|[/-]|\u2013)\s?({_GENE})|({_GENE}))(?![\w/]|-like|::\w+-like)"
)
# By one gene FISH shows that it is rearranged: no gain, loss or amplification of it.
_APART: Final = re.compile(
    r"r[e\xe9]arr|riarr|reord|herschik|break-?\s?apart|split|um(?:ge)?lager|transl?o[ck]|bruch|\bfish|(?:pos|neg)",
    re.IGNORECASE,
)
_REARRANGED: Final = re.compile(
    r"\b(?:rearranged|umgelagert|r\xe9arrang\xe9\w*|riarrangiat\w+|reordenad\w+|herschikt)\b", re.IGNORECASE
)
_COPIES: Final = re.compile(
    r"\bdel(?!i)|\+\w|delet|amplif|gain|gewinn|verlust|loss|cop[yi]|kopi|duplic|mutat|expres|trisom|tetrasom|(?<![a-z])x\d",
    re.IGNORECASE,
)
_LOCI: Final = frozenset({"IGH", "IGK", "IGL", "DUX4"})
_NO_GENE: Final = "ALL"  # of old also a name of BCR
# A probe with its signals and nuclei: (ABL1,BCR)x3, (5'KMT2A sep 3'KMT2Ax1)[190/200].
_PROBE: Final = re.compile(
    r"(?:\([^()]*(?:x\s*\d|\bcon\b|\bsep\b|amp)[^()]*\)|\([^()]*\)(?=\s*x\s*\d))"
    r"(?:\s*x\s*\d+(?:[-~]>?\d+)?)?\s*(?:\[[^\[\]]*\]?)?",
    re.IGNORECASE,
)
_NUC_ISH: Final = re.compile(r"\??nuc\s*ish", re.IGNORECASE)
_INTERPHASE: Final = re.compile(r"\.?\s*\??nuc\s*ish(?:(?![.\]]\s*ish\b).)*\]?", re.IGNORECASE | re.DOTALL)
_ISCN: Final = re.compile(r"\([^()]*\)")
_SIGN: Final = re.compile(r"\(\s*(?:\++|-+|\?+)\s*\)")
# The Philadelphia chromosome, which is BCR::ABL1, and a sign behind it: Ph+, Ph1-, Ph(+); Ph-like is neither.
_PHILADELPHIA: Final = re.compile(
    r"(?<![\w/-])(?:(?P<city>philadelphia|philad\xe9lphie|filadelfia)|(?-i:Ph|PH|ph)'?1?)(?!\w)"
    r"(?P<whole>[- ]?chromosom\w*+)?+(?![- ]?like\b)"
    r"(?:\s?\(\s*(?P<told>[+-])\s*\)|\s?(?P<plus>\+)(?:ve\b)?|(?P<minus>-)(?:ve\b|(?!\s*[+\w-])|(?=\s+ALL\b)))?+"
    r"(?!\W?like\b)",
    re.IGNORECASE,
)
_OF_CHROMOSOME: Final = re.compile(r"ch?romosom", re.IGNORECASE)
_RESULT_BEHIND: Final = re.compile(r"[\s:=-]*(?:not |nicht |non )?[a-z]+", re.IGNORECASE)


def split_fish(text: str) -> tuple[Interphase, str]:
    """Split a straightened text into what interphase FISH showed, in ISCN or in words, and the rest."""
    text = _PHILADELPHIA.sub(_bcr_abl1, text)
    parts = [_with_owner(found) for found in _INTERPHASE.finditer(text)]
    seen = read_interphase(" ".join(parts).strip(" .\t\r\n"))
    if any(verdict(part.partition("nuc")[0]) is Verdict.ANOTHERS for part in parts):
        seen = replace(seen, runx1=None)
    told, rest = _read_words(_INTERPHASE.sub(_words_beside_probes, text))
    return replace(seen, fusions=(*seen.fusions, *told)), rest


def _bcr_abl1(found: re.Match[str]) -> str:
    """Write the Philadelphia chromosome as its fusion, where a result stands beside it; a city is none."""
    if sign := found["told"] or found["plus"] or found["minus"]:
        return f"BCR::ABL1 {'positive' if sign == '+' else 'negative'}"
    text, (start, end) = found.string, found.span()
    left, right = clause_of(text, start, end)
    if found["city"] and not _OF_CHROMOSOME.search(text, left, right):
        behind = _RESULT_BEHIND.match(text, end, right)
        is_told = behind is not None and verdict(behind[0]) in {Verdict.FOUND, Verdict.NOT_FOUND}
    else:
        is_told = said_of(text, start, end) not in {None, Verdict.NOT_PLAIN}
        is_told = is_told or nuclei_behind(text, end, right) is not None
    return "BCR::ABL1" if is_told else found[0]


def probe_of(column: str) -> str:
    """Give the genes in the name of a column of FISH (``fish bcr::abl1 (%)``); empty where it has none.

    A pair needs no other word (``bcr-abl1``): alone, a gene may be one of anything.
    """
    bare = re.sub(r"fish|[_ -]rearr\w*|[()%]", " ", column, flags=re.IGNORECASE).strip("_ ").upper()
    bare = re.sub(r"(?<=\w)_(?=\w)", "-", bare).replace("_", " ")
    name = _NAME.fullmatch(bare)
    if name is None or not _genes_of(name):
        return ""
    return bare if name[2] or re.search("fish|rearr", column, re.IGNORECASE) else ""


def _with_owner(found: re.Match[str]) -> str:
    """Give an interphase text, and before it the words that say somebody else's cells were seen."""
    words = found.string[clause_of(found.string, *found.span())[0] : found.start()]
    return f"{words} {found[0]}" if verdict(words) is Verdict.ANOTHERS else found[0]


def _words_beside_probes(found: re.Match[str]) -> str:
    """Give what stands between and behind the probes of an interphase text in words that name a lesion."""
    words = (_NUC_ISH.sub("FISH", part) for part in _PROBE.split(found[0]))
    return "".join(part for part in words if exchanges(part) or any(map(_genes_of, _NAME.finditer(part))))


def _genes_of(name: re.Match[str]) -> list[str]:
    """Give the genes of a name; none where one of its words is no gene of lesions."""
    genes = [gene for gene in name.groups() if gene]
    return genes if all(map(_is_gene, genes)) else []


def _read_words(text: str) -> tuple[tuple[FishFusion, ...], str]:
    """Read the fusions that a text names in words; give it back without the clauses that were understood.

    A name with no verdict and no share of nuclei beside it is kept, and does not count.
    """
    plain = _ISCN.sub(_brackets, text)
    found: dict[tuple[str, str], list[FishFusion]] = {}
    read: list[tuple[int, int]] = []
    for match in _NAME.finditer(plain):
        start, end = clause_of(plain, *match.span())
        one, other, alone = match.groups()
        if not _genes_of(match):
            continue
        if alone and (_COPIES.search(plain, start, end) or not _APART.search(plain, start, end)):
            continue
        nuclei, said = nuclei_behind(plain, match.end(), end), said_of(plain, *match.span())
        if said in {None, Verdict.NOT_PLAIN}:
            plain_words = said is None and alone and _REARRANGED.search(plain, start, end)
            said = Verdict.FOUND if nuclei or plain_words else Verdict.NOT_PLAIN
        elif said is Verdict.NOT_FOUND and _is_shown(nuclei) and verdict(plain[start:end]) is None:
            said = Verdict.NOT_PLAIN  # what denies stands in another clause, and nuclei in its own
        pair = (one or alone, other or UNKNOWN_PARTNER)
        found.setdefault(pair, []).append(FishFusion(*pair, nuclei, said or Verdict.FOUND))
        read += [(start, end)] * (said != Verdict.NOT_PLAIN)
    rest = "".join(mark for at, mark in enumerate(text) if not any(start <= at < end for start, end in read))
    return tuple(_first_or_found(each) for each in found.values()), rest


def _first_or_found(told: Sequence[FishFusion]) -> FishFusion:
    """Give what a text says first of a fusion, or that it was found, by whichever method."""
    return next((each for each in told if not each.doubt), told[0])


def _brackets(found: re.Match[str]) -> str:
    """Keep brackets with a result, (150/200) or (-), open those with a pair, and blank bands and the like."""
    text = found[0]
    if _SIGN.fullmatch(text) or nuclei_behind(text, 0) or verdict(text) is not None:
        return text
    if any(_genes_of(name)[1:] for name in _NAME.finditer(text)):
        return f" {text[1:-1]} "
    return " " * len(text)


def _is_shown(nuclei: tuple[int, int] | None) -> bool:
    return nuclei is not None and not few_nuclei(nuclei)


def _is_gene(text: str) -> bool:
    """Whether a word is the name of a gene of lesions, or of a locus."""
    known = text in _LOCI or is_lesion_gene(approved_symbol(text))
    return known and text != _NO_GENE
