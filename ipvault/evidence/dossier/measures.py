"""The sections about what protected the item: encryption, members and keys of its rooms, witnesses, backups."""

from __future__ import annotations

from ipvault.catalog.tenures import Tenure, tenures
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Section, Value
from ipvault.records.anchors import HeadWitnessed
from ipvault.records.base import Record
from ipvault.records.exports import JournalExported
from ipvault.records.genesis import VaultCreated
from ipvault.records.healing import BackupDrilled, VaultRepaired
from ipvault.records.rooms import RoomCreated, RoomKeyed, RoomShared
from ipvault.records.upkeep import RecordsForgotten, RollbackAccepted, TailSetAside
from ipvault.text import _


def protection(account: Account) -> Section:
    """The measures that hold for everything in a vault, and since when."""
    created = tuple((one.seq, one.time) for one, _record in account.of(VaultCreated))[:1]
    stored = [one for one in account.told if one.after is not None][:1]
    label = [one.seq for one in account.told if one.after and one.before and one.after.label != one.before.label]
    rooms = [one.seq for one, record in account.of(RoomCreated) if record.room in account.rooms]
    keys = [one.seq for one, record in account.of(RoomKeyed) if record.room in account.rooms]
    vault = tuple(seq for seq, _time in created)
    since = tuple(one.seq for one in stored)
    measures = (
        (
            _("Encryption"),
            _("Each version is encrypted with a key of its own (AES-256-GCM), which only the room's key opens."),
            since,
        ),
        (
            _("Need to know"),
            _("The item is in a room, and the room's key is wrapped to its members, once to each."),
            (*rooms, *keys[:1]),
        ),
        (
            _("New keys"),
            _("When somebody leaves a room it gets a new key, so that what is stored later stays closed to them."),
            tuple(keys[1:]),
        ),
        (_("Classification"), _("The item has a label, which says how secret it is."), (*since, *label)),
        (
            _("Journal"),
            _(
                "What happens is written down in a journal: each record is chained to those before it by its hash, and "
                "signed by the member who made it. Nothing leaves the vault before that is on record."
            ),
            vault,
        ),
    )
    return Section(
        "protection",
        _("Measures of protection"),
        _("What this program does for every item in this vault. Records show since when."),
        (Column("measure", _("Measure"), Form.WORD), Column("what", _("What it is"))),
        tuple(Fact(tuple(sorted(records)), (name, what)) for name, what, records in measures if records),
        _("Nothing is recorded."),
    )


def members(account: Account) -> Section:
    """Everybody who ever had a role in a room of the item, from one record to another."""
    facts = []
    for one in _tenures(account):
        records = (one.from_seq,) if one.until_seq is None else (one.from_seq, one.until_seq)
        who = account.person(one.member)
        facts.append(Fact(records, (account.room(one.room), who, one.role, one.from_time, one.until_time or "")))
    return Section(
        "members",
        _("Members of its rooms"),
        _(
            "Owners, editors and readers can open what is in the room, auditors only its records. Who could open this "
            "item, and when, follows from that."
        ),
        (
            Column("room", _("Room")),
            Column("member", _("Member")),
            Column("role", _("Role"), Form.WORD),
            Column("since", _("Since"), Form.TIME),
            Column("until", _("Until"), Form.TIME),
        ),
        tuple(facts),
        _("Nothing is recorded."),
    )


def _tenures(account: Account) -> list[Tenure]:
    return [one for one in tenures(account.catalog) if one.room in account.rooms]


def keys(account: Account) -> Section:
    """The keys of the item's rooms, and how many slots wrap them."""
    facts = []
    for one, record in account.of(Record):
        if isinstance(record, RoomKeyed | RoomShared) and record.room in account.rooms:
            what = _("made") if isinstance(record, RoomKeyed) else _("given to more members")
            values = (account.room(record.room), record.epoch, what, len(record.slots))
            facts.append(Fact((one.seq,), (*values, one.time, account.person(one.signer))))
    return Section(
        "keys",
        _("Keys of its rooms"),
        _("Each key is wrapped once to each member: so many slots. Nobody can tell from a slot whose it is."),
        (
            Column("room", _("Room")),
            Column("epoch", _("Key")),
            Column("what", _("What happened")),
            Column("slots", _("Slots")),
            Column("time", _("Time"), Form.TIME),
            Column("by", _("By")),
        ),
        tuple(facts),
        _("Nothing is recorded."),
    )


def witnesses(account: Account) -> Section:
    """The witnesses outside who signed how far the journal went."""
    facts = [
        Fact((one.seq,), (record.name, record.witness, record.time, record.size, record.root))
        for one, record in account.of(HeadWitnessed)
    ]
    return Section(
        "witnesses",
        _("Witnesses"),
        _(
            "Somebody outside the vault signed how many records the journal had, and a hash over all of them. What was "
            "recorded before that cannot have been altered since without contradicting the witness. The time is that "
            "of the witness. This is what the records say: the signature, which the record keeps, was not checked for "
            "this dossier; evidence verify checks it. Whether to trust the witness is for the reader to decide."
        ),
        (
            Column("witness", _("Witness")),
            Column("fingerprint", _("Fingerprint"), Form.CODE),
            Column("time", _("Time"), Form.TIME),
            Column("size", _("Size of the journal")),
            Column("root", _("Merkle root"), Form.CODE),
        ),
        tuple(facts),
        _("No witness has signed how far the journal went."),
    )


def upkeep(account: Account) -> Section:
    """What was done to keep the vault, its journal and its copies whole, and what left the journal."""
    facts = []
    for one, record in account.of(Record):
        match record:
            case BackupDrilled():
                what = _("backup up to record {seq} restored and compared: {findings} findings")
                told = what.format(seq=record.seq, findings=record.findings)
            case VaultRepaired():
                what = _("healed from another copy: {files} files, {records} records")
                told = what.format(files=len(record.files), records=record.records)
            case RollbackAccepted():
                what = _("an older copy of the vault accepted, from record {pinned} back to {found}")
                if record.found_seq >= record.pinned_seq:
                    what = _(
                        "another copy of the vault, up to record {found}, accepted in place of the one up to record "
                        "{pinned}"
                    )
                told = _because(what.format(pinned=record.pinned_seq, found=record.found_seq), record.reason)
            case TailSetAside():
                told = _("an interrupted write of {length} bytes set aside").format(length=record.length)
            case JournalExported():
                what = _("records {first} to {last} written for other programs, as {format}")
                told = what.format(first=record.first, last=record.last, format=record.format)
            case RecordsForgotten():
                what = _("content of records {records} destroyed")
                told = _because(what.format(records=", ".join(map(str, record.records))), record.reason)
            case _:
                continue
        values: tuple[Value, ...] = (one.time, account.person(one.signer), told)
        facts.append(Fact((one.seq,), values))
    return Section(
        "upkeep",
        _("Backups, repairs and exports"),
        _("What was done to keep the vault whole, and where records of its journal went. Making a backup leaves none."),
        (Column("time", _("Time"), Form.TIME), Column("by", _("By")), Column("what", _("What happened"))),
        tuple(facts),
        _("Nothing is recorded."),
    )


def _because(what: str, reason: str) -> str:
    """What happened, with the reason where one is told."""
    return _("{what}: {reason}").format(what=what, reason=reason) if reason else what
