"""`ipvault room`: who shares what is decided room by room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ipvault.catalog.address import Room, rooms
from ipvault.catalog.items import Selection, select
from ipvault.catalog.roster import member, outlived
from ipvault.cli.invocation import current
from ipvault.cli.membership import (
    Reencrypt,
    member_json,
    members_called,
    named_room,
    say_what_a_new_key_does,
    warn_of_outlived_key,
    write_anew,
)
from ipvault.cli.opening import open_current, open_to_read, tell_of_rooms_left
from ipvault.cli.rendering import human_time
from ipvault.errors import UsageError
from ipvault.records.vocabulary import ROOT
from ipvault.records.wording import in_words
from ipvault.text import _, ngettext, program
from ipvault.vault.names import room_name
from ipvault.vault.rooms import create_room, rotate
from ipvault.vault.vault import Vault

RoomArgument = Annotated[str, typer.Argument(metavar="ROOM", help=_("Its name."))]


def create(name: Annotated[str, typer.Argument(metavar="NAME", help=_("What it is called, for its members."))]) -> None:
    """You become its owner, and nobody else can open it until you let them in with `member add`.

    Only its members learn its name and what is in it. It takes an owner of the vault to make one.
    """
    output = current().output
    vault = open_current()
    room, head = create_room(vault, room_name(name))
    output.result("room-create", {"room": _room_json(vault, room)}, journal=head)
    output.say(_("Created the room {room}. You are its owner, and the only one in it.").format(room=room.name))
    output.say(_("Next: {ipvault} add FILE --room ROOM, or {ipvault} member add CARD").format(ipvault=program()))


def list_rooms() -> None:
    """Those that you can open. There may be others in the vault, of which only their members know."""
    output = current().output
    vault = open_to_read()
    found = [room for room in rooms(vault.catalog) if room.name != ROOT]
    data = [_room_json(vault, room) for room in found]
    output.result("room-list", {"rooms": data}, journal=vault.catalog.head)
    output.table(
        (_("Room"), _("Your role"), _("Members"), _("Documents"), _("Key since")),
        [(d["name"], _role(d), len(d["members"]), d["documents"], _keyed(d)) for d in data],
    )
    tell_of_rooms_left(vault, (room.name for room in found))
    for room in found:
        warn_of_outlived_key(vault, room)


def show(room: RoomArgument) -> None:
    """Who is in it, in which role, and since when its key is the present one."""
    output = current().output
    vault = open_to_read()
    found = named_room(vault, room)
    data = _room_json(vault, found)
    output.result("room-show", {"room": data}, journal=vault.catalog.head)
    output.fields(
        [
            (_("Room"), f"{found.name} ({found.id})"),
            (_("Created"), human_time(data["created"])),
            (_("Documents"), data["documents"]),
            (_("Your role"), _role(data)),
            (_("Key"), _key(data)),
        ]
    )
    rows = [
        (who["name"], who["organisation"], in_words(who["role"]), who["fingerprint"][:16]) for who in data["members"]
    ]
    output.table((_("Member"), _("Organisation"), _("Role"), _("Fingerprint")), rows)
    tell_of_rooms_left(vault, [found.name])
    warn_of_outlived_key(vault, found)


def rotate_key(
    room: RoomArgument,
    again: Reencrypt = False,
    resume: Annotated[
        bool, typer.Option("--resume", help=_("Make no new key: go on encrypting where it was interrupted."))
    ] = False,
) -> None:
    """For those who are in the room now: what is stored from now on opens with the new key only.

    With --reencrypt what is there already is encrypted anew as well, a part at a time. If that is interrupted, go on
    with --resume.
    Revoking stops later versions only: what somebody could open until now may have been copied.
    """
    if resume and again:
        raise UsageError(problem=_("--resume goes on with --reencrypt, so give one of them"))
    output = current().output
    vault = open_current()
    found = named_room(vault, room)
    before = members_called(vault, outlived(vault.catalog, found.id))
    if not resume:
        found, _head = rotate(vault, found)
    written = write_anew(vault, found) if again or resume else 0
    data = {"room": _room_json(vault, found), "reencrypted": written}
    output.result("room-rotate", data, journal=vault.catalog.head)
    if not resume:
        output.say(_("The room {room} has a new key, number {number}.").format(room=found.name, number=found.epoch))
    if before and not resume:
        output.say(_("What is stored from now on cannot be opened by {names}.").format(names=before))
    if again or resume:
        text = ngettext("Encrypted {count} version anew.", "Encrypted {count} versions anew.", written)
        output.say(text.format(count=written))
    if not resume:
        say_what_a_new_key_does()


def _role(room: Mapping[str, Any]) -> str:
    return in_words(room["role"]) if room["role"] else _("none any more")


def _key(room: Mapping[str, Any]) -> str:
    """The room's present key, as far as it can be known."""
    text = _("number {number}, since {time}") if room["keyed"] else _("number {number}, made after you left")
    return text.format(number=room["epoch"], time=_keyed(room))


def _keyed(room: Mapping[str, Any]) -> str:
    """Since when the room has its present key; empty where that cannot be known any more."""
    return human_time(room["keyed"]) if room["keyed"] else ""


def _room_json(vault: Vault, room: Room) -> dict[str, Any]:
    """A room for programs."""
    view = vault.catalog.view
    (created,) = view.execute("SELECT created FROM room WHERE id = ?", (room.id,)).fetchone()
    (keyed,) = view.execute(
        "SELECT time FROM keyed WHERE room = ? AND epoch = ?", (room.id, room.epoch)
    ).fetchone() or (None,)
    people = vault.catalog.members(room.id)
    known = sorted((member(vault.catalog, who) for who in people), key=lambda who: who.name)
    return {
        "id": room.id,
        "name": room.name,
        "created": created,
        "role": vault.catalog.role(vault.member, room.id),
        "epoch": room.epoch,
        "keyed": keyed,
        "documents": sum(1 for _item in select(vault.catalog, Selection(room=room.name))),
        "members": [{**member_json(who), "role": people[who.fingerprint]} for who in known],
        "outlived_by": outlived(vault.catalog, room.id),
    }
