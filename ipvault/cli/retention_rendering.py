"""How rules, and what is due by them, look for people and in JSON."""

from __future__ import annotations

from typing import Any, Final

from ipvault.catalog.retention import Rule
from ipvault.cli.rendering import or_null
from ipvault.oversight.retention.due import Judged
from ipvault.records.retention import ADDED, CHANGED, DAYS, ERASE, EVENT, MONTHS, REVIEW, YEARS
from ipvault.text import N_, _, ngettext

_SINCE: Final = {
    ADDED: N_("{period} after it was added"),
    CHANGED: N_("{period} after its newest version was added"),
    EVENT: N_("{period} after the event"),
}
_THEN: Final = {ERASE: N_("destroy it"), REVIEW: N_("review it")}


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule for programs."""
    return or_null({**rule._asdict(), "scope": rule.scope._asdict()}, "withdrawn")


def judged_json(one: Judged) -> dict[str, Any]:
    """A document that a rule is about, for programs."""
    return {
        "item": one.item.id,
        "name": one.item.name,
        "room": one.item.room_name,
        "rule": one.keeping.rule.name,
        "until": one.keeping.until or None,
        "outcome": one.fate.outcome,
        "reason": one.fate.reason,
    }


def period_in_words(rule: Rule) -> str:
    """For how long a rule has something kept, and since when."""
    periods = {
        DAYS: ngettext("{count} day", "{count} days", rule.keep),
        MONTHS: ngettext("{count} month", "{count} months", rule.keep),
        YEARS: ngettext("{count} year", "{count} years", rule.keep),
    }
    return _(_SINCE[rule.start]).format(period=periods[rule.unit].format(count=rule.keep))


def then_in_words(rule: Rule) -> str:
    """What is to become of it then."""
    return _(_THEN[rule.then])
