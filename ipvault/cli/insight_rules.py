"""`ipvault insight rules` and `test`: what is looked for, and whether it is found."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.cli.choices import Jsonl
from ipvault.cli.files import read_small
from ipvault.cli.insight_rendering import RulesFile, wanted_rules
from ipvault.cli.invocation import current
from ipvault.errors import ExitCode, UsageError
from ipvault.oversight.insight.reading import MAX_FILE, read_rules, shipped, shipped_text
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.trial import try_rules
from ipvault.oversight.insight.wording import level_name, title_of
from ipvault.text import _, ngettext

_SHIPPED = "shipped"


def list_rules(
    rules: RulesFile = None,
    toml: Annotated[
        bool, typer.Option("--toml", help=_("Write the rules of ipvault as a file, to begin one of your own from."))
    ] = False,
    jsonl: Jsonl = False,
) -> None:
    """Those that come with ipvault; with --rules those of a file too, which replace others of the same id."""
    output = current().output
    if toml:
        if rules is not None or jsonl:
            raise UsageError(problem=_("--toml writes the rules of ipvault, and goes with nothing else"))
        output.result("insight-rules", {"rules": list(map(_json, shipped())), "toml": shipped_text()})
        output.text(shipped_text())
        return
    found = wanted_rules(rules)
    if jsonl:
        output.jsonl(map(_json, found))
        return
    output.result("insight-rules", {"rules": list(map(_json, found)), "toml": None})
    output.table(
        (_("Rule"), _("Level"), _("What it finds")), [(one.id, level_name(one.level), title_of(one)) for one in found]
    )


def test_rules(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help=_("Files of rules, - for a pipe, or `shipped`."))],
) -> int:
    """Says whether files of rules can be used, and tries them on the events that they bring with them. The exit code is
    17 where a rule finds something else than its test says.
    """
    output = current().output
    rules = [rule for name in files for rule in _read(name)]
    trials = list(try_rules(rules))
    failed = [one for one in trials if not one.passed]
    data = [{**one._asdict(), "passed": one.passed} for one in trials]
    output.result("insight-test", {"rules": [rule.id for rule in rules], "tests": data})
    titles = (_("Rule"), _("Test"), _("Should find"), _("Finds"))
    output.table(titles, [tuple(one) for one in failed])
    text = ngettext("{count} rule can be used.", "{count} rules can be used.", len(rules))
    output.say(text.format(count=len(rules)))
    text = ngettext("{count} test, {failed} failed.", "{count} tests, {failed} failed.", len(trials))
    output.say(text.format(count=len(trials), failed=len(failed)))
    return ExitCode.FINDINGS if failed else ExitCode.DONE


def _read(name: str) -> tuple[Rule, ...]:
    return shipped() if name == _SHIPPED else read_rules(read_small(name, MAX_FILE), name)


def _json(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "level": rule.level,
        "about": rule.about,
        "type": rule.type,
        "group_by": list(rule.group_by),
        "tests": len(rule.tests),
    }
