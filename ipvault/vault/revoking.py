"""Revoking what was shared. It stops what is still to come; what was sent cannot be taken back, and stays listed."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.catalog.packages import Package, find_package, packages, recipients_of, versions_in
from ipvault.catalog.recipients import Recipient, find_recipient, fingerprints_of
from ipvault.errors import Denied, RoomClosed
from ipvault.journal.head import Head
from ipvault.records.packages import PackageRevoked
from ipvault.records.recipients import RecipientRevoked
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


def revoke_package(vault: Vault, typed: str, reason: str) -> tuple[Package, Head]:
    """Record that a package is not to be used any more, in every room that something of it came from."""
    with transaction(vault) as change:
        package = find_package(vault.catalog, typed)
        _revoke(change, package, _rooms(vault, package), reason)
        head = change.commit()
    return find_package(vault.catalog, package.id), head


class Revoked(NamedTuple):
    """The packages that are revoked, and `left` those that came, in part at least, from rooms of others."""

    packages: list[Package]
    left: list[Package]


class Revocation(NamedTuple):
    """What revoking a recipient came to; `since` is when sharing with him was revoked before, if it was."""

    recipient: Recipient
    packages: list[Package]
    left: list[Package]
    since: str | None
    head: Head


def revoke_recipient(vault: Vault, name: str, reason: str) -> Revocation:
    """Share nothing with a recipient from here on, and revoke the packages that nobody else was sent.

    Where all that was done before, nothing is recorded. Raises `Denied` for whoever may not revoke the recipient.
    """
    with transaction(vault) as change:
        recipient = find_recipient(vault.catalog, name)
        revoked = stop_sharing(vault, change, recipient, reason)
        head = change.commit()
    return Revocation(find_recipient(vault.catalog, name), *revoked, recipient.revoked, head)


def stop_sharing(vault: Vault, change: Transaction, recipient: Recipient, reason: str) -> Revoked:
    """The same within a change: of the packages, whatever came from rooms in which this member may revoke."""
    his = fingerprints_of(vault.catalog, recipient)
    revoked: list[Package] = []
    left: list[Package] = []
    rooms_of: list[tuple[Package, list[str]]] = []
    for package in packages(vault.catalog, his):
        if not package.revoked and his.issuperset(recipients_of(vault.catalog, package.id)):
            rooms = _rooms(vault, package)
            mine = [room for room in rooms if _may_revoke(change, room)]
            rooms_of.append((package, mine))
            (revoked if mine == rooms else left).append(package)
    if not recipient.revoked or any(mine for _package, mine in rooms_of):
        change.record(RecipientRevoked(recipient=recipient.id, reason=reason), root_room(vault.catalog).id)
    for package, mine in rooms_of:
        _revoke(change, package, mine, reason)
    return Revoked(revoked, left)


def withdraw(vault: Vault, change: Transaction, package: Package, reason: str) -> bool:
    """Revoke a package within a change, as far as this member may; whether that was everywhere."""
    rooms = _rooms(vault, package)
    mine = [room for room in rooms if _may_revoke(change, room)]
    _revoke(change, package, mine, reason)
    return mine == rooms


def _may_revoke(change: Transaction, room: str) -> bool:
    try:
        change.check(PackageRevoked, room)
    except (Denied, RoomClosed):
        return False
    return True


def _rooms(vault: Vault, package: Package) -> list[str]:
    return sorted({version.room for version in versions_in(vault.catalog, package.id)})


def _revoke(change: Transaction, package: Package, rooms: list[str], reason: str) -> None:
    for room in rooms:
        change.record(PackageRevoked(package=package.id, reason=reason), room)
