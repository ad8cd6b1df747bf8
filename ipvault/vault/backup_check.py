"""Whether a backup is whole, how far it is behind the vault, and whether it can be restored and read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.crypto.secret import Secret
from ipvault.errors import BackupIsAhead, StorageFailed, VaultError
from ipvault.journal.head import Head, empty_head
from ipvault.journal.leaf import MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.records.healing import BackupDrilled
from ipvault.storage.copying import CopyStore
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _, reason_of
from ipvault.vault.backup import Copied, copy_vault
from ipvault.vault.descriptor import altered_descriptor, read_descriptor
from ipvault.vault.journal_file import holds, is_in_place, line_ending_at, lines_from
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import PinFile
from ipvault.vault.progress import Stage
from ipvault.vault.release import Content
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from ipvault.vault.verification.chain_check import check_chain
from ipvault.vault.verification.files_check import check_contents, check_files, check_places, note_strangers
from ipvault.vault.verification.report import GRAVITY, Report
from ipvault.vault.verification.verify import everything, has_content


class Lag(NamedTuple):
    """How many records of the vault a backup lacks, and when the first of them was made; empty if it lacks none."""

    records: int
    since: str


class Drill(NamedTuple):
    """What a drill found, and the head of the record that says so."""

    report: Report
    head: Head


def check_backup(store: DirectoryStore, stage: Stage) -> Report:
    """Check a backup without any key, whatever this computer has seen of the vault."""
    vault = read_descriptor(store).id
    report = Report(empty_head(vault), keyed=False)
    if damaged := altered_descriptor(store):
        report.add_error(damaged)
    with stage(_("Checking the journal"), store.size(JOURNAL)) as progress:
        files = check_chain(store, vault, "", None, report, progress)
    with stage(_("Checking files"), sum(change.length for change in files.values())) as progress:
        check_files(store, files, report, progress)
    check_places(store, report)
    if report.read_to_end:
        note_strangers(store, files, report)
    return report


def last_time(store: Store, head: Head) -> str:
    """When the record at a verified head was made; empty where there is none."""
    if head.seq < 0:
        return ""
    with store.open_journal() as journal:
        return parse_leaf(line_ending_at(journal, head.offset).partition(b"\t")[0]).time


def lag_of(head: Head, backup: Store, vault: Store) -> Lag:
    """How far a backup that ends with `head` is behind the vault. Raises `BackupIsAhead` if it is not a part of it."""
    lag, is_part = Lag(0, ""), False
    with vault.open_journal() as journal, suppress(MalformedLeaf, UnknownVersion):
        is_part = holds(journal, head, vault.size(JOURNAL))
        for line in lines_from(journal, head.offset if is_in_place(journal, head) else 0) if is_part else ():
            leaf = parse_leaf(line.partition(b"\t")[0])
            if leaf.seq > head.seq:
                lag = Lag(lag.records + 1, lag.since or leaf.time)
    if not is_part:
        raise BackupIsAhead(path=backup.place, seq=head.seq)
    return lag


def drill(
    vault: Vault, unlocked: tuple[SealedIdentity, Secret], backup: DirectoryStore, folder: Path, stage: Stage
) -> Drill:
    """Restore a backup below `folder`, open it with the member's keys, decrypt all of it, remove it, and record that.

    Raises `BackupIsAhead` for what is no earlier state of the vault.
    """
    with _restored(backup, folder, stage) as (copied, store, state):
        report = Report(copied.head, keyed=True, findings=copied.findings)
        lag_of(copied.head, backup, vault.store)
        machine = replace(vault.machine, pins=PinFile(state, vault.id))
        try:
            opened = open_vault(store, read_descriptor(store), *unlocked, machine)
            contents = [
                Content(opened, item, version) for item, version in everything(opened) if has_content(opened, item)
            ]
            with stage(_("Decrypting"), sum(content.version.size for content in contents)) as progress:
                check_contents(contents, report, progress)
        except VaultError as error:
            if error.exit_code not in GRAVITY:
                raise
            report.add_error(error)
    report.files, report.bytes = copied.files, copied.bytes
    record = BackupDrilled(
        source=backup.place,
        seq=copied.head.seq,
        hash=copied.head.hash,
        files=copied.files,
        size=copied.bytes,
        contents=report.contents,
        findings=len(report.findings),
    )
    with transaction(vault) as change:
        change.record(record, root_room(vault.catalog).id)
        return Drill(report, change.commit())


@contextmanager
def _restored(backup: DirectoryStore, folder: Path, stage: Stage) -> Iterator[tuple[Copied, CopyStore, Path]]:
    """A backup restored for a while, and a folder beside it."""
    try:
        place = Path(tempfile.mkdtemp(prefix="ipvault-drill-", dir=folder))
    except OSError as error:
        raise StorageFailed(path=str(folder), reason=reason_of(error)) from error
    try:
        with CopyStore.target(place / "vault", backup, may_exist=False) as store:
            yield copy_vault(backup, store, None, stage=stage), store, place / "state"
    finally:
        rmtree(place, ignore_errors=True)
