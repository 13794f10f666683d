"""The words of the field: subtypes, schemes, risk groups, statuses, columns and cut-offs.

Every other module takes its names from here and spells none of them again.

References
----------
.. [1] Arber et al., International Consensus Classification, Blood 2022;140:1200.
.. [2] Alaggio et al., WHO classification, 5th edition, Leukemia 2022;36:1720.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

# The 13 subtypes of the INO-VATE genomic analysis.
INOVATE_SUBTYPES: Final = (
    "BCR::ABL1",
    "BCR::ABL1-like",
    "Low hypodiploid",
    "KMT2A-r",
    "DUX4-r",
    "Hyperdiploid",
    "MEF2D-r",
    "PAX5alt",
    "TCF3::PBX1",
    "ZNF384-r",
    "CDX2/UBTF",
    "ZEB2/CEBP",
    "B-other",
)

# Further subtypes of WHO-HAEM5 [2]_ and ICC 2022 [1]_.
FURTHER_SUBTYPES: Final = (
    "ETV6::RUNX1",
    "ETV6::RUNX1-like",
    "iAMP21",
    "PAX5 P80R",
    "NUTM1-r",
    "HLF",
    "IKZF1 N159Y",
    "BCL2/MYC",
    "Near haploid",
    "Low hyperdiploid",
)

SUBTYPES: Final = INOVATE_SUBTYPES + FURTHER_SUBTYPES


class Scheme(StrEnum):
    """Which list of subtypes the calls are read against."""

    INOVATE = "inovate"
    ICC = "icc"


# Not subtypes.
LOW_BLASTS: Final = "Unclassifiable: low blasts"
UNCLASSIFIED: Final = "Unclassified"
NOT_B_ALL: Final = "Not B-ALL"
B_ALL: Final = "B-ALL"  # of whatever subtype
# The same in WHO-HAEM5, and its code in the NCI Thesaurus; sources in `leukotype.calling.entities`.
WHO_B_ALL: Final = "B-lymphoblastic leukaemia/lymphoma"
NCIT_B_ALL: Final = "NCIT:C8936"

# What stands for not being B-ALL in training and in simulation.
T_ALL: Final = "T-ALL"
NORMAL: Final = "normal"


class Status(StrEnum):
    """What became of a sample; exactly one of these stands in every row of the calls."""

    CALLED = "called"
    CANDIDATE = "candidate"
    UNCLASSIFIED = "unclassified"
    LOW_BLASTS = "low_blasts"
    NOT_B_ALL = "not_b_all"
    UNREADABLE = "unreadable"


class Tier(StrEnum):
    """How far an answer goes: a sure call, a pair of look-alikes, a likely subtype, or none of these."""

    CALLED = "called"
    GROUP = "group"
    CANDIDATE = "candidate"
    NONE = ""


class BlastSource(StrEnum):
    """Where the blast percentage of a row comes from."""

    GIVEN = "given"
    ESTIMATED = "estimated"


class Sex(StrEnum):
    """Sex of a patient, as it was given or as genes of X and Y show it."""

    FEMALE = "female"
    MALE = "male"
    BOTH = "both"  # genes of both: two people's cells, or XXY
    UNKNOWN = ""


class BlastUnit(StrEnum):
    """Unit of a column of blasts."""

    AUTO = "auto"
    PERCENT = "percent"
    FRACTION = "fraction"


class ValueType(StrEnum):
    """What the numbers of an expression table are, once a logarithm has been undone."""

    COUNTS = "counts"
    CPM = "cpm"
    TPM = "tpm"
    FPKM = "fpkm"


class Strandedness(StrEnum):
    """How the library was made; chooses the column of a STAR ReadsPerGene table."""

    UNSTRANDED = "unstranded"
    FORWARD = "forward"
    REVERSE = "reverse"


class Orientation(StrEnum):
    """What the rows of a matrix are."""

    AUTO = "auto"
    GENES = "genes"
    SAMPLES = "samples"


class IdType(StrEnum):
    """How the genes of a table are named."""

    ENSEMBL = "ensembl"
    SYMBOL = "symbol"
    ENTREZ = "entrez"


# What expression alone cannot tell apart, said beside such a call: near haploid leukemias cluster with
# hyperdiploid ones (Gu et al., Nat Genet 2019;51:296); low hypodiploid ones have no taught class to go to.
LOOK_ALIKES: Final = MappingProxyType(
    {
        "Hyperdiploid": "Near haploid can look the same by expression: check the karyotype",
        "B-other": "Low hypodiploid can look the same by expression: check the karyotype",
    }
)

CALL_COLUMNS: Final = (
    "sample",
    "status",
    "tier",
    "subtype",
    "group",
    "probability",
    "runner_up",
    "runner_up_probability",
    "experts_agreeing",
    "prediction_set_90",
    "prediction_set_95",
    "reason",
    "blast_pct",
    "blast_source",
    "blast_estimate_pct",
    "blast_low_pct",
    "blast_high_pct",
    "risk_group",
    "in_trial_scheme",
    "who_haem5",
    "icc_2022",
    "ncit",
    "subclass",
    "evidence",
    "evidence_agreement",
    "ploidy_state",
    "chromosomes_gained",
    "chromosomes_lost",
    "sex_expression",
    "library_size",
    "genes_found_pct",
    "model",
)

# Columns that hold true, false, or nothing where a sample has no call.
CALL_FLAGS: Final = frozenset({"in_trial_scheme"})

NO_SUBTYPE: Final = "none"  # of a prediction set without any
SET_SEPARATOR: Final = "|"  # of the subtypes of a prediction set or a group, in a table

# Under this blast percentage a sample is set aside: the rule of the INO-VATE genomic analysis; 30.0 passes.
MIN_BLAST_PCT: Final = 30.0

# Under this share of the model's genes a table is read with a warning.
FEW_GENES_PCT: Final = 90.0

# Beside the groups of `risk_groups_paietta2021.toml`.
RISK_LOW_BLAST: Final = "low blast"
RISK_UNMAPPED: Final = "unmapped"


class LesionKind(StrEnum):
    """What kind of thing a lesion is."""

    FUSION = "fusion"
    MUTATION = "mutation"
    COPY_NUMBER = "copy number"
    EXPRESSION = "expression"


class PloidyState(StrEnum):
    """What the number of chromosomes says; ranges in `PLOIDY_RANGES`."""

    NEAR_HAPLOID = "near haploid"
    LOW_HYPODIPLOID = "low hypodiploid"
    HIGH_HYPODIPLOID = "high hypodiploid"
    DIPLOID = "diploid"
    LOW_HYPERDIPLOID = "low hyperdiploid"
    HYPERDIPLOID = "hyperdiploid"
    NEAR_TRIPLOID = "near triploid or more"
    IAMP21 = "iAMP21 suspected"
    MASKED_HYPODIPLOIDY = "masked hypodiploidy suspected"
    UNCERTAIN = "uncertain"


# Chromosomes of the leukemic clone, both ends inside. 24 to 31 and 32 to 39: ICC 2022 [1]_; 51 to 67: [2]_
# and Paulsson & Johansson, Genes Chromosomes Cancer 2009;48:637; between them what is left.
PLOIDY_RANGES: Final = MappingProxyType(
    {
        PloidyState.NEAR_HAPLOID: (23, 31),
        PloidyState.LOW_HYPODIPLOID: (32, 39),
        PloidyState.HIGH_HYPODIPLOID: (40, 45),
        PloidyState.DIPLOID: (46, 46),
        PloidyState.LOW_HYPERDIPLOID: (47, 50),
        PloidyState.HYPERDIPLOID: (51, 67),
        PloidyState.NEAR_TRIPLOID: (68, 184),
    }
)

# In the order of every table by chromosome. Y is left out: its loss says nothing of the subtype.
CHROMOSOMES: Final = (*(str(number) for number in range(1, 23)), "X")

# Columns of the long table of everything that was looked at beside expression.
EVIDENCE_COLUMNS: Final = (
    "sample",
    "source",
    "kind",
    "lesion",
    "reads",
    "subtype",
    "strength",
    "subclass",
    "used",
    "why_not",
    "reference",
)


class Agreement(StrEnum):
    """How the lesions of a sample stand to the subtype that its expression shows."""

    SUPPORTS = "supports"
    DECIDES = "decides"
    CONFLICTS = "conflicts"
    NONE = "none"
    NOT_GIVEN = "not_given"


# Columns of the long table of what the counts show of each chromosome.
DOSAGE_COLUMNS: Final = (
    "sample",
    "chromosome",
    "log2_ratio",
    "standard_error",
    "genes",
    "copies",
    "certainty",
)


# First columns of the table of places on the map; after them one a class profile: its correlation.
MAP_COLUMNS: Final = ("sample", "x", "y")


class Arm(StrEnum):
    """Arms of a trial, in the order in which they are printed and compared."""

    EXPERIMENTAL = "experimental"
    COMPARATOR = "comparator"


class Endpoint(StrEnum):
    """What is compared between the arms."""

    RESPONSE = "CR/CRi"
    MRD = "MRD negative"
    PFS = "PFS"
    OS = "OS"


class AlterationKind(StrEnum):
    """What kind of alteration of a trial's patient a row is; a ploidy is a state of the whole genome."""

    FUSION = "fusion"
    MUTATION = "mutation"
    DELETION = "deletion"
    ISOFORM = "isoform"
    COPY_NUMBER = "copy number"
    PLOIDY = "ploidy"


class VariantClass(StrEnum):
    """What a mutation does to the protein, as its change is written."""

    MISSENSE = "missense"
    TRUNCATING = "truncating"
    SPLICE = "splice site"
    IN_FRAME = "in-frame"
    SEVERAL = "several variants"


# Factor and level of the row of all patients in every table of a trial.
ALL_PATIENTS: Final = "All patients"


class ArmTests(StrEnum):
    """Side of the tests between the arms."""

    STANDARD = "standard"
    PAPER = "paper"


class RateInterval(StrEnum):
    """Interval of a response rate."""

    PAPER = "paper"
    CLOPPER_PEARSON = "clopper-pearson"
    WILSON = "wilson"


class Ties(StrEnum):
    """How Cox's model takes events at the same time: R's default is Efron's way, SAS's is Breslow's."""

    EFRON = "efron"
    BRESLOW = "breslow"
    EXACT = "exact"


class Sensitivity(StrEnum):
    """A further analysis of a trial, made where it is asked for: does the result hold if this is changed."""

    ADJUSTED = "adjusted"
    HSCT = "hsct"
    COMPETING_RISKS = "competing-risks"
    SHRINKAGE = "shrinkage"
    MISCLASSIFICATION = "misclassification"


class FigureFormat(StrEnum):
    """Kind of file of a figure; an SVG has its text as text, PNG and TIFF have 300 dots an inch."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    TIFF = "tiff"


class TableFormat(StrEnum):
    """Kind of file of the printed tables, beside the csv of every frame."""

    DOCX = "docx"
    XLSX = "xlsx"


class SmallCells(StrEnum):
    """What is done where a hazard ratio has no finite estimate."""

    NE = "ne"
    FIRTH = "firth"
