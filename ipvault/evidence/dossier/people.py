"""The section that says who is who: whoever another section names, with the fingerprint in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section
from ipvault.records.base import Record
from ipvault.records.members import MemberEnrolled
from ipvault.records.recipients import RecipientAdded, RecipientUpdated
from ipvault.text import _


def people(account: Account, sections: Iterable[Section], maker: Person) -> Section:
    """The maker of a dossier and everybody whom these sections name, and the records that say what they are called."""
    known: dict[str, list[int]] = {}
    for one, record in account.of(Record):
        match record:
            case MemberEnrolled(member=fingerprint):
                known.setdefault(fingerprint, []).append(one.seq)
            case RecipientAdded(fingerprint=fingerprint) | RecipientUpdated(fingerprint=fingerprint):
                known.setdefault(fingerprint, []).append(one.seq)
    named: dict[str, str] = {}
    for person in (maker, *_named(sections)):
        named[person.fingerprint] = named.get(person.fingerprint) or person.name
    facts = [Fact(tuple(known.get(who, ())), (name, who)) for who, name in sorted(named.items(), key=_by_name)]
    return Section(
        "people",
        _("Who is who"),
        _(
            "A fingerprint stands for a person's public keys. The names are those on the cards that were taken in, or "
            "that a sender gave himself; that a fingerprint is a certain person's is for that person to confirm."
        ),
        (Column("name", _("Name")), Column("fingerprint", _("Fingerprint"), Form.CODE)),
        tuple(facts),
        _("Nobody is named."),
    )


def _by_name(named: tuple[str, str]) -> tuple[str, str]:
    return named[1].casefold(), named[0]


def _named(sections: Iterable[Section]) -> Iterator[Person]:
    values = (value for section in sections for fact in section.facts for value in fact.values)
    for value in values:
        match value:
            case Person():
                yield value
            case tuple():
                yield from (one for one in value if isinstance(one, Person))
