"""Timestamps of an authority outside (RFC 3161): what is sent out for them.

Only a hash and a nonce leave. The vault's machine needs no network: files are carried.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from typing import NamedTuple

from ipvault.catalog.address import find_version, root_room
from ipvault.catalog.timestamps import find_timestamp
from ipvault.crypto.certificates import read_certificates, to_pem
from ipvault.errors import Conflict
from ipvault.evidence.timestamp_exchange import request
from ipvault.journal.checkpoint import TreeHead
from ipvault.journal.head import Head
from ipvault.records.base import Fields
from ipvault.records.timestamps import TimestampImported, TimestampRequested
from ipvault.text import _
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Evidence(NamedTuple):
    """What a record keeps of an imported timestamp: the token, and whom it was checked with, all of it DER."""

    token: bytes
    certificates: tuple[bytes, ...]
    revocations: tuple[bytes, ...]

    @classmethod
    def of(cls, fields: Fields) -> Evidence:
        """Out of the fields of such a record."""
        certificates, revocations = (tuple(map(b64decode, fields[name])) for name in ("certificates", "revocations"))
        return cls(b64decode(fields["token"]), certificates, revocations)

    def files(self) -> dict[str, bytes]:
        """What openssl needs to check it: the token, the root, those in between with it (PEM), revocation lists.

        Raises ValueError where certificates are none, which nobody vouches for before all of it was checked.
        """
        certificates = [to_pem(one) for der in self.certificates for one in read_certificates(der)]
        if not certificates:
            raise ValueError("no certificate")
        lists = {f"revocations-{number}.crl": der for number, der in enumerate(self.revocations, 1)}
        return {
            "token.der": self.token,
            "authority.pem": certificates[-1],
            "certificates.pem": b"".join(certificates),
            **lists,
        }


class Requested(NamedTuple):
    """What was recorded, where, and the request itself, for the authority."""

    record: TimestampRequested
    head: Head
    request: bytes


def request_for_item(vault: Vault, address: str) -> Requested:
    """Record that the hash of an item's version leaves. Raises what `find_version` raises."""
    with transaction(vault) as change:
        item, version = find_version(vault.catalog, address)
        record = TimestampRequested(
            timestamp=vault.machine.random(16).hex(),
            target="item",
            item=item.id,
            version=version.number,
            algorithm="sha256",
            imprint=version.sha256,
            nonce=vault.machine.random(8).hex(),
        )
        return _requested(change, record, item.room)


def request_for_head(vault: Vault, head: TreeHead) -> Requested:
    """Record that the hash of a checkpoint leaves: that of `head`, which is one of the journal."""
    with transaction(vault) as change:
        record = TimestampRequested(
            timestamp=vault.machine.random(16).hex(),
            target="head",
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
            algorithm="sha256",
            imprint=hashlib.sha256(head.text.encode()).hexdigest(),
            nonce=vault.machine.random(8).hex(),
        )
        return _requested(change, record, root_room(vault.catalog).id)


def request_renewal(vault: Vault, typed: str) -> Requested:
    """Record that the hash of an earlier token leaves, to be stamped anew before its authority's certificate ends.

    It is SHA-512, so that the new timestamp holds when SHA-256 does not any more. Raises what `find_timestamp` raises,
    and `Conflict` for one to which nothing came back yet.
    """
    with transaction(vault) as change:
        earlier = find_timestamp(vault.catalog, typed)
        if earlier.stamp is None:
            raise Conflict(problem=_("nothing has come back for this request yet, so there is nothing to renew"))
        record = TimestampRequested(
            timestamp=vault.machine.random(16).hex(),
            target="timestamp",
            renews=earlier.id,
            algorithm="sha512",
            imprint=hashlib.sha512(imported(vault)[earlier.stamp.seq].token).hexdigest(),
            nonce=vault.machine.random(8).hex(),
        )
        return _requested(change, record, earlier.room)


def imported(vault: Vault) -> dict[int, Evidence]:
    """What the records of imported timestamps keep, by their sequence numbers, as far as this member can open them."""
    rows = read_journal(vault, Query.of(TimestampImported))
    return {row.leaf.seq: Evidence.of(row.fields) for row in rows if row.fields}


def _requested(change: Transaction, record: TimestampRequested, room: str) -> Requested:
    change.record(record, room)
    return Requested(record, change.commit(), request(record.algorithm, record.imprint, record.nonce))
