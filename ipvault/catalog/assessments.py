"""Queries about assessments of risk: the one that counts for an item and a recipient, and whether it still does.

Days are text such as 2026-11-22, which sorts as time goes by.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ipvault.catalog.agreements import Agreement
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.periods import days_after
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.recipients import Recipient
from ipvault.errors import NoSuchAssessment
from ipvault.records.assessments import COMPARED, NOT_COMPARED, AssessmentMade
from ipvault.records.families import decode
from ipvault.text import _

VALID_DAYS: Final = 365
"""For so many days an assessment counts, if nothing changes meanwhile."""


class Basis(NamedTuple):
    """What an assessment rests on, besides answers. Agreements are ids with the versions of their terms, ascending."""

    label: str
    fingerprint: str
    jurisdiction: str
    card: str
    agreements: tuple[tuple[str, int], ...]


class Assessment(NamedTuple):
    """An assessment by record `seq`, with who accepted it, when and why: empty if nobody did."""

    id: str
    room: str
    seq: int
    time: str
    assessor: str
    content: AssessmentMade
    acceptor: str
    accepted: str
    reason: str

    @property
    def score(self) -> int:
        """That of the gravest risk: likelihood times impact, from 1 to 25."""
        pairs = zip(self.content.likelihoods, self.content.impacts, strict=False)
        return max((likelihood * impact for likelihood, impact in pairs), default=0)

    @property
    def basis(self) -> Basis:
        content = self.content
        agreements = sorted(zip(content.agreements, content.agreement_versions, strict=False))
        return Basis(content.label, content.fingerprint, content.jurisdiction, content.card, tuple(agreements))


def basis(known: Iterable[Agreement], item: Item, recipient: Recipient, member: str, day: str) -> Basis:
    """What an assessment by this member rests on, on a day, of all agreements that are known."""
    agreements = sorted((one.id, one.version) for one in known if one.covers(recipient.id, item, day))
    card = COMPARED if recipient.verified(member) else NOT_COMPARED
    return Basis(item.label, recipient.fingerprint, recipient.jurisdiction, card, tuple(agreements))


def assessments(catalog: Catalog) -> list[Assessment]:
    """All that this member may know of, the oldest first."""
    return _selected(catalog, "true", ())


def find_assessment(catalog: Catalog, typed: str) -> Assessment:
    """The one assessment whose id begins so. Raises `NoSuchAssessment` or `AmbiguousId`."""
    found = beginning_with(typed, assessments(catalog))
    return the_only(found, typed, NoSuchAssessment)


def current(catalog: Catalog, item: Item, recipient: str) -> Assessment | None:
    """The last assessment of sharing an item with a recipient (an id) that was made in the room where the item is."""
    condition = "item = ? AND recipient = ? AND assessment.room = ?"
    return next(reversed(_selected(catalog, condition, (item.id, recipient, item.room))), None)


def _selected(catalog: Catalog, condition: str, parameters: Sequence[str]) -> list[Assessment]:
    query = (
        "SELECT id, assessment.room, assessment.seq, assessment.time, assessor, content, "  # noqa: S608  # fixed words
        "coalesce(member, ''), coalesce(acceptance.time, ''), coalesce(reason, '') FROM assessment "
        "LEFT JOIN acceptance ON acceptance.assessment = id AND acceptance.room = assessment.room "
        f"WHERE {condition} ORDER BY assessment.seq"
    )
    found = []
    for *row, content, acceptor, accepted, reason in catalog.view.execute(query, parameters):
        made = decode(AssessmentMade.CLASS, json.loads(content))
        if isinstance(made, AssessmentMade):
            found.append(Assessment._make((*row, made, acceptor, accepted, reason)))
    return found


def why_stale(
    known: Iterable[Agreement],
    assessment: Assessment,
    item: Item | None,
    recipient: Recipient | None,
    day: str,
    method: str,
) -> str | None:
    """The same as `stale` where the item may have gone from its room, or the recipient from the list."""
    if item is None or item.removed or item.room != assessment.room:
        return _("the document is not in its place any more")
    if recipient is None:
        return _("nothing is sent to the recipient any more")
    return stale(known, assessment, item, recipient, day, method)


def stale(
    known: Iterable[Agreement], assessment: Assessment, item: Item, recipient: Recipient, day: str, method: str
) -> str | None:
    """Why an assessment counts no longer on a day, or None.

    `known` are all agreements, `method` is the digest of the present weights.
    """
    before, now = assessment.basis, basis(known, item, recipient, assessment.assessor, day)
    if now.label != before.label:
        return _("the label was {before} then and is {now} now").format(before=before.label, now=now.label)
    if now.fingerprint != before.fingerprint:
        return _("{name} has another card since").format(name=recipient.name)
    if now.jurisdiction != before.jurisdiction:
        return _("the card of {name} says another jurisdiction since").format(name=recipient.name)
    if now.card != before.card:
        return _("the fingerprint of {name} was compared since").format(name=recipient.name)
    if now.agreements != before.agreements:
        return _("other agreements with {name} cover it now, or other terms").format(name=recipient.name)
    if assessment.content.method != method:
        return _("the policy weighs risks in another way since")
    if day > days_after(assessment.time[:10], VALID_DAYS):
        return _("it is older than a year")
    return None
