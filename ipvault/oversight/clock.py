"""Whether the clock can be right. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ipvault.oversight.finding import Finding
from ipvault.text import _

_EARLIEST_YEAR = 2026  # the year of this release: no clock can be right that is before it
_LATEST_YEAR = 2100
_SLACK = 120  # seconds by which two clocks may differ without being wrong


def clock(now: float, last_write: float | None, system: Path) -> Finding:
    """Whether the clock can be right; `last_write` is when the journal was last written, by its file."""
    shown = _moment(now)
    advice = _("set the clock before you add or share anything: each record carries its time")
    year = datetime.fromtimestamp(now, UTC).year
    if not _EARLIEST_YEAR <= year < _LATEST_YEAR:
        return Finding("clock", "problem", _("the clock says {now}, which cannot be right").format(now=shown), advice)
    if last_write is not None and last_write > now + _SLACK:
        what = _("the clock says {now}, but the journal was written on {last}").format(
            now=shown, last=_moment(last_write)
        )
        return Finding("clock", "problem", what, advice)
    if (system / "run/systemd/timesync/synchronized").exists():
        return Finding("clock", "ok", _("the clock says {now} and follows a time server").format(now=shown))
    return Finding(
        "clock",
        "unknown",
        _("the clock says {now}; nothing here shows whether it is kept right").format(now=shown),
        _("compare it with another clock"),
    )


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
