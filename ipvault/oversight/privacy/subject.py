"""Somebody whom data are about: who that is, and which records tell of him."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.privacy import PrivacyRequest, items_about, privacy_requests
from ipvault.catalog.recipients import Recipient, everybody, fingerprints_of
from ipvault.catalog.somebody import find_somebody
from ipvault.errors import NoSuchPerson
from ipvault.records.privacy import PrivacyDecided
from ipvault.vault.journal_query import JournalRow, Query, items_in, read_journal
from ipvault.vault.vault import Vault


class Subject(NamedTuple):
    """A name, with the fingerprint of a member or the id of a recipient if it is one."""

    name: str
    member: str = ""
    outsider: str = ""


def find_subject(catalog: Catalog, typed: str) -> Subject:
    """The member or recipient of that name, or somebody whom the vault does not know. Raises what is ambiguous."""
    try:
        found = find_somebody(catalog, typed)
    except NoSuchPerson:
        return Subject(typed)
    return Subject(found.name, found.id if found.is_member else "", "" if found.is_member else found.id)


def subject_of(request: PrivacyRequest) -> Subject:
    """Whom a request is about."""
    return Subject(request.subject, request.member, request.outsider)


def selves(catalog: Catalog, subject: Subject) -> list[Recipient]:
    """The recipients that the subject is or was, under any of his cards: removed ones of his name, too.

    Another one of his name who is a recipient now is somebody else, unless the subject is known by the name alone.
    """
    known = everybody(catalog)
    is_only_name = not (subject.member or subject.outsider)
    named = [one for one in known if one.name == subject.name and (one.removed or is_only_name)]
    his = [*named, *(one for one in known if one.id == subject.outsider)]
    cards = {subject.member}.union(*(fingerprints_of(catalog, one) for one in his))
    return [one for one in known if one in his or not cards.isdisjoint(fingerprints_of(catalog, one))]


def ids_about(vault: Vault, name: str) -> set[str]:
    """The items (ids) with the tag of somebody, and those that were erased for a request of his."""
    asked = {one.id for one in privacy_requests(vault.catalog) if one.subject == name}
    answers = (row.fields or {} for row in read_journal(vault, Query.of(PrivacyDecided))) if asked else ()
    gone = {item for fields in answers if fields["request"] in asked for item in items_in(fields)}
    return gone | {item.id for item in items_about(vault.catalog, name)}


def records_about(vault: Vault, subject: Subject, items: Collection[str]) -> list[JournalRow]:
    """The records that tell of somebody, by name, card or signature, or of these items (ids), oldest first."""
    his = selves(vault.catalog, subject)
    cards = {subject.member}.union(*(fingerprints_of(vault.catalog, one) for one in his)) - {""}
    people = {subject.outsider, *(one.id for one in his), *cards} - {""}
    wanted = set(items)
    return [
        row
        for row in read_journal(vault, Query())
        if row.signer in cards or not wanted.isdisjoint(items_in(row.fields or {})) or _tells(row, subject.name, people)
    ]


def _tells(row: JournalRow, name: str, people: set[str]) -> bool:
    fields = row.fields or {}
    if name in (fields.get("subject"), fields.get("reporter")):
        return True
    single = ("member", "recipient", "outsider", "sender", "fingerprint")
    named: set[object] = {fields.get(field) for field in single}
    for field in ("recipients", "members", "outsiders", "parties", "identities"):
        listed = fields.get(field)
        named.update(listed if isinstance(listed, list) else ())
    return not people.isdisjoint(one for one in named if isinstance(one, str))
