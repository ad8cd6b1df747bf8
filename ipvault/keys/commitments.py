"""The published commitments to the keys of a room: apart from the keys, because every command reads them."""

from __future__ import annotations

from typing import NamedTuple


class Commitments(NamedTuple):
    """What is published of a room's keys in an epoch: SHA-256, in hexadecimal, of the room key and the record key."""

    content: str
    records: str
