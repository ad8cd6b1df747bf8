"""The verification of a vault, with keys or without any: what `ipvault verify` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ipvault.catalog.address import find_versions
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.holds import ever_held
from ipvault.catalog.items import Item, Version, all_items, versions
from ipvault.errors import Damaged, ExitCode, JournalBroken, PinDamaged, RecordsOnly, VaultError
from ipvault.journal.head import empty_head
from ipvault.journal.leaf import FileChange
from ipvault.keys.identity import Identity
from ipvault.storage.layout import object_path
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _, program
from ipvault.vault.descriptor import altered_descriptor, read_descriptor
from ipvault.vault.journal_file import holds
from ipvault.vault.opening import NOT_FOUNDED
from ipvault.vault.pins import PinFile
from ipvault.vault.progress import Progress, Stage, unobserved_stage
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault
from ipvault.vault.verification.chain_check import check_chain
from ipvault.vault.verification.files_check import check_contents, check_files, check_places, note_strangers
from ipvault.vault.verification.report import GRAVITY, Report

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opener:
    """A member's keys, and the pin, which the keyring may hold too; `open` gives the vault, and need not be called."""

    member: str
    identity: Identity
    pins: PinFile
    open: Callable[[], Vault]


def verify_vault(
    store: Store,
    pins_of: Callable[[str], PinFile],
    unlock: Callable[[], Opener] | None,
    *,
    items: Sequence[str] = (),
    content: bool = False,
    stage: Stage = unobserved_stage,
) -> Report:
    """Check everything, or of the files and content only those of `items`, which are addresses.

    `pins_of` gives the pin of a vault id. With `unlock` it checks payloads and rights too and, if `content`, decrypts;
    where the keys cannot be had because something is damaged, it does what can be done without, and says so.
    """
    try:
        if damaged := altered_descriptor(store):
            raise damaged
        vault = read_descriptor(store).id
    except (Damaged, JournalBroken) as error:
        report = Report(empty_head(""), keyed=False)
        report.add_error(error)
        return report
    report = Report(empty_head(vault), keyed=unlock is not None, vault=vault)
    opener = _with_keys(unlock, report) if unlock else None
    with stage(_("Checking the journal"), store.size(JOURNAL)) as progress:
        files = _check_journal(store, vault, opener.pins if opener else pins_of(vault), opener, report, progress)
    contents: list[Content] = []
    opened = None
    can_open = opener is not None and report.keyed and not report.findings
    if opener and can_open and (items or content or _by_item(report)):
        opened = _with_keys(opener.open, report)
        for closing in opened.catalog.closings().values() if opened else ():
            report.add_broken(closing.seq, closing.reason)
    if opened:
        wanted = find_versions(opened.catalog, list(items)) if items else everything(opened)
        closed = {item.room_name for item, _version in wanted if not has_content(opened, item)}
        if content and closed:
            text = _("you are an auditor of {rooms}, so of the documents there only the encrypted files were checked")
            report.notes.append(text.format(rooms=", ".join(sorted(closed))))
        files = _files_of(files, wanted) if items else files
        readable = [(item, version) for item, version in wanted if item.room_name not in closed]
        contents = [Content(opened, item, version) for item, version in readable] if content else []
    with stage(_("Checking files"), sum(change.length for change in files.values())) as progress:
        check_files(store, files, report, progress)
    if not items:
        check_places(store, report)
    if opener and can_open and report.findings and (opened := opened or _with_keys(opener.open, report)):
        _name_documents(opened, report)
    if not items and report.read_to_end:
        note_strangers(store, files, report)
    with stage(_("Decrypting"), sum(wanted.version.size for wanted in contents)) as progress:
        check_contents(contents, report, progress)
    _tell_hindrance(report)
    return report


def _with_keys(step: Callable[[], T], report: Report) -> T | None:
    """What a step gives that needs keys, or None if something is damaged: then the verification goes on without."""
    try:
        return step()
    except VaultError as error:
        if error.exit_code not in GRAVITY:
            raise
        report.cannot_open(error)
        return None


def _by_item(report: Report) -> bool:
    """Whether anything was ever held or labelled anew: then what became of documents has to be read one by one."""
    return report.labelled or (isinstance(report.ledger, Catalog) and ever_held(report.ledger))


def _check_journal(
    store: Store, vault: str, pins: PinFile, opener: Opener | None, report: Report, progress: Progress
) -> dict[str, FileChange]:
    """Check the chain and, with keys, payloads and rights; then this computer's pin. The files that must be there."""
    member, identity = (opener.member, opener.identity) if opener else ("", None)
    pin, damage = None, None
    try:
        pin = pins.read()  # first, since others can commit and pin meanwhile
    except PinDamaged as error:
        damage = error
    files = check_chain(store, vault, member, identity, report, progress)
    if damage:
        report.add_error(damage)
    with store.open_journal() as journal:
        end = report.head.offset if not report.findings else store.size(JOURNAL)
        is_broken = any(finding.exit_code == ExitCode.JOURNAL_BROKEN for finding in report.findings)
        can_judge = report.read_to_end or not is_broken
        if can_judge and pin is not None and not holds(journal, pin.head, end):
            problem = _(
                "record {seq}, which this computer has seen, is missing or different: to be expected of a backup, or "
                "of one of two copies if the other was used since; if you restored a backup on purpose: "
                "{ipvault} journal accept-rollback --reason TEXT"
            )
            report.add(JOURNAL, problem.format(seq=pin.head.seq, ipvault=program()), ExitCode.ROLLBACK)
            report.lost = pin.head
        elif can_judge and pin is not None:
            report.pinned = pin.head
    if report.head.seq < 0 and report.exit_code in (ExitCode.DONE, ExitCode.DAMAGED):
        report.add_broken(0, _(NOT_FOUNDED))
    return files


def has_content(vault: Vault, item: Item) -> bool:
    try:
        vault.keys.find_content(item.room, vault.catalog.epoch(item.room))
    except RecordsOnly:
        return False
    return True


def everything(vault: Vault) -> list[tuple[Item, Version]]:
    """Every version whose content is still there, of removed items too."""
    items = all_items(vault.catalog)
    return [(item, version) for item in items for version in versions(vault.catalog, item.id) if not version.erased]


def _name_documents(vault: Vault, report: Report) -> None:
    """Tell of each damaged object which version it holds."""
    held = {object_path(version.object): f"{item.name}@{version.number}" for item, version in everything(vault)}
    report.findings = [replace(finding, document=held.get(finding.place, "")) for finding in report.findings]


def _files_of(files: dict[str, FileChange], wanted: list[tuple[Item, Version]]) -> dict[str, FileChange]:
    """Of the files that the vault must have, those of some versions."""
    paths = {object_path(version.object) for _item, version in wanted}
    return {path: change for path, change in files.items() if path in paths}


def _tell_hindrance(report: Report) -> None:
    if report.hindrance is None:
        return
    if not report.findings:
        report.add_error(report.hindrance)
    report.notes.append(_("the records were not opened: {error}").format(error=report.hindrance))
