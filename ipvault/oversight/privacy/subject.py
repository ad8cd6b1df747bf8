"""Somebody whom data are about: who that is, and which records tell of him."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.privacy import PrivacyRequest, items_about, privacy_requests
from ipvault.catalog.recipients import by_id, fingerprints_of
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


def ids_about(vault: Vault, name: str) -> set[str]:
    """The items (ids) with the tag of somebody, and those that were erased for a request of his."""
    asked = {one.id for one in privacy_requests(vault.catalog) if one.subject == name}
    answers = (row.fields or {} for row in read_journal(vault, Query.of(PrivacyDecided))) if asked else ()
    gone = {item for fields in answers if fields["request"] in asked for item in items_in(fields)}
    return gone | {item.id for item in items_about(vault.catalog, name)}


def records_about(vault: Vault, subject: Subject, items: Collection[str]) -> list[JournalRow]:
    """The records that tell of somebody, by name, card or signature, or of these items (ids), oldest first."""
    cards = {subject.member} - {""}
    if outsider := by_id(vault.catalog, subject.outsider):
        cards |= fingerprints_of(vault.catalog, outsider)
    wanted = set(items)
    return [
        row
        for row in read_journal(vault, Query())
        if row.signer in cards or not wanted.isdisjoint(items_in(row.fields or {})) or _tells(row, subject, cards)
    ]


def _tells(row: JournalRow, subject: Subject, cards: set[str]) -> bool:
    fields = row.fields or {}
    if subject.name and subject.name == fields.get("subject"):
        return True
    people = {subject.outsider, *cards} - {""}
    named: set[object] = {fields.get(name) for name in ("member", "recipient", "outsider", "sender", "fingerprint")}
    for name in ("recipients", "members", "outsiders", "parties"):
        listed = fields.get(name)
        named.update(listed if isinstance(listed, list) else ())
    return not people.isdisjoint(one for one in named if isinstance(one, str))
