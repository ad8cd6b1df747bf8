"""Dealings with people outside: what every reader checks of recipients, packages and receipts before he believes it.

A record in the root room is judged by what all members can read, because they all have to come to the same judgement:
by itself, by the roster, and by other records of recipients.
"""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.keys.identity import PublicIdentity
from ipvault.records.base import Record
from ipvault.records.items import ItemRecord
from ipvault.records.packages import PackageReceived, PackageRevoked, PackageShared, ReceiptImported
from ipvault.records.recipients import (
    RecipientAdded,
    RecipientRecord,
    RecipientRemoved,
    RecipientRevoked,
    RecipientUpdated,
)
from ipvault.records.vocabulary import OWNER
from ipvault.text import _


def objection_to_dealings(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not say in `room` what this record says of people outside, or None; for other records None."""
    match record:
        case RecipientRecord():
            return _objection_to_recipient(catalog, record, room, signer)
        case PackageShared():
            return _objection_to_grant(catalog, record, room)
        case PackageRevoked(package=package):
            was_shared = catalog.has_shared(room, package) or catalog.has_gap(room, record.CLASS)
            return None if was_shared else _("it revokes a package of which nothing came from this room")
        case PackageReceived() if not record.is_proven():
            return _("it names a sender who did not sign what it says")
        case ReceiptImported() if not record.is_proven():
            return _("it names a recipient who did not sign what it says")
    return None


def _objection_to_grant(catalog: Catalog, record: PackageShared, room: str) -> str | None:
    """A grant names documents of its own room, since only there anybody can tell what they are, and one package."""
    if not record.items or len(record.items) != len(record.versions):
        return _("it does not say which versions of which items were shared")
    if not catalog.has_gap(room, ItemRecord.CLASS) and not catalog.has_had(room, record.items):
        return _("it shares an item that its room does not have")
    first = catalog.view.execute("SELECT manifest FROM package WHERE id = ?", (record.package,)).fetchone()
    if first is None:
        return None
    query = "SELECT fingerprint FROM package_recipient WHERE package = ?"
    recipients = {fingerprint for (fingerprint,) in catalog.view.execute(query, (record.package,))}
    if (record.manifest, set(record.recipients)) != (first[0], recipients):
        return _("it says something else of a package than the record of it before")
    return None


def _objection_to_recipient(catalog: Catalog, record: RecipientRecord, root: str, signer: str) -> str | None:
    """What is forgotten is not held against anybody: then what came before a record may be unknown."""
    if not catalog.is_writer(signer):
        return _("whoever signs it is neither owner nor editor of any room, and so does not say who recipients are")
    match record:
        case RecipientAdded(recipient=recipient):
            if _adder(catalog, recipient) is not None:
                return _("it takes in a card under the id of another recipient")
            return _objection_to_keys(record) or _objection_to_card(catalog, record, root, signer)
        case RecipientUpdated():
            return _objection_to_keys(record) or _objection_to_card(catalog, record, root, signer)
        case RecipientRemoved(recipient=recipient) | RecipientRevoked(recipient=recipient):
            if signer != (_adder(catalog, recipient) or signer) and catalog.role(signer, root) != OWNER:
                return _("only an owner of the vault, or whoever took in the card, removes or revokes a recipient")
    return None


def _adder(catalog: Catalog, recipient: str) -> str | None:
    row = catalog.view.execute("SELECT adder FROM recipient WHERE id = ?", (recipient,)).fetchone()
    return row[0] if row else None


def _objection_to_keys(record: RecipientAdded | RecipientUpdated) -> str | None:
    public = PublicIdentity.from_hex(record.kem, record.ed25519, record.mldsa44)
    if public.fingerprint != record.fingerprint:
        return _("it names a recipient by a fingerprint that is not that of the keys")
    if not public.can_be_sealed_to:
        return _("it names a recipient by keys to which nothing can be sealed")
    return None


def _objection_to_card(
    catalog: Catalog, record: RecipientAdded | RecipientUpdated, root: str, signer: str
) -> str | None:
    """Who else has this card, or had it when sharing with him was revoked."""
    known = catalog.view.execute(
        "SELECT id, recipient.fingerprint = ?1, removed IS NULL, revoked IS NOT NULL "
        "FROM recipient JOIN recipient_card ON recipient = id WHERE recipient_card.fingerprint = ?1",
        (record.fingerprint,),
    ).fetchall()
    if any(recipient == record.recipient and is_present for recipient, is_present, _is_here, _is_revoked in known):
        return None  # the same keys with other details
    is_taken = any(is_present and is_here for _recipient, is_present, is_here, _is_revoked in known)
    if is_taken and not catalog.has_gap(root, record.CLASS):
        return _("it takes in a card that another recipient has")
    if any(is_revoked for *_others, is_revoked in known) and catalog.role(signer, root) != OWNER:
        return _("sharing with the holder of this card was revoked, which only an owner of the vault can lift")
    return None
