"""The sections about who had the item: access from when to when, what left the vault, shares, receipts, custody."""

from __future__ import annotations

from ipvault.catalog.address import SHORT_ID
from ipvault.evidence.custody import custodies, why
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Section
from ipvault.evidence.dossier.spells import Spell, spells
from ipvault.pages.markup import RANGE
from ipvault.records.access import ContentReleased, DossierReleased, EvidenceReleased
from ipvault.records.base import Record
from ipvault.records.items import ItemAdded, VersionAdded, VersionArrived
from ipvault.records.packages import PackageRevoked, PackageShared, ReceiptImported
from ipvault.records.vocabulary import AUDITOR
from ipvault.text import _, ngettext

READ, RECORDS_ONLY, KEPT, PACKAGE = "room", "records", "kept-key", "package"
"""How somebody could open the item, for programs."""


def way_of(spell: Spell) -> str:
    """Which of those a spell is."""
    if spell.way.package:
        return PACKAGE
    if spell.way.is_kept:
        return KEPT
    return RECORDS_ONLY if spell.way.role == AUDITOR else READ


def access(account: Account) -> Section:
    """Who could open the item, from when to when."""
    facts = []
    for spell in spells(account.catalog, account.item, account.commit_of):
        way, (first, last) = spell.way, spell.epochs
        words = {
            READ: _("all versions in the room"),
            RECORDS_ONLY: _("records only, no content"),
            KEPT: _("what was in the room, with a key kept after leaving"),
            PACKAGE: _("the versions in the package {id}").format(id=way.package[:SHORT_ID]),
        }
        values = (
            account.person(way.fingerprint),
            way_of(spell),
            words[way_of(spell)],
            account.room(way.room),
            way.role,
            first or None,
            last or None,
            "" if way.package else str(first) if first == last else f"{first}{RANGE}{last}",
            way.package,
            spell.since,
            spell.until,
        )
        facts.append(Fact(tuple(spell.records), values))
    return Section(
        "access",
        _("Who could open it"),
        _(
            "By role and key, not by what anybody says of having read it. What somebody could read may have been "
            "copied: the end of access to new versions takes back nothing. A package stays open to its "
            "recipients, revoked or not."
        ),
        (
            Column("who", _("Who")),
            Column("way", "", Form.HIDDEN),
            Column("what", _("What")),
            Column("room", _("Room")),
            Column("role", _("Role"), Form.WORD),
            Column("first_key", "", Form.HIDDEN),
            Column("last_key", "", Form.HIDDEN),
            Column("keys", _("Keys")),
            Column("package", "", Form.HIDDEN),
            Column("since", _("Since"), Form.TIME),
            Column("until", _("Until"), Form.TIME),
        ),
        tuple(facts),
        _("Nobody whom this dossier can tell of."),
    )


def releases(account: Account) -> Section:
    """The content that left the vault in clear, by whom."""
    facts = [
        Fact(
            (one.seq,),
            (
                one.time,
                account.person(one.signer),
                _("content"),
                record.version,
                record.channel,
                record.destination,
            ),
        )
        for one, record in account.of_item(ContentReleased)
    ]
    return Section(
        "releases",
        _("What left the vault"),
        _("Content that a member had written to a place outside. That is on record before any of it goes."),
        (
            Column("time", _("Time"), Form.TIME),
            Column("by", _("By")),
            Column("what", _("What")),
            Column("version", _("Version")),
            Column("channel", _("How"), Form.WORD),
            Column("destination", _("Where to")),
        ),
        tuple(facts),
        _("Nothing of it left the vault in clear."),
    )


def evidence(account: Account) -> Section:
    """How often evidence of the item was made, on one line: what was of interest when is its maker's own business."""
    ours = {one.seq for one, _record in account.of_item(Record)}
    made = {one.seq for one, _record in account.of_item(DossierReleased)}
    made |= {one.seq for one, record in account.of(EvidenceReleased) if ours.intersection(record.records)}
    text = ngettext("Evidence was made {count} time.", "Evidence was made {count} times.", len(made))
    return Section(
        "evidence",
        _("Evidence made before"),
        _(
            "Records that say that a dossier of the item, or a bundle with records of it, was made. What was chosen "
            "for it, why, and for whom is not told, and these records are not in the bundle of evidence."
        ),
        (Column("what", _("What")), Column("count", "", Form.HIDDEN)),
        (Fact(tuple(sorted(made)), (text.format(count=len(made)), len(made))),) if made else (),
        _("No evidence of it was made before."),
    )


def shares(account: Account) -> Section:
    """The packages that held the item."""
    revoked = {record.package: one for one, record in reversed(list(account.of(PackageRevoked)))}
    facts = []
    for one, record in account.of_item(PackageShared):
        end = revoked.get(record.package)
        numbers = [n for item, n in zip(record.items, record.versions, strict=False) if item == account.item]
        values = (
            one.time,
            account.person(one.signer),
            tuple(map(account.person, record.recipients)),
            tuple(map(account.person, record.unverified)),
            tuple(map(str, numbers)),
            record.purpose,
            record.expires,
            end.time if end else "",
            record.package,
        )
        facts.append(Fact((one.seq, end.seq) if end else (one.seq,), values))
    return Section(
        "shares",
        _("Shared with others"),
        _(
            "Packages that were sealed to people outside, each of whom can open them. That a date of expiry is past, "
            "or that a package was revoked, cannot take it back."
        ),
        (
            Column("time", _("Time"), Form.TIME),
            Column("by", _("By")),
            Column("recipients", _("Recipients")),
            Column("unverified", _("Of them with a card that nobody had compared")),
            Column("versions", _("Versions")),
            Column("purpose", _("Purpose")),
            Column("expires", _("Expires"), Form.TIME),
            Column("revoked", _("Revoked"), Form.TIME),
            Column("package", _("Package"), Form.CODE),
        ),
        tuple(facts),
        _("It was not shared in a package."),
    )


def receipts(account: Account) -> Section:
    """What recipients signed that they did with those packages."""
    sent = {record.package: record for _one, record in account.of_item(PackageShared)}
    facts = []
    for one, record in account.of(ReceiptImported):
        package = sent.get(record.package)
        if package and record.manifest == package.manifest and record.recipient in package.recipients:
            values = (record.at, account.person(record.recipient), record.event, record.package, one.time)
            facts.append(Fact((one.seq,), values))
    return Section(
        "receipts",
        _("Receipts"),
        _("Signed by the recipient: what he says that he did with a package, and when, by his own clock."),
        (
            Column("at", _("Time that it says"), Form.TIME),
            Column("recipient", _("Recipient")),
            Column("event", _("What he did"), Form.WORD),
            Column("package", _("Package"), Form.CODE),
            Column("recorded", _("Recorded"), Form.TIME),
        ),
        tuple(facts),
        _("There is none."),
    )


def custody(account: Account) -> Section:
    """The hand-overs of things that are, or were, the content of the item."""
    contents = {
        record.sha256
        for _one, record in account.of_item(Record)
        if isinstance(record, ItemAdded | VersionAdded | VersionArrived)
    }
    facts = [
        Fact(
            (step.seq,),
            (
                step.time,
                thing.title,
                step.giver,
                step.receiver,
                step.sha256_before,
                step.sha256_after,
                why(step),
                account.person(step.recorder),
            ),
        )
        for thing in custodies(account.catalog)
        if any({step.sha256_before, step.sha256_after} & contents for step in thing.steps)
        for step in thing.steps
    ]
    return Section(
        "custody",
        _("Custody"),
        _("Who had a file with the content of a version, outside the vault, as far as that was recorded."),
        (
            Column("time", _("Time"), Form.TIME),
            Column("thing", _("What")),
            Column("giver", _("From")),
            Column("receiver", _("To")),
            Column("sha256_before", _("SHA-256 before"), Form.CODE),
            Column("sha256_after", _("SHA-256 after"), Form.CODE),
            Column("reason", _("Reason")),
            Column("by", _("Recorded by")),
        ),
        tuple(facts),
        _("No custody of such a file is recorded."),
    )
