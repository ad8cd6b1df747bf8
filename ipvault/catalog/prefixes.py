"""Things that people call by the beginning of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeVar

from ipvault.errors import AmbiguousId, VaultError

MIN_ID_PREFIX: Final = 4
"""Digits of an id, to mean a thing."""


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)

_NAMED: Final = 5
"""Candidates that an error names at most."""


def beginning_with(typed: str, things: Iterable[T]) -> list[T]:
    """The things whose ids begin as somebody typed it; none for what is too short to mean one."""
    prefix = typed.lower()
    return [thing for thing in things if len(prefix) >= MIN_ID_PREFIX and thing.id.startswith(prefix)]


def the_only(found: Sequence[T], typed: str, missing: type[VaultError]) -> T:
    """The one thing that somebody can have meant. Raises `missing`, with what was typed as its `name`, for none, and
    `AmbiguousId` for several.
    """
    if not found:
        raise missing(name=typed)
    if len(found) > 1:
        named = ", ".join(one.id for one in found[:_NAMED])
        raise AmbiguousId(name=typed, candidates=named if len(found) <= _NAMED else f"{named}, …")
    return found[0]
