"""When people work, as the policy of the vault says: zone, days, hours and holidays.

It lives below the capabilities, since the policy keeps it and insight reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.policies import policy_versions
from ipvault.records.domains import is_day
from ipvault.text import _
from ipvault.toml import parse_toml

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_HOLIDAYS: Final = 1_000

_ZONE: Final = re.compile(r"[A-Za-z0-9_+\-]{1,32}(?:/[A-Za-z0-9_+\-]{1,32}){0,2}")
_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working hours from `opens` until before `closes`, by an IANA time zone; without one there is no calendar."""

    zone: str = ""
    days: tuple[str, ...] = WEEKDAYS[:5]
    opens: str = "08:00"
    closes: str = "19:00"
    holidays: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: dict[str, Any]) -> Calendar:
        """The calendar of a table of TOML, whatever is in its fields. Raises TypeError for a field that is none."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
        }
        return cls(**values)

    def objection(self) -> str | None:
        """Why this cannot be a calendar, or None. Whether this computer knows the zone is another question."""
        if self.zone and not _ZONE.fullmatch(self.zone):
            return _("zone is the name of a time zone, such as Europe/Berlin")
        if not self.days or not all(type(day) is str and day in WEEKDAYS for day in self.days):
            return _("days is a list of {choices}").format(choices=", ".join(WEEKDAYS))
        if not all(_TIME.fullmatch(time) for time in (self.opens, self.closes)) or self.opens >= self.closes:
            return _("opens and closes are times of one day, such as 08:00 and 19:00")
        if len(self.holidays) > MAX_HOLIDAYS or not all(type(day) is str and is_day(day) for day in self.holidays):
            return _("holidays is a list of days, such as 2026-12-25")
        return None

    @property
    def is_known_zone(self) -> bool:
        """Whether this computer can tell the time there."""
        return not self.zone or zone_named(self.zone) is not None

    def local(self, time: float) -> datetime:
        """A moment (seconds since 1970) by the clock of the zone; by UTC without one, and where there are no more days.

        A record can have any time between the years 1 and 9999 of UTC.
        """
        moment = datetime.fromtimestamp(time, UTC)
        try:
            return moment.astimezone(zone_named(self.zone or "UTC"))
        except OverflowError:
            return moment

    def is_open(self, time: float) -> bool:
        """Whether people work then."""
        local = self.local(time)
        is_day_of_work = WEEKDAYS[local.weekday()] in self.days and str(local.date()) not in self.holidays
        return is_day_of_work and self.opens <= f"{local:%H:%M}" < self.closes


def calendars(catalog: Catalog) -> list[tuple[int, Calendar]]:
    """The calendars that applied, each with the record of the policy that set it, the oldest first.

    Of a policy that this program cannot read there is none.
    """
    return [(one.seq, _calendar_in(one.content)) for one in policy_versions(catalog)]


def _calendar_in(policy: str) -> Calendar:
    try:
        table: dict[str, Any] = parse_toml(policy.encode()).get("calendar", {})
        calendar = Calendar.of(table)
        return calendar if calendar.objection() is None else Calendar()
    except (ValueError, TypeError, AttributeError):  # what the policy of a later ipvault may hold
        return Calendar()


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of a name such as Europe/Berlin; None where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
