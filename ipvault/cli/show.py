"""`ipvault show`: one item."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.catalog.address import find_any
from ipvault.catalog.items import Item, Version, versions
from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import exact_size, human_time, item_json, version_json
from ipvault.text import _


def show(item: ItemAddress) -> None:
    """Its description, its newest version with the SHA-256 of the content, and who put it in. Removed items are shown
    too, and which versions were erased.
    """
    output = current().output
    vault = open_to_read()
    found = find_any(vault.catalog, item)
    held = versions(vault.catalog, found.id)
    data = {**item_json(found), "created_by": found.creator, "versions": list(map(version_json, held))}
    output.result("show", data, journal=vault.catalog.head)
    newest = held[-1]
    output.fields(
        (
            (_("Name"), found.name),
            (_("Room"), found.room_name),
            (_("Label"), found.label),
            (_("Type"), found.type),
            (_("Tags"), ", ".join(found.tags) or _("none")),
            (_("Note"), found.note or _("none")),
            (_("Version"), newest.number),
            (_("Size"), exact_size(newest.size)),
            (_("SHA-256"), newest.sha256),
            (_("Created"), _by(human_time(found.created), member_name(vault, found.creator))),
            (_("This version"), _by(human_time(newest.added), member_name(vault, newest.adder))),
            (_("Source file"), newest.source or _("a pipe")),
            (_("Id"), found.id),
            *_gone(found, held),
        )
    )


def _gone(item: Item, held: list[Version]) -> Iterator[tuple[str, str]]:
    """What is not there any more, and since when."""
    if item.removed:
        yield _("Removed"), human_time(item.removed)
    for version in held:
        if version.erased:
            text = _("version {version}, {time}").format(version=version.number, time=human_time(version.erased))
            yield _("Erased"), text


def _by(time: str, who: str) -> str:
    return _("{time} by {who}").format(time=time, who=who)
