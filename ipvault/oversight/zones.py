"""Time zones: moments as people write them there, and how they are shown."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ipvault.errors import UsageError
from ipvault.text import _
from ipvault.vault.calendar import zone_named
from ipvault.vault.clock import timestamp


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name such as Europe/Berlin. Raises `UsageError`."""
    zone = zone_named(name)
    if zone is None:
        text = _("{zone} is no time zone that this computer knows; write for instance Europe/Berlin or UTC")
        raise UsageError(problem=text.format(zone=name))
    return zone


def moment_in(typed: str, zone: str) -> str:
    """A date and time as records write it: in the zone, unless it says by how much it is ahead of UTC.

    Raises `UsageError`, also for a time that a change of the clocks leaves out, or brings twice.
    """
    try:
        given = datetime.fromisoformat(typed)
    except ValueError:
        problem = _("{text} is not a time; write 2026-11-22T14:30 or 2026-11-22T14:30+01:00")
        raise UsageError(problem=problem.format(text=typed)) from None
    try:
        if given.tzinfo is None:
            given = _placed(typed, given, zone)
        return timestamp(given.timestamp())
    except (ValueError, OverflowError, OSError):
        raise UsageError(problem=_("{text} is too long ago, or too far away").format(text=typed)) from None


def _placed(typed: str, given: datetime, zone: str) -> datetime:
    first, second = (given.replace(tzinfo=zone_of(zone), fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(first.tzinfo).replace(tzinfo=None, fold=0) != given:
        problem = _("there is no {text} in {zone}: the clocks are put forward then")
        raise UsageError(problem=problem.format(text=typed, zone=zone))
    if first.utcoffset() != second.utcoffset():
        problem = _("{text} is twice in {zone}, since the clocks are put back then: write {first} or {second}")
        raise UsageError(
            problem=problem.format(text=typed, zone=zone, first=first.isoformat(), second=second.isoformat())
        )
    return first


def in_zone(time: str, zone: str) -> str:
    """A time of a record as the clocks of a zone show it, to the minute, with how much that is ahead of UTC.

    In a zone that this computer does not know, and where there are no more days, in UTC.
    """
    moment = datetime.fromisoformat(time)
    with suppress(UsageError, OverflowError):
        moment = moment.astimezone(zone_of(zone))
    return moment.isoformat(" ", "minutes")
