"""What is on record of a leaver: what could be read, and what was done, by the numbers of the records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import packages
from ipvault.catalog.recipients import with_cards
from ipvault.catalog.reviews import Offboarding, offboardings
from ipvault.catalog.tenures import end_of_key, tenures
from ipvault.records.members import MemberRemoved
from ipvault.records.packages import PackageRevoked
from ipvault.records.recipients import RecipientRemoved, RecipientRevoked
from ipvault.records.reviews import PersonOffboarded
from ipvault.records.rooms import RoomKeyed
from ipvault.text import _
from ipvault.vault.exposure import Exposure, exposure
from ipvault.vault.journal_query import JournalRow, Query, read_journal
from ipvault.vault.vault import Vault

_KINDS = (MemberRemoved, PackageRevoked, RecipientRevoked, RecipientRemoved, RoomKeyed, PersonOffboarded)


class Deed(NamedTuple):
    """What was done by a record, in words."""

    seq: int
    time: str
    signer: str
    what: str


class Account(NamedTuple):
    """All that the papers about a leaver say. `leavings` are the records that say what belongs together."""

    name: str
    identities: frozenset[str]
    exposures: list[Exposure]
    deeds: list[Deed]
    leavings: list[Offboarding]


def account_of(vault: Vault, name: str, identities: Collection[str]) -> Account:
    """What is on record of the holder of these identities."""
    return Account(
        name,
        frozenset(identities),
        exposure(vault, identities),
        list(_deeds(vault, identities)),
        offboardings(vault.catalog, identities),
    )


def _deeds(vault: Vault, identities: Collection[str]) -> Iterator[Deed]:
    """The records that ended something of his, and the keys that were made since for the rooms that he was in."""
    names = names_by_id(vault.catalog)
    about = {one.id for one in packages(vault.catalog, identities)}
    about |= {one.id for one in with_cards(vault.catalog, identities)} | set(identities)
    keys = _keys_since(vault.catalog, identities)
    for row in read_journal(vault, Query.of(*_KINDS)):
        if what := _what(row, names, about, keys):
            yield Deed(row.leaf.seq, row.leaf.time, names.get(row.signer, row.signer[:SHORT_ID]), what)


def _keys_since(catalog: Catalog, identities: Collection[str]) -> set[tuple[str, int]]:
    """Room and epoch of the keys that came after those that he had."""
    ends = [(tenure.room, end_of_key(catalog, tenure)) for who in identities for tenure in tenures(catalog, who)]
    query = "SELECT room, epoch FROM keyed WHERE room = ? AND last_seq = ?"
    return {row for room, end in ends if end for row in catalog.view.execute(query, (room, end[0]))}


def _what(row: JournalRow, names: dict[str, str], about: set[str], keys: set[tuple[str, int]]) -> str:
    """What a record did to him, or an empty text."""
    fields = row.fields or {}
    kind, room = row.action, names.get(row.leaf.room, row.leaf.room[:SHORT_ID])
    if kind == RoomKeyed.KIND:
        is_next = (row.leaf.room, fields.get("epoch")) in keys
        return _("new key for the room {room}").format(room=room) if is_next else ""
    ids = [str(fields.get(name)) for name in ("member", "recipient", "package")]
    if kind == PersonOffboarded.KIND:
        whose = fields.get("identities")
        is_his = isinstance(whose, list) and not about.isdisjoint(map(str, whose))
        return _("recorded that {name} left").format(name=fields.get("name")) if is_his else ""
    if about.isdisjoint(ids):
        return ""
    left = names.get(str(fields.get("room")), str(fields.get("room"))[:SHORT_ID])
    texts = {
        MemberRemoved.KIND: _("taken out of the room {left}"),
        PackageRevoked.KIND: _("package {package} revoked, for what came from the room {room}"),
        RecipientRevoked.KIND: _("sharing with {name} revoked"),
        RecipientRemoved.KIND: _("{name} is no recipient any more"),
    }
    name = names.get(str(fields.get("recipient")), "")
    return texts[kind].format(left=left, room=room, package=str(fields.get("package"))[:SHORT_ID], name=name)
