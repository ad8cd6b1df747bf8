"""Things that people call by the beginning of their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

MIN_ID_PREFIX: Final = 4
"""Digits of an id, to mean a thing."""


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def beginning_with(typed: str, things: Iterable[T]) -> list[T]:
    """The things whose ids begin as somebody typed it; none for what is too short to mean one."""
    prefix = typed.lower()
    return [thing for thing in things if len(prefix) >= MIN_ID_PREFIX and thing.id.startswith(prefix)]
