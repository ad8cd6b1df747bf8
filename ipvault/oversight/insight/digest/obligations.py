"""What is due of oversight: answers to data subjects, incidents, reviews, holds, retention, secrets, trainings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.holds import holds
from ipvault.catalog.incidents import open_incidents
from ipvault.catalog.privacy import requests_due, to_finish
from ipvault.catalog.register import due as secrets_due, secrets
from ipvault.catalog.reviews import due as open_reviews
from ipvault.catalog.training_standings import due as trainings_due
from ipvault.oversight.incidents.due import due as incidents_due
from ipvault.oversight.insight.digest.due import DAY, WITHIN_DAYS, Due
from ipvault.oversight.retention.due import due as retention_due
from ipvault.vault.clock import timestamp

PRIVACY_ANSWER: Final = "privacy-answer"
PRIVACY_REST: Final = "privacy-rest"
INCIDENT_OPEN: Final = "incident-open"
INCIDENT_DEADLINE: Final = "incident-deadline"
REVIEW_OPEN: Final = "review-open"
HOLD_UNHEARD: Final = "hold-unheard"
RETENTION_OVER: Final = "retention-over"
REGISTER_DUE: Final = "register-due"
REGISTER_UNAPPROVED: Final = "register-unapproved"
TRAINING_DUE: Final = "training-due"
TRAINING_OPEN: Final = "training-open"


def obligations(catalog: Catalog, now: float) -> list[Due]:
    """All of it, the first day first; of retention a line for each rule."""
    found = [*_privacy(catalog, now), *_incidents(catalog, now), *_others(catalog, now), *_trainings(catalog, now)]
    return sorted(found, key=lambda one: (one.day, one.kind, one.id, one.title))


def _privacy(catalog: Catalog, now: float) -> Iterator[Due]:
    rest = to_finish(catalog)
    for one in requests_due(catalog, timestamp(now + WITHIN_DAYS * DAY)):
        people = tuple(filter(None, (one.member, one.outsider)))
        kind, day = (PRIVACY_REST, one.answered[:10]) if one in rest else (PRIVACY_ANSWER, one.due[:10])
        yield Due(kind, day, one.id, people, one.subject)


def _incidents(catalog: Catalog, now: float) -> Iterator[Due]:
    for one in open_incidents(catalog):
        yield Due(INCIDENT_OPEN, one.aware[:10], one.id, (one.signer,), one.title)
    for due in incidents_due(catalog, timestamp(now)):
        title = f"{due.incident.title}: {due.clock or due.action}"
        yield Due(INCIDENT_DEADLINE, due.time[:10], due.incident.id, (), title)


def _others(catalog: Catalog, now: float) -> Iterator[Due]:
    today = timestamp(now)[:10]
    for review in open_reviews(catalog):
        yield Due(REVIEW_OPEN, review.time[:10], review.id, (review.starter,), review.title)
    for hold in holds(catalog):
        if not hold.released and (waiting := hold.waiting()):
            yield Due(HOLD_UNHEARD, hold.time[:10], hold.id, tuple(one.person for one in waiting), hold.matter)
    first: dict[str, Due] = {}
    for judged in retention_due(catalog, today):
        rule, day = judged.keeping.rule, judged.keeping.until
        known = first.get(rule.id)
        first[rule.id] = Due(RETENTION_OVER, min(day, known.day) if known else day, rule.id, (), rule.name)
    yield from first.values()
    for one in secrets_due(catalog, today, WITHIN_DAYS):
        yield Due(REGISTER_DUE, one.day, one.secret.id, (), one.secret.content.title)
    for secret in secrets(catalog):
        if secret.scoring and secret.waits_for_approval:
            yield Due(REGISTER_UNAPPROVED, secret.scoring.time[:10], secret.id, (), secret.content.title)


def _trainings(catalog: Catalog, now: float) -> Iterator[Due]:
    """A line for each text and day; those that have no day wait since the text was set."""
    people: dict[Due, list[str]] = {}
    for one in trainings_due(catalog, timestamp(now)[:10], WITHIN_DAYS):
        kind, day = (TRAINING_DUE, one.due) if one.due else (TRAINING_OPEN, one.training.time[:10])
        people.setdefault(Due(kind, day, one.training.id, (), one.training.name), []).append(one.person)
    for due, missing in people.items():
        yield due._replace(people=tuple(missing))
