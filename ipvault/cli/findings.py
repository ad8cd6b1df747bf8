"""How what a verification found is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ipvault.cli.output import Output
from ipvault.cli.rendering import human_size
from ipvault.text import _, ngettext
from ipvault.vault.verification.report import Finding, Report


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings for programs."""
    return [
        {"place": f.place, "document": f.document, "problem": f.problem, "exit_code": int(f.exit_code)}
        for f in findings
    ]


def tell_findings(output: Output, findings: Sequence[Finding], notes: Iterable[str] = ()) -> None:
    """Findings and notes for a person."""
    if findings:
        output.table((_("Place"), _("Problem")), [(_place(finding), finding.problem) for finding in findings])
    for note in notes:
        output.say(_("note: {note}").format(note=note))


def amount(report: Report) -> str:
    """How much was checked."""
    records, files = held(report.head.seq + 1, report.files)
    commits = ngettext("{count} commit", "{count} commits", report.transactions).format(count=report.transactions)
    return ", ".join((records, commits, files, human_size(report.bytes)))


def held(records: int, files: int) -> tuple[str, str]:
    """So many records, and so many files, in words."""
    return (
        ngettext("{count} record", "{count} records", records).format(count=records),
        ngettext("{count} file", "{count} files", files).format(count=files),
    )


def _place(finding: Finding) -> str:
    """Where something was found: the document that somebody knows, then the file that he can look for in a backup."""
    return f"{finding.document} ({finding.place})" if finding.document else finding.place
