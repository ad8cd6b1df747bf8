"""`ipvault label`: change how items are classified and described."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.cli.choices import ItemAddresses, Kind, Label, clean_tags
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import item_json
from ipvault.errors import UsageError
from ipvault.text import _
from ipvault.vault.items import Changes, describe
from ipvault.vault.names import free_text


def label(
    items: ItemAddresses,
    label: Annotated[Label | None, typer.Option(help=_("The new classification."))] = None,
    kind: Annotated[Kind | None, typer.Option("--type", help=_("The new type."))] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help=_("Add a tag; may be repeated."))
    ] = None,
    untags: Annotated[
        list[str] | None, typer.Option("--untag", metavar="TAG", help=_("Take a tag away; may be repeated."))
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help=_("The new note; '' removes it."))] = None,
) -> None:
    """What is not named stays as it is. `ipvault history ITEM` shows every change and who made it.

    Owners of the room lower a label, and take away the tags personal-data, subject:…, itar and ear:…; so does whoever
    added the document, as long as nobody else has changed it. Others ask an owner.
    """
    output = current().output
    changes = Changes(
        label=str(label) if label else None,
        type=str(kind) if kind else None,
        note=free_text(note) if note is not None else None,
        add_tags=clean_tags(tags),
        drop_tags=clean_tags(untags),
    )
    if changes == Changes():
        raise UsageError(problem=_("nothing to change: give --label, --type, --tag, --untag or --note"))
    changed, head = describe(open_current(), items, changes)
    output.result("label", {"items": list(map(item_json, changed))}, journal=head)
    for item in changed:
        tags_text = _("tags {tags}").format(tags=", ".join(item.tags)) if item.tags else _("no tags")
        text = _("{name} is now: {label}, {type}, {tags}.")
        output.say(text.format(name=item.name, label=item.label, type=item.type, tags=tags_text))
