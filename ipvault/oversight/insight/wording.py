"""How rules and findings are told to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.oversight.insight.finding import Finding
from ipvault.oversight.insight.rule import Rule
from ipvault.pages.markup import ranges
from ipvault.text import N_, _, active_language, ngettext

_LEVELS: Final = {
    "informational": N_("information"),
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "critical": N_("critical"),
}
_IDS: Final = frozenset(("who", "signer", "room", "item", "recipient", "package", "request", "decision"))
_SHOWN: Final = 12
"""Numbers of records that are shown of a finding; JSON has all."""


class Told(NamedTuple):
    """A finding in words; `about` is whom or what it concerns."""

    finding: Finding
    level: str
    title: str
    about: str
    records: str


def level_name(level: str) -> str:
    """How grave it is, as a word."""
    return _(_LEVELS[level])


def title_of(rule: Rule) -> str:
    """What a rule is called, in the active language if it says so."""
    return rule.titles.get(active_language()[:2], rule.title)


def told(findings: Iterable[Finding], rules: Iterable[Rule], names: Mapping[str, str]) -> list[Told]:
    """Findings in words; `names` tells what people, rooms and items are called, by their ids."""
    titles = {rule.id: title_of(rule) for rule in rules}
    return [
        Told(
            one,
            level_name(one.level),
            titles[one.rule],
            ", ".join(_called(field, value, names) for field, value in one.group),
            _records(one),
        )
        for one in findings
    ]


def _called(field: str, value: str, names: Mapping[str, str]) -> str:
    return names.get(value, value[:SHORT_ID]) if field in _IDS else value


def _records(finding: Finding) -> str:
    shown = ranges(finding.records[:_SHOWN])
    if not (more := finding.count - min(len(finding.records), _SHOWN)):
        return shown
    text = ngettext("{shown} and {count} more", "{shown} and {count} more", more)
    return text.format(shown=shown, count=more)
