"""What the commands about rooms and members share: how roles and rooms are named, and what is said of old keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID, Room, find_room, rooms, root_room
from ipvault.catalog.roster import Member, member, outlived
from ipvault.cli.invocation import current
from ipvault.cli.rendering import quoted
from ipvault.records.vocabulary import ROLES, ROOT
from ipvault.text import _, program
from ipvault.vault.rooms import reencrypt
from ipvault.vault.vault import Vault

Role = StrEnum("Role", {role: role for role in ROLES})  # type: ignore[misc]  # members come from the vocabulary

MemberName = Annotated[
    str, typer.Argument(metavar="NAME", help=_("The member's name, or the first 8 digits or more of the fingerprint."))
]
Reencrypt = Annotated[
    bool, typer.Option("--reencrypt", help=_("Encrypt the documents that are there anew as well; this takes time."))
]


def named_room(vault: Vault, name: str) -> Room:
    """A room by its name; that of the vault itself, with the list of members, is called `root`. Raises `NoSuchRoom`."""
    return root_room(vault.catalog) if name == ROOT else find_room(vault.catalog, name)


def members_called(vault: Vault, fingerprints: list[str]) -> str:
    """Names of members, for a sentence."""
    return ", ".join(member(vault.catalog, fingerprint).name for fingerprint in fingerprints)


def room_called(vault: Vault, room: str) -> str:
    """The name of a room, or the beginning of its id where this member is not in it."""
    return next((known.name for known in rooms(vault.catalog) if known.id == room), room[:SHORT_ID])


def member_json(who: Member) -> dict[str, str]:
    """Somebody for programs."""
    details = ("fingerprint", "name", "organisation", "email", "jurisdiction", "enrolled")
    return {name: getattr(who, name) for name in details}


def warn_of_outlived_key(vault: Vault, room: Room) -> None:
    """Say of a room whose key is known to somebody who is not in it any more what to do about that."""
    known_to = outlived(vault.catalog, room.id)
    if known_to:
        text = _(
            "the key of {room} is still that which {names} had: what is stored there from now on is not safe from "
            "them until an owner of the room runs {ipvault} room rotate {quoted}"
        )
        names = members_called(vault, known_to)
        current().output.warn(text.format(room=room.name, names=names, ipvault=program(), quoted=quoted(room.name)))


def say_what_a_new_key_does() -> None:
    """What design.md has printed wherever somebody's access ends."""
    current().output.say(
        _(
            "Revoking stops later versions only. What somebody could open until now may have been copied, and opens "
            "with the keys kept from then."
        )
    )


def write_anew(vault: Vault, room: Room) -> int:
    """Encrypt a room's documents under its present key, and say how many versions that were."""
    output = current().output
    with output.progress(_("Encrypting anew"), None, "bytes") as bar:
        written, _head = reencrypt(vault, room, bar.advance)
    return written
