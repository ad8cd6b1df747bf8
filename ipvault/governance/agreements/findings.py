"""What is wrong, or may be, with the agreements of a vault: facts for counsel, who decides what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Final, NamedTuple

from ipvault.catalog.agreements import FUTURE, IN_FORCE, Agreement, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Selection, items_of, select
from ipvault.catalog.packages import packages, provenances, recipients_of, versions_in
from ipvault.catalog.proofs import lost
from ipvault.catalog.recipients import Recipient, everybody, fingerprints_of
from ipvault.governance.agreements.documents import Reading
from ipvault.records.agreements import (
    ASSIGNMENT,
    CONTRACTOR,
    EMPLOYEE,
    EMPLOYMENT,
    EXCLUSIVE,
    LICENCE,
    NDA,
    NOT_NEEDED,
    SOLE,
    UNKNOWN,
    YES,
    Terms,
)

OVERLAP: Final = "exclusive-overlap"
NO_ASSIGNMENT: Final = "no-assignment"
NO_NOTICE: Final = "no-dtsa-notice"
NOTICE_UNKNOWN: Final = "dtsa-notice-unknown"
ENDED_BUT_SHARED: Final = "ended-but-shared"
PARTY_GONE: Final = "party-gone"
DOCUMENT_GONE: Final = "document-gone"

_WORLDWIDE: Final = "worldwide"
_NOT_OURS: Final = ("contract", "prior-art")
"""Types of items of which nobody expects that they were assigned to the vault's owner."""

TextOf = Callable[[str], Reading]
"""The text of a document (the id of an item)."""


class Finding(NamedTuple):
    """Something to look at, of a kind: the agreements (ids), the item or the package that it is about, and who.

    What does not apply is empty. `who` is what somebody is called.
    """

    kind: str
    agreements: tuple[str, ...] = ()
    item: str = ""
    package: str = ""
    who: str = ""


def examine_agreements(catalog: Catalog, day: str, text_of: TextOf) -> list[Finding]:
    """All findings on a day, by kind."""
    known = agreements(catalog)
    people = everybody(catalog)
    return [
        *_overlapping(catalog, known, day),
        *_unassigned_arrivals(catalog, known, people),
        *_unassigned_results(catalog, known, day),
        *_without_notice(known, day, text_of),
        *_ended_but_shared(catalog, known, people, day),
        *_parties_gone(known, people, day),
        *_documents_gone(catalog, known, day),
    ]


def is_assignment(agreement: Agreement) -> bool:
    """Whether rights pass by it: an assignment, or any agreement that names who assigns and to whom."""
    terms = agreement.terms
    return terms.type == ASSIGNMENT or bool(terms.assignor and terms.assignee)


def needs_notice(terms: Terms) -> bool:
    """Whether the notice of 18 U.S.C. 1833(b) belongs into it: secrecy agreed with an employee or a contractor."""
    return terms.type in (NDA, EMPLOYMENT) and terms.relationship in (EMPLOYEE, CONTRACTOR)


def _overlapping(catalog: Catalog, known: Iterable[Agreement], day: str) -> Iterator[Finding]:
    """An exclusive or sole licence, and one to somebody else: in item (the first is named), days, places and fields."""
    licences = [one for one in known if one.terms.type == LICENCE and one.state(day) in (FUTURE, IN_FORCE)]
    items = list(select(catalog, Selection())) if len(licences) > 1 else []
    for first, second in combinations(licences, 2):
        if {first.terms.exclusivity, second.terms.exclusivity}.isdisjoint((EXCLUSIVE, SOLE)):
            continue
        if _parties(first) == _parties(second) or not _overlap_in_time(first, second):
            continue
        if not _share(first.terms.territory, second.terms.territory):
            continue
        if not _share(first.terms.field_of_use, second.terms.field_of_use):
            continue
        both = next((item for item in items if first.scope.includes(item) and second.scope.includes(item)), None)
        if both is not None:
            yield Finding(OVERLAP, (first.id, second.id), both.id)


def _parties(agreement: Agreement) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(agreement.terms.parties), frozenset(map(str.casefold, agreement.terms.party_names))


def _overlap_in_time(first: Agreement, second: Agreement) -> bool:
    return (not first.end or second.terms.from_day < first.end) and (
        not second.end or first.terms.from_day < second.end
    )


def _share(first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether two lists of places or fields have one in common; nothing named, or the world, is all of them."""
    mine, other = {one.casefold() for one in first}, {one.casefold() for one in second}
    return any(not one or _WORLDWIDE in one for one in (mine, other)) or not mine.isdisjoint(other)


def _unassigned_arrivals(
    catalog: Catalog, known: Iterable[Agreement], people: Iterable[Recipient]
) -> Iterator[Finding]:
    """Items that came from somebody in a package, without an assignment by him since.

    From somebody who is neither employee nor contractor, a licence or an NDA is an answer too: then it is his, and it
    is on record why it is here.
    """
    cards = {fingerprint: one.id for one in people for fingerprint in fingerprints_of(catalog, one)}
    origins = provenances(catalog)
    for item in select(catalog, Selection()) if origins else ():
        origin = None if item.type in _NOT_OURS else origins.get(item.id)
        if origin is None:
            continue
        sender = cards.get(origin.sender, "")
        of_sender = [one for one in known if sender in one.terms.parties]
        works_for_us = any(one.terms.relationship in (EMPLOYEE, CONTRACTOR) for one in of_sender)
        counts = [
            one
            for one in of_sender
            if (is_assignment(one) or (not works_for_us and one.terms.type in (NDA, LICENCE)))
            and one.scope.includes(item)
        ]
        if not any(not one.end or origin.time[:10] < one.end for one in counts):
            yield Finding(NO_ASSIGNMENT, (), item.id, origin.package, origin.sender_name)


def _unassigned_results(catalog: Catalog, known: list[Agreement], day: str) -> Iterator[Finding]:
    """Where an employee's or contractor's agreement says what results there are, and nothing assigns them.

    That is each item that its scope names; if it names none, whether there is any assignment by the same party.
    """
    for one in known:
        terms = one.terms
        works_for_us = terms.relationship in (EMPLOYEE, CONTRACTOR) and terms.foreground
        if not works_for_us or is_assignment(one) or one.state(day) == FUTURE:
            continue
        by_same = [it for it in known if is_assignment(it) and _have_party_in_common(one, it)]
        items = items_of(catalog, terms.scope_items).values()
        for item in items:
            if not item.removed and not any(it.scope.includes(item) for it in by_same):
                yield Finding(NO_ASSIGNMENT, (one.id,), item.id)
        if not terms.scope_items and not by_same:
            yield Finding(NO_ASSIGNMENT, (one.id,))


def _have_party_in_common(first: Agreement, second: Agreement) -> bool:
    return any(not one.isdisjoint(other) for one, other in zip(_parties(first), _parties(second), strict=True))


def _without_notice(known: Iterable[Agreement], day: str, text_of: TextOf) -> Iterator[Finding]:
    """NDAs and contracts with employees and contractors that do not give the notice of 18 U.S.C. 1833(b)."""
    for one in known:
        terms = one.terms
        if (
            not needs_notice(terms)
            or terms.dtsa_notice in (YES, NOT_NEEDED)
            or one.state(day) not in (FUTURE, IN_FORCE)
        ):
            continue
        text, is_whole = text_of(terms.document) if terms.dtsa_notice == UNKNOWN else ("", True)
        if "1833(b)" not in "".join(text.split()):
            yield Finding(NO_NOTICE if is_whole else NOTICE_UNKNOWN, (one.id,))


def _ended_but_shared(
    catalog: Catalog, known: Iterable[Agreement], people: Iterable[Recipient], day: str
) -> Iterator[Finding]:
    """Packages that can still be meant to be opened, of items on which an agreement ended since."""
    cards = {fingerprint: one for one in people for fingerprint in fingerprints_of(catalog, one)}
    for package in packages(catalog):
        if package.revoked or (package.expires and package.expires[:10] < day):
            continue
        items = items_of(catalog, [version.item for version in versions_in(catalog, package.id)])
        for fingerprint in recipients_of(catalog, package.id):
            if (recipient := cards.get(fingerprint)) is None:
                continue
            for item in items.values():
                ended = [one for one in known if _ended_since(one, recipient.id, item, package.shared[:10], day)]
                if ended and not any(one.covers(recipient.id, item, day) for one in known):
                    ids = tuple(one.id for one in ended)
                    yield Finding(ENDED_BUT_SHARED, ids, item.id, package.id, recipient.name)


def _ended_since(agreement: Agreement, recipient: str, item: Item, shared: str, day: str) -> bool:
    """Whether an agreement about an item ended between two days, or on the first, on which it was shared."""
    terms = agreement.terms
    return agreement.concerns(recipient, item) and terms.from_day <= shared <= agreement.end <= day


def _parties_gone(known: Iterable[Agreement], people: Iterable[Recipient], day: str) -> Iterator[Finding]:
    """Agreements that still run, with parties to whom nothing is sent any more."""
    by_id = {one.id: one for one in people}
    for one in known:
        for party in one.terms.parties if one.state(day) in (FUTURE, IN_FORCE) else ():
            if party not in by_id or by_id[party].removed:
                yield Finding(PARTY_GONE, (one.id,), who=by_id[party].name if party in by_id else party)


def _documents_gone(catalog: Catalog, known: Iterable[Agreement], day: str) -> Iterator[Finding]:
    """Agreements that are in force, or will be, of which the signed document was erased."""
    live = [one for one in known if one.state(day) in (FUTURE, IN_FORCE)]
    gone = lost(catalog, (one.terms.document for one in live))
    for one in live:
        if one.terms.document in gone:
            yield Finding(DOCUMENT_GONE, (one.id,))
