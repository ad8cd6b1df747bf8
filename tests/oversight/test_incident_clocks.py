"""Deadlines of incidents: counted in absolute time, shown in any time zone, and written as people write times there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from ipvault.catalog.periods import period_after
from ipvault.errors import UsageError
from ipvault.oversight.incidents.clocks import KNOWN, LATEST, Period, end_of
from ipvault.oversight.zones import in_zone, moment_in
from ipvault.vault.clock import timestamp

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")

MOMENTS = st.integers(946_684_800_000, 2_145_916_799_000).map(lambda one: datetime.fromtimestamp(one / 1000, UTC))
"""To the millisecond, from 2000 to 2037."""


@pytest.mark.parametrize(
    ("clock", "aware", "due"),
    [
        ("gdpr", "2026-11-22T10:00:00.000Z", "2026-11-25T10:00:00.000Z"),
        ("gdpr", "2026-03-28T00:30:00.000Z", "2026-03-31T00:30:00.000Z"),
        ("nis2-early", "2026-10-24T22:30:00.000Z", "2026-10-25T22:30:00.000Z"),
        ("nis2", "2026-10-24T22:30:00.000Z", "2026-10-27T22:30:00.000Z"),
        ("nis2-final", "2026-01-31T10:00:00.000Z", "2026-02-28T10:00:00.000Z"),
        ("nis2-final", "2026-03-01T10:00:00.000Z", "2026-04-01T09:00:00.000Z"),
        ("hipaa", "2026-10-01T10:00:00.000Z", "2026-11-30T10:00:00.000Z"),
    ],
)
def test_what_laws_give(clock: str, aware: str, due: str) -> None:
    """Hours and days do not care whether the clocks of Berlin are changed meanwhile; a month ends at the same time of
    day there, or on the last day of a shorter month.
    """
    assert end_of(aware, KNOWN[clock], "Europe/Berlin") == due


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), hours=st.integers(0, 5000))
def test_an_hour_is_an_hour(moment: datetime, zone: str, hours: int) -> None:
    """Whatever the zone and whenever its clocks change, nothing is given or taken; the same moment is shown."""
    aware = timestamp(moment.timestamp())
    due = end_of(aware, Period("", hours, "hours"), zone)
    assert datetime.fromisoformat(due) - datetime.fromisoformat(aware) == timedelta(hours=hours)
    assert end_of(aware, Period("", 24 * hours, "hours"), zone) == end_of(aware, Period("", hours, "days"), "UTC")
    shown = datetime.fromisoformat(in_zone(due, zone))
    assert shown == datetime.fromisoformat(due).replace(second=0, microsecond=0)


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), months=st.integers(1, 40))
def test_a_month_ends_at_the_same_time_of_day(moment: datetime, zone: str, months: int) -> None:
    """On the day by the calendar of the zone, unless the clocks leave that time out or bring it twice."""
    place = ZoneInfo(zone)
    due = datetime.fromisoformat(end_of(timestamp(moment.timestamp()), Period("", months, "months"), zone))
    local, ended = moment.astimezone(place), due.astimezone(place)
    day = datetime.fromisoformat(period_after(str(local.date()), months, "months")).date()
    off = ended.replace(tzinfo=None) - datetime.combine(day, local.time())
    assert abs(off) <= timedelta(hours=1) or zone == "Pacific/Apia"
    if off:
        there = datetime.combine(day, local.time(), place)
        assert there.astimezone(UTC).astimezone(place) != there or there.fold != local.fold


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_what_is_shown_can_be_typed(moment: datetime, zone: str) -> None:
    """A time as it is shown means the same moment in every zone, since it says how much it is ahead of UTC."""
    shown = in_zone(timestamp(moment.timestamp()), zone)
    assert all(moment_in(shown, other) == moment_in(shown, "UTC") for other in ZONES)


@pytest.mark.parametrize(
    ("typed", "zone", "means"),
    [
        ("2026-11-22T14:30", "Europe/Berlin", "2026-11-22T13:30:00.000Z"),
        ("2026-11-22 14:30", "UTC", "2026-11-22T14:30:00.000Z"),
        ("2026-11-22", "Europe/Berlin", "2026-11-21T23:00:00.000Z"),
        ("2026-11-22T14:30+05:45", "Europe/Berlin", "2026-11-22T08:45:00.000Z"),
        ("2026-10-25T02:30+02:00", "Europe/Berlin", "2026-10-25T00:30:00.000Z"),
        ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T01:30:00.000Z"),
    ],
)
def test_times_as_people_write_them(typed: str, zone: str, means: str) -> None:
    """Local to the zone, unless they say otherwise."""
    assert moment_in(typed, zone) == means


@pytest.mark.parametrize(
    ("typed", "zone", "because"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "put forward"),
        ("2026-10-25T02:30", "Europe/Berlin", "twice"),
        ("yesterday", "UTC", "not a time"),
        ("0001-01-01T00:00", "Asia/Kathmandu", "too long ago"),
        ("2026-11-22T14:30", "Nowhere", "no time zone"),
    ],
)
def test_times_that_mean_nothing_or_two_things(typed: str, zone: str, because: str) -> None:
    """They are refused, and the message says why: nobody guesses by when an authority is to be told."""
    with pytest.raises(UsageError, match=because):
        moment_in(typed, zone)


@pytest.mark.parametrize("unit", ["hours", "days", "months"])
def test_what_never_ends(unit: str) -> None:
    """A clock that somebody else's program set too far, or in a zone that is not known here, stops no reader."""
    assert end_of("2026-11-22T14:30:00.000Z", Period("", 10**14, unit), "UTC")[:10] == LATEST[:10]
    in_utc = end_of("2026-11-22T14:30:00.000Z", Period("", 1, unit), "UTC")
    assert end_of("2026-11-22T14:30:00.000Z", Period("", 1, unit), "Nowhere") == in_utc
    assert in_zone(LATEST, "Pacific/Apia").startswith("9999")
