"""`ipvault open`: what a package holds, for its recipient, who needs no vault."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from ipvault.cli.binary import ByteSink
from ipvault.cli.cards import card_json, described, read_card
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.own_keys import own_recipient
from ipvault.cli.package_output import Force
from ipvault.cli.rendering import count_of_files, human_size, human_time, shortened
from ipvault.cli.seal import tell_expiry
from ipvault.errors import (
    AnotherSender,
    DestinationExists,
    PackageDamaged,
    PackageExpired,
    PackageStreamDamaged,
    UsageError,
)
from ipvault.keys.card import Card, Details, in_groups
from ipvault.keys.identity import Identity
from ipvault.sharing.header import Header
from ipvault.sharing.incoming import Incoming, find_package, spooled
from ipvault.sharing.package_reader import OpenedPackage, open_package
from ipvault.storage.destination import Destination
from ipvault.storage.safe_names import unique_paths
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.sources import Readable

Packages = Annotated[
    list[str], typer.Argument(metavar="PACKAGE", help=_("A package, - for a pipe, or its parts or their folder."))
]
From = Annotated[str, typer.Option("--from", metavar="CARD", help=_("Refuse it unless it is from this card's owner."))]

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


def open_(
    packages: Packages,
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR|-", help=_("A folder, or - for a pipe if it is one file."))
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help=_("Say what is in it, and write nothing."))] = False,
    sender: From = "",
    force: Force = False,
) -> None:
    """The sender's signatures are checked first, all of the contents before any file appears. Files are private to you,
    and never written through a link or out of the folder. No vault is needed, only your own identity.

    With several identities, a file of your own and that of a vault, each is tried; --identity FILE says which.

    A card proves nothing by itself: compare the sender's fingerprint with the sender over another channel once, keep
    the card, and name it with --from.
    """
    output = current().output
    if list_ and destination:
        raise UsageError(problem=_("--list writes nothing, so it does not go with -o: give one of them"))
    if not list_ and not destination:
        raise UsageError(problem=_("say where to: -o FOLDER, or -o - for a pipe; or give --list"))
    sink = output.bytes_out(_("the document")) if destination == PIPE else None
    expected = read_card(sender) if sender else None
    incoming = find_package(packages, current().environment.stdin)
    if sink is not None:
        _write_out(incoming, expected, sink)
        return
    with incoming.open() as file:
        package = proven(file, incoming, lambda header: own_recipient(header, incoming.place).identity, expected)
        known = expected.details if expected else None
        data = package_json(package, known)
        if list_:
            _list(package, known)
        else:
            paths = _extract(package, Path(destination), force)
            for entry, path in zip(data["entries"], paths, strict=True):
                entry["path"] = path
    output.result("open", {**data, "destination": None if list_ else str(Path(destination).absolute())})
    if not list_:
        tell_package(package, known)
        text = _("Wrote {files} to {destination}.")
        output.say(text.format(files=count_of_files(len(data["entries"])), destination=Path(destination).absolute()))


def package_json(package: OpenedPackage, known: Details | None) -> dict[str, Any]:
    """What the manifest says, for programs."""
    manifest = package.manifest
    return {
        "package": manifest.package,
        "manifest": package.manifest_hash,
        "sender": card_json(package.sender),
        "sender_known": known is not None,
        "recipients": list(manifest.recipients),
        **manifest.terms._asdict(),
        "entries": [{**entry._asdict(), "path": None} for entry in manifest.entries],
    }


def tell_package(package: OpenedPackage, known: Details | None, names: Mapping[str, str] = NO_NAMES) -> None:
    """Who sent it and on which terms, for people: by the details that are known, or the claimed ones with a warning.

    `names` tells whose fingerprints are known.
    """
    output, terms = current().output, package.manifest.terms
    sender = package.sender if known is None else package.sender._replace(details=known)
    output.say(_("Sealed on {time} by {who}.").format(time=human_time(terms.created), who=described(sender)))
    if known is None:
        text = _(
            "the card is not one that you named: that {name} sent this is only what the card itself says; compare the "
            "fingerprint over another channel, then name the card with --from"
        )
        output.warn(text.format(name=package.sender.details.name))
    else:
        output.say(_("The sender's card is one that you know."))
    _tell_others(package, names or {package.sender.fingerprint: sender.details.name})
    if terms.purpose:
        output.say(_("Purpose: {text}").format(text=terms.purpose))
    for line in terms.message.splitlines():
        output.say(_("Message: {text}").format(text=line))
    if terms.expires:
        tell_expiry(terms.expires)


def _tell_others(package: OpenedPackage, names: Mapping[str, str]) -> None:
    """Who else can open it, by name or, since the package holds no more than that, by the fingerprint."""
    others = [one for one in package.manifest.recipients if one != package.recipient]
    if not others:
        return
    output = current().output
    text = ngettext(
        "{count} other person can open it too: {who}.", "{count} others can open it too: {who}.", len(others)
    )
    unnamed = _("fingerprint {groups} …")
    who = [names.get(one) or unnamed.format(groups=in_groups(one[:16])) for one in others]
    output.say(text.format(count=len(others), who=shortened(who)))
    if any(one not in names for one in others):
        output.say(_("A package holds the fingerprints of its recipients, and no names but the sender's."))


def proven(
    file: Readable, incoming: Incoming, choose: Callable[[Header], Identity], expected: Card | None
) -> OpenedPackage:
    """The package, if it comes from whom it should and may still be opened, by the identity that `choose` gives."""
    header = Header.read(file, incoming.place)
    package = open_package(file, choose(header), incoming.place, incoming.size, header)
    fingerprint = package.sender.fingerprint
    if expected is not None and expected.fingerprint != fingerprint:
        raise AnotherSender(place=incoming.place, fingerprint=in_groups(fingerprint))
    terms = package.manifest.terms
    if terms.expires is not None and terms.have_expired(timestamp(time.time())):
        raise PackageExpired(place=incoming.place, expires=human_time(terms.expires))
    return package


def _list(package: OpenedPackage, known: Details | None) -> None:
    """What is in it: checked to its end, so that the list is not of something else."""
    with current().output.progress(_("Checking"), _size(package), "bytes") as bar:
        for _entry, blocks in package.contents():
            for block in blocks:
                bar.advance(len(block))
    tell_package(package, known)
    rows = ((entry.name, human_size(entry.size), entry.label) for entry in package.manifest.entries)
    current().output.table((_("Name"), _("Size"), _("Label")), rows)


def _extract(package: OpenedPackage, folder: Path, force: bool) -> list[str]:
    """Write all files below `folder`; under which paths."""
    output = current().output
    names = [entry.name for entry in package.manifest.entries]
    paths = unique_paths(names)
    path_of = dict(zip(names, paths, strict=True))
    for path in paths if not force else ():
        if os.path.lexists(folder / path):
            raise DestinationExists(path=folder / path)
    with Destination(folder, current().vault_if_any()) as target:
        with output.progress(_("Opening"), _size(package), "bytes") as bar:
            for entry, blocks in package.contents():
                with target.withheld(path_of[entry.name]) as file:
                    for block in blocks:
                        file.write(block)
                        bar.advance(len(block))
        target.reveal(replace=force)
        target.finish()
    if hidden := [path for path in paths if path.startswith(".") or "/." in path]:
        text = _("hidden files came with the package; look at them before another program does: {names}")
        output.warn(text.format(names=shortened(hidden)))
    for name, path in path_of.items():
        if name != path:
            output.remark(_("{name} was written as {path}").format(name=name, path=path))
    return paths


def _write_out(incoming: Incoming, expected: Card | None, sink: ByteSink) -> None:
    """The one content to a pipe, after all of it has been read once to see that it is whole."""
    with spooled(incoming) as again:
        with again.open() as file:
            identity = own_recipient(Header.read(file, again.place), again.place).identity
        with again.open() as file:
            package = proven(file, again, lambda _header: identity, expected)
            if len(package.manifest.entries) != 1:
                raise UsageError(problem=_("several files do not fit into one stream: use -o FOLDER"))
            package.check()
        tell_package(package, expected.details if expected else None)
        with again.open() as file:
            second = open_package(file, identity, again.place, again.size)
            try:
                if second.manifest_hash != package.manifest_hash:
                    raise PackageDamaged(place=again.place, reason=_("it was replaced while it was read"))
                for _entry, blocks in second.contents():
                    for block in blocks:
                        sink.write(block)
            except PackageDamaged as damaged:
                raise PackageStreamDamaged(**damaged.fields) from None
    sink.flush()


def _size(package: OpenedPackage) -> int:
    return sum(entry.size for entry in package.manifest.entries)
