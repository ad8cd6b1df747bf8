"""The calendar of the policy: when people work, by the clock of their zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ipvault.errors import PolicyRefused
from ipvault.governance.policy.current import current_policy, set_policy
from ipvault.governance.policy.policy import DEFAULT, Policy
from ipvault.vault.calendar import MAX_HOLIDAYS, Calendar, calendars
from tests.support.memory_vault import MemoryVault

BERLIN = Calendar(zone="Europe/Berlin")


def at(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


@pytest.mark.parametrize(
    ("zone", "time", "is_open"),
    [
        ("Europe/Berlin", "2026-10-25T00:30:00Z", False),  # Sunday, 02:30 for the first time
        ("Europe/Berlin", "2026-10-26T07:00:00Z", True),  # Monday: the offset is an hour less than on Friday
        ("Europe/Berlin", "2026-10-26T06:59:59Z", False),
        ("Europe/Berlin", "2026-10-23T06:00:00Z", True),
        ("America/New_York", "2026-03-06T12:59:59Z", False),  # Friday before summer time
        ("America/New_York", "2026-03-06T13:00:00Z", True),
        ("America/New_York", "2026-03-09T12:00:00Z", True),  # Monday after it began
        ("Asia/Kolkata", "2026-11-23T02:30:00Z", True),  # 08:00, half an hour beside others
        ("Asia/Kolkata", "2026-11-23T02:29:59Z", False),
        ("UTC", "2026-11-23T18:59:59.999Z", True),
        ("UTC", "2026-11-23T19:00:00Z", False),
        ("UTC", "2026-11-21T12:00:00Z", False),
    ],
)
def test_working_hours(zone: str, time: str, is_open: bool) -> None:
    """From eight until before seven on weekdays, whatever the clock does that night."""
    assert Calendar(zone=zone).is_open(at(time)) is is_open


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", ""])
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_the_ends_of_time(zone: str, time: str) -> None:
    """Any member can sign a record of any time: where the zone's clock has no such day, it is told by UTC."""
    local = Calendar(zone=zone).local(at(time))
    assert abs(local.timestamp() - at(time)) < 0.002
    assert str(local.astimezone(UTC).date()) == time[:10]
    Calendar(zone=zone).is_open(at(time))


def test_holidays_and_days_to_midnight() -> None:
    """A holiday is one by the local date; a day can last until midnight."""
    new_year = Calendar(zone="Asia/Tokyo", holidays=("2027-01-01",), closes="24:00")
    assert not new_year.is_open(at("2027-01-01T01:00:00Z"))
    assert new_year.is_open(at("2026-12-31T01:00:00Z"))
    assert not new_year.is_open(at("2026-12-31T23:30:00Z"))
    assert new_year.is_open(at("2026-12-31T14:59:00Z"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "../../etc/passwd"},
        {"zone": "/etc/localtime"},
        {"zone": "Europe Berlin"},
        {"days": ()},
        {"days": ("monday",)},
        {"opens": "8:00"},
        {"opens": "19:00"},
        {"closes": "24:30"},
        {"holidays": ("2026-02-30",)},
        {"holidays": ("2026-01-01",) * (MAX_HOLIDAYS + 1)},
    ],
)
def test_what_is_no_calendar(wrong: dict[str, Any]) -> None:
    """It is refused as part of a policy, before anybody asks what time it is there."""
    table = {"zone": "UTC", **wrong}
    assert Calendar.of(table).objection()
    lines = [f"{name} = {list(value) if isinstance(value, tuple) else repr(value)}" for name, value in table.items()]
    with pytest.raises(PolicyRefused):
        Policy.from_toml("\n".join(["format = 1", "[calendar]", *lines]).encode(), "x")


def test_a_policy_keeps_its_calendar() -> None:
    """As text and back; one field at a time; and a policy without one is the text that it always was."""
    changed = DEFAULT.changed("calendar", "zone", "Europe/Berlin").changed("calendar", "days", "mon, tue")
    assert changed.calendar == Calendar(zone="Europe/Berlin", days=("mon", "tue"))
    assert Policy.from_toml(changed.to_toml().encode(), "x").calendar == changed.calendar
    assert "calendar" not in DEFAULT.to_toml()
    with pytest.raises(PolicyRefused, match="nothing called open in calendar"):
        DEFAULT.changed("calendar", "open", "09:00")


def test_which_calendar_applied() -> None:
    """Each from the record that set it; a zone that this computer does not know cannot be set."""
    vault = MemoryVault.create().open()
    for version, zone in enumerate(("Europe/Berlin", "Asia/Tokyo")):
        set_policy(vault, DEFAULT.changed("calendar", "zone", zone), based_on=version, reason="")
    (first, berlin), (second, tokyo) = calendars(vault.catalog)
    assert (berlin.zone, tokyo.zone, first < second) == ("Europe/Berlin", "Asia/Tokyo", True)
    with pytest.raises(PolicyRefused, match="no time zone called Europe/Atlantis"):
        set_policy(vault, DEFAULT.changed("calendar", "zone", "Europe/Atlantis"), based_on=2, reason="")
    assert current_policy(vault.catalog).calendar.zone == "Asia/Tokyo"
    assert not Calendar(zone="Europe/Atlantis").is_known_zone
    assert BERLIN.is_known_zone
