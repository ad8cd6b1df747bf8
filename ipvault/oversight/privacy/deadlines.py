"""By when a request is to be answered. Counsel decides which law applies, and whether a holiday moves the last day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ipvault.catalog.periods import period_after
from ipvault.errors import UsageError
from ipvault.oversight.zones import zone_of
from ipvault.records.privacy import CCPA, GDPR
from ipvault.text import _
from ipvault.vault.clock import timestamp


def deadline(received: str, law: str, zone: str, *, own_days: int = 0, is_extended: bool = False) -> str:
    """The end of the last day, as records write a time.

    GDPR Art. 12(3): one month from receipt, and two further months if it was extended. CCPA, 11 CCR 7021(b): 45 days,
    or 90. With another law, `own_days`. Raises `UsageError` for a time zone that is not known here.
    """
    match law:
        case law if law == GDPR:
            last = period_after(received, 3 if is_extended else 1, "months")
        case law if law == CCPA:
            last = period_after(received, 90 if is_extended else 45, "days")
        case _:
            last = period_after(received, own_days, "days")
    try:
        end = datetime.combine(date.fromisoformat(last) + timedelta(days=1), time(), zone_of(zone))
    except OverflowError:
        raise UsageError(problem=_("{text} is too long ago, or too far away").format(text=received)) from None
    return timestamp(end.timestamp() - 0.001)
