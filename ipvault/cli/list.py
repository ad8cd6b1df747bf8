"""`ipvault list`: what is in the vault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from ipvault.catalog.address import find_room
from ipvault.catalog.items import Item, Listed, Selection, select, select_listed
from ipvault.catalog.suggestions import wider_pattern
from ipvault.cli.choices import Jsonl, Kind, Label, clean_tags, moment
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read, tell_of_rooms_left
from ipvault.cli.rendering import human_size, human_time, item_json, quoted, short_id
from ipvault.text import _, program

_TYPE, _SIZE, _ROOM, _TAGS, _ID = _("Type"), _("Size"), _("Room"), _("Tags"), _("Id")
TITLES = (_("Name"), _("Version"), _("Label"), _TYPE, _SIZE, _("Changed"), _ROOM, _TAGS, _ID, _("State"))
_LEAST_MISSED = (_TAGS, _ID, _ROOM, _TYPE, _SIZE)
GAP = 3


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
    jsonl: Jsonl = False,
) -> None:
    """In a pattern * and ? stop at a slash, ** does not; one without a slash matches in every folder. With a room's
    name and a colon in front it means that room only.

    In a pipe the columns are separated by tabs, without titles: name, version, label, type, size, time, room, tags, id;
    with --removed also the state, which is erased for an item of which nothing is left.
    """
    output = current().output
    vault = open_to_read()
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
    if jsonl:
        output.jsonl(map(item_json, select(vault.catalog, selection)))
    elif output.wants_json:
        items = list(map(item_json, select(vault.catalog, selection)))
        output.result("list", {"items": items}, journal=vault.catalog.head)
    elif found := list(select_listed(vault.catalog, selection)):
        show_items(found)
        tell_of_rooms_left(vault, {one.room_name for one in found})
    elif selection == Selection():
        text = _("The list is empty. To put something into the vault: {ipvault} add FILE")
        output.say(text.format(ipvault=program()))
    elif pattern and (wider := wider_pattern(vault.catalog, pattern, removed=removed)):
        output.say(_("Nothing in the vault matches. Did you mean {quoted}?").format(quoted=quoted(wider)))
    else:
        output.say(_("Nothing in the vault matches."))


def show_items(items: Sequence[Item | Listed]) -> None:
    """A table of items: for people as many columns as fit beside whole names, for programs always all of them."""
    invocation = current()
    if not invocation.environment.stdout.isatty():
        invocation.output.table(TITLES, (_row(item, str, str) for item in items))
        return
    rows = [_row(item, human_size, human_time) for item in items]
    titles = TITLES[: len(rows[0])]
    shown = _fitting([titles, *rows], invocation.environment.width)
    invocation.output.table([titles[n] for n in shown], ([row[n] for n in shown] for row in rows))


def _row(item: Item | Listed, size: Callable[[int], str], time: Callable[[str], str]) -> tuple[object, ...]:
    return (
        item.name,
        item.version,
        item.label,
        item.type,
        size(item.size),
        time(item.changed),
        item.room_name,
        ", ".join(item.tags),
        short_id(item),
        *(("erased" if item.erased else "removed",) if item.removed else ()),
    )


def _fitting(rows: Sequence[Sequence[object]], width: int) -> list[int]:
    """The numbers of the columns to show: without those that say nothing, and the least missed go first."""
    columns = list(zip(*rows, strict=True))
    widths = [max(len(str(cell)) for cell in column) for column in columns]
    silent = {_ROOM: len(set(columns[TITLES.index(_ROOM)][1:])) == 1, _TAGS: not any(columns[TITLES.index(_TAGS)][1:])}
    shown = [n for n, title in enumerate(rows[0]) if not silent.get(str(title))]
    for droppable in _LEAST_MISSED:
        if sum(widths[n] + GAP for n in shown) <= width:
            break
        shown = [n for n in shown if TITLES[n] != droppable]
    return shown
