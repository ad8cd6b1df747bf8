"""Checking the journal as a whole: its parts side by side on all cores, then how they fit together."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from functools import partial
from shlex import quote
from typing import BinaryIO

from ipvault.catalog.address import rooms
from ipvault.catalog.authority import objection, objection_to_role
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.ledger import Ledger
from ipvault.catalog.projection import project
from ipvault.catalog.roster import member as member_of, outlived
from ipvault.catalog.slots import objection_to_slots
from ipvault.errors import Damaged, ExitCode, NoLongerMember, NotYetMember
from ipvault.journal.chain import Lines
from ipvault.journal.epochs import NOT_PRESENT
from ipvault.journal.head import ChainBroken, empty_head
from ipvault.journal.leaf import VERSION, FileChange
from ipvault.keys.identity import Identity
from ipvault.records.base import Place
from ipvault.storage.layout import epoch_folder, link_path
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _, program
from ipvault.vault.following import STILL_THERE
from ipvault.vault.journal_file import lines_from
from ipvault.vault.member_files import has_member_file
from ipvault.vault.opening import NOT_ENROLLED
from ipvault.vault.processes import spread
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.room_keys import LEADS_NOWHERE, RoomKeys
from ipvault.vault.verification.part import PartReport, Stretch, Telling, check_part
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.survey import Part, Survey, survey


def check_chain(
    store: Store, vault: str, member: str, identity: Identity | None, report: Report, progress: Progress
) -> dict[str, FileChange]:
    """Check every record; the files that the vault must have, by path. With an identity, payloads and rights too."""
    with store.open_journal() as journal:
        size = store.size(JOURNAL)
        overview = survey(journal, size, vault, os.cpu_count() or 1)
    reports: list[PartReport] = []
    keys = None
    if not overview.is_flooded:
        reports, keys = _check(store, vault, member, identity, overview, report, progress)
    if overview.is_flooded or _saw_more(overview, reports):
        # The survey tells nothing. So once more, from what the chain itself says.
        overview.parts = [Part(empty_head(vault), None)]
        (trusted,), _keys = _check(store, vault, member, None, overview, report, unobserved)
        overview.announcing = trusted.announced
        reports, keys = _check(store, vault, member, identity, overview, report, unobserved)
    files = _put_together(vault, overview, reports, report, size, member, keys)
    signers = report.ledger.signers() if report.ledger else {}
    is_stranger = identity is not None and bool(signers) and member not in signers
    if is_stranger and not report.findings and not has_member_file(store, member):
        raise NotYetMember
    return files


def _saw_more(overview: Survey, reports: list[PartReport]) -> bool:
    """Whether the survey met announcements that the chain does not hold."""
    verified = [leaf for part in reports for leaf in part.announced]
    return overview.announcing != verified and not any(part.broken for part in reports)


def _check(
    store: Store,
    vault: str,
    member: str,
    identity: Identity | None,
    overview: Survey,
    report: Report,
    progress: Progress,
) -> tuple[list[PartReport], RoomKeys | None]:
    """The reports of all parts, and with an identity the room keys that they were checked with."""
    keys = None
    if identity is not None:
        try:
            keys = _room_keys(store, vault, member, identity, overview)
        except NotYetMember:
            pass  # what can be checked without keys is
        except Damaged as error:
            report.cannot_open(error)
    work = [(part, overview.signers_before(part.start.seq + 1)) for part in overview.parts]

    def run(number: int, told: Progress) -> PartReport:
        part, signers = work[number]
        with store.open_journal() as journal:
            return check_part(vault, part, partial(_lines, journal, part.end), signers, keys, told)

    with spread(run, len(work), progress, processes=len(work)) as reports:
        return list(reports), keys


def _room_keys(store: Store, vault: str, member: str, identity: Identity, overview: Survey) -> RoomKeys:
    """The member's keys, all of them found before the processes divide. Raises `Damaged` where a slot is altered."""
    announced = Ledger()
    with suppress(ChainBroken):  # which the parts find as well, unless the survey saw what the chain does not hold
        for leaf in overview.announcing:
            announced.note_public(leaf)
    if announced.signers() and member not in announced.signers() and not has_member_file(store, member):
        raise NotYetMember
    keys = RoomKeys(store, vault, member, identity, lambda: announced)
    for room, epoch in announced.keyed():
        keys.find(room, epoch)
    root = overview.announcing[0].room if overview.announcing else ""
    if keys.find(root, 1) and not keys.find(root, announced.epoch(root)):
        raise NoLongerMember
    return keys


def _lines(journal: BinaryIO, end: int | None, offset: int) -> Lines:
    with closing(lines_from(journal, offset)) as lines:
        for line in lines:
            yield line
            offset += len(line)
            if end is not None and offset >= end:
                return


def _put_together(
    vault: str,
    overview: Survey,
    reports: list[PartReport],
    report: Report,
    size: int,
    member: str,
    keys: RoomKeys | None,
) -> dict[str, FileChange]:
    missing: list[int] = []
    forgotten: set[int] = set()
    catalog = Catalog(empty_head(vault)) if keys else None
    ledger = report.ledger = catalog or Ledger()
    for number, part in enumerate(reports):
        report.transactions += part.transactions
        report.labelled |= part.labelled
        report.head = part.head
        missing += part.missing
        forgotten.update(part.forgotten)
        try:
            _take(ledger, catalog, part, overview, report)
        except ChainBroken as error:
            report.add_broken(error.seq, error.reason)
            break
        if part.broken is not None:
            report.add_broken(*part.broken)
            break
        if part.damaged is not None:
            report.add(*part.damaged, ExitCode.DAMAGED)
            break
        if part.too_new is not None:
            problem = _("record {seq} has format {found}, and this ipvault reads up to {supported}")
            text = problem.format(seq=part.head.seq + 1, found=part.too_new, supported=VERSION)
            report.add(JOURNAL, text, ExitCode.TOO_NEW)
            break
        if number + 1 < len(reports) and part.head != overview.parts[number + 1].start:
            report.add_broken(part.head.seq + 1, _("a record is missing or out of order"))
            break
    else:
        report.read_to_end = True
        if torn := size - report.head.offset:
            text = _("{count} bytes after the last commit are an interrupted write; the next change sets them aside")
            report.notes.append(text.format(count=torn))
    is_whole = not report.findings
    for seq in missing if is_whole else ():
        if seq not in forgotten:
            report.add_broken(seq, _("its sealed part is missing, and no record says that it was forgotten"))
    for seq in sorted(forgotten.difference(missing)) if is_whole else ():
        report.add_broken(seq, _(STILL_THERE))
    if keys and catalog and report.head.seq >= 0 and not report.findings:
        if not catalog.is_enrolled(member):
            report.add_broken(0, _(NOT_ENROLLED))
        _check_keys(catalog, overview, member, keys, report)
        _note_outlived_keys(catalog, report)
    return {path: FileChange(True, path, length, sha256) for path, length, sha256 in ledger.published()}


def _take(ledger: Ledger, catalog: Catalog | None, part: PartReport, overview: Survey, report: Report) -> None:
    """What a part says in public, and with keys what it says to members, in the order of the records."""
    for room, (seq, epoch) in part.epochs.items():
        if epoch != (ledger.epoch(room) or 1):
            raise ChainBroken(seq, _(NOT_PRESENT))
    for leaf in part.announced:
        ledger.note_public(leaf)
    keys: list[Telling] = []
    publications = iter(part.publications)
    waiting = next(publications, None)
    for stretch in part.stretches:
        while waiting and (stretch.end is None or waiting.seq <= stretch.end.leaf.seq):
            ledger.note_files(waiting.seq, waiting.room, waiting.files)
            if waiting.item:
                ledger.note_item(waiting.seq, waiting.item, waiting.files)
            waiting = next(publications, None)
        if catalog:
            _check_authority(catalog, stretch, overview, report, keys)
    if catalog:
        _check_slots(catalog, keys, report)


def _check_keys(catalog: Catalog, overview: Survey, member: str, keys: RoomKeys, report: Report) -> None:
    """A member has the keys of the rooms that he has a role in: otherwise their records were not opened."""
    for leaf in overview.announcing:
        is_his = leaf.kind == "key" and catalog.role(member, leaf.room) is not None
        key = keys.find(leaf.room, leaf.epoch) if is_his else None
        if is_his and key is None:
            report.add(epoch_folder(leaf.room, leaf.epoch), _("no slot in it opens with your keys"), ExitCode.DAMAGED)
        elif key is not None and leaf.facts and leaf.epoch > 1 and not keys.leads_back(key):
            report.add(link_path(leaf.room, leaf.epoch), _(LEADS_NOWHERE), ExitCode.DAMAGED)


def _note_outlived_keys(catalog: Catalog, report: Report) -> None:
    """Of rooms whose present key somebody has who is not to have it any more. Nobody tampered, so it is no finding."""
    for room in rooms(catalog):
        if known_to := ", ".join(member_of(catalog, fingerprint).name for fingerprint in outlived(catalog, room.id)):
            text = _(
                "the key of the room {room} is still that which {names} had: what is stored there from now on is not "
                "safe from them until an owner of the room runs {ipvault} room rotate {quoted}"
            )
            command = {"ipvault": program(), "quoted": quote(room.name)}
            report.notes.append(text.format(room=room.name, names=known_to, **command))


def _check_authority(catalog: Catalog, stretch: Stretch, overview: Survey, report: Report, keys: list[Telling]) -> None:
    """Judge what a stretch says; `keys` is what its transaction said of keys before, and gets what this one does."""
    for claim, seq in stretch.claims.items():
        role = catalog.role(claim.signer, claim.room)
        if reason := objection_to_role(claim.record, claim.public_class, role):
            report.add_broken(seq, reason)
    for gap in stretch.gaps:
        catalog.note_gap(*gap)
    if stretch.end is None:
        return
    leaf, record, signer, _before, commit = stretch.end
    if keys and keys[0].commit != commit:
        _check_slots(catalog, keys, report)
    if reason := objection(catalog, record, leaf, signer, founding=leaf.seq <= overview.founding_end):
        report.add_broken(leaf.seq, reason)
    if record is not None:
        project(catalog, record, Place(leaf.seq, leaf.time, signer, leaf.room, leaf.epoch, commit))
    if leaf.kind == "key" and leaf.seq > overview.founding_end:
        keys.append(stretch.end)


def _check_slots(catalog: Catalog, keys: list[Telling], report: Report) -> None:
    """Judge what one transaction, of which all was taken in, says of keys; then forget it."""
    if keys and (keyed := objection_to_slots(catalog, [one.leaf for one in keys], keys[0].before)):
        report.add_broken(*keyed)
    keys.clear()
