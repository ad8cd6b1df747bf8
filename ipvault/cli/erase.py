"""`ipvault erase`: destroy content for good."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

import typer

from ipvault.catalog.address import find_any
from ipvault.characters import printable
from ipvault.cli.choices import ItemAddress, Reason
from ipvault.cli.invocation import current
from ipvault.cli.losses import warn_of_losses
from ipvault.cli.opening import open_current
from ipvault.errors import NotConfirmed
from ipvault.text import _, ngettext
from ipvault.vault.items import erase as erase_versions, to_erase
from ipvault.vault.names import free_text


def erase(
    item: ItemAddress,
    version: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Only this version."))] = None,
    reason: Reason = "",
    confirm: Annotated[
        str | None, typer.Option(metavar="NAME", help=_("The item's name, instead of being asked to type it."))
    ] = None,
) -> None:
    """The key and the content of the versions are destroyed in this vault; their records stay.

    You are asked to type the item's name, as it is shown. Erasing cannot reach copies that left before: exports,
    packages, backups. A rule of retention does not stop you, a hold does: a warning says if a rule would still keep it,
    or if an agreement or a consent in force is shown by it.
    The reason stays in the journal for good and cannot be forgotten: write no personal data into it.
    """
    invocation = current()
    output = invocation.output
    vault = open_current()
    found = find_any(vault.catalog, item)
    chosen = to_erase(found, vault, version)
    warn_of_losses(vault, [found])
    if confirm is None:
        text = ngettext(
            "This destroys version {numbers} of {name}, which has {count} version. It cannot be undone.",
            "This destroys version {numbers} of {name}, which has {count} versions. It cannot be undone.",
            found.version,
        )
        invocation.prompts.confirm_by_typing(
            _("Type the item's name to go on: "),
            found.name,
            warning=text.format(
                numbers=", ".join(str(version.number) for version in chosen), count=found.version, name=found.name
            ),
            action=_("erasing {name}").format(name=found.name),
            hint=_("run it in a terminal, or repeat the item's name with --confirm"),
        )
    elif printable(normalize("NFC", confirm)) != printable(found.name):
        raise NotConfirmed
    numbers = [erased.number for erased in chosen]
    head = erase_versions(vault, found, numbers, reason=free_text(reason))
    output.result("erase", {"id": found.id, "name": found.name, "versions": numbers}, journal=head)
    text = ngettext("Erased version {numbers} of {name}.", "Erased versions {numbers} of {name}.", len(numbers))
    output.say(text.format(numbers=", ".join(map(str, numbers)), name=found.name))
    output.say(_("The journal keeps the record of it. Copies outside the vault, exports and backups, are not reached."))
