"""Time as the journal writes it, lengths of time as people write them, and whether the clock goes on from there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ipvault.errors import ClockBehind

if TYPE_CHECKING:
    from ipvault.vault.vault import Vault

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN: Final = re.compile(r"([1-9][0-9]{0,5})([smhdw])")


def timestamp(unix: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC with milliseconds, which sorts as text."""
    return datetime.fromtimestamp(unix, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today(vault: Vault) -> str:
    """This day, in UTC as everything in the journal."""
    return timestamp(vault.machine.now())[:10]


def checked_time(unix: float, last: str) -> str:
    """The same, for what depends on the day and cannot be undone. Raises `ClockBehind` for a time before `last`."""
    now = timestamp(unix)
    if now < last:
        raise ClockBehind(now=now, last=last)
    return now


def seconds_in(text: str) -> int | None:
    """A length of time such as `30m`, `8h` or `2d`, in seconds; None for what is none."""
    match = _SPAN.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None
