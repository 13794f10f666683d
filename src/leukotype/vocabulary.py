"""The words of the field: subtypes, schemes, risk groups, statuses, columns and cut-offs.

Every other module takes its names from here and spells none of them again.

References
----------
.. [1] Arber et al., International Consensus Classification, Blood 2022;140:1200.
.. [2] Alaggio et al., WHO classification, 5th edition, Leukemia 2022;36:1720.
.. [3] Paietta et al., Blood 2021;138:948 (risk groups, as the INO-VATE trial used them).
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

# What stands for not being B-ALL in training and in simulation.
T_ALL: Final = "T-ALL"
NORMAL: Final = "normal"


class Status(StrEnum):
    """What became of a sample; exactly one of these stands in every row of the calls."""

    CALLED = "called"
    UNCLASSIFIED = "unclassified"
    LOW_BLASTS = "low_blasts"
    NOT_B_ALL = "not_b_all"


class BlastSource(StrEnum):
    """Where the blast percentage of a row comes from."""

    GIVEN = "given"
    NONE = "none"


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
    "subtype",
    "probability",
    "runner_up",
    "runner_up_probability",
    "reason",
    "blast_pct",
    "blast_source",
    "risk_group",
    "in_trial_scheme",
    "genes_found_pct",
    "model",
)

# Under this blast percentage a sample is set aside: the rule of the INO-VATE genomic analysis; 30.0 passes.
MIN_BLAST_PCT: Final = 30.0

# Under this share of the model's genes a table is read with a warning.
FEW_GENES_PCT: Final = 90.0

# Risk groups of [3]_, with the subtypes of each as the trial assigned them.
RISK_GROUPS: Final = MappingProxyType(
    {
        "high risk, BCR::ABL1+": ("BCR::ABL1",),
        "high risk, BCR::ABL1-": ("BCR::ABL1-like", "Low hypodiploid", "KMT2A-r"),
        "standard to intermediate": (
            "DUX4-r",
            "Hyperdiploid",
            "MEF2D-r",
            "PAX5alt",
            "TCF3::PBX1",
            "ZNF384-r",
        ),
        "undetermined": ("CDX2/UBTF", "ZEB2/CEBP", "B-other"),
    }
)
RISK_LOW_BLAST: Final = "low blast"
RISK_UNMAPPED: Final = "unmapped"
