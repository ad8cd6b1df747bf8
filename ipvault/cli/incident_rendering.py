"""How incidents look, for people and in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.freezes import freezes
from ipvault.catalog.incidents import Fact, Incident
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name
from ipvault.cli.rendering import or_null
from ipvault.journal.head import Head
from ipvault.oversight.incidents.clocks import Clock, clocks
from ipvault.oversight.incidents.state import Action, actions, steps_open, team
from ipvault.oversight.incidents.words import CLOCK_STATES
from ipvault.oversight.zones import in_zone
from ipvault.records.incidents import (
    WAIVED,
    IncidentClosed,
    IncidentContained,
    IncidentLearned,
    IncidentNotified,
    IncidentPreserved,
)
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

_PROMPT: Final = 3600
"""Seconds between awareness and the record that nobody asks about."""


def incident_json(vault: Vault, one: Incident) -> dict[str, Any]:
    """An incident for programs."""
    now, said = timestamp(vault.machine.now()), one.assessment
    last = next(iter(one.said(IncidentClosed)), None)
    return {
        "id": one.id,
        "title": one.title,
        "seq": one.seq,
        "room": vault.catalog.name_of(one.room),
        "aware": one.aware,
        "zone": one.zone,
        "occurred": one.occurred or None,
        "recorded": one.time,
        "recorded_by": one.signer,
        "recorded_after": seconds_between(one.aware, one.time),
        "reporter": one.reporter or None,
        "text": one.text,
        "category": said.said["category"] if said else None,
        "severity": said.said["severity"] if said else None,
        "assessment": _said(said),
        "team": [
            {"duty": each.duty.key, "title": each.duty.title, "person": each.person or None} for each in team(one)
        ],
        "open_steps": steps_open(one),
        "clocks": [clock_json(clock, now, one.zone) for clock in clocks(one)],
        "actions": [_action_json(action) for action in actions(one)],
        "containments": list(map(_said, one.said(IncidentContained))),
        "evidence": list(map(_said, one.said(IncidentPreserved))),
        "notifications": list(map(_said, one.said(IncidentNotified))),
        "lessons": [fact.said["text"] for fact in one.said(IncidentLearned)],
        "frozen": any(not each.lifted for each in freezes(vault.catalog, one.id)),
        "closed": one.closed or None,
        "close_reason": last.said["reason"] if last else None,
        "not_notified": last.said["unnotified"] or None if last else None,
    }


def clock_json(clock: Clock, now: str, zone: str) -> dict[str, Any]:
    """A clock for programs."""
    return {
        "clock": clock.name,
        "law": clock.period.law,
        "due": clock.due,
        "due_there": in_zone(clock.due, zone),
        "is_estimate": clock.is_estimate,
        "state": clock.state(now),
        "ended": clock.ended or None,
        "reason": clock.reason or None,
    }


def seconds_between(earlier: str, later: str) -> int:
    """Whole seconds from one time of a record to another."""
    return int((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds())


def recorded(one: Incident) -> str:
    """When an incident was recorded, and whether that was long after somebody became aware of it."""
    hours = seconds_between(one.aware, one.time) // _PROMPT
    shown = in_zone(one.time, one.zone)
    if not hours:
        return shown
    text = ngettext("{time}: {count} hour after awareness", "{time}: {count} hours after awareness", hours)
    return text.format(time=shown, count=hours)


def clock_in_words(clock: Clock, now: str, zone: str) -> str:
    """A clock with by when, or when, and why."""
    state = _(CLOCK_STATES[clock.state(now)])
    if clock.outcome != WAIVED:
        state = _("{state}, due {due}").format(state=state, due=in_zone(clock.due, zone))
    parts = [state]
    if clock.is_estimate:
        parts.append(_("at the latest: it counts from when {after} is met").format(after=clock.period.after))
    if clock.ended:
        parts.append(in_zone(clock.ended, zone))
    return "; ".join([*parts, *filter(None, (clock.reason, clock.period.law))])


def action_in_words(action: Action, zone: str) -> str:
    """An action with who does it, and by when, or that it was done."""
    state = _("done {time}").format(time=in_zone(action.done, zone)) if action.done else _("to be done")
    if action.deadline and not action.done:
        state = _("to be done by {time}").format(time=in_zone(action.deadline, zone))
    return "; ".join(filter(None, (action.title, action.owner, state, action.note)))


def tell(vault: Vault, schema: str, incident: Incident, head: Head, sentence: str, **fields: str) -> None:
    """Say what was recorded of an incident."""
    output = current().output
    output.result(schema, {"incident": incident_json(vault, incident)}, journal=head)
    output.say(sentence.format(id=incident.id[:SHORT_ID], title=incident.title, **fields))


def by_whom(vault: Vault, one: Incident) -> str:
    """Who recorded an incident, and who reported it."""
    name = member_name(vault, one.signer)
    return _("{name}, as {reporter} reported").format(name=name, reporter=one.reporter) if one.reporter else name


def _action_json(action: Action) -> dict[str, Any]:
    return or_null(action._asdict(), "owner", "deadline", "done", "note")


def _said(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    left_out = ("kind", "incident")
    return {"seq": fact.seq, "time": fact.time, **{key: fact.said[key] for key in fact.said if key not in left_out}}
