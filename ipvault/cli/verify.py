"""`ipvault verify`: prove that nothing was touched."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import find_versions
from ipvault.cli.invocation import current
from ipvault.cli.opening import Closed, find_closed, open_unlocked, unlock_closed
from ipvault.cli.rendering import human_size
from ipvault.errors import UsageError
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext
from ipvault.vault.release import Content
from ipvault.vault.verification.files_check import check_contents, check_files, note_strangers
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import (
    altered_descriptor,
    altered_member_file,
    everything,
    files_of,
    verify_journal,
)


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
    invocation = current()
    output = invocation.output
    closed = _find_undamaged()
    unlocked = None if keyless else unlock_closed(closed)
    identity = unlocked.member_file.open_identity(unlocked.master_key) if unlocked else None
    with output.progress(_("Checking the journal"), closed.store.size(JOURNAL), "bytes") as bar:
        report, files = verify_journal(
            closed.store, closed.descriptor.id, closed.machine.pins, closed.member, identity, bar.advance
        )
    contents: list[Content] = []
    if unlocked and (items or content) and not report.findings:
        vault = open_unlocked(closed, unlocked)
        wanted = find_versions(vault.catalog, items) if items else everything(vault)
        files = files_of(files, wanted) if items else files
        contents = [Content(vault, item, version) for item, version in wanted] if content else []
    with output.progress(_("Checking files"), sum(change.length for change in files.values()), "bytes") as bar:
        check_files(closed.store, files, report, bar.advance)
    if not items:
        note_strangers(closed.store, files, report)
    with output.progress(_("Decrypting"), sum(wanted.version.size for wanted in contents), "bytes") as bar:
        check_contents(contents, report, bar.advance)
    _tell(report, keyless)
    return report.exit_code


def _find_undamaged() -> Closed:
    """The vault, unless its description or the member's file is not the one that the journal names.

    Those come first, because with them altered everything else looks wrong, a passphrase included.
    """
    invocation = current()
    store = DirectoryStore(invocation.vault_path())
    if damaged := altered_descriptor(store):
        raise damaged
    closed = find_closed()
    if damaged := altered_member_file(store, closed.member):
        raise damaged
    return closed


def _tell(report: Report, keyless: bool) -> None:
    output = current().output
    head = report.head
    findings = [{"place": f.place, "problem": f.problem, "exit_code": int(f.exit_code)} for f in report.findings]
    data = {
        "keyless": keyless,
        "records": head.seq + 1,
        "transactions": report.transactions,
        "files": report.files,
        "bytes": report.bytes,
        "contents": report.contents,
        "findings": findings,
        "notes": report.notes,
    }
    output.result("verify", data, journal=head if head.seq >= 0 else None)
    if report.findings:
        output.table((_("Place"), _("Problem")), [(finding.place, finding.problem) for finding in report.findings])
    for note in report.notes:
        output.say(_("note: {note}").format(note=note))
    checked = ", ".join(
        (
            ngettext("{count} record", "{count} records", head.seq + 1).format(count=head.seq + 1),
            ngettext("{count} commit", "{count} commits", report.transactions).format(count=report.transactions),
            ngettext("{count} file", "{count} files", report.files).format(count=report.files),
            human_size(report.bytes),
        )
    )
    if report.findings:
        text = ngettext(
            "Checked {checked}: {count} finding. Keep the vault as it is, and compare it with a backup.",
            "Checked {checked}: {count} findings. Keep the vault as it is, and compare it with a backup.",
            len(report.findings),
        )
        output.say(text.format(checked=checked, count=len(report.findings)))
        return
    output.say(_("Checked {checked}. Nothing was altered, lost or put back.").format(checked=checked))
    if report.contents:
        text = ngettext(
            "Decrypted {count} document; it is as it was stored.",
            "Decrypted {count} documents; each is as it was stored.",
            report.contents,
        )
        output.say(text.format(count=report.contents))
    if keyless:
        output.say(_("Without a key nobody can tell whether each signer had the right to sign."))
