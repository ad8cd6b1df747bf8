"""Setting and withdrawing rules, and recording when what they wait for happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipvault.catalog.address import find_items, root_room
from ipvault.catalog.items import Item
from ipvault.catalog.retention import Rule, find_rule
from ipvault.catalog.scopes import Scope, find_scope
from ipvault.errors import NoSuchRetention
from ipvault.journal.head import Head
from ipvault.records.retention import RetentionDated, RetentionSet, RetentionWithdrawn
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Period(NamedTuple):
    """For how long something is kept, since when, and what then; the words are those of the records."""

    keep: int
    unit: str
    start: str
    then: str


def set_rule(vault: Vault, name: str, scope: Scope, period: Period, reason: str) -> tuple[Rule, Head]:
    """Record a rule in place of the one of that name, if there is one. Raises what finding items and rooms raises."""
    with transaction(vault) as change:
        try:
            id_ = find_rule(vault.catalog, name).id
        except NoSuchRetention:
            id_ = vault.machine.random(16).hex()
        found = find_scope(vault.catalog, scope)
        record = RetentionSet(
            rule=id_,
            name=name,
            **found.fields(),
            keep=period.keep,
            unit=period.unit,
            start=period.start,
            then=period.then,
            reason=reason,
        )
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_rule(vault.catalog, id_), head


def withdraw_rule(vault: Vault, typed: str, reason: str) -> tuple[Rule, Head]:
    """Record that a rule counts no more; the rule as it was. Raises `NoSuchRetention`."""
    with transaction(vault) as change:
        rule = find_rule(vault.catalog, typed)
        change.record(RetentionWithdrawn(rule=rule.id, reason=reason), root_room(vault.catalog).id)
        return rule, change.commit()


def date_items(vault: Vault, addresses: Sequence[str], day: str, reason: str) -> tuple[list[Item], Head]:
    """Record when what rules wait for happened to items; an empty day for not yet."""
    with transaction(vault) as change:
        items = find_items(vault.catalog, addresses)
        for room in dict.fromkeys(item.room for item in items):
            mine = tuple(item.id for item in items if item.room == room)
            change.record(RetentionDated(items=mine, day=day, reason=reason), room)
        return items, change.commit()
