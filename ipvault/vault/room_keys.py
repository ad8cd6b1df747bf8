"""A member's keys to the rooms: the slots that are tried, the links that lead back, and the records that they open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NoReturn

from ipvault.catalog.authority import is_as_published
from ipvault.catalog.ledger import Ledger
from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.hpke import WRAPPED_SIZE
from ipvault.errors import Damaged, RecordsOnly
from ipvault.journal.head import ChainBroken
from ipvault.journal.leaf import Leaf, UnknownVersion
from ipvault.journal.payload import FORGOTTEN, Fields, MalformedPayload, field_texts, open_payload, payload_context
from ipvault.keys.commitments import Commitments
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import LINK_SIZE, RecordKey, RoomKey
from ipvault.records.base import MalformedRecord, Record, Unknown
from ipvault.records.families import decode
from ipvault.storage.layout import epoch_folder, link_path
from ipvault.storage.store import Store
from ipvault.text import N_, _

LEADS_NOWHERE: Final = N_("it does not lead to the key before")

_Place = tuple[str, int]
"""A room and an epoch."""


class RoomKeys:
    """Finds the keys of a room in an epoch by trying the slots, which do not say whose they are.

    One slot gives the keys of all epochs before it, by the links. `ledger` gives the ledger as it is now: it knows the
    slots, links and commitments that the journal names.
    """

    def __init__(self, store: Store, vault: str, member: str, identity: Identity, ledger: Callable[[], Ledger]) -> None:
        self._store = store
        self._vault = vault
        self._member = member
        self._identity = identity
        self._ledger = ledger
        self._ahead: Ledger | None = None
        self.damaged: Damaged | None = None
        """What is wrong with a slot or link that only lies ahead: it tells why, where no key is found."""
        self._by_slot: dict[_Place, RecordKey | None] = {}
        self._by_link: dict[_Place, RecordKey] = {}
        self._found: dict[_Place, RecordKey | None] = {}

    def look_ahead(self, announced: Ledger | None) -> None:
        """Try the slots and links that `announced` names too, which the journal is said to name further on.

        Records are read in order, and a slot that somebody got later opens the earlier ones as well. What is found so
        counts only by the commitment that the journal itself publishes.
        """
        self._ahead = announced
        self.damaged = None
        for room in {room for room, _epoch in self._by_slot}:
            self.renew(room)

    @property
    def is_looking_ahead(self) -> bool:
        """Whether `look_ahead` gave something to try."""
        return self._ahead is not None

    def renew(self, room: str) -> None:
        """There are new slots of a room: try again what did not open before, or only its records."""
        for known in (self._by_slot, self._found):
            for place in [place for place, key in known.items() if place[0] == room and not isinstance(key, RoomKey)]:
                del known[place]

    def find(self, room: str, epoch: int) -> RecordKey | None:
        """The key, or None if no slot is ours. Raises `Damaged` for a slot or link that is missing or altered."""
        if (room, epoch) not in self._found:
            commitments = self._ledger().commitments(room, epoch)
            if commitments is None:
                return None
            key = self._seek(room, epoch)
            self._found[room, epoch] = key if key is not None and key.fits(commitments) else None
        return self._found[room, epoch]

    def present(self, room: str, epoch: int) -> RecordKey:
        """The key of a room that this member is known to be in; raises `Damaged` if it cannot be had after all."""
        return self.find(room, epoch) or self._missing(room, epoch)

    def find_content(self, room: str, epoch: int) -> RoomKey | None:
        """The key to the content of a room, as `find`. Raises `RecordsOnly` where this member has its records only."""
        key = self.find(room, epoch)
        if key is not None and not isinstance(key, RoomKey):
            raise RecordsOnly
        return key

    def for_content(self, room: str, epoch: int) -> RoomKey:
        """The key to the content of a room that this member is known to be in. Raises `RecordsOnly` or `Damaged`."""
        return self.find_content(room, epoch) or self._missing(room, epoch)

    def _missing(self, room: str, epoch: int) -> NoReturn:
        raise Damaged(place=epoch_folder(room, epoch), reason=_("no slot in it opens with your keys"))

    def leads_back(self, key: RecordKey) -> bool:
        """Whether the link of a key's epoch leads to the keys before, of every grade that this key can tell of.

        Raises `Damaged` for a link that is missing or altered: one that leads nowhere was made so by an owner.
        """
        grades = (key, key.for_records()) if isinstance(key, RoomKey) else (key,)
        return all(self._walk_back(self._ledger(), grade) is not None for grade in grades)

    def fields(self, leaf: Leaf, sealed: bytes) -> Fields | None:
        """The fields behind a leaf, or None for what was forgotten or is not ours to read; raises `ChainBroken`."""
        opened = self._open(leaf, sealed)
        return opened and opened[0]

    def disclosable(self, leaf: Leaf, sealed: bytes) -> tuple[Fields, dict[str, bytes]] | None:
        """The fields, and what shows each of them to others, by their names in order; else as `fields`."""
        opened = self._open(leaf, sealed)
        if opened is None:
            return None
        fields, seed = opened
        return fields, field_texts(seed, fields)

    def _open(self, leaf: Leaf, sealed: bytes) -> tuple[Fields, bytes] | None:
        key = self.find(leaf.room, leaf.epoch)
        if key is None and self._ledger().commitments(leaf.room, leaf.epoch) is None:
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

    def _seek(self, room: str, epoch: int) -> RecordKey | None:
        """The key by the newest slot that is ours, walked back from there."""
        ledger = self._ahead or self._ledger()
        for newest in range(max(ledger.epoch(room), epoch), epoch - 1, -1):
            key = self._of_slot(ledger, room, newest)
            while key is not None and key.epoch > epoch:
                key = self._of_link(ledger, key)
            if key is not None:
                return key
        return None

    def _of_slot(self, ledger: Ledger, room: str, epoch: int) -> RecordKey | None:
        if (room, epoch) not in self._by_slot:
            commitments = ledger.commitments(room, epoch)
            self._by_slot[room, epoch] = self._try_slots(ledger, room, epoch, commitments) if commitments else None
        return self._by_slot[room, epoch]

    def _of_link(self, ledger: Ledger, key: RecordKey) -> RecordKey | None:
        place = key.room, key.epoch - 1
        known = self._by_link.get(place)
        if known is None or type(known) is not type(key):
            known = self._walk_back(ledger, key)
            if known is not None:
                self._by_link[place] = known
        return known

    def _walk_back(self, ledger: Ledger, key: RecordKey) -> RecordKey | None:
        path = link_path(key.room, key.epoch)
        sha256 = ledger.sha256_of(path)
        commitments = ledger.commitments(key.room, key.epoch - 1)
        link = self._read(path, sha256, LINK_SIZE) if sha256 else None
        if link is None or commitments is None:
            return None
        try:
            return key.previous(link, commitments)
        except AuthenticationFailed:  # an owner made it so: older slots can help, and other rooms are not touched
            self.damaged = self.damaged or Damaged(place=path, reason=_(LEADS_NOWHERE))
            return None

    def _try_slots(self, ledger: Ledger, room: str, epoch: int, commitments: Commitments) -> RecordKey | None:
        link, kem = link_path(room, epoch), self._identity.kem
        files = [file for file in ledger.files(epoch_folder(room, epoch) + "/") if file[0] != link]
        slots = [self._read(path, sha256, WRAPPED_SIZE) for path, sha256 in files]
        for grade in (RoomKey, RecordKey):
            for slot in filter(None, slots):
                try:
                    return grade.from_slot(self._vault, room, epoch, slot, commitments, self._member, kem)
                except AuthenticationFailed:
                    continue
        return None

    def _read(self, path: str, sha256: str, size: int) -> bytes | None:
        try:
            data = self._store.read(path, size)
        except FileNotFoundError:
            self._refuse(path, _("it is missing"))
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            self._refuse(path, _("it is not the file that the journal names"))
            return None
        return data

    def _refuse(self, path: str, reason: str) -> None:
        """Raise `Damaged` for a file that the journal names; one that is only said to be named is passed over."""
        error = Damaged(place=path, reason=reason)
        if self._ledger().is_referenced(path):
            raise error
        self.damaged = self.damaged or error
