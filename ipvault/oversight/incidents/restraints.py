"""What containments froze and held, from when until when, as the records say it that anybody may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ipvault.catalog.incidents import Incident
from ipvault.journal.canonical import JsonValue
from ipvault.oversight.incidents.report import Moment
from ipvault.records.freezes import FreezeLifted, FreezeSet
from ipvault.records.holds import HoldPlaced, HoldReleased
from ipvault.records.incidents import IncidentContained
from ipvault.text import N_, _
from ipvault.vault.journal_query import JournalRow, Query, read_journal
from ipvault.vault.vault import Vault

FREEZE: Final = "freeze"
HOLD: Final = "hold"

_OVER: Final = {FREEZE: N_("not frozen any more: {reason}"), HOLD: N_("not held any more: {reason}")}

_LISTS: Final = {FREEZE: ("items", "rooms"), HOLD: ("scope_items", "scope_rooms")}


class Restraint(NamedTuple):
    """A freeze or a hold because of an incident: `of` are items and rooms (ids), none where only people are frozen.

    Of what is in force, `ended` and `reason` are empty, and `ended_by` is 0; it is the record that says so.
    """

    id: str
    kind: str
    time: str
    of: frozenset[str]
    ended: str = ""
    ended_by: int = 0
    reason: str = ""


def restraints(vault: Vault, incident: Incident) -> list[Restraint]:
    """Those of an incident, the oldest first. Raises `JournalBroken`, or `FormatTooNew`."""
    facts = incident.said(IncidentContained)
    wanted = {fact.said[kind] for fact in facts for kind in (FREEZE, HOLD) if fact.said[kind]}
    found: dict[str, Restraint] = {}
    if not wanted:
        return []
    for row in read_journal(vault, Query.of(FreezeSet, FreezeLifted, HoldPlaced, HoldReleased)):
        fields = row.fields or {}
        kind = FREEZE if row.action in (FreezeSet.KIND, FreezeLifted.KIND) else HOLD
        if (id_ := str(fields.get(kind))) not in wanted:
            continue
        if row.action in (FreezeSet.KIND, HoldPlaced.KIND):
            found[id_] = Restraint(id_, kind, row.leaf.time, _of(kind, fields))
        elif id_ in found:
            found[id_] = _ended(found[id_], row, fields)
    return list(found.values())


def endings(some: list[Restraint]) -> list[Moment]:
    """The ends of freezes and holds, as moments of the timeline."""
    return [
        Moment(one.ended_by, one.ended, "contain", _(_OVER[one.kind]).format(reason=one.reason))
        for one in some
        if one.ended
    ]


def _of(kind: str, fields: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(id_ for name in _LISTS[kind] for id_ in fields[name])


def _ended(one: Restraint, row: JournalRow, fields: Mapping[str, JsonValue]) -> Restraint:
    return one._replace(ended=row.leaf.time, ended_by=row.leaf.seq, reason=str(fields["reason"]))
