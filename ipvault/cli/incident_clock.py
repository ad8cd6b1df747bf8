"""`ipvault incident clock`: the deadlines of an incident."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.incidents import Incident, find_incident
from ipvault.cli.incident import Which, typed_time
from ipvault.cli.incident_rendering import clock_json
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.incidents.clocks import KNOWN, Period, clocks
from ipvault.oversight.incidents.keep import end_clock, start_clock
from ipvault.oversight.incidents.playbook import MAX_AMOUNT
from ipvault.oversight.incidents.words import CLOCK_STATES
from ipvault.oversight.zones import in_zone, zone_of
from ipvault.records.domains import is_detail, is_name
from ipvault.records.incidents import MET, UNITS, WAIVED
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

_HOURS, _DAYS, _MONTHS = UNITS


def clock(
    which: Which,
    start: Annotated[
        str,
        typer.Option(
            "--start", metavar="CLOCK", help=_("Start gdpr, nis2-early, nis2, nis2-final, hipaa or your own.")
        ),
    ] = "",
    hours: Annotated[
        int, typer.Option("--hours", min=0, max=MAX_AMOUNT, help=_("Of your own: due in so many hours."))
    ] = 0,
    days: Annotated[
        int, typer.Option("--days", min=0, max=MAX_AMOUNT, help=_("Of your own: due in so many days."))
    ] = 0,
    months: Annotated[
        int, typer.Option("--months", min=0, max=MAX_AMOUNT, help=_("Of your own: due in so many months."))
    ] = 0,
    law: Annotated[str, typer.Option("--law", metavar="TEXT", help=_("Of your own: what asks for it."))] = "",
    after: Annotated[
        str, typer.Option("--after", metavar="CLOCK", help=_("Of your own: it counts from when this one is met."))
    ] = "",
    met: Annotated[str, typer.Option("--met", metavar="CLOCK", help=_("Record that it was done."))] = "",
    at: Annotated[str, typer.Option("--at", metavar="TIME|2h", help=_("With --met: when; now by default."))] = "",
    late: Annotated[str, typer.Option("--late", metavar="TEXT", help=_("With --met: why after it was due."))] = "",
    waive: Annotated[str, typer.Option("--waive", metavar="CLOCK", help=_("Record that it is not to be done."))] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("With --waive: why not."))] = "",
    zone: Annotated[
        str,
        typer.Option("--zone", metavar="ZONE", help=_("Show times there; else where the incident was recorded for.")),
    ] = "",
) -> None:
    """Without an option: the clocks, with by when each is due. They count from when somebody became aware, in absolute
    time: a change of the clocks neither gives nor takes an hour. nis2-final counts from the notification (nis2).

    Which law applies, and whether a holiday moves the last day, counsel decides. What is late needs a reason, and so
    does what is not to be done.
    """
    if sum(map(bool, (start, met, waive))) > 1:
        raise UsageError(problem=_("give one of --start, --met and --waive at a time"))
    if (at or late) and not met:
        raise UsageError(problem=_("--at and --late go with --met"))
    period = _period(start, hours, days, months, law, after)
    why = free_text(late if met else reason).strip()
    if zone:
        zone_of(zone)
    if not (start or met or waive):
        vault = open_to_read()
        _show(vault, find_incident(vault.catalog, which), zone)
        return
    vault = open_current()
    if period is not None:
        incident, head = start_clock(vault, which, start, period)
    else:
        there = zone or find_incident(vault.catalog, which).zone
        moment = typed_time(at, there, time.time()) if at else ""
        incident, head = end_clock(vault, which, met or waive, MET if met else WAIVED, moment, why)
    found = next(one for one in clocks(incident) if one.name == (start or met or waive))
    state = _(CLOCK_STATES[found.state(timestamp(vault.machine.now()))])
    due = in_zone(found.due, zone or incident.zone)
    text = _("Clock {name} of incident {id}: {state}, due {due}.")
    _result(vault, incident, zone or incident.zone, head)
    current().output.say(text.format(id=incident.id[:SHORT_ID], name=found.name, state=state, due=due))


def _period(start: str, hours: int, days: int, months: int, law: str, after: str) -> Period | None:
    """What to start, or None. Raises `UsageError` for what is neither known nor told."""
    given = [(amount, unit) for amount, unit in ((hours, _HOURS), (days, _DAYS), (months, _MONTHS)) if amount]
    if not start:
        if given or law or after:
            raise UsageError(problem=_("say with --start what the clock is called"))
        return None
    if start in KNOWN:
        if given or law or after:
            raise UsageError(problem=_("{name} is a clock of the law: call your own another name").format(name=start))
        return KNOWN[start]
    name, what = free_text(start), free_text(law)
    if len(given) != 1 or not is_name(name) or not is_detail(what):
        known = ", ".join(KNOWN)
        problem = _("a clock is one of {known}, or your own with one of --hours, --days and --months")
        raise UsageError(problem=problem.format(known=known))
    return Period(what, *given[0], after)


def _result(vault: Vault, incident: Incident, zone: str, head: Head) -> None:
    now = timestamp(vault.machine.now())
    shown = [clock_json(one, now, zone) for one in clocks(incident)]
    current().output.result("incident-clock", {"incident": incident.id, "clocks": shown}, journal=head)


def _show(vault: Vault, incident: Incident, zone: str) -> None:
    output, now, there = current().output, timestamp(vault.machine.now()), zone or incident.zone
    found = clocks(incident)
    _result(vault, incident, there, vault.catalog.head)
    titles = (_("Clock"), _("Law"), _("Due by"), _("State"), _("Ended"), _("Reason"))
    rows = [
        (
            one.name,
            one.period.law,
            in_zone(one.due, there),
            _(CLOCK_STATES[one.state(now)]),
            in_zone(one.ended, there) if one.ended else "",
            one.reason,
        )
        for one in found
    ]
    output.table(titles, rows)
    if not found:
        output.say(_("No clock was started; counsel decides which law asks for a notification."))
