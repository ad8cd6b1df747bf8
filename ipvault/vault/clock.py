"""Time as the journal writes it, and whether this computer's clock goes on from there."""

from __future__ import annotations

from datetime import UTC, datetime

from ipvault.errors import ClockBehind


def timestamp(unix: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC with milliseconds, which sorts as text."""
    return datetime.fromtimestamp(unix, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def checked_time(unix: float, last: str) -> str:
    """The same, for what depends on the day and cannot be undone. Raises `ClockBehind` for a time before `last`."""
    now = timestamp(unix)
    if now < last:
        raise ClockBehind(now=now, last=last)
    return now
