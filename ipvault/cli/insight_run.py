"""`ipvault insight run` and `acknowledge`: what in the journal somebody should look at."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.acknowledgements import Acknowledgement
from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.cli.choices import Jsonl, moment_so_far
from ipvault.cli.insight_rendering import RulesFile, acknowledgement_json, finding_json, look, wanted_rules
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.errors import ExitCode, UsageError
from ipvault.oversight.insight.acknowledging import Answers, acknowledge
from ipvault.oversight.insight.engine import Found
from ipvault.oversight.insight.observing import events
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.wording import Told, told
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def run(
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help=_("Only what went on at or after a date, or within such as 7d."))
    ] = None,
    rules: RulesFile = None,
    everything: Annotated[
        bool, typer.Option("--all", help=_("Also what somebody acknowledged, with who did, and why."))
    ] = False,
    jsonl: Jsonl = False,
) -> int:
    """All of the journal is read, whatever --since says, because rules compare with what was before. A finding names
    the records that it rests on; `journal show` shows them. It says what is unusual, not what is wrong.

    The exit code is 17 if there are findings that nobody acknowledged.
    """
    output = current().output
    chosen = wanted_rules(rules)
    vault = open_to_read()
    start = moment_so_far(since, vault.machine.now()) if since else ""
    findings = [one for one in _look(vault, chosen).findings if timestamp(one.until) >= start]
    answers = Answers(vault.catalog)
    names = names_by_id(vault.catalog)
    pairs = [(one, answers.to(one.finding)) for one in told(findings, chosen, names)]
    open_ones = sum(answer is None for _one, answer in pairs)
    shown = [(one, answer) for one, answer in pairs if everything or answer is None]
    if jsonl:
        output.jsonl(finding_json(vault, one, answer) for one, answer in shown)
        return ExitCode.FINDINGS if open_ones else ExitCode.DONE
    data = [finding_json(vault, one, answer) for one, answer in shown]
    output.result("insight-run", {"findings": data}, journal=vault.catalog.head)
    titles = (_("Finding"), _("Level"), _("When"), _("What was found"), _("About"), _("Records"))
    rows = [(*_row(one), _answer(vault, answer)) if everything else _row(one) for one, answer in shown]
    output.table((*titles, _("Acknowledged")) if everything else titles, rows)
    if hidden := len(pairs) - len(shown):
        text = ngettext("{count} finding is acknowledged.", "{count} findings are acknowledged.", hidden)
        output.say(text.format(count=hidden))
    if not open_ones:
        output.say(_("Nothing was found that nobody has acknowledged."))
        return ExitCode.DONE
    return ExitCode.FINDINGS


def _row(one: Told) -> tuple[str, ...]:
    when = human_time(timestamp(one.finding.until))
    return (one.finding.id[:SHORT_ID], one.level, when, one.title, one.about, one.records)


def _answer(vault: Vault, answer: Acknowledgement | None) -> str:
    if answer is None:
        return ""
    return _("{name}: {reason}").format(name=member_name(vault, answer.member), reason=answer.reason)


def acknowledge_finding(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help=_("The beginning of its id."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What it was, and why it can rest."))],
    rules: RulesFile = None,
) -> None:
    """The journal records who looked at it, and why it can rest. What goes on with it later is found again.

    Nobody acknowledges a finding about themselves, but for the only owner of a vault.
    """
    output = current().output
    if not reason.strip():
        raise UsageError(problem=_("an acknowledgement needs a reason"))
    chosen = wanted_rules(rules)
    vault = open_current()
    answer, head = acknowledge(vault, _look(vault, chosen).findings, finding, free_text(reason))
    data = {"finding": answer.finding, "rule": answer.rule, **acknowledgement_json(vault, answer)}
    output.result("insight-acknowledge", data, journal=head)
    output.say(_("The finding is acknowledged. It stays on record, and `insight run --all` shows it."))


def _look(vault: Vault, rules: tuple[Rule, ...]) -> Found:
    with current().output.progress(_("Reading the journal"), vault.catalog.head.seq + 1) as bar:
        return look(events(vault, bar.advance), rules)
