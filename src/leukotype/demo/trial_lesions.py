"""Lesions of the SYNTHETIC trial: in the numbers that are printed, else invented.

Printed in Blood Adv 2024;8(12):3226: BCR::ABL1 in 13, IGH::CRLF2 in 6, KMT2A::AFF1 in 6, low hypodiploidy
in 11; T315I in 9 of 13 with BCR::ABL1 (responses 1 of 3 on InO, 3 of 6 on SC), TP53 in 13 (5 of 5, 1 of 8).
The other genes are those of its Figures 2 and 4, altered in at least 8; how often exactly is invented, and so
is who has them. In marrow of few blasts no fusion and no ploidy is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from leukotype.demo.trial_cohort import COMPARATOR, EXPERIMENTAL
from leukotype.vocabulary import MIN_BLAST_PCT

# Fusions (5', 3' gene) of each subtype that has one, in turn: the first so often, and so on.
_FUSIONS: Final = MappingProxyType(
    {
        "BCR::ABL1": ((("BCR", "ABL1"), 13),),
        "BCR::ABL1-like": ((("IGH", "CRLF2"), 6), (("P2RY8", "CRLF2"), 3), (("NUP214", "ABL1"), 3)),
        "KMT2A-r": ((("KMT2A", "AFF1"), 6), (("KMT2A", "MLLT1"), 2)),
        "DUX4-r": ((("IGH", "DUX4"), 5),),
        "MEF2D-r": ((("MEF2D", "BCL9"), 2),),
        "PAX5alt": ((("PAX5", "AUTS2"), 3),),
        "TCF3::PBX1": ((("TCF3", "PBX1"), 2),),
        "ZNF384-r": ((("EP300", "ZNF384"), 1),),
        "CDX2/UBTF": ((("UBTF", "ATXN7L3"), 2),),
    }
)
_KARYOTYPE: Final = MappingProxyType(
    {
        "Low hypodiploid": "36,XX,-2,-3,-7,-9,-12,-13,-15,-16,-17,-20[12]/46,XX[8]",
        "Hyperdiploid": "54,XX,+4,+6,+10,+14,+17,+18,+21,+X[15]/46,XX[5]",
    }
)
_READS: Final = 25
# Gene, change and patients: the genes of Figures 2 and 4, and three of fewer patients.
_GENES: Final = (
    ("KMT2D", "R5214*", 16),
    ("CREBBP", "R1446C", 12),
    ("KMT2C", "R4549C", 11),
    ("NOTCH1", "L1600P", 10),
    ("ARID2", "R1273*", 10),
    ("KRAS", "G12D", 9),
    ("IKZF1", "R213*", 8),
    ("JAK2", "R683G", 8),
    ("PTPN11", "E76K", 7),
    ("NRAS", "G12D", 6),
    ("FLT3", "D835Y", 5),
)
# Who has none of these has one of them: a patient without any mutation leaves no trace of having been tested.
_OTHERS: Final = ("SETD2", "EZH2", "SH2B3", "JAK1", "JAK3", "IL7R", "ETV6", "RB1", "NR3C1", "CRLF2")
# Responders and others with T315I, and with TP53, by arm.
_T315I: Final = MappingProxyType({EXPERIMENTAL: (1, 2), COMPARATOR: (3, 3)})
_TP53: Final = MappingProxyType({EXPERIMENTAL: (5, 0), COMPARATOR: (1, 7)})


def lesions(clinical: pd.DataFrame, seed: int) -> dict[str, pd.DataFrame]:
    """Make tables of fusions, mutations and karyotypes; a row without genes says that none was found."""
    seen = clinical[clinical["blast_pct"] >= MIN_BLAST_PCT]
    fusions = dict(_pick_fusions(seen))
    karyotypes = dict(zip(seen["patient"], seen["true_subtype"].map(_KARYOTYPE), strict=True))
    names = clinical["patient"]
    return {
        "fusions": pd.DataFrame(
            [(name, *fusions.get(name, ("", "")), _READS) for name in names],
            columns=["sample", "gene_5prime", "gene_3prime", "reads"],
        ),
        "mutations": pd.DataFrame(
            [(*row, _READS) for row in _mutations(clinical, seen, seed)],
            columns=["sample", "gene", "protein_change", "alt_reads"],
        ),
        "karyotypes": pd.DataFrame(
            {"sample": names, "karyotype": names.map(karyotypes).fillna("46,XX[20]").to_numpy()}
        ),
    }


def _pick_fusions(seen: pd.DataFrame) -> Iterator[tuple[str, tuple[str, str]]]:
    for subtype, parts in _FUSIONS.items():
        pairs = [pair for pair, n in parts for _ in range(n)]
        yield from zip(seen.loc[seen["true_subtype"] == subtype, "patient"], pairs, strict=False)


def _mutations(clinical: pd.DataFrame, seen: pd.DataFrame, seed: int) -> Iterator[tuple[str, str, str]]:
    draw = np.random.default_rng(seed)
    names = clinical["patient"].to_numpy()
    rows = [
        (name, gene, change) for gene, change, n in _GENES for name in draw.choice(names, n, replace=False)
    ]
    rows += [(name, "ABL1", "T315I") for name in _who(seen[seen["true_subtype"] == "BCR::ABL1"], _T315I)]
    first = clinical.assign(late=clinical["true_subtype"] != "Low hypodiploid").sort_values(
        "late", kind="stable"
    )
    rows += [(name, "TP53", "R175H") for name in _who(first, _TP53)]
    rows += [(name, "ZEB2", "H1038R") for name in seen.loc[seen["true_subtype"] == "ZEB2/CEBP", "patient"]]
    without = [name for name in names if name not in {row[0] for row in rows}]
    rows += [(name, _OTHERS[i % len(_OTHERS)], "R100Q") for i, name in enumerate(without)]
    yield from sorted((str(name), gene, change) for name, gene, change in rows)


def _who(patients: pd.DataFrame, of_arm: MappingProxyType[str, tuple[int, int]]) -> Iterator[str]:
    """Take so many responders, and so many others, of each arm: the first of the table."""
    for arm, (responders, others) in of_arm.items():
        own = patients[patients["arm"] == arm]
        responded = own["response"] != "other"
        yield from own.loc[responded, "patient"].head(responders)
        yield from own.loc[~responded, "patient"].head(others)
