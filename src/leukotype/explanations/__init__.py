"""Why a sample was called so: what every gene, chromosome and lesion adds to the log-odds."""

from leukotype.evidence.published_markers import MARKER_GENES, MarkerGene, known_marker
from leukotype.explanations.again import inputs_again, is_synthetic
from leukotype.explanations.importance import Importance
from leukotype.explanations.rows import EXPLANATION_COLUMNS
from leukotype.explanations.samples import Explanations, explain, explain_files

__all__ = [
    "EXPLANATION_COLUMNS",
    "MARKER_GENES",
    "Explanations",
    "Importance",
    "MarkerGene",
    "explain",
    "explain_files",
    "inputs_again",
    "is_synthetic",
    "known_marker",
]
