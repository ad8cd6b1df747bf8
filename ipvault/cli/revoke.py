"""`ipvault revoke`: take back what was shared, as far as that can be done."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.packages import find_package
from ipvault.catalog.recipients import find_recipient
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import recipient_json
from ipvault.cli.rendering import shortened
from ipvault.errors import NoSuchPackage, NoSuchRecipient
from ipvault.sharing.revoke import revoke_package, revoke_recipient
from ipvault.text import _, ngettext, program
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def revoke(
    what: Annotated[str, typer.Argument(metavar="PACKAGE|NAME", help=_("A package's id, or a recipient's name."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why, for the journal."))] = "",
) -> None:
    """Of a package, the journal says that it is not to be used any more. With a recipient, sharing is refused from here
    on, which takes an owner of the vault or whoever took in the card, and the packages that nobody else was sent are
    revoked as well, where you are an owner or editor.

    Revoking stops later versions only: it does not reach what was sent. Who has a package can still open it.
    """
    output = current().output
    vault = open_current()
    text = free_text(reason)
    if _is_package(vault, what):
        package, head = revoke_package(vault, what, text)
        output.result("revoke", {"recipient": None, "packages": [package.id], "left": []}, journal=head)
        output.say(_("Revoked the package {id}.").format(id=package.id[:SHORT_ID]))
    else:
        recipient, revoked, left, head = revoke_recipient(vault, what, text)
        ids, others = [package.id for package in revoked], [package.id for package in left]
        data = {"recipient": recipient_json(recipient, vault.member), "packages": ids, "left": others}
        output.result("revoke", data, journal=head)
        said = ngettext(
            "Nothing is shared with {name} any more; {count} package that nobody else was sent is revoked.",
            "Nothing is shared with {name} any more; {count} packages that nobody else was sent are revoked.",
            len(ids),
        )
        output.say(said.format(name=recipient.name, count=len(ids)))
        if others:
            warning = _(
                "what came from rooms in which you may not revoke is not revoked: of the packages {ids}; an owner or "
                "editor there does that, with {ipvault} revoke PACKAGE"
            )
            output.warn(warning.format(ids=shortened([one[:SHORT_ID] for one in others]), ipvault=program()))
    output.say(_("Revoking stops later versions only: whoever has a package can still open it, and may have copies."))


def _is_package(vault: Vault, typed: str) -> bool:
    """Whether a package is meant: nobody is called so. Raises `AmbiguousPackage`."""
    try:
        find_package(vault.catalog, typed)
    except NoSuchPackage:
        return False
    try:
        find_recipient(vault.catalog, typed)
    except NoSuchRecipient:
        return True
    return False
