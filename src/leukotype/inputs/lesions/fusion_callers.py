"""Fusion callers' tables: whose table it is by the names of its columns, and what a row of each means.

`CALLERS` is the one place where a caller is known.

References
----------
.. [1] FusionCatcher, manual.md, table 2: its labels and what they say about false positives.
.. [2] CICERO, rank_SVs.pl: how HQ, LQ and RT are given; Tian et al., Genome Biol 2020;21:126.
.. [3] Arriba, documentation, Output files: confidence, filters, fusions.discarded.tsv.
.. [4] JAFFA, documentation, Output description: its classifications.
.. [5] DRAGEN, user guide, Gene Fusion Detection; TruSight Oncology 500, Analysis Outputs: KeepFusion.
.. [6] EasyFuse, wiki, EasyFuse Output; EricScript, README: scores above 0.5; SQUID, README: scores are reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from leukotype.errors import InputError, abridge, quote
from leukotype.inputs.lesions.fusion_vcf import FusionVcf, read_fusion_vcf
from leukotype.inputs.lesions.interphase import UNKNOWN_PARTNER
from leukotype.inputs.lesions.loci import date_symbol, is_of_lesion
from leukotype.inputs.lesions.read_counts import MOST_READS
from leukotype.inputs.lesions.records import Verdict
from leukotype.inputs.lesions.statements import result_of, said_of, verdict, without_verdict
from leukotype.inputs.paths import column_sample
from leukotype.inputs.tables.text import (
    MISSING,
    NamedTable,
    OtherKindError,
    hold,
    is_number,
    read_named,
    read_section,
    text_encoding,
    text_lines,
)

Row = Mapping[str, str]

TABLE: Final = "table"
FUSION_REPORT: Final = "fusion-report"
TSO: Final = "Illumina TSO"
CBIOPORTAL: Final = "cBioPortal"
_REMARK: Final = re.compile(r"\s*\([^()]*\)")
_WITHIN: Final = re.compile(r"(\w+)\s*\((?:ITD|PTD|dup|tandem duplication)\)", re.IGNORECASE)
_WHOLE_COMMA: Final = re.compile(r"(?<=\d),0{1,2}$")  # 120,0 of a European sheet
# Of reports: dashes and arrows between two genes, and one colon.
_DASHES: Final = re.compile("\\s*(?:->|[\u2192\u2010-\u2015\u2212])\\s*")
_NEGATIVE: Final = frozenset({"nofusion", "no fusion", "negative", "not detected"})
_NONE_FOUND: Final = MISSING | _NEGATIVE | {"-"}
_CATCHER_GENES: Final = (
    ("gene_1_symbol(5end_fusion_partner)", "gene_2_symbol(3end_fusion_partner)"),
    ("gene_1_symbol(5end_partner)", "gene_2_symbol(3end_partner)"),
    ("fusion_gene_symbol_1(5end_partner)", "fusion_gene_symbol_2(3end_partner)"),
)
_CATCHER_READS: Final = ("spanning_pairs", "spanning_unique_reads")
_CATCHER_REST: Final = ("fusion_description", "counts_of_common_mapping_reads", *_CATCHER_READS)
_CATCHER_POINTS: Final = tuple(
    f"fusion_point_for_gene_{end}{partner})"
    for end in ("1(5end", "2(3end")
    for partner in ("_fusion_partner", "_partner")
)
_ARRIBA_READS: Final = ("split_reads1", "split_reads2", "discordant_mates")
_STAR_FUSION_READS: Final = ("junctionreadcount", "spanningfragcount")
_STAR_FUSION_OLD_READS: Final = ("junctionreads", "spanningfrags")
_INSPECTOR_OLD_READS: Final = ("junction_count", "spanning_count")
_DRAGEN_READS: Final = ("numsplitreads", "numsoftclippedreads", "numpairedreads")
_TSO_READS: Final = ("alt split dedup", "alt pair dedup")
_TSO_SECTION_READS: Final = "fusion supporting reads"
_EASYFUSE_READS: Final = (*("ft_junc_cnt_best", "ft_span_cnt_best"), *("ft_junc_best", "ft_span_best"))
_ERICSCRIPT_READS: Final = ("crossingreads", "spanningreads")
_ERICSCRIPT_LEAST: Final = 0.5  # scores under this are not in its filtered table [6]_
_PIZZLY_READS: Final = ("paircount", "splitcount")
_DEFUSE_READS: Final = ("splitr_count", "span_count")
_SOAPFUSE_READS: Final = ("span_reads_num", "junc_reads_num")
_CBIOPORTAL_READS: Final = ("tumor_split_read_count", "tumor_paired_end_read_count")
_CICERO_READS: Final = ("readsa", "readsb")
_JAFFA_READS: Final = ("spanning pairs", "spanning reads")
# Columns of tables that people make: the genes, or the pair in one, and its reads. Those of the first row of
# genes are leukotype's own; under another name they may be a caller's, so that its reads are asked for.
_GENE_COLUMNS: Final = (
    ("gene_5prime", "gene_3prime"),
    *(("gene1", "gene2"), ("gene_1", "gene_2"), ("gene 1", "gene 2")),
    *(("gene_a", "gene_b"), ("gene a", "gene b"), ("gene5", "gene3"), ("5'gene", "3'gene")),
    *(("5' gene", "3' gene"), ("5_gene", "3_gene"), ("left_gene", "right_gene")),
    *(("gen1", "gen2"), ("gen_1", "gen_2"), ("gen 1", "gen 2")),
)
_FUSION_COLUMNS: Final = (
    *("fusion", "fusions", "fusion_gene", "fusion gene", "fusion_name", "fusion name"),
    *("gene_fusion", "gene fusion", "fusionen", "fusionsgen", "genfusion"),
)
_READS: Final = (
    *("reads", "supporting_reads", "supporting reads", "read_count", "read count", "total_reads"),
    *("total reads", "unique reads"),
)
_OWNERS: Final = (
    "sample",
    "sample_id",
    "sample id",
    "sample name",
    "patient",
    "patient_id",
    "patient id",
    "id",
)
_BANDS: Final = re.compile(r"\b(?:t|ins|inv|dic|del)\s*\([^()]*\)(?:\s*\([^()]*\))*", re.IGNORECASE)
_PIECE: Final = re.compile(r"(?:(?!,|\s\+\s|\s(?:und|and|&)\s).)+")
_PAIR: Final = 2
# Two names apart by a mark that names have not: BCR>ABL1, TCF3_PBX1.
_MARKED: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)\s*[_>|\u00d7]+\s*([A-Za-z][A-Za-z0-9]*)")
# What a side may be beside its gene: an exon, a transcript, a place.
_OF_A_GENE: Final = re.compile(
    r"\d+$|e(?:x(?:on)?)?\d|in(?:t(?:ron)?)?\d|(?:ENS[TP]\d|[NX][MR]_\d|chr)|[^:]+:|.+-e(?:x(?:on)?)?\d+$",
    re.IGNORECASE,
)
_ANY_FUSION: Final = re.compile(
    r"(?:(?:gen|gene|known|bekannten?|relevanten?|any|de)?\s*)*(?:fusi\w+)?", re.IGNORECASE
)
_ALONE: Final = re.compile(r"(\w+)[ -](?:r|rearr\w*|umlagerung)", re.IGNORECASE)  # KMT2A-r
# The columns of fusion-report that are not a tool; its score has a long name since version 3.
_REPORT_COLUMNS: Final = frozenset(
    {"fusion", "databases", "fusion indication index (fii)", "explained fii", "score", "explained score"}
)
# Supporting reads by the keys of fusion-report's tools: Arriba, STAR-Fusion, FusionCatcher and JAFFA,
# EricScript, pizzly, long reads.
_REPORT_READS: Final = (
    *_ARRIBA_READS,
    *("junction_reads", "spanning_reads"),
    *_CATCHER_READS,
    "discordant_reads",
    *("pair_count", "split_count"),
    "num_lr",
)


# FusionCatcher's labels of a "very high probability of being a false positive" [1]_: pairs of healthy people
# and tissues, pairs of alike, near or overlapping genes; readthrough ("high probability"); and what it calls
# not somatic. Not cacg, also of that list: FIP1L1::PDGFRA and GOPC::ROS1 of its own test data carry it.
_OVERLAPS: Final = tuple(
    f"{source}_{kind}_overlapping"
    for source in ("ensembl", "gencode", "refseq", "ucsc")
    for kind in ("fully", "same_strand")
)
_ARTEFACTS: Final = (
    "banned",
    "1000genomes",
    "bodymap2",
    "conjoing",
    "gtex",
    "hpa",
    "matched-normal",
    "non_cancer_tissues",
    "non_tumor_cells",
    "tcga-normal",
    "paralogs",
    "pair_pseudo_genes",
    "similar_reads",
    "similar_symbols",
    "readthrough",
    "dist1000bp",
    "distance1000bp",
    "gap<1K",
    "mt",
    "rrna",
    *_OVERLAPS,
)
# FusionCatcher's reads that map on both genes: of 1,044 rows of four leukemias none up to this number has its
# label similar_reads, and every row above it has.
_MOST_COMMON_READS: Final = 1000

# Not LowConfidence, which says that a breakpoint is not at an exon's end [4]_, as enhancers' never are.
_JAFFA_DOUBTS: Final = frozenset(
    {"PotentialTransSplicing", "PotentialRunThrough", "PotentialReadThrough", "NoSupport"}
)


@dataclass(frozen=True)
class FusionCall:
    """One fusion as one caller wrote it.

    ``reads`` is None where the file has no number; ``doubts`` are the caller's own reasons against it,
    ``said`` is what the words beside it say.
    """

    caller: str
    gene_5prime: str
    gene_3prime: str
    reads: int | None
    confidence: str = ""
    doubts: tuple[str, ...] = ()
    said: Verdict = Verdict.FOUND


def _reads(row: Row, *columns: str) -> int | None:
    """Sum the supporting reads of some columns; None where none of them has a number.

    Raises
    ------
    ValueError
        For what is neither a whole number nor a mark of a missing one.
    """
    texts = [(column, row.get(column, "").strip()) for column in columns]
    texts = [(column, _WHOLE_COMMA.sub("", text)) for column, text in texts]
    # JAFFA writes "-" for the pairs of a library without pairs.
    given = [(column, text) for column, text in texts if text.lower() not in MISSING and text != "-"]
    for column, text in given:
        if not is_number(text) or not 0 <= float(text) <= MOST_READS or not float(text).is_integer():
            raise ValueError(
                f"column {column}: expected a whole number of reads, found {quote(text)}: correct it"
            )
    return sum(int(float(text)) for _, text in given) if given else None


def _two_genes(column: str, text: str, mark: str) -> tuple[str, str]:
    """Split the name of a fusion at the first mark: names of clones have hyphens too."""
    left, found, right = text.partition(mark)
    if not found:
        raise ValueError(f"column {column}: expected GENE{mark}GENE, found {quote(text)}: correct it")
    return left, right


def _arriba(row: Row) -> list[FusionCall]:
    reads = _reads(row, *_ARRIBA_READS)
    return [FusionCall("Arriba", row["gene1"], row["gene2"], reads, row["confidence"], _arriba_doubts(row))]


def _arriba_doubts(row: Row) -> tuple[str, ...]:
    """Low confidence, and the filters that took all reads: those without a number behind them [3]_."""
    doubts = ["Arriba's confidence is low"] if row.get("confidence", "").lower() == "low" else []
    filters = [name for name in row.get("filters", "").split(",") if name.strip() not in ("", ".")]
    whole = [name for name in filters if not name.endswith(")")]
    return (*doubts, *([f"discarded by Arriba ({abridge(whole)})"] if whole else []))


def _star_fusion(row: Row) -> list[FusionCall]:
    old = "fusion_name" in row  # until 0.5; in later versions JunctionReads are the names of the reads
    left, right = _two_genes("FusionName", row["fusion_name" if old else "fusionname"], "--")
    reads = _reads(row, *(_STAR_FUSION_OLD_READS if old else _STAR_FUSION_READS))
    return [FusionCall("STAR-Fusion", left, right, reads)]


def _fusion_inspector(row: Row) -> list[FusionCall]:
    if "genea" in row:
        reads = _reads(row, *_INSPECTOR_OLD_READS)
        return [FusionCall("FusionInspector", row["genea"], row["geneb"], reads)]
    return [replace(call, caller="FusionInspector") for call in _star_fusion(row)]


def _ctat_lr(row: Row) -> list[FusionCall]:
    """Read long reads, and the short ones beside them where both were given."""
    left, right = _two_genes("FusionName", row["fusionname"], "--")
    return [FusionCall("ctat-LR-fusion", left, right, _reads(row, "num_lr", *_STAR_FUSION_READS))]


def _dragen(row: Row) -> list[FusionCall]:
    """Count the reads: their numbers, or in older versions their names."""
    left, right = _two_genes("FusionGene", row["fusiongene"], "--")
    reads = _reads(row, *_DRAGEN_READS)
    names = [name for name in row.get("readnames", "").split(";") if name.strip()]
    found = reads if reads is not None else len(names) or None
    return [FusionCall("DRAGEN", left, right, found, row.get("filter", ""), _filters(row))]


def _filters(row: Row) -> tuple[str, ...]:
    """Say which filters a row did not pass."""
    failed = row.get("filter", "").strip()
    passed = failed.lower() in {*MISSING, "pass", "passed"}
    return () if passed else (f"did not pass its caller's filter ({failed})",)


def _tso(row: Row) -> list[FusionCall]:
    """Read AllFusions.csv, or the rows of CombinedVariantOutput.tsv, which have passed all filters."""
    if "gene pair" in row:
        left, right = split_pair("Gene Pair", row["gene pair"])
        return [FusionCall(TSO, left, right, _reads(row, _TSO_SECTION_READS))]
    doubts = () if row["keepfusion"].lower() == "true" else (f"not kept by its filters ({row['filter']})",)
    left, right = (row[name].replace(";", ",") for name in ("gene a", "gene b"))
    return [FusionCall(TSO, left, right, _reads(row, *_TSO_READS), row["filter"], doubts)]


def _easyfuse(row: Row) -> list[FusionCall]:
    left, right = _two_genes("Fusion_Gene", row["fusion_gene"], "_")
    said = row.get("prediction_class", "")
    doubts = ("predicted negative by EasyFuse",) if said.lower() == "negative" else ()
    return [FusionCall("EasyFuse", left, right, _reads(row, *_EASYFUSE_READS), said, doubts)]


def _ericscript(row: Row) -> list[FusionCall]:
    reads, score = _reads(row, *_ERICSCRIPT_READS), row["ericscore"]
    low = is_number(score) and float(score) < _ERICSCRIPT_LEAST
    doubts = (f"EricScore {float(score):.2f}, under {_ERICSCRIPT_LEAST}",) if low else ()
    return [FusionCall("EricScript", row["genename1"], row["genename2"], reads, score, doubts)]


def _pizzly(row: Row) -> list[FusionCall]:
    return [FusionCall("pizzly", row["genea.name"], row["geneb.name"], _reads(row, *_PIZZLY_READS))]


def _squid(row: Row) -> list[FusionCall]:
    """Read each pair of genes of an annotated row; a row between genes has none."""
    pairs = [pair for pair in row["fusedgenes"].split(",") if ":" in pair]
    reads = _reads(row, "score")
    return [FusionCall("SQUID", *_two_genes("FusedGenes", pair, ":"), reads) for pair in pairs]


def _defuse(row: Row) -> list[FusionCall]:
    return [FusionCall("deFuse", row["gene_name1"], row["gene_name2"], _reads(row, *_DEFUSE_READS))]


def _soapfuse(row: Row) -> list[FusionCall]:
    return [FusionCall("SOAPfuse", row["up_gene"], row["dw_gene"], _reads(row, *_SOAPFUSE_READS))]


def _cbioportal(row: Row) -> list[FusionCall]:
    """Read structural variants between two genes; those that one is born with do not count."""
    status = verdict(row.get("sv_status", "") or row.get("fusion_status", "")) or Verdict.FOUND
    reads = _reads(row, *_CBIOPORTAL_READS)
    columns = (("site1_hugo_symbol", "site2_hugo_symbol"), ("gene_a", "gene_b"))
    genes = [(row[one], row[other]) for one, other in columns if one in row]
    if not genes and "-" not in row["fusion"].replace("--", "-"):
        return [FusionCall(CBIOPORTAL, row.get("hugo_symbol", ""), "", reads, row["fusion"], said=status)]
    pairs = [(pair, Verdict.FOUND) for pair in genes] or _pairs_of("Fusion", row["fusion"])
    return [FusionCall(CBIOPORTAL, *pair, reads, said=status or said) for pair, said in pairs]


def split_pair(column: str, text: str) -> tuple[str, str]:
    """Split a pair as people and reports write it: BCR::ABL1, BCR--ABL1, BCR-ABL1, BCR/ABL1, BCR:ABL1.

    Of several hyphens alone (PAX5-VPS9D1-AS1: genes have them too) that one parts the pair which leaves a
    gene of lesions on one side, else the first.

    Raises
    ------
    ValueError
        For a text without a mark.
    """
    text = _DASHES.sub("-", text)
    for mark in ("::", "--", "/", ":"):
        if text.count(mark) == 1:
            return _two_genes(column, text, mark)
    parts = text.split("-")
    splits = [("-".join(parts[:i]), "-".join(parts[i:])) for i in range(1, len(parts))]
    if not splits:
        raise ValueError(f"column {column}: expected GENE::GENE, found {quote(text)}: correct it")
    return next((pair for pair in splits if any(map(is_of_lesion, pair))), splits[0])


def _fusion_catcher(row: Row) -> list[FusionCall]:
    left, right = next(names for names in _CATCHER_GENES if names[0] in row)
    reads = _reads(row, *_CATCHER_READS)
    labels = [label.strip() for label in row["fusion_description"].split(",")]
    said = tuple(label for label in _ARTEFACTS if label in labels)
    doubts = (*(f"labelled {label}" for label in said), *_common_reads(row, "counts_of_common_mapping_reads"))
    return [FusionCall("FusionCatcher", row[left], row[right], reads, ",".join(said), doubts)]


def _common_reads(row: Row, column: str) -> tuple[str, ...]:
    common = _reads(row, column) or 0
    return (f"{common} reads map on both genes",) if common > _MOST_COMMON_READS else ()


def _cicero(row: Row) -> list[FusionCall]:
    rating = row.get("rating", "")
    # CICERO gives HQ to every pair of its list of known fusions, so LQ and RT lose no known driver [2]_.
    doubts = (f"rated {rating} by CICERO",) if rating in ("LQ", "RT", "bad") else ()
    reads = _reads(row, *_CICERO_READS)
    return [FusionCall("CICERO", row["genea"], row["geneb"], reads, rating, doubts)]


def _jaffa(row: Row) -> list[FusionCall]:
    left, right = _two_genes("fusion genes", row["fusion genes"], ":")
    reads = _reads(row, *_JAFFA_READS)
    return [FusionCall("JAFFA", left, right, reads, row["classification"], _jaffa_doubts(row))]


def _jaffa_doubts(row: Row) -> tuple[str, ...]:
    said = row.get("classification", "")
    return (f"classified {said} by JAFFA",) if said in _JAFFA_DOUBTS else ()


def _fusion_report(row: Row) -> list[FusionCall]:
    """One call for each tool that found the fusion; its column holds ``key: value,key: value``."""
    left, right = _two_genes("Fusion", row["fusion"], "--")
    calls = []
    for tool in tool_columns(row):
        if not row[tool]:
            continue
        parts = (part.partition(":") for part in row[tool].split(","))
        values = {key.strip().lower(): value.strip() for key, _, value in parts}
        confidence = values.get("confidence", values.get("classification", ""))
        doubts = (
            *_arriba_doubts(values),
            *_jaffa_doubts(values),
            *_common_reads(values, "common_mapping_reads"),
        )
        calls.append(
            FusionCall(caller_name(tool), left, right, _reads(values, *_REPORT_READS), confidence, doubts)
        )
    return calls


def tool_columns(columns: Iterable[str]) -> list[str]:
    """Columns of a fusion-report table that hold what one tool found."""
    return [name for name in columns if name not in _REPORT_COLUMNS]


def _table(row: Row) -> list[FusionCall]:
    caller = caller_name(row["caller"]) if row.get("caller") else TABLE
    reads = _reads(row, *(name for name in _READS if name in row))
    against = result_of(row, is_told=reads is not None)
    low = ("its confidence is low",) if row.get("confidence", "").strip().lower() == "low" else ()
    doubts = (*_filters(row), *low)
    if pair := next((names for names in _GENE_COLUMNS if row.keys() >= set(names)), None):
        return [FusionCall(caller, row[pair[0]], row[pair[1]], reads, doubts=doubts, said=against)]
    column = next(name for name in _FUSION_COLUMNS if name in row)
    return [
        FusionCall(caller, *pair, reads, doubts=doubts, said=against or own)
        for pair, own in _pairs_of(column, row[column])
    ]


def _pairs_of(column: str, text: str) -> list[tuple[tuple[str, str], Verdict]]:
    """Read the pairs of a cell, apart by semicolons, and what is said of each.

    Bands are left out; of the words and remarks beside a pair those of a result say something.
    """
    pairs: list[tuple[tuple[str, str], Verdict]] = []
    for part, against in _parts(_BANDS.sub("", text)):
        plain = _REMARK.sub("", part).strip()
        within = _WITHIN.fullmatch(part.strip())
        if within:
            pairs.append(((within[1], within[1]), Verdict.FOUND))
        elif plain.lower() not in _NONE_FOUND:
            own = verdict(part)
            said = Verdict.DOUBTED if "?" in plain else own if own is not None else against or None
            bare = without_verdict(plain).replace("?", "") if said is not None else plain
            if said in {Verdict.NOT_FOUND, Verdict.NOT_TESTED} and _ANY_FUSION.fullmatch(bare.strip(" :,.")):
                continue
            alone = _ALONE.fullmatch(bare.strip(" :,."))
            if alone or re.search(r"\w", bare):
                pair = (alone[1], UNKNOWN_PARTNER) if alone else _pair_among(column, bare, part)
                pairs.append((pair, said or Verdict.FOUND))
    return pairs


def _parts(text: str) -> Iterator[tuple[str, Verdict]]:
    """Give the parts of a cell, and what the words around say against each that says nothing itself.

    They stand apart by semicolons, or by other marks where more than one of them names a pair.
    """
    for part in text.split(";"):
        pieces = [each for each in _PIECE.finditer(part) if re.search(r"\w\s*(?:[:/-]|->)+\s*\w", each[0])]
        if len(pieces) < _PAIR:
            yield part, Verdict.FOUND
            continue
        for each in pieces:
            said = said_of(part, *each.span())
            yield each[0], said if said and said != Verdict.NOT_PLAIN else Verdict.FOUND


def _pair_among(column: str, text: str, whole: str) -> tuple[str, str]:
    """Give the pair in a text of several words: the first that names a gene of lesions, or else any.

    Parameters
    ----------
    whole
        the text with its brackets: where a side is an exon or a transcript, its two genes stand there too.
    """
    if marked := _MARKED.fullmatch(text):
        return marked[1], marked[2]
    joined = re.sub(r"\s*(::|--|[/-])\s*", r"\1", _DASHES.sub("-", text))
    words = [word.strip(" :,.") for word in joined.split()]
    pairs = [split_pair(column, word) for word in words if re.search(r"\w[:/-]+\w", word)]
    known = [pair for pair in pairs if any(map(is_of_lesion, pair))]
    left, right = next(iter(known or pairs), None) or split_pair(column, text)
    if _OF_A_GENE.match(left) or _OF_A_GENE.match(right):
        genes = [*dict.fromkeys(word for word in re.findall(r"[^\W_]+", whole) if is_of_lesion(word))]
        if len(genes) != _PAIR:
            raise ValueError(f"column {column}: expected GENE::GENE, found {quote(whole)}: correct it")
        return genes[0], genes[1]
    return left, left if right.lower() == "intragenic" else right


def caller_name(name: str) -> str:
    """Write a caller's name as its authors do, where it is one that is known."""
    plain = name.lower().replace("-", "").replace("_", "").replace(" ", "")
    return next((known for known in CALLERS if known.lower().replace("-", "") == plain), name)


@dataclass(frozen=True)
class Caller:
    """A caller's table.

    Parameters
    ----------
    columns
        the alternatives of columns (lower case) by which it is told.
    read
        what one row says.
    told_by
        how some of its columns look, and no column beside them.
    """

    columns: tuple[frozenset[str], ...]
    read: Callable[[Row], list[FusionCall]]
    told_by: Mapping[str, re.Pattern[str]]


CALLERS: Final[Mapping[str, Caller]] = MappingProxyType(
    {
        "Arriba": Caller(
            (frozenset({"gene1", "gene2", *_ARRIBA_READS, "confidence"}),),
            _arriba,
            {"confidence": re.compile("high|medium|low")},
        ),
        "STAR-Fusion": Caller(
            (
                frozenset({"fusionname", *_STAR_FUSION_READS, "leftgene"}),
                frozenset({"fusion_name", *_STAR_FUSION_OLD_READS, "leftgene"}),
            ),
            _star_fusion,
            {"fusionname": re.compile(".+--.+")},
        ),
        "FusionCatcher": Caller(
            tuple(frozenset({*names, *_CATCHER_REST}) for names in _CATCHER_GENES),
            _fusion_catcher,
            dict.fromkeys(_CATCHER_POINTS, re.compile(r"\w+:\d+:[+-]")),
        ),
        "CICERO": Caller(
            (frozenset({"genea", "geneb", *_CICERO_READS, "sv_ort", "type"}),),
            _cicero,
            {"sv_ort": re.compile("[<>?]")},
        ),
        "JAFFA": Caller(
            (frozenset({"fusion genes", *_JAFFA_READS, "classification"}),),
            _jaffa,
            {"fusion genes": re.compile(".+:.+")},
        ),
        "FusionInspector": Caller(
            (
                frozenset({"fusionname", *_STAR_FUSION_READS, "leftgene", "leftlocalbreakpoint"}),
                frozenset({"genea", "geneb", *_INSPECTOR_OLD_READS}),
            ),
            _fusion_inspector,
            {"fusionname": re.compile(".+--.+")},
        ),
        "ctat-LR-fusion": Caller(
            (
                frozenset({"fusionname", "num_lr", "leftgene"}),
                frozenset({"fusionname", "num_lr", *_STAR_FUSION_READS, "leftgene", "leftlocalbreakpoint"}),
            ),
            _ctat_lr,
            {"fusionname": re.compile(".+--.+")},
        ),
        "DRAGEN": Caller(
            (frozenset({"fusiongene", "score", "leftbreakpoint", "rightbreakpoint"}),),
            _dragen,
            {"fusiongene": re.compile(".+--.+")},
        ),
        TSO: Caller(
            (frozenset({"gene a", "gene b", "filter", "keepfusion"}),),
            _tso,
            {"keepfusion": re.compile("true|false", re.IGNORECASE)},
        ),
        "EasyFuse": Caller(
            (frozenset({"bpid", "fusion_gene", "breakpoint1", "breakpoint2"}),),
            _easyfuse,
            {"fusion_gene": re.compile(".+_.+")},
        ),
        "EricScript": Caller(
            (frozenset({"genename1", "genename2", *_ERICSCRIPT_READS, "ericscore"}),), _ericscript, {}
        ),
        "pizzly": Caller((frozenset({"genea.name", "geneb.name", *_PIZZLY_READS}),), _pizzly, {}),
        "SQUID": Caller(
            (frozenset({"chrom1", "start1", "chrom2", "start2", "score", "type", "fusedgenes"}),), _squid, {}
        ),
        "deFuse": Caller((frozenset({"gene_name1", "gene_name2", *_DEFUSE_READS}),), _defuse, {}),
        "SOAPfuse": Caller((frozenset({"up_gene", "dw_gene", *_SOAPFUSE_READS}),), _soapfuse, {}),
        CBIOPORTAL: Caller(
            (
                frozenset({"sample_id", "site1_hugo_symbol", "site2_hugo_symbol"}),
                frozenset({"tumor_sample_barcode", "gene_a", "gene_b"}),  # as OncoKB asks for them
                frozenset({"tumor_sample_barcode", "fusion"}),  # data_fusions.txt, until 2022
            ),
            _cbioportal,
            {},
        ),
        FUSION_REPORT: Caller(
            (
                frozenset({"fusion", "databases", "fusion indication index (fii)"}),
                frozenset({"fusion", "databases", "score"}),
            ),
            _fusion_report,
            {"fusion": re.compile(".+--.+")},
        ),
        TABLE: Caller(
            (
                frozenset(_GENE_COLUMNS[0]),
                *(frozenset({*genes, reads}) for genes in _GENE_COLUMNS[1:] for reads in _READS),
                *(frozenset({name, other}) for name in _FUSION_COLUMNS for other in (*_OWNERS, *_READS)),
            ),
            _table,
            {"reads": re.compile(r"\d+([.,]0*)?")},
        ),
    }
)

_EXPECTED: Final = (
    f"a fusion caller's table ({', '.join(name for name in CALLERS if name != TABLE)}, the VCF of "
    "nf-core/rnafusion, or columns sample, gene_5prime, gene_3prime)"
)
_TSO_SECTION: Final = re.compile(r"\[(?:RNA )?Fusions\]", re.IGNORECASE)
_NAME_ALONE: Final = re.compile(r"[\w.@-]+(?:--|::)[\w.@-]+")
# A column that tells whose row it is, as callers' tables of a cohort are joined.
_SAMPLE: Final = re.compile(r"((tumou?r|rna)[_ ]?)?(sample|patient|specimen|case)([_ ]?(id|name|barcode))?")


_READS_FILE: Final = re.compile(r"\.(fastq|fq|fasta|fa)(\.gz)?$", re.IGNORECASE)  # as JAFFAL names samples


@dataclass(frozen=True)
class CallTable:
    """One file of calls.

    Parameters
    ----------
    format
        which caller's table it is.
    callers
        callers that were run for it, also those that found nothing.
    calls
        in the order of the file.
    sample_column, samples
        the sample of each call as the table itself says it; none where it has no column of samples.
    rows
        of each call.
    silent
        samples of rows that say that no fusion was found.
    """

    path: Path
    format: str
    callers: tuple[str, ...]
    calls: tuple[FusionCall, ...]
    sample_column: str
    samples: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    silent: tuple[str, ...] = ()

    def told_by(self, run: Collection[str]) -> CallTable:
        """Take the samples from another column, where none that is named so has one of the run."""
        if {*self.samples, *self.silent} & set(run):
            return self
        stems = {name: column_sample(_READS_FILE.sub("", name)) for name in (*self.samples, *self.silent)}
        if set(stems.values()) & set(run):
            samples, silent = (tuple(map(stems.__getitem__, each)) for each in (self.samples, self.silent))
            return replace(self, samples=samples, silent=silent)
        column = next(
            (
                name
                for name in dict.fromkeys(name for row in self.rows for name in row)
                if any(row.get(name) in run and not is_number(row[name]) for row in self.rows)
            ),
            "",
        )
        samples = tuple(row.get(column, "") for row in self.rows)
        note = f"samples read from column '{column}'"
        if not column:
            return self
        return replace(self, sample_column=column, samples=samples, notes=(*self.notes, note))


def read_calls(path: Path) -> CallTable:
    """Read a fusion caller's table; which caller's it is, is told by the names of its columns.

    Raises
    ------
    OtherKindError
        For a file of another kind.
    InputError
        For a fusion table that is damaged, and for reads that are not a number; with its line.
    """
    if (written := read_fusion_vcf(path)) is not None:
        return _of_vcf(path, written)
    table = _section(path) or _whole_table(path)
    frame = table.frame
    repeated: list[str] = []
    if table.kind == "CICERO":
        frame, repeated = _without_repeated_header(table)
    owner = next((name for name in frame.columns if _SAMPLE.fullmatch(name)), "")
    calls: list[FusionCall] = []
    samples: list[str] = []
    rows: list[Row] = []
    silent: list[str] = []
    for line, *values in frame.itertuples():
        row = dict(zip(frame.columns, values, strict=True))
        try:
            found = CALLERS[table.kind].read(row)
        except ValueError as error:
            raise InputError(f"{path}: line {line}, {error}") from error
        silent += [row.get(owner, "")] if not found and _says_none(table.kind, row) else []
        calls += found
        samples += [row.get(owner, "")] * len(found)
        rows += [row] * len(found)
    notes = (*repeated, *table.notes, *_dates(calls))
    said = tuple(samples) if owner else ()
    callers = _callers_of(table, calls)
    return CallTable(
        *(path, table.kind, callers, tuple(calls), owner, said, notes, tuple(rows)),
        silent=tuple(filter(None, silent)),
    )


def _says_none(kind: str, row: Row) -> bool:
    """Whether a row of a plain table says that its sample has no fusion, not that nobody looked."""
    told = [row[name] for name in _FUSION_COLUMNS if name in row] if kind == TABLE else []
    return any(text.lower() in _NEGATIVE or verdict(text) is Verdict.NOT_FOUND for text in told)


def _whole_table(path: Path) -> NamedTable:
    looks = {column: look for caller in CALLERS.values() for column, look in caller.told_by.items()}
    kinds = {name: caller.columns for name, caller in CALLERS.items()}
    try:
        return read_named(path, kinds, _EXPECTED, hold(looks))
    except OtherKindError as error:
        raise (_names_alone(path) or error) from error


def _names_alone(path: Path) -> OtherKindError | None:
    """Refuse a list of names without a header, as nf-core's fusion-report writes beside its tables."""
    try:
        with text_lines(path, text_encoding(path)) as lines:
            first = lines.readline().strip()
    except UnicodeError:
        return None
    if not _NAME_ALONE.fullmatch(first):
        return None
    return OtherKindError(
        f"{path}: expected {_EXPECTED}, found names of fusions without a header: give the fusions.csv of "
        "fusion-report, or the callers' own tables"
    )


def _section(path: Path) -> NamedTable | None:
    """Read the fusions of Illumina's CombinedVariantOutput.tsv; None for a file without such a section."""
    found = read_section(path, _TSO_SECTION, {TSO: (frozenset({"gene pair", _TSO_SECTION_READS}),)})
    if found is None:
        return None
    return replace(found, frame=found.frame[~found.frame["gene pair"].str.lower().isin(_NONE_FOUND)])


def _of_vcf(path: Path, written: FusionVcf) -> CallTable:
    calls = tuple(
        FusionCall(
            written.caller,
            each.gene_a,
            each.gene_b,
            each.reads,
            each.found_in,
            () if each.passed else ("failed its filter",),
        )
        for each in written.rows
    )
    samples = (written.sample,) * len(calls) if written.sample else ()
    return CallTable(
        *(path, written.caller, (written.caller,), calls),
        *("sample" if samples else "", samples, tuple(_dates(calls))),
    )


def _dates(calls: Sequence[FusionCall]) -> list[str]:
    """Say which symbols a spreadsheet has made dates of, and as what they are read."""
    names = dict.fromkeys(name for call in calls for name in (call.gene_5prime, call.gene_3prime))
    read = [f"{name} as {symbol}" for name in names if (symbol := date_symbol(name.strip()))]
    return [f"dates of a spreadsheet read as symbols: {abridge(read)}"] if read else []


def _without_repeated_header(table: NamedTable) -> tuple[pd.DataFrame, list[str]]:
    """Leave out header lines among CICERO's rows, and refuse its tables of duplications inside a gene.

    Their columns are those of final_fusions.txt; a table without rows is told by its name, which CICERO
    ends on ``internal.txt``.
    """
    again = table.frame["genea"].str.lower() == "genea"
    frame = table.frame[~again]
    inside = frame["type"].str.startswith("Internal")
    if inside.all() and (len(frame) or "internal" in table.path.name.lower()):
        raise OtherKindError(
            f"{table.path}: expected {_EXPECTED}, found CICERO's table of duplications inside a gene: "
            "give its final_fusions.txt"
        )
    return frame, [f"header lines among the rows left out: {int(again.sum())}"] if again.any() else []


def _callers_of(table: NamedTable, calls: Sequence[FusionCall]) -> tuple[str, ...]:
    if table.kind == FUSION_REPORT:
        return tuple(caller_name(name) for name in tool_columns(table.frame.columns))
    if table.kind == TABLE:
        return tuple(dict.fromkeys(call.caller for call in calls)) or (TABLE,)
    return (table.kind,)
