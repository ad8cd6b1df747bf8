"""`ipvault verify`: prove that nothing was touched."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.cli.findings import amount, findings_json, tell_findings
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, machine_for, open_unlocked, unlock_closed
from ipvault.errors import UsageError
from ipvault.storage.directory import DirectoryStore
from ipvault.text import _, ngettext
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import Opener, verify_vault


def verify(
    items: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM", help=_("Only the files of these items; by default all."))
    ] = None,
    keyless: Annotated[bool, typer.Option("--keyless", help=_("Without any key or passphrase."))] = False,
    content: Annotated[bool, typer.Option("--content", help=_("Decrypt everything as well."))] = False,
) -> int:
    """Checks every record, every signature, who had the right to sign, and that every file is there and unaltered.

    Without a key: chain, signatures and files. The exit code is 20 for damaged files, 21 for a journal that was
    altered, 22 for one that was rolled back or forked, 23 for a newer format.
    """
    if keyless and (items or content):
        raise UsageError(problem=_("--keyless opens nothing, so it cannot be combined with items or --content"))
    report = verify_vault(
        DirectoryStore(current().vault_path()),
        lambda vault: machine_for(vault).pins,
        None if keyless else _unlock,
        items=items or (),
        content=content,
        stage=current().output.stage,
    )
    _tell(report)
    return report.exit_code


def _unlock() -> Opener:
    closed = find_closed()
    unlocked = unlock_closed(closed)
    identity = unlocked.sealed.open_identity(unlocked.master_key)
    return Opener(closed.member, identity, closed.machine.pins, lambda: open_unlocked(closed, unlocked))


def _tell(report: Report) -> None:
    output = current().output
    head = report.head
    data = {
        "keyless": not report.keyed,
        "records": head.seq + 1,
        "transactions": report.transactions,
        "files": report.files,
        "bytes": report.bytes,
        "contents": report.contents,
        "findings": findings_json(report.findings),
        "notes": report.notes,
    }
    output.result("verify", data, journal=head if head.seq >= 0 else None)
    tell_findings(output, report.findings, report.notes)
    checked = amount(report)
    if report.findings:
        text = ngettext(
            "Checked {checked}: {count} finding. Keep the vault as it is, and compare it with a backup.",
            "Checked {checked}: {count} findings. Keep the vault as it is, and compare it with a backup.",
            len(report.findings),
        )
        output.text(text.format(checked=checked, count=len(report.findings)))
        return
    output.text(_("Checked {checked}. Nothing was altered, lost or put back.").format(checked=checked))
    if report.contents:
        text = ngettext(
            "Decrypted {count} document; it is as it was stored.",
            "Decrypted {count} documents; each is as it was stored.",
            report.contents,
        )
        output.text(text.format(count=report.contents))
    if not report.keyed:
        output.text(_("Without a key nobody can tell whether each signer had the right to sign."))
