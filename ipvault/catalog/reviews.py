"""Queries about reviews of access: what there is to review, what was decided, and what is still to be done."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from ipvault.catalog.agreements import IN_FORCE, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.packages import packages
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.recipients import recipients
from ipvault.catalog.tenures import kept_keys
from ipvault.errors import NoSuchGrant, NoSuchReview
from ipvault.records.reviews import KEPT_KEY, LEFT, NO_AGREEMENT, PACKAGE_SENT, RECIPIENT, REVOKE, ROLE
from ipvault.records.vocabulary import ROLES

OPEN: Final = "open"
CLOSED: Final = "closed"


class Grant(NamedTuple):
    """What somebody may, or could: see `ReviewStarted`. `orphan` is why nobody vouches for it, or empty."""

    id: str
    type: str
    subject: str
    place: str
    role: str
    orphan: str


class Decision(NamedTuple):
    """What a member (a fingerprint) decided on a grant by record `seq`: `keep` or `revoke`."""

    seq: int
    time: str
    member: str
    answer: str
    reason: str


class Review(NamedTuple):
    """A review, started by record `seq`, with its grants in order and the decision on each, by id, if there is one."""

    id: str
    seq: int
    time: str
    starter: str
    title: str
    grants: tuple[Grant, ...]
    decisions: dict[str, Decision]
    closed: str
    conclusion: str

    @property
    def state(self) -> str:
        """`open` or `closed`."""
        return CLOSED if self.closed else OPEN

    @property
    def undecided(self) -> list[Grant]:
        """The grants on which nobody decided yet."""
        return [grant for grant in self.grants if grant.id not in self.decisions]


class Offboarding(NamedTuple):
    """Somebody left, by record `seq`; see `PersonOffboarded`."""

    seq: int
    time: str
    member: str
    name: str
    identities: tuple[str, ...]
    recipients: tuple[str, ...]
    packages: tuple[str, ...]
    reason: str


def population(catalog: Catalog, day: str) -> Iterator[Grant]:
    """All that anybody may or could, as far as this member knows: roles, kept keys, recipients, and packages.

    The grants have no ids yet. Expired packages are left out, and what was revoked or removed.
    """
    for member, room, role in catalog.view.execute("SELECT member, room, role FROM role ORDER BY room, member"):
        yield Grant("", ROLE, member, room, role, "")
    for (room,) in catalog.view.execute("SELECT id FROM room ORDER BY id").fetchall():
        for tenure in sorted(kept_keys(catalog, room)):
            yield Grant("", KEPT_KEY, tenure.member, room, tenure.role, LEFT)
    agreed = {party for one in agreements(catalog) if one.state(day) == IN_FORCE for party in one.terms.parties}
    for recipient in recipients(catalog):
        if not recipient.revoked:
            orphan = "" if recipient.id in agreed else NO_AGREEMENT
            yield Grant("", RECIPIENT, recipient.fingerprint, recipient.id, "", orphan)
    for package in packages(catalog):
        if not package.revoked and not (package.expires and package.expires[:10] < day):
            yield Grant("", PACKAGE_SENT, package.sharer, package.id, "", "")


def is_standing(catalog: Catalog, grant: Grant) -> bool:
    """Whether somebody still has what a grant gives, or more; what this member cannot know counts as if it were so."""
    match grant.type:
        case "role":
            role = catalog.role(grant.subject, grant.place)
            return role is not None and ROLES.index(role) <= ROLES.index(grant.role)
        case "kept-key":
            is_known = catalog.name_of(grant.place) is not None
            return not is_known or any(one.member == grant.subject for one in kept_keys(catalog, grant.place))
        case "recipient":
            query = "SELECT coalesce(removed, revoked) FROM recipient WHERE id = ?"
        case _:
            query = "SELECT revoked FROM package WHERE id = ?"
    row = catalog.view.execute(query, (grant.place,)).fetchone()
    return row is None or row[0] is None


def still_to_revoke(catalog: Catalog, review: Review) -> list[Grant]:
    """The grants that somebody still has although it was decided that they go."""
    decided = {id_ for id_, decision in review.decisions.items() if decision.answer == REVOKE}
    return [grant for grant in review.grants if grant.id in decided and is_standing(catalog, grant)]


_REVIEWS: Final = (
    "SELECT review.*, coalesce(review_closing.time, ''), coalesce(review_closing.reason, '') FROM review "
    "LEFT JOIN review_closing ON review = id "
)


def reviews(catalog: Catalog) -> list[Review]:
    """All reviews, the oldest first."""
    return [_whole(catalog, row) for row in catalog.view.execute(_REVIEWS + "ORDER BY review.seq").fetchall()]


def find_review(catalog: Catalog, typed: str) -> Review:
    """The review whose id begins so. Raises `NoSuchReview` or `AmbiguousId`."""
    found = beginning_with(typed, reviews(catalog))
    return the_only(found, typed, NoSuchReview)


def find_grants(catalog: Catalog, typed: Iterable[str]) -> list[tuple[Review, Grant]]:
    """The grants whose ids begin so, each with its review. Raises `NoSuchGrant` or `AmbiguousId`."""
    known = [(review, grant) for review in reviews(catalog) for grant in review.grants]
    grants = [grant for _review, grant in known]
    found = []
    for one in typed:
        meant = the_only(beginning_with(one, grants), one, NoSuchGrant)
        found.append(known[grants.index(meant)])
    return found


def due(catalog: Catalog) -> list[Review]:
    """The reviews that are not closed."""
    query = _REVIEWS + "WHERE review_closing.review IS NULL ORDER BY review.seq"
    return [_whole(catalog, row) for row in catalog.view.execute(query).fetchall()]


def offboardings(catalog: Catalog, identities: Collection[str]) -> list[Offboarding]:
    """When somebody with any of these identities left, the first first."""
    found = []
    for *begun, name, whose, to, packages_, reason in catalog.view.execute("SELECT * FROM offboarding ORDER BY seq"):
        lists = (tuple(json.loads(text)) for text in (whose, to, packages_))
        found.append(Offboarding._make((*begun, name, *lists, reason)))
    return [one for one in found if not set(identities).isdisjoint(one.identities)]


def _whole(catalog: Catalog, row: tuple[str, int, str, str, str, str, str]) -> Review:
    *begun, closed, conclusion = row
    query = "SELECT id, type, subject, place, role, orphan FROM review_grant WHERE review = ? ORDER BY number"
    grants = tuple(map(Grant._make, catalog.view.execute(query, row[:1])))
    query = "SELECT grant_id, seq, time, member, answer, reason FROM review_decision WHERE review = ?"
    decisions = {grant: Decision(*decided) for grant, *decided in catalog.view.execute(query, row[:1])}
    return Review._make((*begun, grants, decisions, closed, conclusion))
