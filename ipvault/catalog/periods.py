"""Days and calendar periods. A day is text such as 2026-11-22, which sorts as time goes by."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Final

LAST_DAY: Final = str(date.max)
"""Where a period would end later than there are days."""

_MONTHS: Final = {"months": 1, "years": 12}


def days_after(day: str, days: int) -> str:
    """The day so many days later, or earlier."""
    try:
        return str(date.fromisoformat(day) + timedelta(days=days))
    except OverflowError:
        return LAST_DAY


def period_after(day: str, count: int, unit: str) -> str:
    """The last day of a period of so many `days`, `months` or `years` that a day begins, which does not count itself.

    It has the date of that day; where the last month has no such date, it is the last day of that month (Regulation
    (EEC, Euratom) No 1182/71, Art. 3(2)(c)). That a last day which is a holiday may count for the next one is left out.
    """
    if unit not in _MONTHS:
        return days_after(day, count)
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + count * _MONTHS[unit], 12)
    if year > date.max.year:
        return LAST_DAY
    for day_of_month in range(start.day, 28, -1):
        with suppress(ValueError):
            return str(date(year, month + 1, day_of_month))
    return str(date(year, month + 1, min(start.day, 28)))
