"""Retention: which rules there are, and until when they have a document kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.periods import LAST_DAY, period_after
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.scopes import Scope
from ipvault.errors import NoSuchRetention
from ipvault.records.base import Record
from ipvault.records.retention import (
    ADDED,
    CHANGED,
    ENDS,
    EVENT,
    REVIEW,
    STARTS,
    UNITS,
    RetentionApplied,
    RetentionSet,
    RetentionWithdrawn,
)
from ipvault.text import _


class Rule(NamedTuple):
    """A rule as record `seq` set it; `withdrawn` is since when it counts no more, or empty. The scope is by ids."""

    id: str
    seq: int
    time: str
    signer: str
    name: str
    scope: Scope
    keep: int
    unit: str
    start: str
    then: str
    reason: str
    withdrawn: str


class Keeping(NamedTuple):
    """The rule that decides about an item, and the last day for which it is kept; empty while that is not known."""

    rule: Rule
    until: str

    def is_over(self, day: str) -> bool:
        """Whether what it is kept for has passed on a day."""
        return bool(self.until) and day > self.until


class Applied(NamedTuple):
    """An item that a run destroyed, with the rule and the last day for which it was kept; see `RetentionApplied`."""

    run: str
    item: str
    rule: str
    until: str
    seq: int


def rules(catalog: Catalog) -> list[Rule]:
    """All rules, withdrawn ones too, in the order in which they were set."""
    return [_rule(row) for row in catalog.view.execute("SELECT * FROM retention_rule ORDER BY seq").fetchall()]


def find_rule(catalog: Catalog, typed: str) -> Rule:
    """The rule that is called so, or whose id begins so, among those that count.

    Raises `NoSuchRetention` or `AmbiguousId`.
    """
    known = [one for one in rules(catalog) if not one.withdrawn]
    found = [one for one in known if one.name == typed] or beginning_with(typed, known)
    return the_only(found, typed, NoSuchRetention)


def event_days(catalog: Catalog) -> dict[str, str]:
    """On which day what rules wait for happened, by item."""
    return dict(catalog.view.execute("SELECT item, day FROM retention_event WHERE day <> ''"))


def newest_content(catalog: Catalog) -> dict[str, str]:
    """When the newest version of each item was added."""
    return dict(catalog.view.execute("SELECT item, max(added) FROM version GROUP BY item"))


def applied(catalog: Catalog) -> list[Applied]:
    """What runs have destroyed, the oldest first."""
    query = "SELECT run, item, rule, until, seq FROM retention_applied ORDER BY seq, item"
    return [Applied._make(row) for row in catalog.view.execute(query)]


def keeping(item: Item, known: Iterable[Rule], changed: str, event: str) -> Keeping | None:
    """The rule that has an item kept longest, or None. `changed` is when its newest version was added, `event` a day.

    A rule that waits for an event keeps it as long as it takes. Of several that keep it equally long, one that asks
    somebody to look at it goes before one that destroys it, and then the older one.
    """
    starts: Mapping[str, str] = {ADDED: item.created[:10], CHANGED: changed[:10], EVENT: event}
    found = []
    for one in known:
        if not one.withdrawn and one.scope.includes(item):
            day = starts[one.start]
            found.append(Keeping(one, period_after(day, one.keep, one.unit) if day else ""))
    return max(found, key=_precedence, default=None)


def keeping_of(catalog: Catalog, items: Sequence[Item]) -> list[tuple[Item, Keeping]]:
    """Those of these items that a rule is about, each with the one that decides."""
    known, events, newest = rules(catalog), event_days(catalog), newest_content(catalog)
    kept = ((item, keeping(item, known, newest.get(item.id, item.created), events.get(item.id, ""))) for item in items)
    return [(item, one) for item, one in kept if one is not None]


def _precedence(one: Keeping) -> tuple[str, bool, bool, int]:
    return one.until or LAST_DAY, not one.until, one.rule.then == REVIEW, -one.rule.seq


def objection_to_retention(catalog: Catalog, record: Record, _room: str, _signer: str) -> str | None:
    """Why nobody may say what this record says of rules, or None; for other records None."""
    match record:
        case RetentionSet():
            is_known = record.unit in UNITS and record.start in STARTS and record.then in ENDS
            return None if is_known else _("it sets a rule that cannot be followed")
        case RetentionWithdrawn(rule=rule):
            row = catalog.view.execute("SELECT withdrawn FROM retention_rule WHERE id = ?", (rule,)).fetchone()
            return None if row and not row[0] else _("it withdraws a rule that does not count")
        case RetentionApplied():
            is_whole = len(record.items) == len(record.rules) == len(record.until)
            return None if is_whole else _("it does not say of every item which rule had it destroyed")
    return None


def _rule(row: tuple[str, ...]) -> Rule:
    id_, seq, time, signer, terms, withdrawn = row
    said = json.loads(terms)
    own = (said[name] for name in ("name", "keep", "unit", "start", "then", "reason"))
    name, keep, unit, start, then, reason = own
    return Rule(id_, int(seq), time, signer, name, Scope.of(said), keep, unit, start, then, reason, withdrawn)
