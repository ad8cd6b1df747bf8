"""`ipvault verify`: prove that nothing was touched."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.statistics import incarnation
from ipvault.cli.findings import amount, findings_json, tell_findings
from ipvault.cli.heads import fork_destination, read_head, tree_of, witnesses
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, machine_for, open_unlocked, unlock_closed
from ipvault.cli.rendering import human_time
from ipvault.cli.timestamp_rendering import read_trust
from ipvault.errors import DestinationExists, ExitCode, StorageFailed, UsageError
from ipvault.evidence.forks import found_in, noticed_before, two_heads
from ipvault.evidence.ladder import KNOWN_HEAD, THIS_COMPUTER, KnownHead, Ladder, climb, furthest
from ipvault.journal.checkpoint import Checkpoint
from ipvault.records.vocabulary import WITNESS
from ipvault.settings import state_dir
from ipvault.storage.atomic import replace_file
from ipvault.storage.directory import DirectoryStore
from ipvault.storage.store import Store
from ipvault.text import _, ngettext, program
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import Opener, verify_vault

if TYPE_CHECKING:
    from ipvault.evidence.timestamp_token import Trust


def verify(
    items: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM", help=_("Only the files of these items; by default all."))
    ] = None,
    keyless: Annotated[bool, typer.Option("--keyless", help=_("Without any key or passphrase."))] = False,
    content: Annotated[bool, typer.Option("--content", help=_("Decrypt everything as well."))] = False,
    known_head: Annotated[
        str | None,
        typer.Option("--known-head", metavar="FILE", help=_("A checkpoint that the journal must continue.")),
    ] = None,
    certificates: Annotated[
        str | None, typer.Option("--ca", metavar="FILE", help=_("Certificates whose timestamps count for you."))
    ] = None,
    fork_file: Annotated[
        Path | None,
        typer.Option("--fork-file", metavar="FILE", help=_("Where both heads go if the journal was rolled back.")),
    ] = None,
) -> int:
    """Checks every record, every signature, who had the right to sign, and that every file is there and unaltered.

    Without a key: chain, signatures and files. The exit code is 20 for damaged files, 21 for a journal that was
    altered, 22 for one that was rolled back or forked, 23 for a newer format.

    It says how far that reaches: up to which record a witness whom you trust has signed, an authority for time that you
    trust has dated it, or a checkpoint that you bring goes, up to which this computer has seen it, and what only the
    chain of records attests. Where one of them contradicts the journal, a file holds both heads.
    """
    if keyless and (items or content):
        raise UsageError(problem=_("--keyless opens nothing, so it cannot be combined with items or --content"))
    if keyless and certificates:
        raise UsageError(problem=_("--keyless opens nothing, timestamps neither, so it cannot be combined with --ca"))
    if fork_file is not None and os.path.lexists(fork_file):
        raise DestinationExists(path=fork_file)
    known = None if known_head is None else KnownHead(read_head(known_head, Checkpoint.parse), known_head)
    authorities = None if certificates is None else read_trust(certificates)
    store = DirectoryStore(current().vault_path())
    report = verify_vault(
        store,
        lambda vault: machine_for(vault).pins,
        None if keyless else _unlock,
        items=items or (),
        content=content,
        stage=current().output.stage,
    )
    ladder, fork = _climb(store, report, known, fork_file, authorities)
    _tell(report, ladder, fork)
    return report.exit_code


def _climb(
    store: Store, report: Report, known: KnownHead | None, chosen: Path | None, authorities: Trust | None
) -> tuple[Ladder, Path | None]:
    """How far the verification reaches, where the chain itself is right; and where both heads of a fork are."""
    if not report.read_to_end or any(finding.exit_code is ExitCode.JOURNAL_BROKEN for finding in report.findings):
        return Ladder(), None
    with ExitStack() as stack:
        tree = cache(lambda: stack.enter_context(tree_of(store, report.vault, report.head)))
        ladder = climb(report, tree, witnesses().cards(), known, authorities)
        if ladder.contradicted is None:
            return ladder, None
        now, found = time.time(), found_in(tree())
        states = state_dir(current().environment.variables)
        if chosen is None and (earlier := noticed_before(states, report.vault, ladder.contradicted, found)):
            return ladder, earlier
        path = fork_destination(chosen, report.vault, now)
        try:
            replace_file(path, two_heads(report.vault, now, ladder.contradicted, found))
        except StorageFailed as error:  # what was found is worth more than the file
            current().output.warn(str(error))
            return ladder, None
        return ladder, path


def _unlock() -> Opener:
    closed = find_closed()
    unlocked = unlock_closed(closed)
    identity = unlocked.sealed.open_identity(unlocked.master_key)
    return Opener(closed.member, identity, closed.machine.pins, lambda: open_unlocked(closed, unlocked))


def _tell(report: Report, ladder: Ladder, fork: Path | None) -> None:
    output = current().output
    head = report.head
    data = {
        "keyless": not report.keyed,
        "records": head.seq + 1,
        "transactions": report.transactions,
        "files": report.files,
        "bytes": report.bytes,
        "contents": report.contents,
        "findings": findings_json(report.findings),
        "notes": report.notes,
        "reach": [rung._asdict() for rung in ladder.rungs],
        "incarnation": incarnation(report.ledger) if isinstance(report.ledger, Catalog) else None,
        "fork_file": None if fork is None else str(fork),
    }
    output.result("verify", data, journal=head if head.seq >= 0 else None)
    tell_findings(output, report.findings, report.notes)
    checked = amount(report)
    if report.findings:
        text = ngettext(
            "Checked {checked}: {count} finding. Keep the vault as it is, and compare it with a backup.",
            "Checked {checked}: {count} findings. Keep the vault as it is, and compare it with a backup.",
            len(report.findings),
        )
        output.text(text.format(checked=checked, count=len(report.findings)))
        if {finding.exit_code for finding in report.findings} & {ExitCode.DAMAGED, ExitCode.JOURNAL_BROKEN}:
            output.text(_("`{ipvault} repair --from BACKUP` heals what a backup has.").format(ipvault=program()))
        if fork:
            output.text(_("Both heads of the journal are in {path}: keep that file.").format(path=fork))
        return
    output.text(_("Checked {checked}. Nothing was altered, lost or put back.").format(checked=checked))
    _tell_reach(report, ladder)
    if report.contents:
        text = ngettext(
            "Decrypted {count} document; it is as it was stored.",
            "Decrypted {count} documents; each is as it was stored.",
            report.contents,
        )
        output.text(text.format(count=report.contents))
    if not report.keyed:
        output.text(_("Without a key nobody can tell whether each signer had the right to sign."))


def _tell_reach(report: Report, ladder: Ladder) -> None:
    output = current().output
    sentences = {
        WITNESS: _("Up to record {seq}: signed by the witness {name} on {time}."),
        KNOWN_HEAD: _("Up to record {seq}: as the checkpoint {name} says."),
        THIS_COMPUTER: _("Up to record {seq}: as this computer has seen it."),
    }
    rungs = furthest(ladder.rungs)
    for rung in rungs:
        sentence = sentences.get(rung.kind, _("Up to record {seq}: dated by {name} on {time}."))
        output.text(sentence.format(seq=rung.records - 1, name=rung.name, time=human_time(rung.time)))
    if not rungs or rungs[-1].records <= report.head.seq:
        output.text(_("Up to record {seq}: attested by the chain of records alone.").format(seq=report.head.seq))
    if isinstance(report.ledger, Catalog) and (number := incarnation(report.ledger)) > 1:
        text = _("This is incarnation {number} of the journal: a rollback was accepted, see `{ipvault} status`.")
        output.text(text.format(number=number, ipvault=program()))
