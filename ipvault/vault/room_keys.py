"""A member's keys to the rooms: the slots that are tried, and the records that they open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ipvault.catalog.authority import is_as_published
from ipvault.catalog.ledger import Ledger
from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.hpke import WRAPPED_SIZE
from ipvault.errors import Damaged
from ipvault.journal.head import ChainBroken
from ipvault.journal.leaf import Leaf, UnknownVersion
from ipvault.journal.payload import FORGOTTEN, Fields, MalformedPayload, open_payload, payload_context
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RoomKey
from ipvault.records.base import MalformedRecord, Record, Unknown
from ipvault.records.families import decode
from ipvault.storage.layout import epoch_folder
from ipvault.storage.store import Store
from ipvault.text import _


class RoomKeys:
    """Finds the key of a room in an epoch by trying the slots, which do not say whose they are.

    `ledger` gives the ledger as it is now: it knows the slots and the commitments that the journal names.
    """

    def __init__(self, store: Store, vault: str, member: str, identity: Identity, ledger: Callable[[], Ledger]) -> None:
        self._store = store
        self._vault = vault
        self._member = member
        self._identity = identity
        self._ledger = ledger
        self._found: dict[tuple[str, int], RoomKey | None] = {}

    def find(self, room: str, epoch: int) -> RoomKey | None:
        """The key, or None if no slot is ours. Raises `Damaged` for a slot that is missing or altered."""
        if (room, epoch) not in self._found:
            commitment = self._ledger().commitment(room, epoch)
            if commitment is None:
                return None
            self._found[room, epoch] = self._try_slots(room, epoch, commitment)
        return self._found[room, epoch]

    def present(self, room: str, epoch: int) -> RoomKey:
        """The key of a room that this member is known to be in; raises `Damaged` if it cannot be had after all."""
        key = self.find(room, epoch)
        if key is None:
            raise Damaged(place=epoch_folder(room, epoch), reason=_("no slot in it opens with your keys"))
        return key

    def fields(self, leaf: Leaf, sealed: bytes) -> Fields | None:
        """The fields behind a leaf, or None for what was forgotten or is not ours to read; raises `ChainBroken`."""
        key = self.find(leaf.room, leaf.epoch)
        if key is None and self._ledger().commitment(leaf.room, leaf.epoch) is None:
            raise ChainBroken(leaf.seq, _("nothing announced a key of its room and epoch"))
        if key is None or sealed == FORGOTTEN:
            return None
        context = payload_context(self._vault, leaf.room, leaf.epoch, leaf.seq)
        try:
            return open_payload(key.record_key, context, sealed, leaf.commitment)
        except AuthenticationFailed:
            raise ChainBroken(leaf.seq, _("its sealed part does not open with the key of its room")) from None
        except MalformedPayload as error:
            raise ChainBroken(leaf.seq, str(error)) from None

    def record(self, leaf: Leaf, sealed: bytes) -> Record | None:
        """The record behind a leaf; as `fields`. Raises `UnknownVersion` for an unknown kind that does something."""
        fields = self.fields(leaf, sealed)
        if fields is None:
            return None
        try:
            record = decode(leaf.kind, fields)
        except MalformedRecord as error:
            raise ChainBroken(leaf.seq, str(error)) from None
        if isinstance(record, Unknown):
            if leaf.files or leaf.facts:
                raise UnknownVersion(str(fields["kind"]))
        elif not is_as_published(record, leaf):
            raise ChainBroken(leaf.seq, _("its public part is not that of its record"))
        return record

    def _try_slots(self, room: str, epoch: int, commitment: str) -> RoomKey | None:
        for path, sha256 in self._ledger().files(epoch_folder(room, epoch) + "/"):
            try:
                slot = self._store.read(path, WRAPPED_SIZE)
            except FileNotFoundError:
                raise Damaged(place=path, reason=_("it is missing")) from None
            if hashlib.sha256(slot).hexdigest() != sha256:
                raise Damaged(place=path, reason=_("it is not the file that the journal names"))
            try:
                kem = self._identity.kem
                return RoomKey.from_slot(self._vault, room, epoch, slot, commitment, self._member, kem)
            except AuthenticationFailed:
                continue
        return None
