"""What "reasonable steps" to keep something secret still lack, each with the command that closes it.

18 U.S.C. 1839(3) and Directive (EU) 2016/943, Art. 2(1)(c), ask for measures that are reasonable under the
circumstances. Which those are, counsel decides: these are facts that a court would ask about.
"""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID, address_of, root_room
from ipvault.catalog.anchors import anchors
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.register import APPROVED, REVIEW, Secret
from ipvault.catalog.roster import member, owners
from ipvault.oversight.register.protection import Protected, Protection, Reader, Sent, protection
from ipvault.records.vocabulary import LABELS
from ipvault.text import _, program

LEAST_LABEL: Final = LABELS.index("confidential")
WEAK: Final = 2
"""A score of the measures that says of itself that there are too few."""


class Gap(NamedTuple):
    """Something that is missing, of a kind, about a document or a person, and what to do about it."""

    kind: str
    about: str
    problem: str
    remedy: str


def gaps(catalog: Catalog, secret: Secret, day: str) -> list[Gap]:
    """What the register and the vault lack for a trade secret on a day; nothing for one that is retired."""
    if secret.retirement:
        return []
    protected = protection(catalog, secret, day)
    return [
        *_of_entry(catalog, secret, day),
        *_of_documents(protected, secret),
        *(gap for one in protected.items for gap in _of_item(catalog, one)),
        *_of_rooms(catalog, protected),
        *_of_people(catalog, protected),
        *_of_proof(catalog, secret),
    ]


def _of_entry(catalog: Catalog, secret: Secret, day: str) -> Iterator[Gap]:
    short = secret.id[:SHORT_ID]
    score = f"{program()} register score {short}"
    if secret.scoring is None:
        problem = _("it is not said of the six factors why it is a trade secret")
        yield Gap("not-scored", "", problem, f"{score} --factor NAME=SCORE:REASON")
    else:
        rating, reason = secret.scoring.by_factor["measures"]
        if rating <= WEAK:
            problem = _("the measures are scored {score} of 5: {reason}").format(score=rating, reason=reason)
            remedy = _("do more, then: {command}").format(command=f"{score} --factor measures=SCORE:REASON")
            yield Gap("weak-measures", "", problem, remedy)
    if secret.status != APPROVED or not secret.is_approved_as_scored:
        problem = _("no owner of the room other than {name} has approved it as it is")
        others = [one for one in owners(catalog, secret.room) if one != member(catalog, secret.proposer).name]
        remedy = f"{program()} register approve {short}"
        if others:
            remedy = _("{command}, by {names}").format(command=remedy, names=", ".join(others))
        else:
            command = f"{program()} member role NAME --role owner --room {quote(_room(catalog, secret.room))}"
            remedy = _("make somebody else an owner, who approves it: {command}").format(command=command)
        yield Gap("not-approved", "", problem.format(name=member(catalog, secret.proposer).name), remedy)
    for one in secret.due_by(day):
        yield _overdue(one.what, one.day, short)


def _overdue(what: str, day: str, short: str) -> Gap:
    if what == REVIEW:
        problem = _("it should have been looked at again by {day}").format(day=day)
        remedy = _("if all is as it was: {command}").format(command=f"{program()} register score {short}")
        return Gap("review-overdue", "", problem, remedy)
    problem = _("its expected life ended on {day}").format(day=day)
    remedy = _("if it is no secret any more: {command}").format(
        command=f"{program()} register retire {short} --reason TEXT"
    )
    return Gap("life-ended", "", problem, remedy)


def _of_documents(protected: Protection, secret: Secret) -> Iterator[Gap]:
    if not secret.content.items:
        problem = _("no document in the vault embodies it, so nothing of it is protected here")
        remedy = _("put it into the register anew, with its documents, and retire this entry: {command}")
        yield Gap("no-documents", "", problem, remedy.format(command=f"{program()} register add --item ITEM …"))
    for id_ in protected.unseen:
        problem = _("the document is gone, or in a room that you are not in")
        remedy = _("see what became of it: {command}").format(
            command=f"{program()} journal list --item {id_[:SHORT_ID]}"
        )
        yield Gap("document-unseen", id_[:SHORT_ID], problem, remedy)


def _of_item(catalog: Catalog, one: Protected) -> Iterator[Gap]:
    address = address_of(catalog, one.item)
    if LABELS.index(one.item.label) < LEAST_LABEL:
        problem = _("it is labelled {label}").format(label=one.item.label)
        yield Gap("label", one.item.name, problem, f"{program()} label {quote(address)} --label confidential")
    for sent in one.sent:
        yield from _of_sent(sent, address)


def _of_sent(sent: Sent, address: str) -> Iterator[Gap]:
    who = sent.recipient.name if sent.recipient else sent.fingerprint[:SHORT_ID]
    if not sent.agreements:
        problem = _("{name} was sent {item}, and no agreement in force covers that").format(name=who, item=address)
        command = f"{program()} agreement add FILE --type nda --party {quote(who)} --scope-item {quote(address)}"
        yield Gap("no-agreement", who, problem, command)
    if sent.recipient and not sent.recipient.comparisons:
        problem = _("{name} was sent {item}, and nobody compared the fingerprint of the card")
        command = f"{program()} recipient verify {quote(who)}"
        yield Gap("not-compared", who, problem.format(name=who, item=address), command)


def _of_rooms(catalog: Catalog, protected: Protection) -> Iterator[Gap]:
    kept = {one.item.room: one.kept for one in protected.items}
    for room, name in protected.rooms.items():
        if kept[room]:
            names = ", ".join(member(catalog, who).name for who in kept[room])
            problem = _("the key of the room is still that which {names} had").format(names=names)
            yield Gap("kept-key", name, problem, f"{program()} room rotate {quote(name)}")


def _of_people(catalog: Catalog, protected: Protection) -> Iterator[Gap]:
    """Those who can open a document and were not told, so that it is on record, that it is secret."""
    readers: dict[str, Reader] = {one.fingerprint: one for item in protected.items for one in item.members if one.opens}
    for who, reader in readers.items():
        name = member(catalog, who).name
        if reader.missing:
            text = _("{name} has not accepted: {texts}").format(name=name, texts=", ".join(reader.missing))
            remedy = _("{command}, by {names}").format(
                command=f"{program()} training acknowledge {quote(reader.missing[0])}", names=name
            )
            yield Gap("not-accepted", name, text, remedy)
        elif not reader.accepted:
            text = _("{name} opens its documents, and has accepted no text on secrecy").format(name=name)
            yield Gap("not-told", name, text, f"{program()} training assign {quote(name)} --name secrecy --text FILE")


def _of_proof(catalog: Catalog, secret: Secret) -> Iterator[Gap]:
    if not any(anchor.size > secret.seq for anchor in anchors(catalog)):
        problem = _("nobody outside confirms that it was in the register by today")
        yield Gap("no-anchor", "", problem, f"{program()} timestamp request --head -o FILE")


def _room(catalog: Catalog, room: str) -> str:
    return catalog.name_of(room) or root_room(catalog).name
