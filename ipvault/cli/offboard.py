"""`ipvault offboard`: somebody leaves, and everything that they may ends at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import Room
from ipvault.catalog.agreements import agreements
from ipvault.catalog.recipients import with_cards
from ipvault.cli.choices import Reason
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.membership import room_called, say_what_a_new_key_does, warn_of_outlived_key
from ipvault.cli.opening import open_current
from ipvault.cli.people import PersonName, identities_of
from ipvault.cli.revoked import tell_packages
from ipvault.errors import DestinationExists, ExitCode, UsageError
from ipvault.oversight.offboarding.account import Account, account_of
from ipvault.oversight.offboarding.offboard import Offboarded, offboard as end_all
from ipvault.oversight.offboarding.papers import file_names, papers
from ipvault.storage.destination import Destination
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def offboard(
    name: PersonName,
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help=_("The folder for the papers."))
    ] = "",
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would be done, and do nothing."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Replace papers that are in the folder."))] = False,
) -> ExitCode:
    """In one transaction: takes a member out of all rooms, which get new keys wherever you are an owner, revokes
    sharing with a recipient, and the packages that nobody else was sent; and says in a record what belongs together.
    Run again, it does what is still to be done.

    Into the folder it writes what the person could have (exposure.csv), a letter to the person about what to return and
    destroy, and a certificate of what was done with the numbers of the records; letter and certificate as text and as
    HTML. Revoking stops later versions only: what was opened before may have been copied.

    Nobody offboards themselves, and the only owner of a room cannot leave before there is another.
    """
    output = current().output
    if not (destination or dry_run) or destination == PIPE:
        raise UsageError(problem=_("say where the papers go: -o DIR, or look first with --dry-run"))
    why = free_text(reason)
    vault = open_current()
    identities = identities_of(vault.catalog, name)
    if dry_run:
        done = end_all(vault, name, identities, why, dry_run=True)
        output.result("offboard", _json(done, [], dry_run=True), journal=done.head)
        _tell(vault, done, dry_run=True)
        return ExitCode.DONE
    folder = Path(destination)
    if not force and any((folder / file).exists() for file in file_names()):
        raise DestinationExists(path=folder)
    with Destination(folder, current().vault_path()) as papers_folder:
        done = end_all(vault, name, identities, why)
        account = account_of(vault, name, identities)
        for file, text in papers(account, _agreed(vault, account), vault.id, today(vault)).items():
            with papers_folder.file(file, replace=force) as out:
                out.write(text.encode())
        papers_folder.finish()
    output.result("offboard", _json(done, [deed.seq for deed in account.deeds], dry_run=False), journal=done.head)
    _tell(vault, done, dry_run=False)
    output.say(_("The papers are in {path}: {files}").format(path=destination, files=", ".join(file_names())))
    for id_ in done.outlived:
        warn_of_outlived_key(vault, Room(id_, room_called(vault, id_), vault.catalog.epoch(id_)))
    say_what_a_new_key_does()
    return ExitCode.PARTIAL if done.outlived or done.left else ExitCode.DONE


def _agreed(vault: Vault, account: Account) -> list[str]:
    """The titles of the agreements on record with somebody."""
    his = {one.id for one in with_cards(vault.catalog, account.identities)}
    return [one.terms.title for one in agreements(vault.catalog) if not his.isdisjoint(one.terms.parties)]


def _json(done: Offboarded, records: list[int], *, dry_run: bool) -> dict[str, object]:
    return {
        "name": done.name,
        "identities": sorted(done.identities),
        "dry_run": dry_run,
        "changed": done.is_new,
        "rooms": done.rooms,
        "renewed": done.renewed,
        "outlived": done.outlived,
        "recipients": [one.id for one in done.recipients],
        "packages": [one.id for one in done.packages],
        "left": [one.id for one in done.left],
        "records": records,
    }


def _tell(vault: Vault, done: Offboarded, *, dry_run: bool) -> None:
    output = current().output
    if not done.is_new:
        output.say(_("{name} has left already: there was nothing more to do.").format(name=done.name))
    elif dry_run:
        output.say(_("This would be done, in one transaction:"))
    if done.rooms:
        rooms = ", ".join(sorted(room_called(vault, id_) for id_ in done.rooms))
        output.say(_("{name} leaves the rooms: {rooms}").format(name=done.name, rooms=rooms))
    if done.renewed:
        rooms = ", ".join(sorted(room_called(vault, id_) for id_ in done.renewed))
        output.say(_("New keys for: {rooms}").format(rooms=rooms))
    if dry_run and done.outlived:
        rooms = ", ".join(sorted(room_called(vault, id_) for id_ in done.outlived))
        output.say(_("Other owners would have to make new keys for: {rooms}").format(rooms=rooms))
    for recipient in done.recipients:
        output.say(_("Nothing is shared with {name} any more.").format(name=recipient.name))
    tell_packages(done.packages, done.left)
