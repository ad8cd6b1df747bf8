"""The options that say which documents something is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from ipvault.catalog.scopes import Scope
from ipvault.cli.choices import Kind, Label, clean_tags
from ipvault.errors import UsageError
from ipvault.text import _

Items = Annotated[
    list[str] | None, typer.Option("--item", metavar="ITEM|PATTERN", help=_("A document; may be repeated."))
]
Rooms = Annotated[list[str] | None, typer.Option("--room", metavar="ROOM", help=_("All documents in a room."))]
Labels = Annotated[list[Label] | None, typer.Option("--label", help=_("All documents with a label."))]
Types = Annotated[list[Kind] | None, typer.Option("--type", help=_("All documents of a type."))]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help=_("All documents with a tag."))]
Everything = Annotated[bool, typer.Option("--all", help=_("All documents of the vault."))]


def scope_of(
    items: Sequence[str] | None,
    rooms: Sequence[str] | None,
    labels: Sequence[str] | None,
    types: Sequence[str] | None,
    tags: list[str] | None,
    everything: bool,
) -> Scope:
    """What the options say, as it was typed. Raises `UsageError` where they say nothing, or all and something."""
    named = (items, rooms, map(str, labels or ()), map(str, types or ()), clean_tags(tags))
    scope = Scope(*(tuple(dict.fromkeys(values or ())) for values in named))
    if any(scope) == everything:
        raise UsageError(
            problem=_("say which documents: --item, --room, --label, --type or --tag, or --all for every one")
        )
    return scope
