"""Why a sample was called so: what every gene, chromosome and lesion adds to the log-odds."""

from leukotype.explanations.again import inputs_again, is_synthetic
from leukotype.explanations.importance import Importance
from leukotype.explanations.run import Explanations, explain, explain_files
from leukotype.explanations.table import EXPLANATION_COLUMNS
from leukotype.markers import MARKER_GENES, MarkerGene, known_marker

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
