"""`ipvault revoke`: take back what was shared, as far as that can be done."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.packages import Package, find_package
from ipvault.catalog.recipients import Recipient, find_recipient, fingerprints_of
from ipvault.catalog.roster import members, rooms_and_roles
from ipvault.cli.choices import Reason
from ipvault.cli.invocation import current
from ipvault.cli.membership import room_called
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import recipient_json
from ipvault.cli.rendering import human_time, quoted
from ipvault.cli.revoked import tell_packages
from ipvault.errors import NoSuchPackage, NoSuchRecipient, NothingToRevoke
from ipvault.text import _, program
from ipvault.vault.names import free_text
from ipvault.vault.revoking import Revocation, revoke_package, revoke_recipient
from ipvault.vault.vault import Vault


def revoke(
    what: Annotated[str, typer.Argument(metavar="PACKAGE|NAME", help=_("A package's id, or a recipient's name."))],
    reason: Reason = "",
) -> None:
    """Of a package, the journal says that it is not to be used any more. With a recipient, sharing is refused from here
    on, which takes an owner of the vault or whoever took in the card, and the packages that nobody else was sent are
    revoked as well, where you are an owner or editor.

    Revoking stops later versions only: it does not reach what was sent. Who has a package can still open it.
    """
    output = current().output
    vault = open_current()
    text = free_text(reason)
    if before := _package(vault, what):
        package, head = revoke_package(vault, before.id, text)
        output.result("revoke", {"recipient": None, "packages": [package.id], "left": []}, journal=head)
        _tell_package(before)
    else:
        done = _revoked(vault, what, text)
        ids, others = [package.id for package in done.packages], [package.id for package in done.left]
        data = {"recipient": recipient_json(done.recipient, vault.member), "packages": ids, "left": others}
        output.result("revoke", data, journal=done.head)
        _tell_recipient(done)
        _warn_of_member(vault, done.recipient)
    output.say(_("Revoking stops later versions only: whoever has a package can still open it, and may have copies."))


def _revoked(vault: Vault, name: str, reason: str) -> Revocation:
    try:
        return revoke_recipient(vault, name, reason)
    except NoSuchRecipient as unknown:
        advice = unknown.fields["suggestion"]
        if any(one.name == name for one in members(vault.catalog)):
            text = _("{name} is a member of the vault; to take {name} out: {ipvault} member remove {quoted}")
            advice = text.format(name=name, ipvault=program(), quoted=quoted(name))
        raise NothingToRevoke(name=name, suggestion=advice) from None


def _tell_package(package: Package) -> None:
    """What became of a package that was like this before; other rooms than those of then may be told of it now."""
    output, id_ = current().output, package.id[:SHORT_ID]
    if package.revoked is None:
        output.say(_("Revoked the package {id}.").format(id=id_))
    else:
        text = _("The package {id} has been revoked since {time}; that it was revoked again is recorded.")
        output.say(text.format(id=id_, time=human_time(package.revoked)))


def _tell_recipient(done: Revocation) -> None:
    output, name = current().output, done.recipient.name
    if done.since is None:
        output.say(_("Nothing is shared with {name} any more.").format(name=name))
    else:
        text = _("Sharing with {name} has been revoked since {time}.")
        output.say(text.format(name=name, time=human_time(done.since)))
    tell_packages(done.packages, done.left)


def _warn_of_member(vault: Vault, recipient: Recipient) -> None:
    """Say of a recipient who is a member as well that this leaves what he is in the vault."""
    his = fingerprints_of(vault.catalog, recipient)
    for one in members(vault.catalog):
        if one.fingerprint in his:
            rooms = sorted(room_called(vault, id_) for id_ in rooms_and_roles(vault.catalog, one.fingerprint))
            text = _(
                "{name} is a member of the vault too, in the rooms {rooms}, and opens what is there as before; to take "
                "{name} out of these rooms and give them new keys: {ipvault} member remove {quoted}"
            )
            called = {"name": one.name, "rooms": ", ".join(rooms), "quoted": quoted(one.name)}
            current().output.warn(text.format(**called, ipvault=program()))


def _package(vault: Vault, typed: str) -> Package | None:
    """The package that is meant, if nobody is called so. Raises `AmbiguousPackage`."""
    try:
        package = find_package(vault.catalog, typed)
    except NoSuchPackage:
        return None
    try:
        find_recipient(vault.catalog, typed)
    except NoSuchRecipient:
        return package
    return None
