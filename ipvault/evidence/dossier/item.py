"""The sections about the item itself: what it is and was called, its versions, where they came from, what is gone."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.evidence.dossier.account import Account, Told
from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section
from ipvault.records.items import (
    ItemAdded,
    ItemLeft,
    ItemRecord,
    ItemRemoved,
    VersionAdded,
    VersionArrived,
    VersionErased,
    VersionReencrypted,
)
from ipvault.records.packages import PackageReceived
from ipvault.text import _


def description(account: Account) -> Section:
    """What the item was called and how it was classified, from one record to the next."""
    facts = []
    for one, record in account.of(ItemRecord):
        if one.after == one.before:
            continue
        who = account.person(one.signer)
        if one.after is None:
            place = account.room(record.to if isinstance(record, ItemLeft) else "")
            facts.append(Fact((one.seq,), (one.time, who, place, "", "", "", (), "", _("left for this room"))))
            continue
        state, what = one.after, ""
        if state.is_removed:
            reason = record.reason if isinstance(record, ItemRemoved) else ""
            what = _("removed: {reason}").format(reason=reason) if reason else _("removed")
        described = (account.room(state.room), state.name, state.type, state.label, state.tags, state.note, what)
        facts.append(Fact((one.seq,), (one.time, who, *described)))
    return Section(
        "description",
        _("What it is"),
        _("How the item was called and classified, from each record to the next. The last row is how it stands."),
        (
            Column("since", _("Since"), Form.TIME),
            Column("by", _("By")),
            Column("room", _("Room")),
            Column("name", _("Name")),
            Column("type", _("Type"), Form.WORD),
            Column("label", _("Label"), Form.WORD),
            Column("tags", _("Tags")),
            Column("note", _("Note")),
            Column("state", _("State")),
        ),
        tuple(facts),
        _("Nothing is recorded."),
    )


def versions(account: Account) -> Section:
    """Each content that the item had."""
    erased = {number: one for one, number, _reason in _erased(account)}
    facts = []
    for one, number, size, sha256, source in _contents(account):
        gone = erased.get(number)
        records = (one.seq, gone.seq) if gone else (one.seq,)
        values = (number, one.time, account.person(one.signer), size, sha256, source, gone.time if gone else "")
        facts.append(Fact(records, values))
    return Section(
        "versions",
        _("Versions"),
        _(
            "Each content, by the SHA-256 of all its bytes: a copy whose SHA-256 is the same is the same content. The "
            "time is when the content was recorded; that it is older is possible, that it is newer is not, as far as "
            "the clock was right."
        ),
        (
            Column("version", _("Version")),
            Column("recorded", _("Recorded"), Form.TIME),
            Column("by", _("By")),
            Column("size", _("Bytes"), Form.SIZE),
            Column("sha256", "SHA-256", Form.CODE),
            Column("source", _("From the file")),
            Column("erased", _("Erased"), Form.TIME),
        ),
        tuple(facts),
        _("No version of it can be read."),
    )


def _contents(account: Account) -> Iterator[tuple[Told, int, int, str, str]]:
    """The records by which a content came first, with its number, size, hash and source."""
    known: set[int] = set()
    for one, record in account.of(ItemRecord):
        match record:
            case ItemAdded():
                number = 1
            case VersionAdded() | VersionArrived():
                number = record.version
            case _:
                continue
        if number not in known:
            known.add(number)
            yield one, number, record.size, record.sha256, record.source


def _erased(account: Account) -> Iterator[tuple[Told, int, str]]:
    """The records that erased a version, with its number, which is that of the object that went, and the reason."""
    numbers: dict[str, int] = {}
    for one, record in account.of(ItemRecord):
        match record:
            case ItemAdded():
                numbers[record.object] = 1
            case VersionAdded() | VersionArrived() | VersionReencrypted():
                numbers[record.object] = record.version
            case VersionErased():
                yield one, numbers.get(record.object, record.version), record.reason


def provenance(account: Account) -> Section:
    """The packages from outside by which the item came."""
    facts = [
        Fact(
            (one.seq,),
            (
                record.sealed,
                Person(record.sender, record.sender_name),
                one.time,
                account.person(one.signer),
                record.contents[record.items.index(account.item)],
                record.package,
            ),
        )
        for one, record in account.of_item(PackageReceived)
    ]
    return Section(
        "provenance",
        _("Where it came from"),
        _(
            "Packages from outside that held the item. The sender signed the SHA-256 of its content; when it was "
            "sealed is what the sender's clock said."
        ),
        (
            Column("sealed", _("Sealed"), Form.TIME),
            Column("sender", _("Sender")),
            Column("received", _("Received"), Form.TIME),
            Column("by", _("By")),
            Column("sha256", "SHA-256", Form.CODE),
            Column("package", _("Package"), Form.CODE),
        ),
        tuple(facts),
        _("No record says that it came from somebody outside: it was stored by the members named under Versions."),
    )


def erasures(account: Account) -> Section:
    """The versions of which key and content were destroyed."""
    facts = [
        Fact((one.seq,), (number, one.time, account.person(one.signer), reason))
        for one, number, reason in _erased(account)
    ]
    return Section(
        "erasures",
        _("Erasures"),
        _("Versions of which the key and the content were destroyed here. Copies elsewhere are not reached by that."),
        (
            Column("version", _("Version")),
            Column("erased", _("Erased"), Form.TIME),
            Column("by", _("By")),
            Column("reason", _("Reason")),
        ),
        tuple(facts),
        _("No version was erased."),
    )
