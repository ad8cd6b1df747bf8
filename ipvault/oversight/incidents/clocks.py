"""By when authorities and people are to be told. Counsel decides which law applies; the clocks only count.

Hours and days are counted in absolute time, so that a change of the clocks neither gives nor takes an hour; months by
the calendar of the incident's time zone, to the same time of day. Neither is later than what the law gives, where that
counts whole days (Regulation (EEC, Euratom) No 1182/71, Art. 3).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from ipvault.catalog.incidents import Incident
from ipvault.catalog.periods import period_after
from ipvault.errors import UsageError
from ipvault.oversight.zones import zone_of
from ipvault.records.incidents import MET, UNITS, ClockEnded, ClockStarted, IncidentNotified
from ipvault.vault.clock import timestamp

LATEST: Final = "9999-12-31T23:59:59.999Z"
"""Where a clock would end later than there are days."""

RUNNING: Final = "running"
OVERDUE: Final = "overdue"
LATE: Final = "late"

_HOURS, _DAYS, _MONTHS = UNITS
_SECONDS: Final = {_HOURS: 3600, _DAYS: 86_400}


class Period(NamedTuple):
    """What a law gives: so many `unit`, after awareness or after the clock `after` was met."""

    law: str
    amount: int
    unit: str
    after: str = ""


KNOWN: Final = {
    "gdpr": Period("GDPR Art. 33(1)", 72, _HOURS),
    "nis2-early": Period("NIS2 Art. 23(4)(a)", 24, _HOURS),
    "nis2": Period("NIS2 Art. 23(4)(b)", 72, _HOURS),
    "nis2-final": Period("NIS2 Art. 23(4)(d)", 1, _MONTHS, after="nis2"),
    "hipaa": Period("HIPAA, 45 CFR 164.404(b)", 60, _DAYS),
}
"""The final report of NIS2 is due a month after the notification, not after awareness."""


class Clock(NamedTuple):
    """A clock that was started, by record `seq`, and by when what it asks for is due.

    `ended` is when that was done, or waived; empty while it runs. `reason` is why it was waived, or done late.
    `is_estimate` says that the clock that it comes after still runs: it is due then at the latest.
    """

    name: str
    seq: int
    period: Period
    due: str
    is_estimate: bool
    ended: str
    outcome: str
    reason: str

    def state(self, now: str) -> str:
        """`met`, `late`, `waived`, `running` or `overdue`."""
        if self.outcome == MET:
            return LATE if self.ended > self.due else MET
        return self.outcome or (OVERDUE if now > self.due else RUNNING)


def end_of(start: str, period: Period, zone: str) -> str:
    """When a period is over that begins at a time of a record; in a time zone that is not known here, by UTC."""
    try:
        begun = datetime.fromisoformat(start)
        if period.unit in _SECONDS:
            return timestamp(begun.timestamp() + period.amount * _SECONDS[period.unit])
        with suppress(UsageError):
            begun = begun.astimezone(zone_of(zone))
        day = datetime.fromisoformat(period_after(str(begun.date()), period.amount, period.unit))
        return timestamp(begun.replace(year=day.year, month=day.month, day=day.day).timestamp())
    except (OverflowError, ValueError, OSError):
        return LATEST


def clocks(incident: Incident) -> list[Clock]:
    """The clocks of an incident, in the order in which they were started."""
    ended = {
        **{
            fact.said["clock"]: (fact.said["sent"], MET, fact.said["late"])
            for fact in incident.said(IncidentNotified)
            if fact.said["clock"]
        },
        **{
            fact.said["clock"]: (fact.said["at"], fact.said["outcome"], fact.said["reason"])
            for fact in incident.said(ClockEnded)
        },
    }
    found: dict[str, Clock] = {}
    for fact in incident.said(ClockStarted):
        said = fact.said
        period = Period(said["law"], said["amount"], said["unit"], said["after"])
        before = found.get(period.after)
        start = incident.aware
        if before is not None:
            start = before.ended if before.outcome == MET else before.due
        due = end_of(start, period, incident.zone)
        is_estimate = before is not None and not before.outcome
        found[said["clock"]] = Clock(
            said["clock"], fact.seq, period, due, is_estimate, *ended.get(said["clock"], ("", "", ""))
        )
    return list(found.values())


def running(incident: Incident) -> list[Clock]:
    """Those that have not ended, the most urgent first."""
    return sorted((clock for clock in clocks(incident) if not clock.outcome), key=lambda one: one.due)
