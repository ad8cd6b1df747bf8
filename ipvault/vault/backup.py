"""Copying a vault: consistent while others write, only what is new, and checked against the journal on the way.

It needs no key, so that a machine can do it at night, and it writes no record, so that a copy is not out of date by
being made. The journal is read first and put in place last: whatever interrupts it, the copy is what it was before, or
the vault as of a commit.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, Final, NamedTuple

from ipvault.errors import BackupIsAhead, Damaged, DirectoryNotEmpty, ExitCode, JournalBroken, Rollback
from ipvault.journal.chain import MOST_HOLES
from ipvault.journal.head import Head, empty_head, leaf_hash
from ipvault.journal.leaf import FILES_OF_CLASS, FileChange, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.storage.blocks import blocks
from ipvault.storage.copying import CopyStore
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.staged import LocalStagedFile
from ipvault.storage.store import JOURNAL
from ipvault.text import _
from ipvault.vault.copied_files import copy_checked, described, file_problem
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.journal_file import holds, line_ending_at, lines_from
from ipvault.vault.pins import Pin
from ipvault.vault.progress import Progress, Stage, unobserved_stage
from ipvault.vault.verification.chain_check import check_chain
from ipvault.vault.verification.files_check import is_lost_tail
from ipvault.vault.verification.report import Finding, Report

_ATTEMPTS: Final = 10
"""How often it begins again because files vanished with a commit that came after the one that it copies."""

_CHANGE: Final = re.compile(rb'\["([+-])","([^"]+)"(?:,([0-9]+),"([0-9a-f]{64})")?\]')
"""A file that a leaf adds or removes, as the grammar of leaves has it."""

_BATCH_FILES: Final = 1000
_BATCH_BYTES: Final = 1 << 30
"""Files are put in place after so many, so that a copy that was interrupted has not to be made again."""


class Copied(NamedTuple):
    """What a copy holds: its journal's end, how many files, and of them how many of how many bytes are new to it.

    `removed` are files that were erased in the vault since, `findings` those that the copy lacks.
    """

    head: Head
    files: int
    copied: int
    bytes: int
    removed: int
    findings: list[Finding]


def copy_vault(
    source: DirectoryStore,
    target: CopyStore,
    pin: Pin | None,
    *,
    is_checking: bool = False,
    stage: Stage = unobserved_stage,
) -> Copied:
    """Bring `target`, which is locked, to the last commit of the vault in `source`.

    What is there already is only measured, or with `is_checking` read and verified anew. Raises `Rollback` if the vault
    lacks `pin`, `BackupIsAhead` if it lacks what the copy has, `Damaged` if the copy has lost its journal and has what
    the vault lacks, and `JournalBroken` where its journal does not verify.
    """
    vault = read_descriptor(source).id
    if described(target) not in (None, vault):
        raise DirectoryNotEmpty(path=target.place)
    target.sweep(lambda _path: True)
    total, size = 0, 0
    for attempt in range(_ATTEMPTS):
        is_last = attempt + 1 == _ATTEMPTS
        with source.open_journal() as journal:
            length = source.size(JOURNAL)
            old = _head_of(target)
            try:
                is_known = _is_known(journal, length, target)
                if not is_known:
                    target.show_journal(_up_to(journal, length))
                if is_known and old is not None and not is_checking:
                    files, head = _named(target), old
                else:
                    files, head = _check(target, vault, stage)
                _check_older(target, head, old, pin)
                present = target.sizes()
                gone = [path for path in present if path not in files and _is_ours(path)]
                if gone and old is None:
                    reason = _("it has no journal, but files that the vault does not know; make the backup elsewhere")
                    raise Damaged(place=target.place, reason=reason)
                wanted = _wanted(target, files.values(), present, stage if is_checking else None)
                with stage(_("Copying"), sum(change.length for change in wanted)) as progress:
                    copied, findings = _copy(source, target, wanted, progress)
                total, size = total + len(copied), size + sum(change.length for change in copied)
                if findings and not is_last and not _is_still(source, journal, length):
                    continue
                if not is_known:
                    with target.open_journal() as checked:
                        target.replace_journal(_up_to(checked, head.offset))
            finally:
                target.drop_draft()
        target.remove(gone)
        return Copied(head, len(files), total, size, len(gone), findings)
    raise AssertionError("the last attempt returns")


def _is_known(journal: BinaryIO, length: int, target: CopyStore) -> bool:
    """Whether the copy has this very journal, which was checked when it was put there."""
    with suppress(FileNotFoundError), target.open_journal() as present:
        pairs = zip(_up_to(present, length), _up_to(journal, length), strict=False)
        return target.size(JOURNAL) == length and all(ours == theirs for ours, theirs in pairs)
    return False


def _up_to(journal: BinaryIO, end: int) -> Iterator[bytes]:
    """The bytes before an offset, in blocks that depend on it only; of a hole no more than anybody looks at."""
    journal.seek(0)
    holes = 0
    for block in blocks(journal.read, end):
        yield block
        holes += len(block) if b"\0" in block else 0
        if holes > 2 * MOST_HOLES:  # twice, since the lines in which they count begin anywhere
            return


def _named(target: CopyStore) -> dict[str, FileChange]:
    """The files that belong to the vault by a journal that was checked before. No sealed part has a quotation mark."""
    files: dict[str, FileChange] = {}
    with target.open_journal() as journal:
        for line in lines_from(journal, 0):
            for sign, path, length, sha256 in _CHANGE.findall(line):
                name = path.decode()
                if sign == b"+":
                    files[name] = FileChange(True, name, int(length), sha256.decode())
                else:
                    files.pop(name, None)
    return files


def _check(target: CopyStore, vault: str, stage: Stage) -> tuple[dict[str, FileChange], Head]:
    """Verify the journal that was copied; the files that it names, and its last commit."""
    report = Report(empty_head(vault), keyed=False)
    with stage(_("Checking the journal"), target.size(JOURNAL)) as progress:
        files = check_chain(target, vault, "", None, report, progress)
    if report.findings or report.head.seq < 0:
        reason = report.findings[0].problem if report.findings else _("it holds no record")
        raise JournalBroken(seq=report.head.seq + 1, reason=reason)
    return files, report.head


def _head_of(target: CopyStore) -> Head | None:
    """The last record of the copy that is there, as it says; None if there is none. Raises `Damaged`."""
    try:
        with target.open_journal() as journal:
            end = target.size(JOURNAL)
            raw = line_ending_at(journal, end).partition(b"\t")[0]
        return Head(parse_leaf(raw).seq, leaf_hash(raw), end)
    except FileNotFoundError:
        return None
    except (MalformedLeaf, UnknownVersion):
        reason = _("its last record cannot be read; make the backup in a new folder")
        raise Damaged(place=f"{target.place}/{JOURNAL}", reason=reason) from None


def _check_older(target: CopyStore, head: Head, old: Head | None, pin: Pin | None) -> None:
    """What was seen before, by this computer or by the copy, must still be there."""
    with target.open_journal() as journal:
        if pin is not None and not holds(journal, pin.head, head.offset):
            raise Rollback(pinned_seq=pin.head.seq)
        if old is not None and not holds(journal, old, head.offset):
            raise BackupIsAhead(path=target.place, seq=old.seq)


def _wanted(
    target: CopyStore, files: Collection[FileChange], present: dict[str, int], stage: Stage | None
) -> list[FileChange]:
    """The files that the copy lacks. Objects are read only with a `stage`; all else is small."""
    there = [change for change in files if present.get(change.path) == change.length]
    read = [change for change in there if stage or not change.path.startswith("objects/")]
    missing = [change for change in files if present.get(change.path) != change.length]
    with (stage or unobserved_stage)(_("Checking files"), sum(change.length for change in read)) as progress:
        return missing + [change for change in read if file_problem(target, change, progress) is not None]


def _copy(
    source: DirectoryStore, target: CopyStore, wanted: Sequence[FileChange], progress: Progress
) -> tuple[list[FileChange], list[Finding]]:
    """Copy files, and put them in place by and by; which, and what is wrong with the others."""
    copied: list[FileChange] = []
    findings: list[Finding] = []
    staged: list[LocalStagedFile] = []
    pending = 0
    for change in wanted:
        file = target.stage(change.path)
        try:
            copy_checked(source, change, file)
        except (FileNotFoundError, Damaged) as error:
            target.discard([file])
            if is_lost_tail(source, change.path):
                continue
            problem = str(error) if isinstance(error, Damaged) else _("it is missing")
            findings.append(Finding(change.path, problem, ExitCode.DAMAGED))
            continue
        copied.append(change)
        staged.append(file)
        pending += change.length
        progress(change.length)
        if len(staged) == _BATCH_FILES or pending > _BATCH_BYTES:
            target.put(staged)
            staged, pending = [], 0
    target.put(staged)
    return copied, findings


def _is_still(source: DirectoryStore, journal: BinaryIO, length: int) -> bool:
    """Whether nothing was committed since the journal was read; a forgetting puts another in its place."""
    if source.size(JOURNAL) != length:
        return False
    with source.open_journal() as now:
        return line_ending_at(now, length) == line_ending_at(journal, length)


def _is_ours(path: str) -> bool:
    """Whether only ipvault calls a file so."""
    return path != DESCRIPTOR and any(form.fullmatch(path) for form in FILES_OF_CLASS.values())
