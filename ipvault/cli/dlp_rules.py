"""`ipvault dlp rules`: what is searched for."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.cli.choices import Jsonl
from ipvault.cli.dlp_rendering import RulesFile, severity_name, title_of, wanted_rules
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.errors import NoSuchRule
from ipvault.governance.dlp.rules.reading import MAX_FILE, read_rules
from ipvault.governance.dlp.rules.rule import Rule
from ipvault.text import _, ngettext


def list_rules(
    rules: RulesFile = None,
    jsonl: Jsonl = False,
) -> None:
    """Those that come with ipvault; with --rules those of a file too, which replace others of the same id."""
    output = current().output
    found = wanted_rules(rules)
    if jsonl:
        output.jsonl(map(_json, found.rules))
        return
    output.result("dlp-rules-list", {"rules": list(map(_json, found.rules)), "sha256": found.sha256})
    rows = [(rule.id, severity_name(rule.severity), title_of(rule)) for rule in found.rules]
    output.table((_("Rule"), _("Severity"), _("What it finds")), rows)


def show_rule(
    name: Annotated[str, typer.Argument(metavar="RULE", help=_("Its id, as `dlp rules list` shows it."))],
    rules: RulesFile = None,
) -> None:
    """The pattern, the check that a match has to pass, and the words of which one has to stand near it."""
    output = current().output
    rule = next((one for one in wanted_rules(rules).rules if one.id == name), None)
    if rule is None:
        raise NoSuchRule(name=name)
    output.result("dlp-rules-show", _json(rule))
    near = _("{words}, within {count} characters").format(words=", ".join(rule.context_words), count=rule.within)
    output.fields(
        [
            (_("Rule"), rule.id),
            (_("What it finds"), title_of(rule)),
            (_("Severity"), severity_name(rule.severity)),
            (_("Pattern"), rule.pattern.pattern),
            (_("Check"), rule.check or _("none")),
            (_("Only near"), near if rule.context_words else _("no words are asked for")),
        ]
    )


def check_rules(path: Annotated[str, typer.Argument(metavar="FILE", help=_("The rules, or - for a pipe."))]) -> None:
    """Says whether a file of rules can be used, and otherwise what is wrong with it."""
    output = current().output
    found = read_rules(read_small(path, MAX_FILE), path)
    output.result("dlp-rules-check", {"rules": [rule.id for rule in found.rules], "sha256": found.sha256})
    text = ngettext("{count} rule can be used.", "{count} rules can be used.", len(found.rules))
    output.say(text.format(count=len(found.rules)))


def _json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "pattern": rule.pattern.pattern,
        "check": rule.check,
        "context": list(rule.context_words),
        "within": rule.within,
    }
