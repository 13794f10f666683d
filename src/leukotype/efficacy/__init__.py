"""How much each arm helped: response and survival of a trial by subtype, risk group, lesion and baseline."""

from leukotype.efficacy.analysis import Analysis, analyse
from leukotype.efficacy.analysis_options import AnalysisOptions
from leukotype.efficacy.clinical_table import Clinical, check_clinical, read_clinical
from leukotype.efficacy.columns import EXAMPLE, TrialColumns, parse_columns, read_columns
from leukotype.efficacy.join import Trial, join_trial
from leukotype.vocabulary import ArmTests, RateInterval, SmallCells, Ties

__all__ = [
    "EXAMPLE",
    "Analysis",
    "AnalysisOptions",
    "ArmTests",
    "Clinical",
    "RateInterval",
    "SmallCells",
    "Ties",
    "Trial",
    "TrialColumns",
    "analyse",
    "check_clinical",
    "join_trial",
    "parse_columns",
    "read_clinical",
    "read_columns",
]
