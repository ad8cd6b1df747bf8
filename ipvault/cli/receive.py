"""`ipvault receive`: a package from outside becomes items of a room."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import received_items
from ipvault.catalog.recipients import by_fingerprint
from ipvault.cli.cards import read_card
from ipvault.cli.choices import Kind, Label, clean_tags
from ipvault.cli.invocation import current
from ipvault.cli.open import From, Packages, package_json, proven, tell_package
from ipvault.cli.opening import open_current
from ipvault.cli.own_keys import open_own
from ipvault.cli.rendering import count_of_items
from ipvault.keys.card import Details
from ipvault.keys.identity import Identity
from ipvault.records.vocabulary import MAIN
from ipvault.sharing.incoming import find_package
from ipvault.sharing.package_reader import OpenedPackage
from ipvault.sharing.receive import receive as receive_package
from ipvault.text import _, ngettext
from ipvault.vault.ingest import Description
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def receive(
    packages: Packages,
    room: Annotated[str, typer.Option(metavar="ROOM", help=_("The room it goes to."))] = MAIN,
    folder: Annotated[str, typer.Option(metavar="NAME", help=_("Put the documents below this."))] = "",
    sender: From = "",
    label: Annotated[Label, typer.Option(help=_("Their classification."))] = Label.confidential,  # type: ignore[attr-defined]
    kind: Annotated[Kind, typer.Option("--type", help=_("What they are."))] = Kind.other,  # type: ignore[attr-defined]
    tags: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help=_("A tag; may be repeated."))] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help=_("A note that only members can read."))] = "",
) -> None:
    """The way in for inventors and outside counsel, who seal files to your card: no file lies about in clear. The
    journal holds who sealed them and when, as the signatures say. All go in together, once all are proven.

    They go below what you call the sender, or below the beginning of the fingerprint as long as nobody compared it.

    Whether the sender is who the card says shows from its fingerprint: name the card with --from, or take it in with
    `ipvault recipient add` and compare it. The package is opened with your keys in this vault, or those of --identity.
    """
    output = current().output
    description = Description(str(label), str(kind), clean_tags(tags), free_text(note))
    expected = read_card(sender) if sender else None
    incoming = find_package(packages, current().environment.stdin)
    vault = open_current()
    with incoming.open() as file:
        package = proven(file, incoming, lambda _header: _identity(vault), expected)
        known = expected.details if expected else _compared(vault, package)
        before = received_items(vault.catalog, package.manifest.package, package.sender.fingerprint)
        total = sum(entry.size for entry in package.manifest.entries)
        with output.progress(_("Encrypting"), total, "bytes") as bar:
            below = folder or (known.name if known else package.sender.fingerprint[:16])
            result = receive_package(
                vault, package, room=room, folder=below, description=description, progress=bar.advance
            )
    items = [{"id": one.item, "name": one.name, "size": one.size, "sha256": one.sha256} for one in result.stored]
    data = {**package_json(package, known), "room": room, "items": items}
    output.result("receive", data, journal=result.head)
    for entry, one in zip(package.manifest.entries, result.stored, strict=True):
        if not one.name.endswith(f"/{entry.name}"):
            output.remark(_("{name} was written as {path}").format(name=entry.name, path=one.name))
    tell_package(package, known, names_by_id(vault.catalog))
    output.say(_("Stored {items} in room {room}.").format(items=count_of_items(len(result.stored)), room=room))
    if before:
        text = ngettext(
            "this package was received before: {count} document of it is in the vault too, as {name}",
            "this package was received before: {count} documents of it are in the vault too, the first as {name}",
            len(before),
        )
        output.warn(text.format(count=len(before), name=before[0]))


def _identity(vault: Vault) -> Identity:
    """The keys that the package was sealed to."""
    own = current().options.identity
    return open_own()[0] if own else vault.identity


def _compared(vault: Vault, package: OpenedPackage) -> Details | None:
    """Who the sender is by what is known here: a recipient whose fingerprint this member or an owner compared."""
    known = by_fingerprint(vault.catalog, package.sender.fingerprint)
    return known.details if known and known.verified(vault.member) and not known.removed else None
