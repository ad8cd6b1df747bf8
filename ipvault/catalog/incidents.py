"""Incidents: what the records say of each, and what every reader checks of those records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchIncident
from ipvault.records.base import Record
from ipvault.records.incidents import (
    CATEGORIES,
    OUTCOMES,
    PAPERS,
    PARTIES,
    SEVERITIES,
    STEPS,
    UNITS,
    ActionAdded,
    ActionDone,
    ClockEnded,
    ClockStarted,
    IncidentAssessed,
    IncidentNotified,
    IncidentOpened,
    IncidentPreserved,
    IncidentRecord,
    IncidentReleased,
)
from ipvault.text import _


class Fact(NamedTuple):
    """What record `seq` says of an incident: its kind, and its fields."""

    seq: int
    time: str
    signer: str
    kind: str
    said: Mapping[str, Any]


class Incident(NamedTuple):
    """An incident, opened by record `seq` in a room (an id); see `IncidentOpened`. `closed` is when it was, if so."""

    id: str
    room: str
    seq: int
    time: str
    signer: str
    title: str
    aware: str
    zone: str
    occurred: str
    reporter: str
    text: str
    playbook: str
    closed: str
    facts: tuple[Fact, ...]

    def said(self, kind: type[IncidentRecord]) -> list[Fact]:
        """The facts of a kind, the oldest first."""
        return [fact for fact in self.facts if fact.kind == kind.KIND]

    @property
    def assessment(self) -> Fact | None:
        """The latest one, which counts."""
        return next(reversed(self.said(IncidentAssessed)), None)


_ABOUT: Final = ("title", "aware", "zone", "occurred", "reporter", "text", "playbook")


def incidents(catalog: Catalog) -> list[Incident]:
    """All incidents that this member may know of, closed ones too, the oldest first."""
    return [_whole(catalog, row) for row in catalog.view.execute("SELECT * FROM incident ORDER BY seq").fetchall()]


def open_incidents(catalog: Catalog) -> list[Incident]:
    """Those that are not closed."""
    rows = catalog.view.execute("SELECT * FROM incident WHERE closed = '' ORDER BY seq").fetchall()
    return [_whole(catalog, row) for row in rows]


def find_incident(catalog: Catalog, typed: str) -> Incident:
    """The incident whose id begins so, or the only one of that title that is not closed.

    Raises `NoSuchIncident` or `AmbiguousId`.
    """
    known = incidents(catalog)
    found = beginning_with(typed, known) or [one for one in known if one.title == typed and not one.closed]
    return the_only(found, typed, NoSuchIncident)


def objection_to_incident(catalog: Catalog, record: Record, room: str, _signer: str) -> str | None:
    """Why nobody may say in `room` what this record says of an incident, or None; for other records None."""
    if not isinstance(record, IncidentRecord):
        return None
    row = catalog.view.execute("SELECT room, closed FROM incident WHERE id = ?", (record.incident,)).fetchone()
    if isinstance(record, IncidentOpened):
        return _("it opens an incident a second time") if row else None
    if row is None or row[0] != room:
        return _("it is about an incident that its room does not have")
    if row[1] and not isinstance(record, IncidentReleased):
        return _("it is about an incident that was closed before")
    return _objection_to_words(record) or _objection_to_order(catalog, record)


def _objection_to_words(record: IncidentRecord) -> str | None:
    match record:
        case IncidentAssessed():
            categories, severities = (record.category, record.found_category), (record.severity, record.found_severity)
            is_known = set(categories) <= set(CATEGORIES) and set(severities) <= set(SEVERITIES)
        case IncidentNotified(party=party):
            is_known = party in PARTIES
        case IncidentReleased(paper=paper):
            is_known = paper in PAPERS
        case ClockStarted(unit=unit):
            is_known = unit in UNITS
        case ClockEnded(outcome=outcome):
            is_known = outcome in OUTCOMES
        case ActionAdded(step=step):
            is_known = step in STEPS
        case IncidentPreserved():
            is_known = len(record.items) == len(record.versions) == len(record.hashes) and record.first <= record.last
        case _:
            is_known = True
    return None if is_known else _("it says of an incident what cannot be")


def _objection_to_order(catalog: Catalog, record: IncidentRecord) -> str | None:
    """A clock runs once, from its start to its end; what is added is added once, and what is done is done once."""
    match record:
        case ClockStarted(clock=clock, after=after):
            started = _has(catalog, record, ClockStarted, "clock", clock)
            is_right = not started and (not after or _has(catalog, record, ClockStarted, "clock", after))
        case ClockEnded(clock=clock):
            is_right = _runs(catalog, record, clock)
        case IncidentNotified(clock=clock) if clock:
            is_right = _runs(catalog, record, clock)
        case ActionAdded(action=action):
            is_right = not _has(catalog, record, ActionAdded, "action", action)
        case ActionDone(action=action):
            is_right = not _has(catalog, record, ActionDone, "action", action)
        case _:
            is_right = True
    return None if is_right else _("it starts or ends a second time, or ends what was not started")


def _runs(catalog: Catalog, record: IncidentRecord, clock: str) -> bool:
    has_ended = any(_has(catalog, record, kind, "clock", clock) for kind in (ClockEnded, IncidentNotified))
    return _has(catalog, record, ClockStarted, "clock", clock) and not has_ended


def _has(catalog: Catalog, record: IncidentRecord, kind: type[IncidentRecord], field: str, value: str) -> bool:
    """Whether a record of this kind about the same incident says this."""
    query = "SELECT said FROM incident_fact WHERE incident = ? AND kind = ?"
    found = catalog.view.execute(query, (record.incident, kind.KIND))
    return any(json.loads(said)[field] == value for (said,) in found)


def _whole(catalog: Catalog, row: tuple[str, ...]) -> Incident:
    id_, room, seq, time, signer, terms, closed = row
    said = json.loads(terms)
    query = "SELECT seq, time, signer, kind, said FROM incident_fact WHERE incident = ? ORDER BY seq"
    facts = (
        Fact(int(number), when, who, kind, json.loads(words))
        for number, when, who, kind, words in catalog.view.execute(query, (id_,))
    )
    about = (said[name] for name in _ABOUT)
    return Incident._make((id_, room, int(seq), time, signer, *about, closed, tuple(facts)))
