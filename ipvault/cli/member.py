"""`ipvault member`: who belongs to the vault, and who may do what in which room."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from ipvault.catalog.address import Room, root_room
from ipvault.catalog.roster import Member, find_member, members, rooms_and_roles
from ipvault.cli.cards import Fingerprint, confirm_fingerprint, read_card
from ipvault.cli.choices import Reason
from ipvault.cli.invocation import current
from ipvault.cli.membership import (
    MemberName,
    Reencrypt,
    Role,
    member_json,
    named_room,
    room_called,
    say_what_a_new_key_does,
    warn_of_outlived_key,
    write_anew,
)
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.people import warn_of_lookalikes
from ipvault.errors import ExitCode
from ipvault.records.vocabulary import AUDITOR, MAIN
from ipvault.records.wording import in_words
from ipvault.text import _, ngettext, program
from ipvault.vault.membership import Leave, add_member, change_role, remove_member
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

_READER: Final = Role("reader")

RoomOption = Annotated[str, typer.Option(metavar="ROOM", help=_("The room; `root` is the vault itself."))]


def add(
    card: Annotated[str, typer.Argument(metavar="CARD", help=_("The file of their card, or - for a pipe."))],
    room: Annotated[str, typer.Option(metavar="ROOM", help=_("The room that they are let into."))] = MAIN,
    role: Annotated[Role, typer.Option(help=_("What they may do there."))] = _READER,
    fingerprint: Fingerprint = None,
) -> None:
    """They open everything in the room, what is there already too, with an identity of their own.

    Anybody can make a card in anybody's name. So have the person read the fingerprint to you, over the phone or face to
    face, and type it. An owner lets others in, an editor stores documents, a reader opens them, and an auditor reads
    the records and no document.
    """
    output = current().output
    vault = open_current()
    new = read_card(card)
    there = named_room(vault, room)
    warn_of_lookalikes(vault.catalog, new.details.name, new.fingerprint)
    confirm_fingerprint(new, fingerprint, _("letting {name} in").format(name=new.details.name))
    head = add_member(vault, new, there, role.value)
    who = find_member(vault.catalog, new.fingerprint)
    output.result("member-add", {"member": member_json(who), "room": there.name, "role": role}, journal=head)
    output.say(
        _("{name} is {role} of the room {room} now.").format(name=who.name, role=in_words(role), room=there.name)
    )
    text = _("With their own identity they open it wherever they have the folder {path}: {ipvault} list")
    output.say(text.format(path=current().vault_path().absolute(), ipvault=program()))


def change(
    name: MemberName,
    role: Annotated[Role, typer.Option(help=_("What they may do there."))],
    room: RoomOption = MAIN,
) -> None:
    """Also lets a member of the vault into a further room. To make another owner of the vault, the room is `root`.

    Whoever becomes an auditor has opened documents before: the room gets a new key. If that is you, another owner has
    to make it, since you would know yours.
    """
    output = current().output
    vault = open_current()
    who, there = find_member(vault.catalog, name), named_room(vault, room)
    before = vault.catalog.role(who.fingerprint, there.id)
    head = change_role(vault, who, there, role.value)
    output.result("member-role", {"member": member_json(who), "room": there.name, "role": role}, journal=head)
    output.say(
        _("{name} is {role} of the room {room} now.").format(name=who.name, role=in_words(role), room=there.name)
    )
    if role == AUDITOR and before is not None:
        warn_of_outlived_key(vault, there)
        say_what_a_new_key_does()


def remove(
    name: MemberName,
    room: Annotated[
        str | None, typer.Option(metavar="ROOM", help=_("Only out of this room; by default out of the vault."))
    ] = None,
    reason: Reason = "",
    again: Reencrypt = False,
) -> ExitCode:
    """The rooms that they leave get a new key, wherever you are an owner; where not, it says who has to act. If you
    leave yourself, others have to make the keys, since you would know yours.

    Revoking stops later versions only: what they could open until now may have been copied.

    The only owner of a room stays in it, and in the vault as a reader, until there is another: they leave all other
    rooms, the exit code is 3, and it says which rooms are to have another owner before you remove them again.
    """
    output = current().output
    vault = open_current()
    who = find_member(vault.catalog, name)
    there = None if room is None else named_room(vault, room)
    removal = remove_member(vault, who, there, reason=free_text(reason))
    rekeyed = [Room(id_, room_called(vault, id_), vault.catalog.epoch(id_)) for id_ in removal.rekeyed]
    written = sum(write_anew(vault, left) for left in rekeyed) if again else 0
    data = {
        "member": member_json(who),
        "rekeyed": removal.rekeyed,
        "outlived": removal.outlived,
        "kept": removal.kept,
        "reencrypted": written,
    }
    output.result("member-remove", data, journal=vault.catalog.head)
    if removal.kept:
        _warn_of_rooms_kept(vault, who, removal)
    elif there is None:
        output.say(_("{name} is not a member of the vault any more.").format(name=who.name))
    else:
        output.say(_("{name} is not in the room {room} any more.").format(name=who.name, room=there.name))
    if rekeyed:
        output.say(_("New keys for: {rooms}").format(rooms=", ".join(left.name for left in rekeyed)))
    if again:
        text = ngettext("Encrypted {count} version anew.", "Encrypted {count} versions anew.", written)
        output.say(text.format(count=written))
    for id_ in removal.outlived:
        warn_of_outlived_key(vault, Room(id_, room_called(vault, id_), vault.catalog.epoch(id_)))
    say_what_a_new_key_does()
    return ExitCode.PARTIAL if removal.kept else ExitCode.DONE


def _warn_of_rooms_kept(vault: Vault, who: Member, removal: Leave) -> None:
    """Say which rooms somebody left, in which he stays, and what makes it possible to go on."""
    output, root = current().output, root_room(vault.catalog).id
    left = ", ".join(room_called(vault, id_) for id_ in [*removal.rekeyed, *removal.outlived])
    output.say(_("{name} is not in these rooms any more: {rooms}").format(name=who.name, rooms=left))
    text = _(
        "{name} is the only owner of {rooms} and stays there, and so in the vault, as {role}: only {name} can make "
        "somebody else an owner there ({ipvault} member role NAME --room ROOM --role owner); then run this again"
    )
    rooms = ", ".join(room_called(vault, id_) for id_ in removal.kept)
    role = in_words(vault.catalog.role(who.fingerprint, root) or "")
    output.warn(text.format(name=who.name, rooms=rooms, role=role, ipvault=program()))


def list_members() -> None:
    """With the rooms that they are in, as far as you know those, and their fingerprints."""
    output = current().output
    vault = open_to_read()
    everybody = members(vault.catalog)
    data = [{**member_json(who), "rooms": _rooms_json(vault, who.fingerprint)} for who in everybody]
    output.result("member-list", {"members": data}, journal=vault.catalog.head)
    rows = [
        (
            who.name,
            who.organisation,
            ", ".join(f"{place['room']} ({in_words(place['role'])})" for place in _rooms_json(vault, who.fingerprint)),
            who.fingerprint[:16],
        )
        for who in everybody
    ]
    output.table((_("Member"), _("Organisation"), _("Rooms"), _("Fingerprint")), rows)


def _rooms_json(vault: Vault, fingerprint: str) -> list[dict[str, Any]]:
    roles = rooms_and_roles(vault.catalog, fingerprint)
    places = [{"id": id_, "room": room_called(vault, id_), "role": role} for id_, role in roles.items()]
    return sorted(places, key=lambda place: place["room"])
