"""featureCounts' table: a matrix of BAM files, behind the columns that describe each gene."""

from typing import Final

from leukotype.inputs.expression.format import Format

FEATURECOUNTS: Final = Format("featureCounts", ("geneid", "chr", "start", "end", "strand", "length"))
FEATURECOUNTS_SUMMARY: Final = Format(
    "featureCounts summary", ("status",), refusal="give the table of counts that stands beside it"
)
