"""Queries about requests to let documents leave, and what members answered to them."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchRequest
from ipvault.records.access import ContentReleased
from ipvault.records.base import WRITERS
from ipvault.records.decisions import APPROVED


class Answer(NamedTuple):
    """What a member (a fingerprint) answered in a room, last: `approved` or `denied`."""

    room: str
    approver: str
    time: str
    answer: str
    reason: str


class ReleaseRequest(NamedTuple):
    """What somebody asks others to approve; see `ReleaseRequested`. Times are RFC 3339.

    `released` is when exactly that left, which ends the request, or empty.
    """

    id: str
    rooms: tuple[str, ...]
    time: str
    requester: str
    digest: str
    channel: str
    expires: str
    purpose: str
    reason: str
    override: str
    basis: str
    released: str
    versions: tuple[tuple[str, str, int], ...]
    """Room, item and number of each."""
    recipients: tuple[str, ...]
    answers: tuple[Answer, ...]


def release_requests(catalog: Catalog) -> list[ReleaseRequest]:
    """All requests, the oldest first."""
    query = (
        "SELECT id, time, requester, digest, channel, expires, purpose, reason, override, basis, min(seq) "
        "FROM release_request GROUP BY id ORDER BY min(seq)"
    )
    return [_whole(catalog, row[:-1]) for row in catalog.view.execute(query).fetchall()]


def find_request(catalog: Catalog, typed: str) -> ReleaseRequest:
    """The request whose id begins so. Raises `NoSuchRequest` or `AmbiguousId`."""
    found = beginning_with(typed, release_requests(catalog))
    return the_only(found, typed, NoSuchRequest)


def standing_answers(catalog: Catalog, digest: str, room: str, requester: str) -> dict[str, str]:
    """What others than whoever asks answered in a room about exactly this, last, as far as they may still write there.

    Who (a fingerprint) and `approved` or `denied`; it does not matter in which of several requests. An approval is for
    one release: when that was decided, what was asked before is over, and only denials of it stand. A decision by which
    nothing leaves ends nothing, as far as it can be known what left.
    """
    query = (
        "SELECT approver, answer, max(approval.seq) FROM approval "
        "JOIN release_request AS asked ON id = request AND asked.room = approval.room "
        "WHERE digest = ?1 AND approval.room = ?2 AND approver <> ?3 AND (answer <> ?4 OR NOT EXISTS ("
        "SELECT 1 FROM decided WHERE decided.digest = ?1 AND decided.room = ?2 AND decided.seq > asked.seq "
        "AND (has_left OR ?5))) GROUP BY approver"
    )
    is_unsure = catalog.has_gap(room, ContentReleased.CLASS)
    answers = catalog.view.execute(query, (digest, room, requester, APPROVED, is_unsure)).fetchall()
    return {who: answer for who, answer, _seq in answers if catalog.role(who, room) in WRITERS}


def _whole(catalog: Catalog, row: tuple[str, ...]) -> ReleaseRequest:
    id_, time, requester, digest, channel, expires, purpose, reason, override, basis = row
    view = catalog.view
    rooms = view.execute("SELECT room FROM release_request WHERE id = ? ORDER BY seq", (id_,))
    versions = view.execute("SELECT room, item, number FROM request_version WHERE request = ? ORDER BY 1, 2, 3", (id_,))
    recipients = view.execute("SELECT fingerprint FROM request_recipient WHERE request = ? ORDER BY 1", (id_,))
    query = (
        "SELECT min(decided.time) FROM decided JOIN release_request USING (digest, room) "
        "WHERE id = ? AND decided.seq > release_request.seq AND has_left"
    )
    (released,) = view.execute(query, (id_,)).fetchone()
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
        override,
        basis,
        released or "",
        tuple(versions.fetchall()),
        tuple(fingerprint for (fingerprint,) in recipients),
        tuple(answers),
    )
