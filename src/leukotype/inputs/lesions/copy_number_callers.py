"""Tables of copy number that are known by their columns, and not read: what each is.

Positions make a row a segment, which is no chromosome and no arm: a gain of a part of chromosome 1 is not a
whole one, and log ratios say nothing without the share of tumor cells. Names of columns are those of the
tools' own documentation.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Final

from leukotype.inputs.source import stream
from leukotype.inputs.tables.text import Kinds, OtherKindError, find_kind

ARM_COLUMNS: Final = ("arm", "chromosome_arm", "chromosome arm", "chromosome", "chrom", "chr")
_STARTS: Final = ("start", "loc.start", "startpos", "start.pos", "start_position", "chromstart", "start.bp")
_ENDS: Final = ("end", "loc.end", "endpos", "end.pos", "end_position", "chromend", "end.bp")
_GISTIC: Final = "results of GISTIC, which are log ratios or belong to a cohort"
# What a table is -> columns by which it is told; of several that fit, the one with most columns is meant.
_KNOWN: Final = MappingProxyType(
    {
        "segments": [*map(frozenset, product(ARM_COLUMNS, _STARTS, _ENDS))],
        **{
            f"segments of {tool}": [frozenset(columns.split()) for columns in told]
            for tool, told in {
                "ASCAT": (
                    "chr startpos endpos nmajor nminor",
                    "chromosome start end copy_number major_copy_number minor_copy_number",
                ),
                "Battenberg": ("chr startpos endpos nmaj1_a nmin1_a frac1_a",),
                "CNVkit": (
                    "chromosome start end gene log2",
                    "chromosome start end log2 probes",
                    "chromosome start end log2 weight",
                ),
                "Control-FREEC": (
                    "chr start end wilcoxonranksumtestpvalue",
                    "chromosome start ratio medianratio copynumber",
                ),
                "FACETS": ("chrom start end tcn.em", "chrom seg cnlr.median mafr", "chrom start end tcn lcn"),
                "ichorCNA": (
                    "chrom start end num.mark seg.median.logr copy.number",
                    "chr start end event copy.number median",
                    "chrom start end corrected_copy_number corrected_call",
                ),
                "PURPLE": (
                    "chromosome start end copynumber bafcount",
                    "chromosome start end copynumber minorallelecopynumber",
                ),
                "Sequenza": ("chromosome start.pos end.pos cnt", "chromosome start.pos end.pos depth.ratio"),
                "TitanCNA": ("sample chromosome titan_call copy_number", "chr titanstate titancall"),
                "GATK": ("contig start end mean_log2_copy_ratio", "contig start end log2_copy_ratio"),
                "SEG": (
                    "id chrom loc.start loc.end seg.mean",
                    "sample chromosome start end num_probes segment_mean",
                    "gdc_aliquot chromosome start end segment_mean",
                ),
            }.items()
        },
        "segments of ChAS": [
            frozenset({"cn state", "type", "chromosome"}),
            frozenset({"cn state", "type", "full location"}),
        ],
        "segments of Nexus": [frozenset({"chromosome region", "event"})],
        "copy number by gene of PURPLE": [
            frozenset({"chromosome", "start", "end", "gene", "mincopynumber", "maxcopynumber"})
        ],
        "the purity and ploidy of PURPLE": [frozenset({"purity", "ploidy", "diploidproportion"})],
        "copy number by arm of FACETS": [frozenset({"arm", "tcn", "lcn"})],
        "copy number by gene of FACETS": [frozenset({"gene", "tcn", "cf", "cn_state"})],
        _GISTIC: [
            frozenset({"chromosome arm"}),
            frozenset({"arm", "# genes"}),
            frozenset({"arm", "amp frequency"}),
            frozenset({"gene symbol", "cytoband"}),
            frozenset({"unique name", "descriptor", "wide peak limits"}),
            frozenset({"type", "chromosome", "start", "end", "g-score"}),
        ],
        "a table by gene, as of cBioPortal": [
            frozenset({"hugo_symbol", "cytoband"}),
            frozenset({"hugo_symbol", "entrez_gene_id"}),
        ],
        "a table by arm of cBioPortal, with a column a sample": [
            frozenset({"entity_stable_id", "name", "description"})
        ],
    }
)
# By the first bytes: GATK below the header of a SAM file, and rows of positions without any header.
_STARTS_OF_FILES: Final = MappingProxyType(
    {
        "segments of GATK": re.compile(rb"@(?:.*\n@)*.*\nCONTIG\tSTART\tEND\t"),
        "segments without a header (Control-FREEC, BED)": re.compile(
            rb"(?:chr)?(?:\d{1,2}|[XY])\t\d+\t\d+(?:\t|\r?\n)"
        ),
        "a VCF": re.compile(rb"##fileformat=VCF"),
    }
)
_HEAD_BYTES: Final = 1_000_000


def refuse_unread(path: Path, read: Kinds) -> None:
    """Refuse a table of copy number that is known and not read.

    Parameters
    ----------
    read
        tables that are read, one of which it may be by more of its columns.

    Raises
    ------
    OtherKindError
        With its name, and what to give instead.
    """
    with stream(path) as handle:
        head = handle.read(_HEAD_BYTES)
    found = next((name for name, begins in _STARTS_OF_FILES.items() if begins.match(head)), "")
    name = found or find_kind(path, {**_KNOWN, **read})
    if name and name not in read:
        share = ", whose copies depend on the share of tumor cells" if name.startswith("segments") else ""
        raise OtherKindError(
            f"{path}: expected copy number by chromosome or arm, found {name}{share}: give the arms that are "
            "gained and lost, as columns sample, arm, change"
        )
