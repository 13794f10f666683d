"""The calls as a section of a MultiQC report (its "custom content"): found there by the name of the file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from leukotype.runs.call_json import as_json, call_records

# Columns of the section: title and, of numbers, how MultiQC shows them.
_COLUMNS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "status": {"title": "Status"},
        "subtype": {"title": "Subtype"},
        "probability": {"title": "Probability", "min": 0, "max": 1, "format": "{:,.4f}", "scale": "Greens"},
        "risk_group": {"title": "Risk group"},
        "blast_pct": {"title": "Blasts", "min": 0, "max": 100, "suffix": " %", "scale": "Blues"},
        "blast_source": {"title": "Blasts are"},
        "genes_found_pct": {"title": "Genes found", "min": 0, "max": 100, "suffix": " %", "scale": "Greys"},
        "library_size": {"title": "Reads in genes", "format": "{:,.0f}", "scale": "Oranges"},
    }
)
_SAYS: Final = (
    "Molecular subtypes of B-ALL by expression and lesions. Research use only: not a medical device, not for "
    "decisions on patients."
)


def multiqc_section(calls: pd.DataFrame, synthetic: str = "") -> str:
    """Text of leukotype_mqc.json: a row a sample; what is not known of it is not there.

    Parameters
    ----------
    synthetic
        what says that the samples are no patients.
    """
    shown = [name for name in _COLUMNS if name in calls]
    data = {
        record["sample"]: {name: record[name] for name in shown if record[name] is not None}
        for record in call_records(calls[["sample", *shown]])
    }
    section = {
        "id": "leukotype",
        "section_name": "Leukotype",
        "description": f"{synthetic} {_SAYS}".strip(),
        "plot_type": "table",
        "pconfig": {"id": "leukotype_calls", "title": "Leukotype: calls", "namespace": "Leukotype"},
        "headers": {name: dict(_COLUMNS[name]) for name in shown},
        "data": data,
    }
    return as_json(section)
