"""Receipts that came back: recorded if they are of somebody whom the package was sealed to."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.packages import Package, packages, receipts, recipients_of
from ipvault.errors import Conflict, NoSuchPackage, ReceiptRefused
from ipvault.journal.head import Head
from ipvault.records.packages import ReceiptImported
from ipvault.sharing.receipt import Receipt
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Answer(NamedTuple):
    """What one recipient (a fingerprint) of a package signed: each event with the time that he says, perhaps none."""

    package: Package
    fingerprint: str
    events: dict[str, str]


def import_receipt(vault: Vault, receipt: Receipt) -> Head:
    """Record a receipt. Raises `NoSuchPackage`, `ReceiptRefused`, and `Conflict` for one that is there already."""
    statement, signer = receipt.statement, receipt.card.fingerprint
    with transaction(vault) as change:
        package = next((one for one in packages(vault.catalog) if one.id == statement.package), None)
        if package is None:
            raise NoSuchPackage(name=statement.package)
        if package.manifest != statement.manifest:
            raise ReceiptRefused(reason=_("it is for other contents than those that were shared"))
        if signer not in recipients_of(vault.catalog, package.id):
            raise ReceiptRefused(reason=_("it is signed by somebody to whom the package was not sealed"))
        known = receipts(vault.catalog, package.id)
        if any((one.fingerprint, one.event) == (signer, statement.event) for one in known):
            raise Conflict(problem=_("this receipt is in the journal already"))
        record = ReceiptImported(
            package=package.id,
            manifest=package.manifest,
            recipient=signer,
            event=statement.event,
            at=statement.time,
            **receipt.card.public.as_hex(),
            signatures=b"".join(receipt.signatures).hex(),
        )
        change.record(record, root_room(vault.catalog).id)
        return change.commit()


def answers(catalog: Catalog, *, missing: bool = False) -> list[Answer]:
    """What every recipient of every package answered, the oldest package first; or only who has not answered at all."""
    found = [
        Answer(
            package,
            fingerprint,
            {one.event: one.at for one in receipts(catalog, package.id) if one.fingerprint == fingerprint},
        )
        for package in packages(catalog)
        for fingerprint in recipients_of(catalog, package.id)
    ]
    return [answer for answer in found if not answer.events] if missing else found
