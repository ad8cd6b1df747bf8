"""`ipvault move`: another name, another room."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import find_item, new_address
from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import item_json
from ipvault.errors import UsageError
from ipvault.text import _
from ipvault.vault.items import move as move_item


def move(
    item: ItemAddress,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[[ROOM:]NEW-NAME]", help=_("Its new name; one with / at the end is a folder for it.")),
    ] = None,
    room: Annotated[str | None, typer.Option(metavar="ROOM", help=_("The room it goes to."))] = None,
) -> None:
    """In another room every version is encrypted anew, for the members of that room. Its history stays where it was.

    A colon in the new name stands between room and name. With --room the name is taken as it is, colons included.
    """
    if name is None and room is None:
        raise UsageError(problem=_("nothing to do: give a new name, --room, or both"))
    output = current().output
    vault = open_current()
    if room is None and name is not None:
        room, name = new_address(vault.catalog, name)
    if name is not None and name.endswith("/"):
        name += find_item(vault.catalog, item).name.rpartition("/")[2]
    with output.progress(_("Encrypting"), None, "bytes") as bar:
        moved, head = move_item(vault, item, name=name, room=room, progress=bar.advance)
    output.result("move", {"item": item_json(moved)}, journal=head)
    output.say(_("It is now {room}:{name}.").format(room=moved.room_name, name=moved.name))
