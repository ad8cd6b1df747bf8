"""`ipvault package inspect`: what anybody can see of a package, without a key."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.cli.invocation import current
from ipvault.cli.rendering import exact_size
from ipvault.sharing.header import FORMAT, Header
from ipvault.sharing.incoming import PIPE, find_package, look_at_part
from ipvault.text import _
from ipvault.vault.objects import BLOCK


def inspect(
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help=_("A package, a part of one, or - for a pipe."))],
) -> None:
    """This is all that somebody learns who intercepts it: neither names nor sender nor recipients, no exact size.

    Nothing is checked but its beginning, and for a part that it arrived whole. The rest takes a recipient's key.
    """
    output = current().output
    if package != PIPE and (part := look_at_part(package)):
        output.result("package-inspect", _data(part.package, part=part.number, parts=part.total))
        output.fields(
            [
                (_("Package"), part.package),
                (_("Part"), _("{number} of {total}, whole").format(number=part.number, total=part.total)),
            ]
        )
        return
    incoming = find_package([package], current().environment.stdin)
    with incoming.open() as file:
        header = Header.read(file, incoming.place)
        size = len(header.packed)
        while block := file.read(BLOCK):
            size += len(block)
    recipients = len(header.slots)
    output.result("package-inspect", _data(header.id, format=FORMAT, recipients=recipients, size=size))
    output.fields(
        [
            (_("Package"), header.id),
            (_("Format"), FORMAT),
            (_("Recipients"), _("{count}; who they are does not show").format(count=recipients)),
            (_("Size"), exact_size(size)),
            (_("Sealed inside"), _("sender, recipients, terms, names, sizes and contents")),
        ]
    )


def _data(package: str, **known: int) -> dict[str, Any]:
    """What is known, for programs: of a part less than of a package."""
    return {"package": package, **dict.fromkeys(("format", "recipients", "size", "part", "parts")), **known}
