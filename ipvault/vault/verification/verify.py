"""The verification of a vault, with keys or without any."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ipvault.catalog.items import Item, Selection, Version, select, versions
from ipvault.errors import Damaged, ExitCode, VaultError
from ipvault.journal.chain import empty_head
from ipvault.journal.leaf import FileChange
from ipvault.keys.identity import Identity
from ipvault.storage.store import Store
from ipvault.text import _
from ipvault.vault.descriptor import MAX_SIZE, PATH
from ipvault.vault.journal_file import holds, lines_from
from ipvault.vault.objects import object_path
from ipvault.vault.pins import PinFile
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault
from ipvault.vault.verification.chain_check import check_chain
from ipvault.vault.verification.files_check import check_contents, check_files, note_strangers
from ipvault.vault.verification.report import Report


@dataclass(frozen=True, slots=True)
class Observers:
    """Who is told how far it is: the bytes of the journal, of the files and of the content."""

    journal: Progress = unobserved
    files: Progress = unobserved
    contents: Progress = unobserved


def verify(
    store: Store, vault: str, pins: PinFile, member: str, identity: Identity | None, observers: Observers
) -> tuple[Report, dict[str, FileChange]]:
    """Check the chain and, with an identity, payloads and rights; then this computer's pin.

    The report, and the files that the vault must have, for `verify_files`.
    """
    report = Report(empty_head(vault), keyed=identity is not None)
    files = check_chain(store, vault, member, identity, report, observers.journal)
    pin = pins.read()
    if pin is not None:
        with store.open_journal() as journal:
            if not holds(journal, pin.head):
                problem = _("record {seq}, which this computer has seen, is missing or different")
                report.add("journal/log", problem.format(seq=pin.head.seq), ExitCode.ROLLBACK)
    return report, files


def verify_files(store: Store, files: dict[str, FileChange], report: Report, observers: Observers) -> None:
    """Check that every file the journal names is there and unaltered."""
    check_files(store, files, report, observers.files)
    note_strangers(store, files, report)


def verify_contents(vault: Vault, wanted: list[tuple[Item, Version]], report: Report, observers: Observers) -> None:
    """Decrypt what the vault holds of `wanted`."""
    check_contents((Content(vault, item, version) for item, version in wanted), report, observers.contents)


def everything(vault: Vault) -> list[tuple[Item, Version]]:
    """Every version whose content is still there, of removed items too."""
    items = [*select(vault.catalog, Selection()), *select(vault.catalog, Selection(removed=True))]
    return [(item, version) for item in items for version in versions(vault.catalog, item.id) if not version.erased]


def files_of(files: dict[str, FileChange], wanted: list[tuple[Item, Version]]) -> dict[str, FileChange]:
    """Of the files that the vault must have, those of some versions."""
    paths = {object_path(version.object) for _item, version in wanted}
    return {path: change for path, change in files.items() if path in paths}


def altered_descriptor(store: Store) -> Damaged | None:
    """Whether the VAULT file is not the one that record 0 names, which makes everything else look wrong."""
    try:
        data = store.read(PATH, MAX_SIZE)
        with store.open_journal() as journal:
            first = next(lines_from(journal, 0), b"").partition(b"\t")[0]
    except (FileNotFoundError, VaultError):
        return None
    named = f'"+","{PATH}",{len(data)},"{hashlib.sha256(data).hexdigest()}"'.encode()
    if first and named not in first:
        return Damaged(place=PATH, reason=_("it is not the file that the journal begins with"))
    return None
