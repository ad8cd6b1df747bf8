"""What waits for somebody, in numbers: each with the command that tells more."""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from ipvault.catalog.address import rooms
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.holds import holds
from ipvault.catalog.privacy import requests_due
from ipvault.catalog.register import due as secrets_due, secrets
from ipvault.catalog.reviews import due as open_reviews
from ipvault.catalog.roster import outlived
from ipvault.catalog.training_standings import due as trainings_due
from ipvault.oversight.incidents.due import due as incidents_due
from ipvault.oversight.insight.digest.due import (
    DAY,
    PACKAGE_EXPIRES,
    RECEIPT_MISSING,
    REQUEST_OPEN,
    WITHIN_DAYS,
    due as due_soon,
)
from ipvault.oversight.retention.due import due as retention_due
from ipvault.vault.clock import timestamp

KEYS: Final = "keys"
AGREEMENTS: Final = "agreements"
PACKAGES: Final = "packages"
REQUESTS: Final = "requests"
RECEIPTS: Final = "receipts"
RETENTION: Final = "retention"
PRIVACY: Final = "privacy"
HOLDS: Final = "holds"
REGISTER: Final = "register"
APPROVALS: Final = "register-approvals"
TRAININGS: Final = "trainings"
REVIEWS: Final = "reviews"
INCIDENTS: Final = "incidents"

_OF_KIND: Final = {PACKAGE_EXPIRES: PACKAGES, REQUEST_OPEN: REQUESTS, RECEIPT_MISSING: RECEIPTS}
_COMMANDS: Final = {
    KEYS: "room list",
    AGREEMENTS: "agreement due",
    PACKAGES: "package list",
    REQUESTS: "request list",
    RECEIPTS: "receipt list --missing",
    RETENTION: "retention due",
    PRIVACY: "privacy request list",
    HOLDS: "hold list",
    REGISTER: "register due",
    APPROVALS: "register gaps",
    TRAININGS: "training report --missing",
    REVIEWS: "review list",
    INCIDENTS: "incident list",
}


class Duty(NamedTuple):
    """So many things of a kind, and the command that lists them."""

    kind: str
    number: int
    command: str


def duties(catalog: Catalog, now: float) -> list[Duty]:
    """What is due within WITHIN_DAYS days of a time (seconds since 1970), overdue, or waits for an answer."""
    today, soon = timestamp(now)[:10], timestamp(now + WITHIN_DAYS * DAY)
    counts = Counter(_OF_KIND.get(one.kind, AGREEMENTS) for one in due_soon(catalog, now))
    counts[KEYS] = sum(bool(outlived(catalog, room.id)) for room in rooms(catalog))
    counts[RETENTION] = len(retention_due(catalog, today))
    counts[PRIVACY] = len(requests_due(catalog, soon))
    counts[HOLDS] = sum(len(hold.waiting()) for hold in holds(catalog) if not hold.released)
    counts[REGISTER] = len(secrets_due(catalog, today, WITHIN_DAYS))
    counts[APPROVALS] = sum(secret.waits_for_approval for secret in secrets(catalog))
    counts[TRAININGS] = len(trainings_due(catalog, today, WITHIN_DAYS))
    counts[REVIEWS] = len(open_reviews(catalog))
    counts[INCIDENTS] = len({one.incident.id for one in incidents_due(catalog, timestamp(now))})
    return [Duty(kind, counts[kind], command) for kind, command in _COMMANDS.items() if counts[kind]]
