"""Placing and releasing holds, and recording who was told and who has acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.address import root_room
from ipvault.catalog.holds import Custodian, Hold, find_hold
from ipvault.catalog.scopes import Scope, find_scope
from ipvault.catalog.somebody import find_somebody
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.records.holds import HoldAcknowledged, HoldNoticed, HoldPlaced, HoldRecord, HoldReleased
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def place_hold(vault: Vault, matter: str, reason: str, scope: Scope, custodians: Sequence[str]) -> tuple[Hold, Head]:
    """Hold what is in a scope, as somebody typed it, for a matter. Raises what finding items and people raises."""
    hold = vault.machine.random(16).hex()
    with transaction(vault) as change:
        people = {one.id: one for one in (find_somebody(vault.catalog, name) for name in custodians)}.values()
        found = find_scope(vault.catalog, scope)
        placed = HoldPlaced(
            hold=hold,
            matter=matter,
            reason=reason,
            **found.fields(),
            members=tuple(one.id for one in people if one.is_member),
            outsiders=tuple(one.id for one in people if not one.is_member),
        )
        change.record(placed, root_room(vault.catalog).id)
        head = change.commit()
    return find_hold(vault.catalog, hold), head


def release_hold(vault: Vault, typed: str, reason: str) -> tuple[Hold, Head]:
    """End a hold. Raises `NoSuchHold`, or `Conflict` if it was released already."""
    hold = _standing(vault, typed)
    return _record(vault, hold, HoldReleased(hold=hold.id, reason=reason))


def note_notices(vault: Vault, typed: str, custodians: Sequence[Custodian]) -> tuple[Hold, Head]:
    """Record that letters to these custodians were written. Raises as `release_hold` does."""
    hold = _standing(vault, typed)
    people = [one.person for one in custodians]
    members = tuple(person for person in people if vault.catalog.is_enrolled(person))
    outsiders = tuple(person for person in people if person not in members)
    return _record(vault, hold, HoldNoticed(hold=hold.id, members=members, outsiders=outsiders))


def acknowledge_hold(
    vault: Vault, typed: str, *, outsider: str = "", evidence: str = "", evidence_name: str = ""
) -> tuple[Hold, Head]:
    """Record that this member, or an outsider by a piece of evidence (its SHA-256 and name), knows of a hold.

    Raises as `release_hold` does, `NoSuchPerson`, `Conflict` for an outsider who is a member, or `Denied`.
    """
    hold = _standing(vault, typed)
    person = find_somebody(vault.catalog, outsider) if outsider else None
    if person is not None and person.is_member:
        raise Conflict(problem=_("{name} is a member, and acknowledges in person").format(name=person.name))
    acknowledged = HoldAcknowledged(
        hold=hold.id,
        member="" if person else vault.member,
        outsider=person.id if person else "",
        evidence=evidence,
        evidence_name=evidence_name,
    )
    return _record(vault, hold, acknowledged)


def _standing(vault: Vault, typed: str) -> Hold:
    hold = find_hold(vault.catalog, typed)
    if hold.released:
        text = _("the hold for {matter} was released on {day}")
        raise Conflict(problem=text.format(matter=hold.matter, day=hold.released[:10]))
    return hold


def _record(vault: Vault, hold: Hold, record: HoldRecord) -> tuple[Hold, Head]:
    with transaction(vault) as change:
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_hold(vault.catalog, hold.id), head
