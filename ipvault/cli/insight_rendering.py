"""Looking at the journal with rules, and how what they find looks to programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from ipvault.catalog.acknowledgements import Acknowledgement
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name
from ipvault.oversight.insight.engine import Found, evaluate
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.reading import MAX_FILE, shipped, with_shipped
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.wording import Told
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

RulesFile = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help=_("Rules of your own, besides those of ipvault."))
]


def wanted_rules(path: str | None) -> tuple[Rule, ...]:
    """The shipped rules, and those of a file. Raises `InsightRulesRefused`."""
    return shipped() if path is None else with_shipped(read_small(path, MAX_FILE), path)


def look(events: Iterable[Event], rules: Sequence[Rule]) -> Found:
    """What rules find, with a warning about those that find too much."""
    found = evaluate(events, rules)
    for rule in found.full:
        count = sum(one.rule == rule for one in found.findings)
        text = _("the rule {rule} finds more than anybody could look at; only the first {count} are told")
        current().output.warn(text.format(rule=rule, count=count))
    return found


def finding_json(vault: Vault, told: Told, acknowledged: Acknowledgement | None) -> dict[str, Any]:
    """A finding for programs."""
    finding = told.finding
    return {
        "finding": finding.id,
        "rule": finding.rule,
        "title": told.title,
        "level": finding.level,
        "since": timestamp(finding.since),
        "until": timestamp(finding.until),
        "about": dict(finding.group),
        "records": list(finding.records),
        "count": finding.count,
        "last": finding.last,
        "measure": finding.measure,
        "acknowledged": acknowledged and acknowledgement_json(vault, acknowledged),
    }


def acknowledgement_json(vault: Vault, one: Acknowledgement) -> dict[str, Any]:
    """Who looked at a finding, for programs."""
    return {
        "by": member_name(vault, one.member),
        "time": one.time,
        "reason": one.reason,
        "seq": one.seq,
    }
