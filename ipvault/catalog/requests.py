"""Queries about requests to let documents leave, and what members answered to them."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchRequest
from ipvault.records.base import WRITERS


class Answer(NamedTuple):
    """What a member (a fingerprint) answered in a room, last: `approved` or `denied`."""

    room: str
    approver: str
    time: str
    answer: str
    reason: str


class ReleaseRequest(NamedTuple):
    """What somebody asks others to approve; see `ReleaseRequested`. Times are RFC 3339."""

    id: str
    rooms: tuple[str, ...]
    time: str
    requester: str
    digest: str
    channel: str
    expires: str
    purpose: str
    reason: str
    versions: tuple[tuple[str, str, int], ...]
    """Room, item and number of each."""
    recipients: tuple[str, ...]
    answers: tuple[Answer, ...]


def release_requests(catalog: Catalog) -> list[ReleaseRequest]:
    """All requests, the oldest first."""
    query = (
        "SELECT id, time, requester, digest, channel, expires, purpose, reason, min(seq) FROM release_request "
        "GROUP BY id ORDER BY min(seq)"
    )
    return [_whole(catalog, row[:-1]) for row in catalog.view.execute(query).fetchall()]


def find_request(catalog: Catalog, typed: str) -> ReleaseRequest:
    """The request whose id begins so. Raises `NoSuchRequest` or `AmbiguousId`."""
    found = beginning_with(typed, release_requests(catalog))
    return the_only(found, typed, NoSuchRequest)


def standing_answers(catalog: Catalog, digest: str, room: str, requester: str) -> dict[str, str]:
    """What others than whoever asks answered in a room about exactly this, last, as far as they may still write there.

    Who (a fingerprint) and `approved` or `denied`; it does not matter in which of several requests.
    """
    query = (
        "SELECT approver, answer, max(approval.seq) FROM approval "
        "JOIN release_request ON id = request AND release_request.room = approval.room "
        "WHERE digest = ? AND approval.room = ? AND approver <> ? GROUP BY approver"
    )
    answers = catalog.view.execute(query, (digest, room, requester)).fetchall()
    return {who: answer for who, answer, _seq in answers if catalog.role(who, room) in WRITERS}


def _whole(catalog: Catalog, row: tuple[str, ...]) -> ReleaseRequest:
    id_, time, requester, digest, channel, expires, purpose, reason = row
    view = catalog.view
    rooms = view.execute("SELECT room FROM release_request WHERE id = ? ORDER BY seq", (id_,))
    versions = view.execute("SELECT room, item, number FROM request_version WHERE request = ? ORDER BY 1, 2, 3", (id_,))
    recipients = view.execute("SELECT fingerprint FROM request_recipient WHERE request = ? ORDER BY 1", (id_,))
    query = "SELECT room, approver, time, answer, reason FROM approval WHERE request = ? ORDER BY seq"
    answers = map(Answer._make, view.execute(query, (id_,)))
    return ReleaseRequest(
        id_,
        tuple(room for (room,) in rooms),
        time,
        requester,
        digest,
        channel,
        expires,
        purpose,
        reason,
        tuple(versions.fetchall()),
        tuple(fingerprint for (fingerprint,) in recipients),
        tuple(answers),
    )
