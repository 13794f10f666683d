"""Why a sample was called so: what every gene, chromosome and lesion adds to the log-odds."""

from leukotype.explanations.importance import Importance
from leukotype.explanations.linear import Explainer
from leukotype.explanations.rows import EXPLANATION_COLUMNS
from leukotype.explanations.samples import Explanations, explain_run

__all__ = ["EXPLANATION_COLUMNS", "Explainer", "Explanations", "Importance", "explain_run"]
