"""Opening incidents, and recording what is said and done about them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID, find_room, find_version, root_room
from ipvault.catalog.closeness import suggested
from ipvault.catalog.incidents import Incident, find_incident
from ipvault.catalog.somebody import find_somebody
from ipvault.errors import Conflict, IncidentUnfinished, NoSuchPerson, UsageError
from ipvault.journal.head import Head
from ipvault.oversight.incidents.clocks import Clock, Period, clocks
from ipvault.oversight.incidents.playbook import parse_playbook
from ipvault.oversight.incidents.state import actions, missing
from ipvault.oversight.zones import in_zone, zone_of
from ipvault.records.incidents import (
    MET,
    ActionAdded,
    ActionDone,
    ClockEnded,
    ClockStarted,
    IncidentAssigned,
    IncidentClosed,
    IncidentLearned,
    IncidentNotified,
    IncidentOpened,
    IncidentPreserved,
    IncidentRecord,
    IncidentReleased,
)
from ipvault.text import _
from ipvault.vault.clock import checked_time
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Report(NamedTuple):
    """What is known when an incident is opened. Times are those of records; see `IncidentOpened`."""

    title: str
    aware: str
    zone: str
    occurred: str
    reporter: str
    text: str
    playbook: str


class Sent(NamedTuple):
    """What was sent, to whom of which party, and when; see `IncidentNotified`."""

    party: str
    person: str
    clock: str
    sent: str
    sha256: str
    late: str


def open_incident(vault: Vault, report: Report, room: str = "") -> tuple[Incident, Head]:
    """Record an incident, and start the clocks of its playbook. With `room` (a name) only its members read of it.

    Raises `ClockBehind`, `UsageError` for times that cannot be, `PlaybookRefused`, or `NoSuchRoom`.
    """
    book = parse_playbook(report.playbook)
    zone_of(report.zone)
    incident = vault.machine.random(16).hex()
    with transaction(vault) as change:
        now = checked_time(vault)
        if report.aware > now or report.occurred > report.aware:
            raise UsageError(problem=_("nobody is aware of something that is yet to come: check the times"))
        place = find_room(vault.catalog, room).id if room else root_room(vault.catalog).id
        change.record(IncidentOpened(incident=incident, **report._asdict()), place)
        for name, period in book.clocks.items():
            change.record(ClockStarted(incident=incident, clock=name, **period._asdict()), place)
        head = change.commit()
    return find_incident(vault.catalog, incident), head


def assign(vault: Vault, typed: str, duty: str, person: str) -> tuple[Incident, Head]:
    """Record who has a duty from here on: a member, a recipient, or anybody else by name."""
    incident = standing(vault, typed)
    try:
        found = find_somebody(vault.catalog, person)
    except NoSuchPerson:
        return _record(vault, incident, _assigned(incident, duty, person))
    member, outsider = (found.id, "") if found.is_member else ("", found.id)
    return _record(vault, incident, _assigned(incident, duty, found.name, member, outsider))


def _assigned(incident: Incident, duty: str, person: str, member: str = "", outsider: str = "") -> IncidentAssigned:
    return IncidentAssigned(incident=incident.id, duty=duty, person=person, member=member, outsider=outsider)


def start_clock(vault: Vault, typed: str, name: str, period: Period) -> tuple[Incident, Head]:
    """Start a clock. Raises `Conflict` for one that was started, or whose predecessor was not."""
    incident = standing(vault, typed)
    known = {clock.name for clock in clocks(incident)}
    if name in known:
        raise Conflict(problem=_("the clock {name} was started already").format(name=name))
    if period.after and period.after not in known:
        raise Conflict(
            problem=_("the clock {name} comes after {after}: start that first").format(name=name, after=period.after)
        )
    return _record(vault, incident, ClockStarted(incident=incident.id, clock=name, **period._asdict()))


def end_clock(vault: Vault, typed: str, name: str, outcome: str, at: str, reason: str) -> tuple[Incident, Head]:
    """Record that what a clock asks for was done at a time, or is not to be done.

    Raises `ClockBehind`, `Conflict` for a clock that does not run, and `UsageError` where it is late, or waived,
    without a reason.
    """
    incident = standing(vault, typed)
    now = checked_time(vault)
    clock = _running_clock(incident, name)
    _check_time(incident, at or now, now)
    if outcome == MET:
        _check_late(incident, clock, at or now, reason)
    elif not reason:
        raise UsageError(problem=_("say why what {name} asks for is not to be done").format(name=name))
    ended = ClockEnded(incident=incident.id, clock=name, outcome=outcome, at=at or now, reason=reason)
    return _record(vault, incident, ended)


def _running_clock(incident: Incident, name: str) -> Clock:
    """A clock that runs. Raises `Conflict`."""
    found = next((clock for clock in clocks(incident) if clock.name == name), None)
    if found is None:
        raise Conflict(problem=_("the clock {name} was not started").format(name=name))
    if found.outcome:
        raise Conflict(problem=_("the clock {name} has ended already").format(name=name))
    return found


def _check_late(incident: Incident, clock: Clock, at: str, reason: str) -> None:
    """Raises `UsageError` for what is done after it was due, unless it is said why."""
    if at > clock.due and not reason:
        text = _("{name} was due on {time}: say with --late why it comes after that")
        raise UsageError(problem=text.format(name=clock.name, time=in_zone(clock.due, incident.zone)))


def note_sent(vault: Vault, typed: str, sent: Sent) -> tuple[Incident, Head]:
    """Record that a text went to somebody. Raises what `end_clock` does."""
    incident = standing(vault, typed)
    now = checked_time(vault)
    _check_time(incident, sent.sent, now)
    if sent.clock:
        _check_late(incident, _running_clock(incident, sent.clock), sent.sent, sent.late)
    return _record(vault, incident, IncidentNotified(incident=incident.id, **sent._asdict()))


def preserve_items(vault: Vault, typed: str, addresses: list[str], reason: str) -> tuple[Incident, Head]:
    """Record that versions of items are evidence, with their hashes. Raises what finding them raises."""
    incident = standing(vault, typed)
    found = [find_version(vault.catalog, address) for address in addresses]
    return _record(
        vault,
        incident,
        _preserved(
            incident,
            reason,
            items=tuple(item.id for item, _version in found),
            versions=tuple(version.number for _item, version in found),
            hashes=tuple(version.sha256 for _item, version in found),
        ),
    )


def preserve_records(vault: Vault, typed: str, first: int, last: int, reason: str) -> tuple[Incident, Head]:
    """Record that a range of records is evidence. Raises `UsageError` for one that is not there."""
    if not 0 <= first <= last <= vault.catalog.head.seq or last == 0:
        raise UsageError(problem=_("the journal has no records from {first} to {last}").format(first=first, last=last))
    incident = standing(vault, typed)
    return _record(vault, incident, _preserved(incident, reason, first=first, last=last))


def preserve_thing(vault: Vault, typed: str, custody: str, reason: str) -> tuple[Incident, Head]:
    """Record that a thing is evidence that is in a chain of custody (an id)."""
    incident = standing(vault, typed)
    return _record(vault, incident, _preserved(incident, reason, custody=custody))


def _preserved(
    incident: Incident,
    reason: str,
    *,
    custody: str = "",
    items: tuple[str, ...] = (),
    versions: tuple[int, ...] = (),
    hashes: tuple[str, ...] = (),
    first: int = 0,
    last: int = 0,
) -> IncidentPreserved:
    return IncidentPreserved(
        incident=incident.id,
        custody=custody,
        items=items,
        versions=versions,
        hashes=hashes,
        first=first,
        last=last,
        reason=reason,
    )


def add_action(vault: Vault, typed: str, step: str, title: str, owner: str, deadline: str) -> tuple[Incident, Head]:
    """Record that something has to be done before the incident is closed."""
    incident, key = standing(vault, typed), vault.machine.random(4).hex()
    added = ActionAdded(incident=incident.id, action=key, title=title, step=step, owner=owner, deadline=deadline)
    return _record(vault, incident, added)


def finish_action(vault: Vault, typed: str, key: str, note: str) -> tuple[Incident, Head]:
    """Record that an action was done. Raises `Conflict` for one that there is not, or that was done."""
    incident = standing(vault, typed)
    found = next((action for action in actions(incident) if action.key == key), None)
    if found is None or found.done:
        close = suggested(key, [action.key for action in actions(incident) if not action.done])
        text = _("no action {key} is left to be done").format(key=key)
        raise Conflict(problem="; ".join(filter(None, (text, close))))
    return _record(vault, incident, ActionDone(incident=incident.id, action=key, note=note))


def learn(vault: Vault, typed: str, text: str) -> tuple[Incident, Head]:
    """Record what is to be done better."""
    incident = standing(vault, typed)
    return _record(vault, incident, IncidentLearned(incident=incident.id, text=text))


def note_released(vault: Vault, incident: Incident, paper: str, text: str) -> Head:
    """Record that a paper about an incident, closed or not, was written out; before it is."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction(vault) as change:
        change.record(IncidentReleased(incident=incident.id, paper=paper, sha256=digest), incident.room)
        return change.commit()


def close_incident(vault: Vault, typed: str, reason: str, unnotified: str) -> tuple[Incident, Head]:
    """Close an incident. Raises `ClockBehind`, `IncidentUnfinished` as long as something is left to do, or
    `UsageError` where nobody was notified and it is not said why.
    """
    incident = standing(vault, typed)
    checked_time(vault)
    if left := missing(incident):
        raise IncidentUnfinished(id=incident.id[:SHORT_ID], missing="; ".join(left))
    if bool(incident.said(IncidentNotified)) == bool(unnotified):
        problem = _("nobody was notified: say why with --not-notified, or record a notification")
        if unnotified:
            problem = _("--not-notified is for incidents of which nobody was notified")
        raise UsageError(problem=problem)
    return _record(vault, incident, IncidentClosed(incident=incident.id, unnotified=unnotified, reason=reason))


def standing(vault: Vault, typed: str) -> Incident:
    """An incident that is not closed. Raises `NoSuchIncident`, or `Conflict`."""
    incident = find_incident(vault.catalog, typed)
    if incident.closed:
        raise Conflict(problem=_("it was closed on {day}").format(day=incident.closed[:10]))
    return incident


def _check_time(incident: Incident, at: str, now: str) -> None:
    if not incident.aware <= at <= now:
        raise UsageError(problem=_("that time is before anybody was aware of the incident, or yet to come"))


def _record(vault: Vault, incident: Incident, record: IncidentRecord) -> tuple[Incident, Head]:
    with transaction(vault) as change:
        standing(vault, incident.id)
        change.record(record, incident.room)
        head = change.commit()
    return find_incident(vault.catalog, incident.id), head
