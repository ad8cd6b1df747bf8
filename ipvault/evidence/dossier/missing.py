"""The section that says what is not in a dossier, although there are records: nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Section
from ipvault.records.base import Unknown
from ipvault.records.upkeep import RollbackAccepted
from ipvault.text import _


def missing(account: Account) -> Section:
    """Records that could not be read, by room, and those that do not count."""
    facts = [
        *_unread(account),
        *_forgotten(account),
        *_withheld(account),
        *_rolled_back(account),
        *_not_counted(account),
    ]
    if account.state() is None:
        text = _("The item went to a room that is closed to whoever made this dossier. What happened there is missing.")
        facts.append(Fact((), ("moved", text, None)))
    return Section(
        "missing",
        _("What is missing here"),
        _(
            "What this dossier does not tell of, as of the same day. As far as records are named, they are in the "
            "journal, and their place in it and who signed them can be checked all the same. Records of unlocking the "
            "vault are never in a dossier."
        ),
        (Column("why", "", Form.HIDDEN), Column("what", _("What is missing")), Column("count", _("How many"))),
        tuple(facts),
        _("Nothing: every record up to that day could be read."),
    )


def _unread(account: Account) -> Iterator[Fact]:
    closings = account.vault.catalog.closings()
    for room, seqs in account.unread.items():
        name = account.room(room).name or room
        if room in closings:
            text = _("The room {room} from record {seq} on, which is not to be believed: {reason}.")
            what = text.format(room=name, seq=closings[room].seq, reason=closings[room].reason)
            yield Fact(tuple(seqs), ("not-believed", what, len(seqs)))
        elif room in account.rooms:
            text = _("A part of the room {room}, which the item was in: whoever made this dossier has no key to it.")
            yield Fact(tuple(seqs), ("closed", text.format(room=name), len(seqs)))
        else:
            text = _(
                "The room {room}: whoever made this dossier has no key to it. Whether the item was there as well, or "
                "an agreement there covers it, cannot be told from here."
            )
            yield Fact(tuple(seqs), ("closed", text.format(room=name), len(seqs)))


def _forgotten(account: Account) -> Iterator[Fact]:
    for room, seqs in account.forgotten.items():
        text = _(
            "Records of the room {room} whose content was destroyed for data protection. They may be about the item."
        )
        yield Fact(tuple(seqs), ("forgotten", text.format(room=account.room(room).name or room), len(seqs)))


def _withheld(account: Account) -> Iterator[Fact]:
    for rule, seqs in account.withheld.items():
        text = _("Records that whoever made this dossier withheld, by the rule {rule}.")
        if account.disclosure.basis:
            text = _("Records that whoever made this dossier withheld, by the rule {rule}: {basis}")
        what = text.format(rule=rule, basis=account.disclosure.basis)
        yield Fact(tuple(seqs), ("withheld", what, len(seqs)))


def _rolled_back(account: Account) -> Iterator[Fact]:
    for one, record in account.of(RollbackAccepted):
        text = _(
            "What only another copy of the vault had, which went up to record {pinned} at least: on {day} one that "
            "ended with record {found} was accepted in its place."
        )
        what = text.format(pinned=record.pinned_seq, found=record.found_seq, day=one.time[:10])
        yield Fact((one.seq,), ("rolled-back", what, None))


def _not_counted(account: Account) -> Iterator[Fact]:
    if account.strange:
        text = _(
            "Records that name the item and do not count: they changed nothing, or stand in a room that the item was "
            "never in."
        )
        yield Fact(tuple(account.strange), ("without-effect", text, len(account.strange)))
    unknown = tuple(one.seq for one, _record in account.of(Unknown))
    if unknown:
        text = _("Records of kinds that only a newer ipvault knows.")
        yield Fact(unknown, ("unknown-kind", text, len(unknown)))
