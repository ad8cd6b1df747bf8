"""`ipvault show`: one item."""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.catalog.address import SHORT_ID, find_any
from ipvault.catalog.items import Item, Version, versions
from ipvault.catalog.packages import Provenance, provenance
from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read, tell_of_rooms_left
from ipvault.cli.people import sender_compared
from ipvault.cli.rendering import exact_size, human_time, item_json, version_json
from ipvault.keys.card import in_groups
from ipvault.text import _
from ipvault.vault.vault import Vault


def show(item: ItemAddress) -> None:
    """Its description, its newest version with the SHA-256 of the content, and who put it in. Removed items are shown
    too, and which versions were erased.
    """
    output = current().output
    vault = open_to_read()
    found = find_any(vault.catalog, item)
    held = versions(vault.catalog, found.id)
    origin = provenance(vault.catalog, found.id)
    data = {
        **item_json(found),
        "created_by": found.creator,
        "versions": list(map(version_json, held)),
        "received": origin._asdict() if origin else None,
    }
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
            *_origin(vault, origin),
            (_("Id"), found.id),
            *_gone(found, held),
        )
    )
    tell_of_rooms_left(vault, [found.room_name])


def _origin(vault: Vault, origin: Provenance | None) -> Iterator[tuple[str, str]]:
    """From whom and in which package it came: by the name of a card that was compared here, or what stood on it."""
    if origin is None:
        return
    name = sender_compared(vault, origin.sender) or _("{name} (as the card says)").format(name=origin.sender_name)
    text = _("package {id} of {name}, fingerprint {fingerprint}; sealed on {sealed}, received on {time}")
    times = {"sealed": human_time(origin.sealed), "time": human_time(origin.time)}
    id_ = origin.package[:SHORT_ID]
    yield _("Came in"), text.format(id=id_, name=name, fingerprint=in_groups(origin.sender[:16]), **times)


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
