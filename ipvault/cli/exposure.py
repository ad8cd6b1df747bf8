"""`ipvault exposure`: every version that somebody could have."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.cli.choices import Jsonl, moment_so_far
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read, warn_of_rooms_not_visible
from ipvault.cli.people import PersonName, identities_of
from ipvault.cli.rendering import count_of_items, human_time, or_null
from ipvault.records.wording import in_words
from ipvault.text import _, ngettext
from ipvault.vault.exposure import Exposure, exposure as exposures_of

TITLES = (_("Name"), _("Version"), _("Why"), _("Since"), _("Until"), _("Opened"))


def exposure(
    name: PersonName,
    since: Annotated[
        str | None, typer.Option(metavar="DATE|7d", help=_("Only what could be read at that time or later."))
    ] = None,
    jsonl: Jsonl = False,
) -> None:
    """For the day on which a laptop or an identity file is stolen, or a member leaves: what the person could read, or
    whoever has that identity now, and by which room or package. Whether it was read, no journal can know, except where
    a receipt says so. For a member a line ends with the next key of the room; what is still stored under the old one,
    `ipvault access` tells. Of a recipient all cards count, those that newer ones replaced too, whichever of them you
    name.

    Rooms that you are not in are not told of, since nobody without their keys knows what is in them; a warning says how
    many they are.
    """
    output = current().output
    vault = open_to_read()
    began = moment_so_far(since, time.time()) if since else ""
    found = exposures_of(vault, identities_of(vault.catalog, name), began)
    hidden = warn_of_rooms_not_visible(vault)
    if forgotten := len({one.item for one in found if one.name == one.item}):
        text = ngettext(
            "{count} document was forgotten, and is listed by its id.",
            "{count} documents were forgotten, and are listed by their ids.",
            forgotten,
        )
        output.warn(text.format(count=forgotten))
    if jsonl:
        output.jsonl(map(_json, found))
    elif output.wants_json:
        data = {"exposures": list(map(_json, found)), "rooms_not_visible": hidden}
        output.result("exposure", data, journal=vault.catalog.head)
    else:
        output.table(TITLES, map(_row, found))
    output.say(_sum(found))


def _json(one: Exposure) -> dict[str, Any]:
    return or_null(one._asdict(), "sha256", "room", "role", "package", "until")


def _row(one: Exposure) -> tuple[str, ...]:
    shown = human_time if current().environment.stdout.isatty() else str
    if one.package:
        why = _("package {id}").format(id=one.package[:SHORT_ID])
    else:
        why = _("{role} of room {room}").format(role=_roles(one.roles), room=one.room)
    until = shown(one.until) if one.until else ""
    return one.name, str(one.version), why, shown(one.since), until, _("yes") if one.opened else ""


def _roles(roles: Sequence[str]) -> str:
    """One after the other, as somebody had them."""
    words = in_words(roles[0])
    for role in roles[1:]:
        words = _("{before}, then {role}").format(before=words, role=in_words(role))
    return words


def _sum(found: Sequence[Exposure]) -> str:
    items = len({one.item for one in found})
    versions = len({(one.item, one.version) for one in found})
    text = ngettext("{count} version of {items} could be read.", "{count} versions of {items} could be read.", versions)
    return text.format(count=versions, items=count_of_items(items))
