"""Where exported events come from, and what every form is: a way to write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from ipvault import __version__
from ipvault.evidence.export.event import Event
from ipvault.vault.journal_query import JournalRow

PRODUCT: Final = "ipvault"
VERSION: Final = __version__


class Origin(NamedTuple):
    """The vault (an id) of the records; `describe` puts one with all its names into words."""

    vault: str
    describe: Callable[[JournalRow], str]


Writer = Callable[[Iterable[Event], Origin], Iterator[str]]
"""Writes events as text, piece by piece, so that a long journal takes no memory."""
