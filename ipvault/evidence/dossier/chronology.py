"""The section that tells what happened in order, one line a record: what the timeline is drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.evidence.dossier.account import Account, Told
from ipvault.evidence.dossier.agreed import assessed_here, covering
from ipvault.evidence.dossier.dates import Dated, dated
from ipvault.evidence.dossier.model import Column, Fact, Form, Section
from ipvault.evidence.dossier.words import clock, readable
from ipvault.records.access import ContentReleased
from ipvault.records.agreements import AgreementSet, AgreementTerminated
from ipvault.records.anchors import HeadWitnessed
from ipvault.records.assessments import AssessmentAccepted, AssessmentMade
from ipvault.records.items import (
    ItemAdded,
    ItemArrived,
    ItemDescribed,
    ItemLeft,
    ItemRemoved,
    ItemRenamed,
    ItemRestored,
    VersionAdded,
    VersionErased,
    VersionReencrypted,
)
from ipvault.records.members import MemberRemoved, RoleGranted
from ipvault.records.packages import PackageReceived, PackageRevoked, PackageShared, ReceiptImported
from ipvault.records.rooms import RoomKeyed
from ipvault.records.timestamps import TimestampImported
from ipvault.text import N_, _, ngettext

LANES: Final = {
    "content": N_("Content"),
    "description": N_("Description"),
    "access": N_("Access"),
    "released": N_("Left the vault"),
    "shared": N_("Shared"),
    "terms": N_("Terms and risks"),
    "proof": N_("Proof of time"),
}
"""The sorts of events, in the order in which a timeline shows them, with their titles."""


def chronology(account: Account) -> Section:
    """Every event, oldest record first."""
    facts = [
        Fact((one.seq,), (one.time, lane, _(LANES[lane]), account.person(one.signer), what))
        for one, lane, what in _events(account)
    ]
    return Section(
        "chronology",
        _("Chronology"),
        _(
            "In the order of the records, which is certain. Times are what the clock of whoever signed said, unless "
            "another is named."
        ),
        (
            Column("time", _("Time"), Form.TIME),
            Column("lane", "", Form.HIDDEN),
            Column("sort", _("Sort"), Form.WORD),
            Column("by", _("By")),
            Column("what", _("What happened")),
        ),
        tuple(facts),
        _("Nothing is recorded."),
    )


def _events(account: Account) -> Iterator[tuple[Told, str, str]]:
    sent = {record.package for _one, record in account.of_item(PackageShared)}
    stamps = dated(account)
    agreed, assessed = {one.id for one, _scope in covering(account)}, {one.id for one in assessed_here(account)}
    for one in account.told:
        found = _of_item(account, one) or _of_rooms(account, one) or _of_packages(account, one, sent)
        found = found or _of_terms(account, one, agreed, assessed)
        if found := found or _of_proof(one, stamps):
            yield (one, *found)


def _of_item(account: Account, one: Told) -> tuple[str, str] | None:
    state = one.after or one.before
    match one.record:
        case ItemAdded(name=name):
            return "content", _("stored as {name}").format(name=name)
        case VersionAdded(version=version):
            return "content", _("version {version} stored").format(version=version)
        case VersionErased(version=version):
            return "content", _("version {version} erased").format(version=version)
        case VersionReencrypted(version=version):
            return "content", _("version {version} encrypted anew under a newer key").format(version=version)
        case ItemRenamed(name=name):
            return "description", _("renamed to {name}").format(name=name)
        case ItemDescribed() if state and state != one.before:
            return "description", _("described as {label}, {type}").format(
                label=readable(state.label), type=readable(state.type)
            )
        case ItemRemoved():
            return "description", _("taken off the list")
        case ItemRestored():
            return "description", _("brought back")
        case ItemLeft(to=to):
            return "access", _("moved to the room {room}").format(room=account.room(to).name or to)
        case ItemArrived():
            return "access", _("arrived in the room {room}").format(room=account.room(one.room).name or one.room)
        case ContentReleased(version=version, channel=channel):
            return "released", _("version {version} out by {channel}").format(
                version=version, channel=readable(channel)
            )
        case PackageShared(recipients=recipients):
            text = ngettext("shared with {count} recipient", "shared with {count} recipients", len(recipients))
            return "shared", text.format(count=len(recipients))
        case PackageReceived(sender_name=name):
            return "content", _("received from {name}").format(name=name)
    return None


def _of_rooms(account: Account, one: Told) -> tuple[str, str] | None:
    match one.record:
        case RoleGranted(member=member, room=room, role=role) if room in account.rooms:
            who, where = account.person(member).name or member, account.room(room).name or room
            return "access", _("{who} was made {role} of the room {room}").format(
                who=who, role=readable(role), room=where
            )
        case MemberRemoved(member=member, room=room) if room in account.rooms:
            who, where = account.person(member).name or member, account.room(room).name or room
            return "access", _("{who} left the room {room}").format(who=who, room=where)
        case RoomKeyed(room=room, epoch=epoch) if room in account.rooms:
            where = account.room(room).name or room
            return "access", _("key {epoch} of the room {room} made").format(epoch=epoch, room=where)
    return None


def _of_packages(account: Account, one: Told, sent: set[str]) -> tuple[str, str] | None:
    match one.record:
        case PackageRevoked(package=package) if package in sent:
            return "shared", _("package revoked")
        case ReceiptImported(package=package, recipient=recipient, event=event) if package in sent:
            who = account.person(recipient).name or recipient
            return "shared", _("receipt of {who}: {event}").format(who=who, event=readable(event))
    return None


def _of_terms(account: Account, one: Told, agreed: set[str], assessed: set[str]) -> tuple[str, str] | None:
    match one.record:
        case AgreementSet(agreement=agreement, version=version, title=title) if agreement in agreed:
            text = _("agreement recorded: {title}") if version == 1 else _("other terms of an agreement: {title}")
            return "terms", text.format(title=title)
        case AgreementTerminated(agreement=agreement, day=day) if agreement in agreed:
            return "terms", _("agreement terminated as of {day}").format(day=day)
        case AssessmentMade(assessment=assessment, level=level, fingerprint=who) if assessment in assessed:
            text = _("risk of sharing with {name} assessed: {level}")
            return "terms", text.format(name=account.person(who).name or who, level=readable(level))
        case AssessmentAccepted(assessment=assessment) if assessment in assessed:
            return "terms", _("risk accepted")
    return None


def _of_proof(one: Told, stamps: dict[int, Dated]) -> tuple[str, str] | None:
    match one.record:
        case TimestampImported(authority=authority, at=at) if one.seq in stamps:
            text = _("{authority} certified at {at}: {what}")
            return "proof", text.format(authority=authority, at=clock(at), what=stamps[one.seq].what)
        case HeadWitnessed(name=name, time=time):
            return "proof", _("{name} witnessed the journal at {time}").format(name=name, time=clock(time))
    return None
