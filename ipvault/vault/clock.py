"""Time as the journal writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(unix: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC with milliseconds, which sorts as text."""
    return datetime.fromtimestamp(unix, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
