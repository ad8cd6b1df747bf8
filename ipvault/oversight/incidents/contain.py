"""Containing an incident: everything that stops it from going on, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID, find_any, find_items, find_room, root_room
from ipvault.catalog.freezes import freezes
from ipvault.catalog.holds import holds
from ipvault.catalog.incidents import Incident, find_incident
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.packages import Package, find_package, packages, packages_holding, versions_in
from ipvault.catalog.patterns import is_pattern
from ipvault.catalog.recipients import Recipient, find_recipients, fingerprints_of
from ipvault.catalog.roster import Member, find_member, rooms_and_roles
from ipvault.catalog.scopes import Scope
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.oversight.copies import Copy, remaining_copies
from ipvault.oversight.incidents.keep import standing
from ipvault.records.freezes import FreezeLifted, FreezeSet
from ipvault.records.holds import HoldPlaced
from ipvault.records.incidents import IncidentContained
from ipvault.text import _
from ipvault.vault.membership import Leave, take_out_together
from ipvault.vault.revoking import stop_sharing, withdraw
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Plan(NamedTuple):
    """What to do, as somebody typed it: members leave all rooms, recipients and packages are revoked, rooms get new
    keys, and items, rooms and those recipients are frozen. With `hold` what is frozen is held as well.
    """

    members: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    rotate: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    hold: bool = True


class Containment(NamedTuple):
    """What was done, or would be: `leave` says of which rooms members were taken out, `left` are packages that only
    others may revoke. `reached` are the items (ids) that it is about, `copies` what is out of them and stays readable.
    """

    members: tuple[Member, ...]
    recipients: tuple[Recipient, ...]
    packages: tuple[Package, ...]
    left: tuple[Package, ...]
    leave: Leave
    items: tuple[Item, ...]
    rooms: tuple[str, ...]
    freeze: str
    hold: str
    reached: frozenset[str]
    incident: Incident
    head: Head
    copies: tuple[Copy, ...] = ()

    def is_empty(self) -> bool:
        """Whether nothing was left to do."""
        return not any((self.members, self.recipients, self.packages, self.leave.rekeyed, self.freeze, self.hold))


def contain(vault: Vault, typed: str, plan: Plan, *, reason: str, dry: bool = False) -> Containment:
    """Do what a plan says, and record it; with `dry` only tell. What was done before is not done again.

    Raises what finding people and things raises, `Denied`, and `Conflict` for whoever would take out himself.
    """
    with transaction(vault) as change:
        incident = standing(vault, typed)
        done = _contained(vault, change, incident, plan, reason)
        if dry:
            change.rehearse()
        else:
            if not done.is_empty():
                unreached = packages_holding(vault.catalog, done.reached)
                change.record(_record_of(done, unreached, reason), incident.room)
            done = done._replace(head=change.commit())
    copies = tuple(remaining_copies(vault, done.reached))
    return done._replace(incident=find_incident(vault.catalog, incident.id), copies=copies)


def lift(vault: Vault, typed: str, *, reason: str) -> tuple[Incident, Head]:
    """End the freezes of an incident, closed or not. Its holds stay. Raises `Conflict` where nothing is frozen."""
    with transaction(vault) as change:
        incident = find_incident(vault.catalog, typed)
        standing_ones = [one for one in freezes(vault.catalog, incident.id) if not one.lifted]
        if not standing_ones:
            raise Conflict(problem=_("nothing is frozen because of it"))
        for one in standing_ones:
            change.record(FreezeLifted(freeze=one.id, reason=reason), root_room(vault.catalog).id)
        head = change.commit()
    return find_incident(vault.catalog, incident.id), head


def _contained(vault: Vault, change: Transaction, incident: Incident, plan: Plan, reason: str) -> Containment:
    catalog = vault.catalog
    people = [find_member(catalog, name) for name in plan.members]
    if any(one.fingerprint == vault.member for one in people):
        raise Conflict(problem=_("nobody takes out himself: another owner has to contain this"))
    members = [one for one in dict.fromkeys(people) if rooms_and_roles(catalog, one.fingerprint)]
    recipients = find_recipients(catalog, plan.recipients)
    named = {one.id: one for one in (find_package(catalog, typed) for typed in plan.packages)}
    rotate = [find_room(catalog, name).id for name in plan.rotate]
    items = _items(vault, plan.items)
    rooms = [find_room(catalog, name).id for name in plan.rooms]
    reached = _reached(vault, items, rooms, [*named.values(), *_packages_to(vault, recipients)])

    leave = take_out_together(vault, change, members, reason=reason, rotate=rotate)
    revoked: dict[str, Package] = {}
    left: dict[str, Package] = {}
    stopped = []
    for recipient in recipients:
        his = stop_sharing(vault, change, recipient, reason)
        revoked.update((one.id, one) for one in his.packages)
        left.update((one.id, one) for one in his.left)
        if not recipient.revoked:
            stopped.append(recipient)
    for package in named.values():
        if not package.revoked and package.id not in {*revoked, *left}:
            (revoked if withdraw(vault, change, package, reason) else left)[package.id] = package
    hold = _hold(vault, change, incident, items, rooms) if plan.hold else ""
    freeze = _freeze(vault, change, incident, items, rooms, recipients)
    return Containment(
        tuple(members),
        tuple(stopped),
        tuple(revoked.values()),
        tuple(left.values()),
        leave,
        tuple(items),
        tuple(rooms),
        freeze,
        hold,
        reached,
        incident,
        catalog.head,
    )


def _items(vault: Vault, typed: Iterable[str]) -> list[Item]:
    found: dict[str, Item] = {}
    for one in typed:
        meant = find_items(vault.catalog, [one]) if is_pattern(one) else [find_any(vault.catalog, one)]
        found.update((item.id, item) for item in meant)
    return list(found.values())


def _packages_to(vault: Vault, recipients: Iterable[Recipient]) -> list[Package]:
    cards = {card for one in recipients for card in fingerprints_of(vault.catalog, one)}
    return packages(vault.catalog, cards) if cards else []


def _reached(vault: Vault, items: Iterable[Item], rooms: Sequence[str], some: Iterable[Package]) -> frozenset[str]:
    """The items (ids) that an incident is about: those named, those of the rooms, and those in the packages."""
    there = {item.id for item in all_items(vault.catalog) if item.room in rooms} if rooms else set()
    sent = {version.item for package in some for version in versions_in(vault.catalog, package.id)}
    return frozenset({item.id for item in items} | there | sent)


def _hold(vault: Vault, change: Transaction, incident: Incident, items: Sequence[Item], rooms: Sequence[str]) -> str:
    """Hold what no hold of the same incident holds yet; the id of the hold, or nothing."""
    placed = {str(fact.said["hold"]) for fact in incident.said(IncidentContained)}
    standing_ones = [one.scope for one in holds(vault.catalog) if one.id in placed and not one.released]
    new_items = tuple(item.id for item in items if not any(item.id in scope.items for scope in standing_ones))
    new_rooms = tuple(room for room in rooms if not any(room in scope.rooms for scope in standing_ones))
    if not new_items and not new_rooms:
        return ""
    hold = vault.machine.random(16).hex()
    record = HoldPlaced(
        hold=hold,
        matter=_("incident {id}").format(id=incident.id[:SHORT_ID]),
        reason=_("evidence of an incident"),
        **Scope(items=new_items, rooms=new_rooms).fields(),
        members=(),
        outsiders=(),
    )
    change.record(record, root_room(vault.catalog).id)
    return hold


def _freeze(
    vault: Vault,
    change: Transaction,
    incident: Incident,
    items: Sequence[Item],
    rooms: Sequence[str],
    recipients: Sequence[Recipient],
) -> str:
    """Freeze what the same incident does not freeze yet; the id of the freeze, or nothing."""
    known = [one for one in freezes(vault.catalog, incident.id) if not one.lifted]
    frozen = {value for one in known for value in (*one.items, *one.rooms, *one.recipients)}
    new_items, new_rooms, outsiders = (
        tuple(id_ for id_ in ids if id_ not in frozen)
        for ids in ([item.id for item in items], rooms, [one.id for one in recipients])
    )
    if not (new_items or new_rooms or outsiders):
        return ""
    freeze = vault.machine.random(16).hex()
    record = FreezeSet(freeze=freeze, incident=incident.id, items=new_items, rooms=new_rooms, outsiders=outsiders)
    change.record(record, root_room(vault.catalog).id)
    return freeze


def _record_of(done: Containment, unreached: Iterable[Package], reason: str) -> IncidentContained:
    return IncidentContained(
        incident=done.incident.id,
        members=tuple(one.fingerprint for one in done.members),
        outsiders=tuple(one.id for one in done.recipients),
        packages=tuple(one.id for one in done.packages),
        rooms=tuple(done.leave.rekeyed),
        freeze=done.freeze,
        hold=done.hold,
        unreached=tuple(one.id for one in unreached),
        reason=reason,
    )
