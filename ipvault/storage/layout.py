"""Where the published files of a vault are kept. Paths are relative, with `/`, and carry no name from outside."""

from __future__ import annotations

import re
from typing import Final

DESCRIPTOR: Final = "VAULT"

TORN: Final = "journal/torn"

PUBLISHED: Final = re.compile(f"{DESCRIPTOR}|(members|rooms|objects|{TORN})/.+")
"""Where such files are: whatever else lies about was not put there by a transaction."""


SNAPSHOT: Final = re.compile("cache/[0-9a-f]{64}")
"""The snapshot of a member, which is no published file."""


def member_path(fingerprint: str, generation: int) -> str:
    """The unlock slots and sealed keys of a member."""
    return f"members/{fingerprint}/{generation}.toml"


def epoch_folder(room: str, epoch: int) -> str:
    """The slots and the link of a room in an epoch."""
    return f"rooms/{room}/{epoch}"


def slot_path(room: str, epoch: int, slot: str) -> str:
    """One slot; its name (16 hexadecimal digits) tells nothing."""
    return f"{epoch_folder(room, epoch)}/{slot}.slot"


def link_path(room: str, epoch: int) -> str:
    """The keys of the epoch before, sealed under those of this one."""
    return f"{epoch_folder(room, epoch)}/link"


def object_path(object_id: str) -> str:
    """The encrypted content of a version; the id has 32 hexadecimal digits."""
    return f"objects/{object_id[:2]}/{object_id}"


def torn_path(name: str) -> str:
    """What an interrupted write left at the journal's end."""
    return f"{TORN}/{name}"
