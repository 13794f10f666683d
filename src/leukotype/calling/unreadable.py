"""Rows of the samples whose expression could not be read: their reason, and no call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from leukotype.vocabulary import CALL_FLAGS, Agreement, Status


def add_unreadable(
    tables: Sequence[pd.DataFrame], samples: Sequence[str], reasons: Mapping[str, str], model: str
) -> list[pd.DataFrame]:
    """Give every sample of a run its row, in input order.

    Parameters
    ----------
    tables
        the calls first; then others of one row a sample.
    samples
        all of them, in input order.
    reasons
        why a sample could not be read, by its name; those have an empty row of the other tables.
    """
    calls, *others = (table.set_index("sample").reindex(list(samples)) for table in tables)
    missing = list(reasons)
    for name, kind in calls.dtypes.items():
        if name not in CALL_FLAGS and not pd.api.types.is_numeric_dtype(kind):
            calls.loc[missing, str(name)] = ""
    calls.loc[missing, "status"] = str(Status.UNREADABLE)
    calls.loc[missing, "evidence_agreement"] = str(Agreement.NOT_GIVEN)
    calls.loc[missing, "model"] = model
    calls.loc[missing, "reason"] = list(reasons.values())
    return [table.reset_index() for table in (calls, *others)]
