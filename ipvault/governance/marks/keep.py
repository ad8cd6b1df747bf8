"""Making a marked copy, and the record that says later whose it is."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from ipvault.governance.marks.copies import ID_SIZE, Copy
from ipvault.governance.marks.mark import mark
from ipvault.records.marks import CopyMarked
from ipvault.vault.vault import Vault

HANDED: Final = "handed-over"
"""The channel of a file that is not in the vault, and that somebody had marked."""


class Addressee(NamedTuple):
    """Who gets a copy: the fingerprint of a card, or nothing, and a name."""

    fingerprint: str
    name: str


class Occasion(NamedTuple):
    """How a copy leaves: by which channel, in which package (an id, or nothing), and of which version of what item."""

    channel: str
    package: str = ""
    item: str = ""
    version: int = 0


class Marked(NamedTuple):
    """A marked copy, and the record that has to be in the journal before anybody gets it.

    `copy` makes the same of the same file again.
    """

    data: bytes
    record: CopyMarked
    copy: Copy


def make_copy(vault: Vault, room: str, to: Addressee, occasion: Occasion, data: bytes, name: str, line: str) -> Marked:
    """Mark a copy of the file `name` for somebody; `line` is what people see on it, before the code.

    The room (an id) is the one whose members can tell later whose copy it is: the record belongs there. Raises
    `CannotMark`, and `RecordsOnly` for an auditor.
    """
    key = vault.keys.for_content(room, vault.catalog.epoch(room)).mark_key
    copy = Copy(vault.machine.random(ID_SIZE), line, key)
    marked = mark(data, name, copy)
    record = CopyMarked(
        copy=copy.id.hex(),
        channel=occasion.channel,
        package=occasion.package,
        recipient=to.fingerprint,
        name=to.name,
        item=occasion.item,
        version=occasion.version,
        original=hashlib.sha256(data).hexdigest(),
        marked=hashlib.sha256(marked).hexdigest(),
    )
    return Marked(marked, record, copy)
