"""`ipvault backup drill`: see that a backup can be restored, before it has to be."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.backup import BackupFolder
from ipvault.cli.copies import copy_in
from ipvault.cli.findings import findings_json, held, tell_findings
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, open_unlocked, unlock_closed
from ipvault.errors import NoBackup
from ipvault.text import _, ngettext
from ipvault.vault.backup_check import drill


def drill_backup(
    folder: BackupFolder,
    output_folder: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help=_("Where there is room for a copy; it is removed again.")),
    ] = None,
) -> int:
    """The backup is restored into a temporary folder, opened with your keys, compared, and every document in it that
    you can read is decrypted. Nothing of that is written anywhere in clear. Then the copy is removed, and what came of
    it is recorded in the vault, signed by you, whether it went well or not.
    """
    output = current().output
    closed = find_closed()
    backup = copy_in(folder, NoBackup)
    unlocked = unlock_closed(closed)
    vault = open_unlocked(closed, unlocked)
    where = output_folder or Path(tempfile.gettempdir())
    done = drill(vault, (unlocked.sealed, unlocked.master_key), backup, where, output.stage)
    report = done.report
    data = {
        "path": str(folder.absolute()),
        "records": report.head.seq + 1,
        "files": report.files,
        "bytes": report.bytes,
        "contents": report.contents,
        "findings": findings_json(report.findings),
    }
    output.result("backup-drill", data, journal=done.head)
    tell_findings(output, report.findings)
    records, files = held(report.head.seq + 1, report.files)
    if report.findings:
        text = ngettext(
            "Restored {records} and {files}: {count} finding. The journal says so; make a new backup.",
            "Restored {records} and {files}: {count} findings. The journal says so; make a new backup.",
            len(report.findings),
        )
        output.text(text.format(records=records, files=files, count=len(report.findings)))
    else:
        text = ngettext(
            "Restored {records} and {files}, decrypted {count} document: all as it was stored. It is recorded.",
            "Restored {records} and {files}, decrypted {count} documents: all as they were stored. It is recorded.",
            report.contents,
        )
        output.text(text.format(records=records, files=files, count=report.contents))
    return report.exit_code
