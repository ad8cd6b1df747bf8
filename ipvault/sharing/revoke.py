"""Revoking what was shared. It stops what is still to come; what was sent cannot be taken back, and stays listed."""

from __future__ import annotations

from ipvault.catalog.address import root_room
from ipvault.catalog.packages import Package, find_package, packages, recipients_of, versions_in
from ipvault.catalog.recipients import Recipient, find_recipient, fingerprints_of
from ipvault.journal.head import Head
from ipvault.records.packages import PackageRevoked
from ipvault.records.recipients import RecipientRevoked
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


def revoke_package(vault: Vault, typed: str, reason: str) -> tuple[Package, Head]:
    """Record that a package is not to be used any more, in every room that something of it came from."""
    with transaction(vault) as change:
        package = find_package(vault.catalog, typed)
        _revoke(vault, change, package, reason)
        head = change.commit()
    return find_package(vault.catalog, package.id), head


def revoke_recipient(vault: Vault, name: str, reason: str) -> tuple[Recipient, list[Package], Head]:
    """Share nothing with a recipient from here on, and revoke the packages that nobody else was sent."""
    with transaction(vault) as change:
        recipient = find_recipient(vault.catalog, name)
        change.record(RecipientRevoked(recipient=recipient.id, reason=reason), root_room(vault.catalog).id)
        his = fingerprints_of(vault.catalog, recipient)
        revoked = [
            package
            for package in packages(vault.catalog, his)
            if not package.revoked and his.issuperset(recipients_of(vault.catalog, package.id))
        ]
        for package in revoked:
            _revoke(vault, change, package, reason)
        head = change.commit()
    return recipient, revoked, head


def _revoke(vault: Vault, change: Transaction, package: Package, reason: str) -> None:
    for room in sorted({version.room for version in versions_in(vault.catalog, package.id)}):
        change.record(PackageRevoked(package=package.id, reason=reason), room)
