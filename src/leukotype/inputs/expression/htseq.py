"""htseq-count's output: one sample without a header, its own tallies (``__no_feature``) among the genes."""

from typing import Final

from leukotype.inputs.expression.format import Format
from leukotype.vocabulary import ValueType

HTSEQ: Final = Format("HTSeq", values={ValueType.COUNTS: "count"}, value_type_known=False)
