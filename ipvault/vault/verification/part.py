"""Checking one part of the journal, possibly in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, cast

from ipvault.catalog.authority import objection_to_transaction
from ipvault.errors import Damaged
from ipvault.journal.chain import Chain, Entry, Lines
from ipvault.journal.epochs import PresentEpochs
from ipvault.journal.head import ChainBroken, Head
from ipvault.journal.leaf import FileChange, Leaf, UnknownVersion
from ipvault.journal.payload import FORGOTTEN
from ipvault.records.base import Record
from ipvault.records.items import ItemArrived, ItemDescribed, ItemRecord
from ipvault.records.packages import PackageRecord, ReceiptImported
from ipvault.records.recipients import RecipientRecord
from ipvault.vault.announcements import ANNOUNCING
from ipvault.vault.progress import Progress
from ipvault.vault.room_keys import RoomKeys
from ipvault.vault.verification.survey import Part

_FREQUENT = frozenset(("item", "access", "auth"))
"""Classes that never change what somebody may do: for them it is enough to know who wrote which kind in which room."""

_JUDGED = RecipientRecord | PackageRecord | ReceiptImported
"""The exception: records of these classes of which each has to be judged by what it says."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody wrote records of a class and kind in a room; the kind is None where they cannot be read."""

    signer: str
    room: str
    public_class: str
    record: type[Record] | None


class Telling(NamedTuple):
    """A record that may change the roster, its signer, the last record before its transaction, and the last in it."""

    leaf: Leaf
    record: Record | None
    signer: str
    before: int
    commit: int


class Gap(NamedTuple):
    """A record of this class that was forgotten; with the number -1, some for which there is no key."""

    room: str
    public_class: str
    seq: int


@dataclass(slots=True)
class Stretch:
    """Records between two that are judged one by one: its claims with the first record of each, and what ended it."""

    claims: dict[Claim, int] = field(default_factory=dict)
    gaps: set[Gap] = field(default_factory=set)
    end: Telling | None = None


class Publication(NamedTuple):
    """The files of a record, and the item whose content they are; empty where that is not known."""

    seq: int
    room: str
    item: str
    files: tuple[FileChange, ...]


@dataclass(slots=True)
class PartReport:
    """What a part of the journal says, in a size that grows with files, people and packages, and not with reading.

    `announced` are the leaves that announce keys, `publications` the files of all others, `missing` the records whose
    payload is gone, `forgotten` those that records say were forgotten. `epochs` has for each room its first record and
    the epoch that this takes to be the present one. `labelled` is whether anybody described an item anew.
    """

    head: Head
    transactions: int = 0
    publications: list[Publication] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    epochs: dict[str, tuple[int, int]] = field(default_factory=dict)
    announced: list[Leaf] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=lambda: [Stretch()])
    broken: tuple[int, str] | None = None
    too_new: int | str | None = None
    damaged: tuple[str, str] | None = None
    labelled: bool = False


def check_part(
    vault: str,
    part: Part,
    lines_from: Callable[[int], Lines],
    signers: dict[str, str],
    keys: RoomKeys | None,
    progress: Progress,
) -> PartReport:
    """Check the chain through a part, and with `keys` every payload too. `progress` is told bytes.

    `lines_from` gives the lines of the part from an offset on.
    """
    chain = Chain(vault, part.start, signers)
    report = PartReport(part.start)
    epochs = PresentEpochs(partial(_claimed, report))
    done = 0
    try:
        for transaction in chain.transactions(lines_from):
            for entry in transaction:
                epochs.check(entry.leaf)
            _note(report, transaction, keys)
            report.head = chain.head
            report.transactions += 1
            if chain.head.offset - part.start.offset - done > 1_000_000:
                progress(chain.head.offset - part.start.offset - done)
                done = chain.head.offset - part.start.offset
    except ChainBroken as error:
        report.broken = (error.seq, error.reason)
    except UnknownVersion as error:
        report.too_new = error.args[0]
    except Damaged as error:  # a slot: without it nothing after this can be opened
        report.damaged = (str(error.fields["place"]), str(error))
    progress(report.head.offset - part.start.offset - done)
    return report


def _claimed(report: PartReport, leaf: Leaf) -> int:
    """The epoch in which the first record of a room in this part stands: whether that is so, the parts before tell."""
    if leaf.kind != "key":  # whether a key follows from the one before is checked of every one
        report.epochs[leaf.room] = leaf.seq, leaf.epoch
    return leaf.epoch


def _note(report: PartReport, transaction: list[Entry], keys: RoomKeys | None) -> None:
    signer = transaction[-1].leaf.signer
    reach = transaction[0].leaf.seq - 1, transaction[-1].leaf.seq
    records: list[tuple[Record | None, Leaf]] = []
    for leaf, sealed, _offset in transaction:
        if leaf.kind in ANNOUNCING:
            report.announced.append(leaf)
        if sealed == FORGOTTEN:
            report.missing.append(leaf.seq)
        if leaf.kind == "forget":
            report.forgotten += cast(list[int], leaf.facts["records"])
        record = keys.record(leaf, sealed) if keys else None
        if leaf.files and leaf.kind not in ANNOUNCING:
            item = record.item if isinstance(record, ItemRecord) else ""
            report.publications.append(Publication(leaf.seq, leaf.room, item, leaf.files))
        if keys is None:
            continue
        report.labelled |= isinstance(record, ItemDescribed | ItemArrived)
        records.append((record, leaf))
        if leaf.kind in _FREQUENT and not isinstance(record, _JUDGED):
            claim = Claim(signer, leaf.room, leaf.kind, None if record is None else type(record))
            report.stretches[-1].claims.setdefault(claim, leaf.seq)
            if record is None:
                report.stretches[-1].gaps.add(Gap(leaf.room, leaf.kind, leaf.seq if sealed == FORGOTTEN else -1))
        else:
            report.stretches[-1].end = Telling(leaf, record, signer, *reach)
            report.stretches.append(Stretch())
    if wrong := objection_to_transaction(records):
        raise ChainBroken(*wrong)
