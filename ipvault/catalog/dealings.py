"""Dealings with people outside: what every reader checks of recipients, packages and receipts before he believes it.

A record in the root room is judged by what all members can read, because they all have to come to the same judgement:
by itself, by the roster, and by other records of recipients.
"""

from __future__ import annotations

from ipvault.keys.identity import PublicIdentity
from ipvault.records.base import Record
from ipvault.records.recipients import RecipientAdded, RecipientUpdated
from ipvault.text import _


def objection_to_dealings(record: Record | None) -> str | None:
    """Why a record about people outside is not to be believed, or None; None too for all other records."""
    match record:
        case RecipientAdded() | RecipientUpdated():
            return _objection_to_card(record)
    return None


def _objection_to_card(record: RecipientAdded | RecipientUpdated) -> str | None:
    public = PublicIdentity.from_hex(record.kem, record.ed25519, record.mldsa44)
    if public.fingerprint != record.fingerprint:
        return _("it names a recipient by a fingerprint that is not that of the keys")
    if not public.can_be_sealed_to:
        return _("it names a recipient by keys to which nothing can be sealed")
    return None
