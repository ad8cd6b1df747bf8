"""Recording requests of data subjects and what becomes of them, and consents."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import find_any, root_room
from ipvault.catalog.consents import Consent, find_consent
from ipvault.catalog.privacy import PrivacyRequest, find_privacy_request, subject_tag
from ipvault.catalog.recipients import find_recipients
from ipvault.catalog.scopes import Scope, find_scope
from ipvault.errors import Conflict, UsageError
from ipvault.journal.head import Head
from ipvault.oversight.privacy.deadlines import deadline
from ipvault.oversight.privacy.subject import find_subject
from ipvault.records.privacy import (
    OWN,
    PARTLY,
    ConsentGiven,
    ConsentWithdrawn,
    PrivacyClosed,
    PrivacyDecided,
    PrivacyExtended,
    PrivacyRecord,
    PrivacyRequested,
)
from ipvault.text import _
from ipvault.vault.clock import checked_time
from ipvault.vault.journal_query import Query, items_in, read_journal
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Clock(NamedTuple):
    """What a deadline goes by: the law, the day of receipt and the time zone of that, and with `own` how many days."""

    law: str
    received: str
    zone: str
    own_days: int = 0


class Terms(NamedTuple):
    """What somebody consents to: for which purpose, on which basis, to whom (names), and from when to when."""

    purpose: str
    basis: str
    to: tuple[str, ...]
    from_day: str
    until_day: str


class Answer(NamedTuple):
    """An answer to a request by record `seq`, about `documents` of them; see `PrivacyDecided`."""

    seq: int
    time: str
    answer: str
    documents: int
    reason: str


def answers_to(vault: Vault, request: PrivacyRequest) -> list[Answer]:
    """All answers to a request, the oldest first: the last one counts, and what the others did stays done."""
    found = ((row, row.fields or {}) for row in read_journal(vault, Query.of(PrivacyDecided)))
    return [
        Answer(row.leaf.seq, row.leaf.time, str(said["answer"]), len(items_in(said)), str(said["reason"]))
        for row, said in found
        if said.get("request") == request.id
    ]


def create_request(vault: Vault, right: str, subject: str, clock: Clock, note: str) -> tuple[PrivacyRequest, Head]:
    """Record that somebody asks for erasure of, or access to, his data. Raises `UsageError`, or what is ambiguous."""
    request = vault.machine.random(16).hex()
    due = deadline(clock.received, clock.law, clock.zone, own_days=clock.own_days)
    person = find_subject(vault.catalog, subject)
    record = PrivacyRequested(
        request=request,
        right=right,
        subject=person.name,
        member=person.member,
        outsider=person.outsider,
        law=clock.law,
        received=clock.received,
        zone=clock.zone,
        due=due,
        note=note,
    )
    return _record(vault, request, record)


def extend_request(vault: Vault, typed: str, reason: str) -> tuple[PrivacyRequest, Head]:
    """Give more time for the answer, once, as the law does. Raises `Conflict` if it does not, or it is too late."""
    request = find_privacy_request(vault.catalog, typed)
    if request.law == OWN or request.extended:
        raise Conflict(problem=_("its time cannot be extended, or was already"))
    if checked_time(vault) > request.due:
        raise Conflict(problem=_("the answer was due on {day}: too late to extend that").format(day=request.due[:10]))
    due = deadline(request.received, request.law, request.zone, is_extended=True)
    return _record(vault, request.id, PrivacyExtended(request=request.id, due=due, reason=reason))


def close_request(vault: Vault, typed: str, told: str, late: str) -> tuple[PrivacyRequest, Head]:
    """Record how the subject was told the answer. Raises `Conflict` before there is one, and `UsageError` where it is
    late without a reason."""
    request = find_privacy_request(vault.catalog, typed)
    if not request.answer:
        raise Conflict(problem=_("it has not been decided yet"))
    if request.is_overdue(checked_time(vault)) and not late:
        text = _("the answer was due on {day}: say with --late why it comes after that")
        raise UsageError(problem=text.format(day=request.due[:10]))
    return _record(vault, request.id, PrivacyClosed(request=request.id, told=told, late=late))


def add_consent(vault: Vault, subject: str, evidence: str, scope: Scope, terms: Terms) -> tuple[Consent, Head]:
    """Record a consent with the document (an address) that shows it. Raises what finding things and people raises.

    A scope that names nothing is that of the documents with the tag of the subject.
    """
    consent = vault.machine.random(16).hex()
    with transaction(vault) as change:
        document, name = find_any(vault.catalog, evidence), find_subject(vault.catalog, subject).name
        found = find_scope(vault.catalog, scope)
        record = ConsentGiven(
            consent=consent,
            subject=name,
            purpose=terms.purpose,
            basis=terms.basis,
            document=document.id,
            scope_items=found.items,
            scope_tags=found.tags if any(found) else (subject_tag(name),),
            parties=tuple(one.id for one in find_recipients(vault.catalog, terms.to)),
            from_day=terms.from_day,
            until_day=terms.until_day,
        )
        change.record(record, document.room)
        head = change.commit()
    return find_consent(vault.catalog, consent), head


def withdraw_consent(vault: Vault, typed: str, day: str, reason: str) -> tuple[Consent, Head]:
    """Record that a consent counts no more from a day on. Raises `Conflict` if it was withdrawn already."""
    with transaction(vault) as change:
        consent = find_consent(vault.catalog, typed)
        if consent.withdrawn:
            raise Conflict(problem=_("it was withdrawn as of {day} already").format(day=consent.withdrawn))
        change.record(ConsentWithdrawn(consent=consent.id, day=day, reason=reason), consent.room)
        head = change.commit()
    return find_consent(vault.catalog, consent.id), head


def standing_request(vault: Vault, typed: str, *, or_partly: bool = False) -> PrivacyRequest:
    """A request that is not closed, or is but was granted in part. Raises `NoSuchPrivacyRequest`, or `Conflict`."""
    request = find_privacy_request(vault.catalog, typed)
    if request.closed and not (or_partly and request.answer == PARTLY):
        raise Conflict(problem=_("it was closed on {day}").format(day=request.closed[:10]))
    return request


def _record(vault: Vault, request: str, record: PrivacyRecord) -> tuple[PrivacyRequest, Head]:
    with transaction(vault) as change:
        if not isinstance(record, PrivacyRequested):
            standing_request(vault, request)
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_privacy_request(vault.catalog, request), head
