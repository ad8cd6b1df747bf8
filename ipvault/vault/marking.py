"""Copies that are marked for whom they are, as they leave the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ipvault.records.base import Record


class OutgoingCopy(NamedTuple):
    """A marked copy of a content: `make` gives it out of the content, the same each time; `size` is in bytes.

    `record` gives what the journal keeps of it, for a copy that leaves in a package (an id), or in none.
    """

    make: Callable[[bytes], bytes]
    size: int
    sha256: str
    record: Callable[[str], Record]


class Marking(NamedTuple):
    """What came of marking a content: the copy; or why it cannot be marked; or neither, if it need not be.

    `remedy` is what makes it possible, if that is known.
    """

    copy: OutgoingCopy | None = None
    problem: str = ""
    remedy: str = ""
