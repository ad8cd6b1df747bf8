"""`ipvault list`: what is in the vault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from ipvault.catalog.address import find_room
from ipvault.catalog.items import Item, Selection, select
from ipvault.cli.choices import Kind, Label, clean_tags, moment
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import human_size, human_time, item_json, short_id
from ipvault.text import _

TITLES = (_("Name"), _("Version"), _("Label"), _("Type"), _("Size"), _("Changed"), _("Room"), _("Tags"), _("Id"))


def list_items(
    pattern: Annotated[
        str | None, typer.Argument(metavar="PATTERN", help=_("Such as '*.docx', 'widget/**' or 'main:widget/*'."))
    ] = None,
    room: Annotated[str | None, typer.Option(metavar="ROOM", help=_("Only this room."))] = None,
    label: Annotated[Label | None, typer.Option(help=_("Only this classification."))] = None,
    kind: Annotated[Kind | None, typer.Option("--type", help=_("Only this type."))] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help=_("Only with this tag; repeated: with all."))
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help=_("Changed at or after a date, or within such as 7d."))
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="WHEN", help=_("Changed before a date."))] = None,
    removed: Annotated[bool, typer.Option("--removed", help=_("Those that were removed instead."))] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line."))] = False,
) -> None:
    """In a pipe the columns are separated by tabs, without titles: name, version, label, type, size, time, room,
    tags, id."""
    output = current().output
    vault = open_current()
    now = vault.machine.now()
    if room is not None:
        find_room(vault.catalog, room)
    selection = Selection(
        pattern=pattern,
        room=room,
        label=label,
        type=kind,
        tags=clean_tags(tags),
        since=moment(since, now) if since else None,
        until=moment(until, now) if until else None,
        removed=removed,
    )
    items = select(vault.catalog, selection)
    if jsonl:
        output.jsonl(map(item_json, items))
    elif output.wants_json:
        output.result("list", {"items": list(map(item_json, items))}, journal=vault.catalog.head)
    elif found := list(items):
        show_items(found)
    elif selection == Selection():
        output.say(_("The list is empty. To put something into the vault: ipvault add FILE"))
    else:
        output.say(_("Nothing in the vault matches."))


def show_items(items: Iterable[Item]) -> None:
    """A table of items; sizes and times as people read them where people read them."""
    output = current().output
    for_people = current().environment.stdout.isatty()
    size, time = (human_size, human_time) if for_people else (str, str)
    output.table(
        TITLES,
        (
            (
                item.name,
                item.version,
                item.label,
                item.type,
                size(item.size),
                time(item.changed),
                item.room_name,
                ", ".join(item.tags),
                short_id(item),
            )
            for item in items
        ),
    )
