"""Checking the files that the journal names: there, of the right length, unaltered; and what else lies about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from ipvault.errors import Damaged, ExitCode, StorageFailed, VaultError
from ipvault.journal.leaf import FileChange
from ipvault.storage.layout import TORN
from ipvault.storage.store import ATTEMPTS, CACHE, JOURNAL, LOCK, TMP, Store
from ipvault.text import _, ngettext, program
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content
from ipvault.vault.verification.report import Report

_BLOCK: Final = 1024 * 1024
_FOLDER: Final = re.compile(f"{TMP}|objects(/[0-9a-f]{{2}})?|{TORN}")
"""Folders in which nothing need be, so that no missing file tells that something else is in their place."""

_UNRECORDED: Final = re.compile(f"{JOURNAL}|{ATTEMPTS}|{LOCK}|{CACHE}/.*|{TMP}/.*|{_FOLDER.pattern}", re.DOTALL)
"""What no record names although ipvault made it, or is told elsewhere."""


def check_files(store: Store, files: Mapping[str, FileChange], report: Report, progress: Progress) -> None:
    """Hash every file. `progress` is told bytes.

    Where the journal could not be read to its end, files that are missing are only counted: it may have gone on to say
    that they were erased. What kept an interrupted write is only noted.
    """
    missing: list[str] = []
    tails: list[str] = []

    def problem(change: FileChange) -> tuple[FileChange, str | None]:
        try:
            return change, problem_with(store, change, progress)
        except FileNotFoundError:
            if is_lost_tail(store, change.path):
                tails.append(change.path)
                return change, None
            missing.append(change.path)
            return change, _("it is missing") if report.read_to_end else None

    with ThreadPoolExecutor(2) as pool:
        for change, found in pool.map(problem, files.values()):
            report.files += 1
            report.bytes += change.length
            if found is not None:
                report.add(change.path, found, ExitCode.DAMAGED)
    if tails:
        text = ngettext(
            "{count} interrupted write that was set aside is missing, and no record with it: {paths}. Somebody can "
            "have recorded one that never was: {ipvault} journal list --action journal.repaired says who it was",
            "{count} interrupted writes that were set aside are missing, and no record with them: {paths}. Somebody "
            "can have recorded some that never were: {ipvault} journal list --action journal.repaired says who it was",
            len(tails),
        )
        paths = ", ".join(sorted(tails)[:3])
        report.notes.append(text.format(count=len(tails), paths=paths, ipvault=program()))
    if not report.read_to_end and report.head.seq >= 0:
        report.notes.append(_beyond(report.head.seq, len(missing)))


def _beyond(seq: int, missing: int) -> str:
    """What nobody can judge where the journal cannot be read beyond record `seq`."""
    if not missing:
        text = _("the journal can be read up to record {seq} only: what came, left or was rolled back later is unknown")
        return text.format(seq=seq)
    text = ngettext(
        "the journal can be read up to record {seq} only: what came, left or was rolled back later is unknown, and so "
        "is whether {count} file that is missing was erased",
        "the journal can be read up to record {seq} only: what came, left or was rolled back later is unknown, and so "
        "is whether {count} files that are missing were erased",
        missing,
    )
    return text.format(seq=seq, count=missing)


def is_lost_tail(store: Store, path: str) -> bool:
    """Whether this kept an interrupted write, and is missing: any member can record one that never was, for good."""
    if not path.startswith(f"{TORN}/"):
        return False
    try:
        store.size(path)
    except FileNotFoundError:
        return True
    except VaultError:  # something else is in its place
        return False
    return False


def problem_with(store: Store, change: FileChange, progress: Progress = unobserved) -> str | None:
    """What is wrong with a file, if anything is. Raises `FileNotFoundError`."""
    try:
        size = store.size(change.path)
        if size != change.length:
            return _("it has {found} bytes instead of {expected}").format(found=size, expected=change.length)
        digest = hashlib.sha256()
        with store.open(change.path) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                progress(len(block))
    except VaultError as error:
        return str(error)
    if digest.hexdigest() != change.sha256:
        return _("it was altered")
    return None


def check_places(store: Store, report: Report) -> None:
    """Files and folders that writers need and no record names: neither links nor anything else lies in their place."""
    looks: list[tuple[str, Callable[[str], object]]] = [(path, store.size) for path in (LOCK, ATTEMPTS)]
    looks += [(path, lambda folder: list(store.files(folder))) for path in store.files("") if _FOLDER.fullmatch(path)]
    for path, look in looks:
        try:
            look(path)
        except (FileNotFoundError, StorageFailed):
            continue
        except Damaged as error:
            report.add(path, str(error), error.exit_code)


def note_strangers(store: Store, files: Mapping[str, FileChange], report: Report) -> None:
    """Files that no record names: left by an interrupted command, or put there by somebody. They are never read."""
    strangers = [path for path in store.files("") if path not in files and not _UNRECORDED.fullmatch(path)]
    if strangers:
        text = ngettext(
            "{count} file that no record names, and that is never read: {paths}",
            "{count} files that no record names, and that are never read: {paths}",
            len(strangers),
        )
        report.notes.append(text.format(count=len(strangers), paths=", ".join(strangers[:3])))


def check_contents(contents: Iterable[Content], report: Report, progress: Progress) -> None:
    """Decrypt content to its end and compare it with what was recorded. `progress` is told bytes."""
    for content in contents:
        report.contents += 1
        try:
            content.check(progress)
        except VaultError as error:
            place = f"{content.item.name}@{content.version.number}"
            report.add(place, str(error), error.exit_code)
