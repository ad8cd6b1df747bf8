"""The verification of a vault, with keys or without any."""

from __future__ import annotations

import hashlib

from ipvault.catalog.items import Item, Selection, Version, select, versions
from ipvault.errors import Damaged, ExitCode, VaultError
from ipvault.journal.head import empty_head
from ipvault.journal.leaf import FileChange
from ipvault.keys.identity import Identity
from ipvault.keys.member_file import MAX_SIZE as MEMBER_LIMIT
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _
from ipvault.vault.descriptor import MAX_SIZE, PATH
from ipvault.vault.journal_file import holds, lines_from
from ipvault.vault.objects import object_path
from ipvault.vault.pins import PinFile
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.vault import Vault
from ipvault.vault.verification.chain_check import check_chain
from ipvault.vault.verification.report import Report


def verify_journal(
    store: Store, vault: str, pins: PinFile, member: str, identity: Identity | None, progress: Progress = unobserved
) -> tuple[Report, dict[str, FileChange]]:
    """Check the chain and, with an identity, payloads and rights; then this computer's pin.

    The report, and the files that the vault must have. `progress` is told bytes.
    """
    report = Report(empty_head(vault), keyed=identity is not None)
    files = check_chain(store, vault, member, identity, report, progress)
    pin = pins.read()
    if pin is not None:
        with store.open_journal() as journal:
            if not holds(journal, pin.head):
                problem = _("record {seq}, which this computer has seen, is missing or different")
                report.add(JOURNAL, problem.format(seq=pin.head.seq), ExitCode.ROLLBACK)
    return report, files


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


def altered_member_file(store: Store, member: str) -> Damaged | None:
    """Whether the newest file of a member is not the one that the journal names: then no passphrase would open it."""
    paths = sorted(store.files(f"members/{member}"), key=lambda path: (len(path), path))
    if not paths:
        return None
    data = store.read(paths[-1], MEMBER_LIMIT)
    named = f'"+","{paths[-1]}",{len(data)},"{hashlib.sha256(data).hexdigest()}"'.encode()
    with store.open_journal() as journal:
        for line in lines_from(journal, 0):
            if paths[-1].encode() in line and named not in line:
                return Damaged(place=paths[-1], reason=_("it is not the file that the journal names"))
            if named in line:
                return None
    return None
