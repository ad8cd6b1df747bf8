"""`ipvault backup create`, `verify` and `restore`: copies of the vault, which need no key."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import Annotated

import typer

from ipvault.cli.choices import duration
from ipvault.cli.copies import copy_in
from ipvault.cli.findings import amount, findings_json, held, tell_findings
from ipvault.cli.invocation import current
from ipvault.cli.opening import machine_for
from ipvault.cli.rendering import human_size, human_time, quoted
from ipvault.errors import BackupIsAhead, Damaged, ExitCode, NoBackup, NoVault, NoVaultChosen, StorageFailed
from ipvault.storage.copying import CopyStore
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext, program
from ipvault.vault.backup import Copied, copy_vault
from ipvault.vault.backup_check import Lag, check_backup, lag_of, last_time
from ipvault.vault.clock import timestamp
from ipvault.vault.copied_files import described
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.verification.report import Report

BackupFolder = Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder of the backup."))]


def create(
    folder: BackupFolder,
    check: Annotated[
        bool, typer.Option("--check", help=_("Read again what is there already, and replace what is damaged."))
    ] = False,
) -> int:
    """The backup is a vault itself: it can be verified, restored, or opened, and `repair --from` takes from it.

    It needs no key and changes nothing in the vault; others can go on writing meanwhile. A folder that holds a backup
    already gets what is new, and loses what was erased; every file and record is checked against the journal as it is
    copied. It is refused, with exit code 22, if the vault lacks records that the backup has. The exit code is 20 if
    files are damaged in the vault itself and the backup lacks them.
    """
    source = DirectoryStore(current().vault_path())
    vault = read_descriptor(source).id
    pin = machine_for(vault).pins.read()
    with CopyStore.target(folder, source, may_exist=True) as target:
        copied = copy_vault(source, target, pin, is_checking=check, stage=current().output.stage)
    return _tell_copied("backup-create", copied, folder, _("The backup in {path} holds {records} and {files}; {new}."))


def restore(
    folder: BackupFolder,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help=_("A folder that does not exist yet, or is empty."))],
) -> int:
    """Everything is checked against the journal as it is copied. The backup is only read; no key is needed.

    A computer that has seen newer records of the vault refuses to use what was restored, because it looks like a
    rollback, until `journal accept-rollback` records why it is all right.
    """
    output = current().output
    source = copy_in(folder, NoBackup)
    pin = machine_for(read_descriptor(source).id).pins.read()
    with CopyStore.target(target, source, may_exist=False, outside=current().vault_if_any()) as store:
        copied = copy_vault(source, store, None, stage=output.stage)
    code = _tell_copied("backup-restore", copied, target, _("Restored {records} and {files} to {path}; {new}."))
    if pin is not None and pin.head.seq > copied.head.seq:
        text = _(
            "this computer has seen the vault at record {pinned}, and the backup ends with record {seq}: to go on with "
            "it, run {ipvault} journal accept-rollback --reason TEXT with --vault {path}; what was recorded since is "
            "gone, unless `{ipvault} repair` finds it in another copy"
        )
        output.warn(text.format(pinned=pin.head.seq, seq=copied.head.seq, path=target, ipvault=program()))
    return code


def verify(
    folder: BackupFolder,
    max_age: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=_("How long, such as 7d, a record may be missing in the backup.")),
    ] = None,
) -> int:
    """Checks every record, signature and file of the backup, without any key, and how far it is behind the vault.

    The exit code is 20 for damaged files, 21 for a journal that was altered, 22 if the backup has records that the
    vault lacks, and 17 if it is older than --max-age allows. Where the vault is gone, its last record tells its age.

    What is damaged in the backup, `backup create --check` takes from the vault again. Do not use `repair` on a backup:
    it writes a record into it, and then it is no backup of this vault any more.
    """
    output = current().output
    longest = duration(max_age) if max_age else None
    backup = copy_in(folder, NoBackup)
    report = check_backup(backup, output.stage)
    lag = _lag(backup, report)
    since = lag.since if lag else last_time(backup, report.head)
    is_old = bool(longest and since and since < timestamp(time() - longest.total_seconds()))
    data = {
        "path": str(folder.absolute()),
        "records": report.head.seq + 1,
        "files": report.files,
        "bytes": report.bytes,
        "behind": lag.records if lag else None,
        "since": since or None,
        "too_old": is_old,
        "findings": findings_json(report.findings),
        "notes": report.notes,
    }
    output.result("backup-verify", data)
    tell_findings(output, report.findings, report.notes)
    if report.findings:
        text = ngettext(
            "Checked {checked}: {count} finding.", "Checked {checked}: {count} findings.", len(report.findings)
        )
        output.text(text.format(checked=amount(report), count=len(report.findings)))
        _tell_what_heals(folder, report)
    else:
        output.text(_("Checked {checked}. The backup is whole.").format(checked=amount(report)))
    output.text(_age(lag, since))
    if is_old:
        text = _("That is older than {limit}: make a new one with `{ipvault} backup create`.")
        output.text(text.format(limit=max_age, ipvault=program()))
    return report.exit_code or (ExitCode.FINDINGS if is_old else ExitCode.DONE)


def _lag(backup: DirectoryStore, report: Report) -> Lag | None:
    """How far the backup is behind the vault of this run, if that is the same and is there."""
    try:
        vault = DirectoryStore(current().vault_path())
        if described(vault) != described(backup) or report.head.seq < 0:
            return None
        return lag_of(report.head, backup, vault)
    except BackupIsAhead as error:
        report.add(JOURNAL, str(error), error.exit_code)
    except FileNotFoundError:
        report.notes.append(_("the vault itself could not be compared: its journal is missing"))
    except (NoVault, NoVaultChosen, StorageFailed, Damaged) as error:
        report.notes.append(_("the vault itself could not be compared: {error}").format(error=error))
    return None


def _tell_what_heals(folder: Path, report: Report) -> None:
    """How to have a whole backup again: not with `repair`, whose record in it would be a fork."""
    if report.exit_code not in (ExitCode.DAMAGED, ExitCode.JOURNAL_BROKEN):
        return
    text = _("To take from the vault again what is damaged here: {ipvault} backup create {folder} --check")
    current().output.text(text.format(ipvault=program(), folder=quoted(str(folder))))


def _age(lag: Lag | None, since: str) -> str:
    if lag is None:
        return _("Its last record is of {time}.").format(time=human_time(since)) if since else _("It has no record.")
    if not lag.records:
        return _("It has everything that the vault has.")
    text = ngettext(
        "The vault has {count} record more, made at {time}.",
        "The vault has {count} records more, the first of them made at {time}.",
        lag.records,
    )
    return text.format(count=lag.records, time=human_time(since))


def _tell_copied(command: str, copied: Copied, place: Path, sentence: str) -> int:
    output = current().output
    data = {
        "path": str(place.absolute()),
        "records": copied.head.seq + 1,
        "hash": copied.head.hash,
        "files": copied.files,
        "copied": copied.copied,
        "bytes": copied.bytes,
        "removed": copied.removed,
        "findings": findings_json(copied.findings),
    }
    output.result(command, data)
    tell_findings(output, copied.findings)
    records, files = held(copied.head.seq + 1, copied.files)
    new = _("copied {size}").format(size=human_size(copied.bytes)) if copied.copied else _("nothing to copy")
    output.text(sentence.format(path=place.absolute(), records=records, files=files, new=new))
    if not copied.findings:
        return ExitCode.DONE
    text = ngettext(
        "{count} file is damaged where it was copied from, so the copy lacks it: see `{ipvault} repair`.",
        "{count} files are damaged where they were copied from, so the copy lacks them: see `{ipvault} repair`.",
        len(copied.findings),
    )
    output.text(text.format(count=len(copied.findings), ipvault=program()))
    return ExitCode.DAMAGED
