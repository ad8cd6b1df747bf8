"""`ipvault search`: find items by words."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.search import SHORT, search as search_items, terms_of
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.list import show_items
from ipvault.cli.opening import open_to_read, tell_of_rooms_left
from ipvault.cli.rendering import item_json
from ipvault.text import _, program


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORD", help=_("All of them have to be there."))],
    jsonl: Jsonl = False,
) -> None:
    """Names, tags and notes are searched, not what is in the documents; the best match comes first. Neither case nor
    accents count. A word of three letters or more is found inside other words too, a shorter one where a word begins.

    What is searched exists in memory only.
    """
    output = current().output
    vault = open_to_read()
    items = search_items(vault.catalog, " ".join(words))
    if not items:
        output.say(_nothing(terms_of(" ".join(words))))
    if jsonl:
        output.jsonl(map(item_json, items))
        return
    output.result("search", {"items": list(map(item_json, items))}, journal=vault.catalog.head)
    if items:
        show_items(items)
        tell_of_rooms_left(vault, {one.room_name for one in items})


def _nothing(terms: list[str]) -> str:
    """That nothing was found, and why not where that may be for what was asked."""
    if not terms:
        text = _("Nothing matches: a search finds letters and digits, and no other signs.")
    elif any(len(term) < SHORT for term in terms):
        text = _("Nothing matches: fewer than {count} letters are found only where a word begins.").format(count=SHORT)
    else:
        text = _("Nothing matches.")
    return f"{text} {_('`{ipvault} list` shows everything.').format(ipvault=program())}"
