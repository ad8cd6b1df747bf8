"""The chain of custody: a thing is hashed before and after each hand-over, and the journal says who, when and why."""

from __future__ import annotations

import hashlib
import os
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ipvault.catalog.address import ID_LENGTH, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.standing import why_disregarded
from ipvault.errors import Denied, NoSuchCustody, NoSuchHandOver, SourceNotFound, StorageFailed
from ipvault.journal.head import Head
from ipvault.records.custody import CustodyCorrected, CustodyStarted, CustodyTransferred
from ipvault.text import _
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.sources import Skipped, Unreadable, find_sources, sha256_of_file
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Step(NamedTuple):
    """A hand-over, or the beginning, which has no `giver`. `recorder` is the fingerprint of whoever recorded it.

    Or the right words for the record `corrects`, with the `giver` of that.
    """

    seq: int
    time: str
    recorder: str
    giver: str
    receiver: str
    sha256_before: str
    sha256_after: str
    reason: str
    corrects: int | None


class Custody(NamedTuple):
    """A thing, and what happened to it."""

    id: str
    title: str
    steps: list[Step]

    @property
    def valid(self) -> list[Step]:
        """The hand-overs in their order, each as it was corrected last; corrections are not among them."""
        corrections = {step.corrects: step for step in self.steps if step.corrects is not None}
        return [corrections.get(step.seq, step) for step in self.steps if step.corrects is None]

    @property
    def holder(self) -> str:
        """Who has it."""
        return self.valid[-1].receiver

    @property
    def sha256(self) -> str:
        """What its hash is, as far as is known."""
        return self.valid[-1].sha256_after

    @property
    def breaks(self) -> list[int]:
        """The numbers of the records from which on it is not what it was before."""
        seen = [(digest, step.seq) for step in self.valid for digest in (step.sha256_before, step.sha256_after)]
        return sorted({seq for (before, _seq), (digest, seq) in pairwise(seen) if digest != before})


def why(step: Step) -> str:
    """The reason of a step for people, which tells of a correction what it corrects."""
    if step.corrects is None:
        return step.reason
    return _("corrects record {seq}: {reason}").format(seq=step.corrects, reason=step.reason)


def sha256_of_thing(path: Path, progress: Progress = unobserved) -> str:
    """The SHA-256 of a file; of a folder, that of the list `HASH  PATH` of its files in the order of their paths.

    Raises `SourceNotFound`, or `StorageFailed` for what cannot be read, is no file, or has a name with a line feed,
    since then the same list could be that of other files.
    """
    if not path.is_dir():
        return _sha256_of_file(str(path), progress)
    lines = []
    for source in find_sources([str(path)], recursive=True):
        if isinstance(source, Skipped):
            raise StorageFailed(path=source.path, reason=source.reason)
        inside = os.path.relpath(str(source.path), path)
        if "\n" in inside:
            reason = _(
                "its name has a line feed in it, so a list of names would not be clear; pack the folder into a file"
            )
            raise StorageFailed(path=inside, reason=reason)
        lines.append(f"{_sha256_of_file(str(source.path), progress)}  {inside}\n")
    return hashlib.sha256("".join(sorted(lines, key=lambda line: line[66:])).encode()).hexdigest()


def _sha256_of_file(path: str, progress: Progress) -> str:
    if not os.path.lexists(path):
        raise SourceNotFound(path=path)
    try:
        return sha256_of_file(path, progress)
    except Unreadable as error:
        raise StorageFailed(path=path, reason=error.skipped.reason) from None


def begin(vault: Vault, *, title: str, sha256: str, holder: str, reason: str) -> tuple[Custody, Head]:
    """Record that somebody has a thing."""
    custody = vault.machine.random(ID_LENGTH // 2).hex()
    with transaction(vault) as change:
        record = CustodyStarted(custody=custody, title=title, sha256=sha256, holder=holder, reason=reason)
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_custody(vault.catalog, custody), head


def transfer(
    vault: Vault, custody: str, *, receiver: str, before: str, after: str, reason: str
) -> tuple[Custody, Head]:
    """Record that it goes from whoever has it to somebody else. Raises `NoSuchCustody`, and `Denied`."""
    with transaction(vault) as change:
        known = find_custody(vault.catalog, custody)
        record = CustodyTransferred(
            custody=known.id,
            giver=known.holder,
            receiver=receiver,
            sha256_before=before,
            sha256_after=after,
            reason=reason,
        )
        head = _add(change, vault, record)
    return find_custody(vault.catalog, known.id), head


def correct(
    vault: Vault, custody: str, seq: int, *, receiver: str | None, before: str | None, after: str | None, reason: str
) -> tuple[Custody, Head]:
    """Record what is right instead of what record `seq` says; None for what is right there.

    Raises `NoSuchCustody`, `NoSuchHandOver`, and `Denied`.
    """
    with transaction(vault) as change:
        known = find_custody(vault.catalog, custody)
        wrong = next((step for step in known.steps if step.seq == seq and step.corrects is None), None)
        if wrong is None:
            raise NoSuchHandOver(number=seq, title=known.title)
        said = next(step for step in known.valid if seq in (step.seq, step.corrects))
        if not said.giver:  # at the beginning there is one hash
            before = after = after or before
        record = CustodyCorrected(
            custody=known.id,
            seq=seq,
            receiver=receiver or said.receiver,
            sha256_before=before or said.sha256_before,
            sha256_after=after or said.sha256_after,
            reason=reason,
        )
        head = _add(change, vault, record)
    return find_custody(vault.catalog, known.id), head


def _add(change: Transaction, vault: Vault, record: CustodyTransferred | CustodyCorrected) -> Head:
    """Record what counts. Raises `Denied` for what would not."""
    room = root_room(vault.catalog).id
    if objection := why_disregarded(vault.catalog, record, room, vault.member):
        raise Denied(reason=objection)
    change.record(record, room)
    return change.commit()


def custodies(catalog: Catalog) -> list[Custody]:
    """All things of which custody was recorded, the oldest first."""
    found = catalog.view.execute("SELECT id, title FROM custody").fetchall()
    return sorted((Custody(id_, title, _steps(catalog, id_)) for id_, title in found), key=lambda one: one.steps[0].seq)


def find_custody(catalog: Catalog, typed: str) -> Custody:
    """The thing whose id begins so. Raises `NoSuchCustody` or `AmbiguousId`."""
    found = beginning_with(typed, custodies(catalog))
    return the_only(found, typed, NoSuchCustody)


def _steps(catalog: Catalog, custody: str) -> list[Step]:
    query = (
        "SELECT step.seq, step.time, step.recorder, coalesce(wrong.giver, step.giver), step.receiver, "
        "step.sha256_before, step.sha256_after, step.reason, step.corrects FROM custody_step step "
        "LEFT JOIN custody_step wrong ON wrong.custody = step.custody AND wrong.seq = step.corrects "
        "WHERE step.custody = ? ORDER BY step.seq"
    )
    return [Step._make(row) for row in catalog.view.execute(query, (custody,))]
