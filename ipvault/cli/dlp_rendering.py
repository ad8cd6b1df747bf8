"""How findings look, for people and in JSON, and which rules somebody asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from ipvault.catalog.waivers import Waiver
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.errors import ExitCode
from ipvault.governance.dlp.rules.reading import MAX_FILE, shipped, with_known
from ipvault.governance.dlp.rules.rule import Rule, Rules
from ipvault.text import _, active_language, ngettext
from ipvault.vault.findings import Finding, Scan

TITLES: Final = (_("Document"), _("Severity"), _("Rule"), _("Place"), _("Match"), _("Finding"))

RulesFile = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help=_("Rules of your own, besides those of ipvault."))
]


def wanted_rules(path: str | None, known: Rules | None = None) -> Rules:
    """The rules of a file, and those that are `known`, or else the shipped ones. Raises `RulesRefused`."""
    known = known or shipped()
    return known if path is None else with_known(known, read_small(path, MAX_FILE), path)


def title_of(rule: Rule) -> str:
    """What a rule is called, in the active language if it says so."""
    return rule.titles.get(active_language()[:2], rule.title)


def severity_name(severity: str) -> str:
    """How grave it is, as a word."""
    return {"low": _("low"), "medium": _("medium"), "high": _("high")}[severity]


def show_scans(scans: Sequence[Scan], waived: Mapping[str, Waiver], *, with_table: bool = True) -> ExitCode:
    """Findings that are not waived, and what could not be read: the exit code that this comes to."""
    output = current().output
    open_findings = [
        (scan, finding) for scan in scans for finding in scan.findings if finding.fingerprint not in waived
    ]
    if open_findings and with_table:
        output.table(TITLES, [_row(scan, finding) for scan, finding in open_findings])
    if hidden := sum(len(scan.findings) for scan in scans) - len(open_findings):
        text = ngettext("{count} finding is waived.", "{count} findings are waived.", hidden)
        output.say(text.format(count=hidden))
    if pictures := sum(scan.pictures for scan in scans):
        text = ngettext(
            "{count} picture was not looked at: what pictures show is not read.",
            "{count} pictures were not looked at: what pictures show is not read.",
            pictures,
        )
        output.say(text.format(count=pictures))
    unread = [scan for scan in scans if scan.unread]
    for scan in unread:
        output.warn(
            _("{name} could not be read, or not all of it: {reason}").format(name=scan.name, reason=scan.unread)
        )
    if open_findings:
        return ExitCode.FINDINGS
    if not unread:
        output.say(_("Nothing was found."))
    return ExitCode.PARTIAL if unread else ExitCode.DONE


def _row(scan: Scan, finding: Finding) -> tuple[str, ...]:
    place = finding.place
    if finding.times > 1:
        place = _("{place} and {count} more").format(place=place, count=finding.times - 1)
    return (scan.name, severity_name(finding.severity), finding.rule, place, finding.match, finding.fingerprint)


def scan_json(scan: Scan, waived: Mapping[str, Waiver]) -> dict[str, Any]:
    """The outcome for a document, for programs."""
    findings = [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "place": finding.place,
            "match": finding.match,
            "times": finding.times,
            "finding": finding.fingerprint,
            "waived": waived[finding.fingerprint].reason if finding.fingerprint in waived else None,
        }
        for finding in scan.findings
    ]
    return {"name": scan.name, "findings": findings, "unread": scan.unread, "pictures": scan.pictures}
