"""Queries about the register of trade secrets: find an entry, how it stands, and what falls due."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.periods import days_after
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchSecret
from ipvault.records.families import decode
from ipvault.records.register import FACTORS, SecretProposed

PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
RETIRED: Final = "retired"
STATUSES: Final = (PROPOSED, APPROVED, RETIRED)

REVIEW: Final = "review"
LIFE_ENDS: Final = "life-ends"

REVIEW_DAYS: Final = 365
"""An entry is looked at again a year after it was scored last."""


class Scoring(NamedTuple):
    """How the six factors were scored by record `seq`, in the order of `FACTORS`, each with its reason."""

    seq: int
    time: str
    scorer: str
    scores: tuple[int, ...]
    reasons: tuple[str, ...]

    @property
    def by_factor(self) -> dict[str, tuple[int, str]]:
        """Score and reason of each factor."""
        return dict(zip(FACTORS, zip(self.scores, self.reasons, strict=True), strict=True))


class Ruling(NamedTuple):
    """What a member (a fingerprint) decided by record `seq`, and why; an approval also names the scoring."""

    seq: int
    time: str
    member: str
    reason: str
    scoring: int = 0


class Secret(NamedTuple):
    """An entry, proposed by record `seq`; the description of its `content` is only there."""

    id: str
    room: str
    seq: int
    time: str
    proposer: str
    content: SecretProposed
    scoring: Scoring | None
    approval: Ruling | None
    retirement: Ruling | None

    @property
    def status(self) -> str:
        """`proposed`, `approved` or `retired`."""
        if self.retirement:
            return RETIRED
        return APPROVED if self.approval else PROPOSED

    @property
    def is_approved_as_scored(self) -> bool:
        """Whether it was approved, and not scored again since."""
        return self.approval is not None and self.scoring is not None and self.approval.scoring == self.scoring.seq

    @property
    def waits_for_approval(self) -> bool:
        """Whether somebody is to approve the scores that it has now."""
        return self.scoring is not None and self.retirement is None and not self.is_approved_as_scored

    @property
    def review_day(self) -> str:
        """The day by which it is to be looked at again."""
        return days_after((self.scoring.time if self.scoring else self.time)[:10], REVIEW_DAYS)

    def due_by(self, last: str) -> list[Due]:
        """What falls due of it until a day, what is overdue too; nothing once it is retired."""
        if self.retirement:
            return []
        days = ((self.review_day, REVIEW), (self.content.until_day, LIFE_ENDS))
        return sorted(Due(day, what, self) for day, what in days if day and day <= last)


class Due(NamedTuple):
    """What falls due on a day: a `review`, or that the expected life ends (`life-ends`)."""

    day: str
    what: str
    secret: Secret


def secrets(catalog: Catalog) -> list[Secret]:
    """All entries that this member may know of, the oldest first."""
    rows = catalog.view.execute("SELECT * FROM secret ORDER BY seq").fetchall()
    return [found for row in rows if (found := _whole(catalog, row))]


def find_secret(catalog: Catalog, typed: str) -> Secret:
    """The entry whose id begins so. Raises `NoSuchSecret` or `AmbiguousId`."""
    found = beginning_with(typed, secrets(catalog))
    return the_only(found, typed, NoSuchSecret)


def due(catalog: Catalog, day: str, within_days: int = 0) -> list[Due]:
    """What falls due until so many days after a day, what is overdue too, the first first."""
    last = days_after(day, within_days)
    found = [one for secret in secrets(catalog) for one in secret.due_by(last)]
    return sorted(found, key=lambda one: (one.day, one.secret.seq, one.what))


def last_scoring(catalog: Catalog, secret: str, room: str) -> int | None:
    """The record by which an entry of a room was scored last; None if it was not."""
    query = "SELECT seq FROM secret_scoring WHERE secret = ? AND room = ?"
    row = catalog.view.execute(query, (secret, room)).fetchone()
    return row[0] if row else None


def _whole(catalog: Catalog, row: tuple[str, str, int, str, str, str]) -> Secret | None:
    *begun, content = row
    place = row[:2]
    proposed = decode(SecretProposed.CLASS, json.loads(content))
    if not isinstance(proposed, SecretProposed):
        return None
    scoring = None
    query = "SELECT seq, time, scorer, scores, reasons FROM secret_scoring WHERE secret = ? AND room = ?"
    for seq, time, scorer, scores, reasons in catalog.view.execute(query, place):
        scoring = Scoring(seq, time, scorer, tuple(json.loads(scores)), tuple(json.loads(reasons)))
    approved = "SELECT seq, time, member, reason, scoring FROM secret_approval WHERE secret = ? AND room = ?"
    retired = "SELECT seq, time, member, reason FROM secret_retirement WHERE secret = ? AND room = ?"
    rulings = [catalog.view.execute(query, place).fetchone() for query in (approved, retired)]
    return Secret._make((*begun, proposed, scoring, *(Ruling(*found) if found else None for found in rulings)))
