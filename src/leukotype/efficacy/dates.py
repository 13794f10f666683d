"""Times and events from the dates that a database holds: overall survival, and PFS from its components.

PFS is that of the INO-VATE trial (Kantarjian et al., N Engl J Med 2016;375:740): from randomisation to the
earliest of death, progression (relapse too), new induction, and transplantation without CR or CRi before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

import pandas as pd

from leukotype.errors import abridge, quote

DURATION: Final = "Duration of response"
HSCT_TIME: Final = "HSCT: time from dates"  # column of the table that is made
_WORDS: Final = {True: "1", False: "0"}


@dataclass(frozen=True)
class TrialDates:
    """Columns of dates, by the event that they are of; ``data_cut`` is a date itself. Empty: there is none.

    Parameters
    ----------
    last_seen
        last day on which the patient was known to live.
    response
        first day of CR or CRi, from which the response lasts.
    """

    randomised: str = ""
    last_seen: str = ""
    death: str = ""
    progression: str = ""
    new_induction: str = ""
    hsct: str = ""
    response: str = ""
    data_cut: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the table must have."""
        names = (getattr(self, part) for part in PARTS if part != "data_cut")
        return tuple(name for name in names if name)


PARTS: Final = tuple(each.name for each in fields(TrialDates))


@dataclass(frozen=True)
class Derived:
    """A table with the columns of its endpoints, what reads it, and what was wrong with the dates.

    Parameters
    ----------
    endpoints
        name -> columns of its times and of its events.
    """

    table: pd.DataFrame
    endpoints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def from_dates(
    text: pd.DataFrame,
    dates: TrialDates,
    *,
    names: pd.Series[str],
    responded: pd.Series[bool],
    days_per_unit: float,
    label: str,
) -> Derived:
    """Add times and events that follow from dates.

    Parameters
    ----------
    names
        of the patients.
    responded
        who had CR or CRi.
    days_per_unit
        days in one unit of the table's times.
    """
    if not dates.randomised:
        return Derived(text)
    days = {name: _read(text[name]) for name in dates.columns}
    problems = tuple(_wrong(text, days, dates.randomised, names, label))
    if problems:
        return Derived(text, problems=problems)
    at = {part: days[name] for part in PARTS if (name := getattr(dates, part)) in days}
    found = dict(_endpoints(at, responded, dates.data_cut))
    added: dict[str, pd.Series] = {}
    endpoints = {}
    for name, (time, event) in found.items():
        endpoints[name] = (f"{name}: time from dates", f"{name}: event from dates")
        units = (time / days_per_unit).map(lambda value: "" if pd.isna(value) else repr(value))
        added |= {
            endpoints[name][0]: units,
            endpoints[name][1]: event.map(_WORDS).where(time.notna(), ""),
        }
    cut = f", cut at {dates.data_cut}" if dates.data_cut else ""
    if "hsct" in at:
        seen = at["hsct"].mask(at["hsct"] > pd.Timestamp(dates.data_cut or pd.Timestamp.max))
        later = (seen - at["randomised"]).dt.days / days_per_unit
        added[HSCT_TIME] = later.map(lambda value: "" if pd.isna(value) else repr(value))
    note = f"from dates since {dates.randomised}{cut}: {', '.join(found)}"
    return Derived(text.assign(**added), endpoints, notes=(note,))


def _read(text: pd.Series[str]) -> pd.Series:
    """Read days as ISO 8601 writes them; a month or a year alone is no day."""
    whole = text.where(text.str.match(r"\d{4}-\d{2}-\d{2}"), "")
    return pd.to_datetime(whole, format="ISO8601", errors="coerce")


def _wrong(
    text: pd.DataFrame, days: Mapping[str, pd.Series], start: str, names: pd.Series[str], label: str
) -> Iterator[str]:
    """Name dates that are none, and dates before randomisation: a line for each column."""
    for column, day in days.items():
        none = day.isna() & ((text[column] != "") | (column == start))
        early = day < days[start]
        for wrong, expected in ((none, "a date as 2014-03-31"), (early, f"no date before {quote(start)}")):
            if wrong.any():
                value = text.loc[wrong, column].iloc[0]
                found = quote(value) if value else "an empty field"
                who = abridge(list(names[wrong]))
                yield (
                    f"{label}: column {quote(column)}: expected {expected}, found {found} (patient {who}): "
                    "correct it"
                )


def _endpoints(
    at: Mapping[str, pd.Series], responded: pd.Series[bool], data_cut: str
) -> Iterator[tuple[str, tuple[pd.Series, pd.Series]]]:
    """Give days from randomisation (of a response: from there) and whether the event was seen."""
    start = at["randomised"]
    never = pd.Series(pd.NaT, index=start.index)
    cut = pd.Timestamp(data_cut or pd.Timestamp.max)
    seen = at.get("last_seen", pd.Series(cut if data_cut else pd.NaT, index=start.index))
    death = at.get("death", never)
    end = pd.concat([seen.fillna(death), death], axis=1).max(axis=1)
    end = end.mask(end > cut, cut)
    yield "OS", _count(start, death, end)
    if "progression" not in at:
        return
    transplant = at.get("hsct", never).mask(
        responded & ~_before(at.get("hsct", never), at.get("response", never))
    )
    events = pd.concat([death, at["progression"], at.get("new_induction", never), transplant], axis=1)
    first = events.min(axis=1)
    yield "PFS", _count(start, first, end)
    if "response" in at:
        begun = at["response"].where(responded)
        later = first.where(first >= begun)
        yield DURATION, _count(begun, later, end)


def _before(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether one date is before another; where either is absent it is not."""
    return (one < other).fillna(False)


def _count(start: pd.Series, event: pd.Series, end: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Days to the event where it was seen by the end, else to the end; NaN where neither is known."""
    seen = (event <= end).fillna(False)
    days = (event.where(seen, end) - start).dt.days.astype(float)
    return days.mask(days < 0), seen
