"""Assessing an incident: what it reaches, what kind it is and how severe, by what the vault knows, with the grounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ipvault.catalog.incidents import Incident, find_incident
from ipvault.catalog.items import Item, all_items, items_of
from ipvault.catalog.presences import presences
from ipvault.catalog.privacy import is_personal, subjects_of
from ipvault.catalog.recipients import with_cards
from ipvault.catalog.scopes import Scope, find_scope
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.incidents.keep import standing
from ipvault.oversight.incidents.lines import Line
from ipvault.records.incidents import (
    BOTH,
    CONFIDENTIAL,
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    OTHER,
    PERSONAL,
    SECRETS,
    IncidentAssessed,
)
from ipvault.text import _, ngettext
from ipvault.vault.exposure import Exposure, exposure
from ipvault.vault.forgotten import forgotten_items
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Found(NamedTuple):
    """What follows from the vault, and by which grounds. `forgotten` are the ids of what no record describes now."""

    category: str
    severity: str
    items: tuple[Item, ...]
    grounds: tuple[str, ...]
    forgotten: tuple[str, ...] = ()


class Opinion(NamedTuple):
    """What a person says instead: a category or a severity, or empty, and why."""

    category: str = ""
    severity: str = ""
    reason: str = ""


def judged(
    items: Sequence[Item], outside: Collection[str], opened: Collection[str], forgotten: Collection[str] = ()
) -> Found:
    """The category and severity of an incident that reaches these items.

    Of them, those of `outside` (ids) left the vault in packages, and receipts say that those of `opened` were opened.
    Secrets and personal data make it severe, and more so together, or where they are outside already. What is forgotten
    (ids) counts as personal data: it is because of those that records are.
    """
    secrets = [one for one in items if one.label == "secret" or one.type == "trade-secret"]
    personal = [one for one in items if is_personal(one)]
    confidential = [one for one in items if one.label == "confidential"]
    grave = {*forgotten, *(one.id for one in (*secrets, *personal))}
    is_personal_too = bool(personal or forgotten)
    category = BOTH if secrets and is_personal_too else SECRETS if secrets else PERSONAL if is_personal_too else OTHER
    if category == OTHER and confidential:
        category = CONFIDENTIAL
    severity = HIGH if grave else MEDIUM if confidential else LOW
    if category == BOTH or not grave.isdisjoint({*outside, *opened}):
        severity = CRITICAL
    people = {name for one in personal for name in subjects_of(one)}
    reached = len(items) + len(forgotten)
    grounds = (
        (reached, ngettext("{count} document is reached", "{count} documents are reached", reached)),
        (
            len(secrets),
            ngettext(
                "{count} of them is secret or a trade secret",
                "{count} of them are secret or trade secrets",
                len(secrets),
            ),
        ),
        (
            len(personal),
            ngettext("{count} of them has personal data", "{count} of them have personal data", len(personal)),
        ),
        (
            len(forgotten),
            ngettext(
                "{count} of them is forgotten, and counts as personal data",
                "{count} of them are forgotten, and count as personal data",
                len(forgotten),
            ),
        ),
        (len(people), ngettext("their tags name {count} person", "their tags name {count} people", len(people))),
        (len(confidential), ngettext("{count} is confidential", "{count} are confidential", len(confidential))),
        (len(outside), ngettext("{count} left in packages", "{count} left in packages", len(outside))),
        (
            len(opened),
            ngettext("{count} was opened, as a receipt says", "{count} were opened, as receipts say", len(opened)),
        ),
    )
    told = tuple(text.format(count=count) for count, text in grounds if count)
    told = told or (_("no document is known to be reached"),)
    return Found(category, severity, tuple(items), told, tuple(sorted(forgotten)))


def reach(vault: Vault, people: Collection[str], scope: Scope, lines: Sequence[Line], since: str) -> Found:
    """What follows from what these people (fingerprints) could have since then, from a scope, as somebody typed it, and
    from lines of an exposure. Raises what finding items raises.
    """
    could = exposure(vault, people, since) if people else []
    wanted = {one.item for one in could} | {line.item for line in lines}
    if any(scope):
        found = find_scope(vault.catalog, scope)
        wanted |= {item.id for item in all_items(vault.catalog) if found.includes(item)}
    items = items_of(vault.catalog, wanted)
    gone = wanted - items.keys()
    forgotten = gone & forgotten_items(vault, presences(vault.catalog)) if gone else set()
    outside = {one.item for one in could if one.package} | {line.item for line in lines if line.package}
    return judged(list(items.values()), outside & wanted, _opened(could), forgotten)


def assess(vault: Vault, typed: str, found: Found, people: Collection[str], opinion: Opinion) -> tuple[Incident, Head]:
    """Record an assessment, by people (fingerprints) who are concerned. The latest one counts.

    Raises `UsageError` where a person decides otherwise than the vault without a reason.
    """
    incident = standing(vault, typed)
    category, severity = opinion.category or found.category, opinion.severity or found.severity
    if (category, severity) != (found.category, found.severity) and not opinion.reason:
        text = _("by what the vault knows it is {category}, {severity}: say with --reason why it is not")
        raise UsageError(problem=text.format(category=found.category, severity=found.severity))
    record = IncidentAssessed(
        incident=incident.id,
        category=category,
        severity=severity,
        found_category=found.category,
        found_severity=found.severity,
        items=tuple(sorted((*(item.id for item in found.items), *found.forgotten))),
        members=tuple(sorted(who for who in people if vault.catalog.is_enrolled(who))),
        outsiders=tuple(sorted(one.id for one in with_cards(vault.catalog, people))),
        grounds=found.grounds,
        reason=opinion.reason,
    )
    with transaction(vault) as change:
        standing(vault, incident.id)
        change.record(record, incident.room)
        head = change.commit()
    return find_incident(vault.catalog, incident.id), head


def _opened(could: Iterable[Exposure]) -> set[str]:
    return {one.item for one in could if one.opened}
