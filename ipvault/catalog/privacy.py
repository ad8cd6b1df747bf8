"""Data protection: requests of data subjects, and which documents are about somebody."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.holds import held_items
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchPrivacyRequest
from ipvault.records.base import Record
from ipvault.records.privacy import (
    ANSWERS,
    GRANTED,
    LAWS,
    PARTLY,
    RIGHTS,
    ConsentGiven,
    ConsentWithdrawn,
    PrivacyDecided,
    PrivacyRecord,
    PrivacyRequested,
)
from ipvault.text import _

PERSONAL_DATA: Final = "personal-data"
"""The tag of documents with data about people."""

SUBJECT: Final = "subject:"
"""How the tags of documents begin that are about somebody."""


class PrivacyRequest(NamedTuple):
    """A request, made by record `seq`; see `PrivacyRequested`. What was not done yet is empty.

    `due` is by when the answer is due, as it was extended for the reason `extended`; `rest` are the ids of what an
    answer in part has left.
    """

    id: str
    seq: int
    time: str
    signer: str
    right: str
    subject: str
    member: str
    outsider: str
    law: str
    received: str
    zone: str
    note: str
    due: str
    extended: str
    answer: str
    answered: str
    reason: str
    closed: str
    told: str
    late: str
    rest: tuple[str, ...]

    @property
    def state(self) -> str:
        """What is to be done next: `open`, `decided` (to be told), or `closed`."""
        return "closed" if self.closed else "decided" if self.answer else "open"

    def is_overdue(self, now: str) -> bool:
        """Whether the subject should have been told something by `now`, and was not."""
        return not self.told and self.due < now


def privacy_requests(catalog: Catalog) -> list[PrivacyRequest]:
    """All requests, the oldest first."""
    return [_whole(row) for row in catalog.view.execute("SELECT * FROM privacy_request ORDER BY seq")]


def find_privacy_request(catalog: Catalog, typed: str) -> PrivacyRequest:
    """The request whose id begins so. Raises `NoSuchPrivacyRequest` or `AmbiguousId`."""
    found = beginning_with(typed, privacy_requests(catalog))
    return the_only(found, typed, NoSuchPrivacyRequest)


def requests_due(catalog: Catalog, by: str) -> list[PrivacyRequest]:
    """The requests whose answer is due by a time and not given yet, and those to be finished; the most urgent first."""
    waiting = (one for one in privacy_requests(catalog) if not one.closed and (one.due <= by or one.told))
    found = {one.id: one for one in (*waiting, *to_finish(catalog))}
    return sorted(found.values(), key=lambda it: it.due)


def to_finish(catalog: Catalog) -> list[PrivacyRequest]:
    """The requests of which something was left that no hold keeps any more."""
    partly = [one for one in privacy_requests(catalog) if one.rest]
    if not partly:
        return []  # as a rule: a whole vault of items is not looked through for nothing
    free = {item.id for item in all_items(catalog) if not item.erased} - held_items(catalog).keys()
    return [one for one in partly if not free.isdisjoint(one.rest)]


def subject_tag(name: str) -> str:
    """The tag of documents that are about somebody."""
    return SUBJECT + name


def subjects_of(item: Item) -> set[str]:
    """The people whom the tags of an item name as those whom it is about."""
    return {tag.removeprefix(SUBJECT) for tag in item.tags if tag.startswith(SUBJECT)}


def is_personal(item: Item) -> bool:
    """Whether the tags of an item say that it has data about people."""
    return PERSONAL_DATA in item.tags or bool(subjects_of(item))


def items_about(catalog: Catalog, name: str) -> list[Item]:
    """The items of which something is left and that have the tag of somebody, removed ones too."""
    return [item for item in all_items(catalog) if subject_tag(name) in item.tags and not item.erased]


def without_documents(catalog: Catalog, name: str) -> str:
    """That no document has the tag of somebody, with the names most like it of whom there are some; else empty."""
    known = {tag.removeprefix(SUBJECT) for item in all_items(catalog) for tag in item.tags if tag.startswith(SUBJECT)}
    if name in known:
        return ""
    text = _("no document has the tag {tag}").format(tag=subject_tag(name))
    close = suggested(name, sorted(known))
    return f"{text}; {close}" if close else text


def objection_to_privacy(catalog: Catalog, record: Record, room: str, _signer: str) -> str | None:
    """Why nobody may say in `room` what this record says of requests or consents, or None; for others None."""
    match record:
        case PrivacyRequested(request=request):
            if record.right not in RIGHTS or record.law not in LAWS:
                return _("it asks for what nobody can ask for")
            return _("it makes a request a second time") if _closed(catalog, request) is not None else None
        case PrivacyRecord(request=request):
            closed = _closed(catalog, request)
            if closed is None:
                return _("it is about a request that nobody made")
            if closed and not _finishes(catalog, record):
                return _("it is about a request that was closed before")
            is_answer = not isinstance(record, PrivacyDecided) or record.answer in ANSWERS
            return None if is_answer else _("it gives an answer that there is not")
        case ConsentGiven(consent=consent):
            is_new = _room_of(catalog, consent) is None
            is_about = record.scope_items or record.scope_tags
            return None if is_new and is_about else _("it records a consent a second time, or one about nothing")
        case ConsentWithdrawn(consent=consent) if _room_of(catalog, consent) != room:
            return _("it withdraws a consent that its room does not have")
    return None


def _finishes(catalog: Catalog, record: PrivacyRecord) -> bool:
    """Whether it answers a request again that was granted in part."""
    query = "SELECT 1 FROM privacy_request WHERE id = ? AND answer = ?"
    is_answer = isinstance(record, PrivacyDecided) and record.answer in (GRANTED, PARTLY)
    return is_answer and catalog.view.execute(query, (record.request, PARTLY)).fetchone() is not None


def _closed(catalog: Catalog, request: str) -> str | None:
    """When a request was closed; empty for one that is open, None for one that there is not."""
    row = catalog.view.execute("SELECT closed FROM privacy_request WHERE id = ?", (request,)).fetchone()
    return row[0] if row else None


def _room_of(catalog: Catalog, consent: str) -> str | None:
    row = catalog.view.execute("SELECT room FROM consent WHERE id = ?", (consent,)).fetchone()
    return row[0] if row else None


def _whole(row: tuple[str, ...]) -> PrivacyRequest:
    id_, seq, time, signer, terms, *done, rest = row
    said = json.loads(terms)
    asked = (said[name] for name in ("right", "subject", "member", "outsider", "law", "received", "zone", "note"))
    return PrivacyRequest._make((id_, int(seq), time, signer, *asked, *done, tuple(json.loads(rest))))
