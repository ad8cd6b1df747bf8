"""What a digest says, whatever the form that it is written in."""

from __future__ import annotations

from typing import NamedTuple


class Bar(NamedTuple):
    """Something that was counted."""

    label: str
    value: int


class Chart(NamedTuple):
    """Counts to be compared: those of days that follow each other, or those of different things."""

    key: str
    title: str
    bars: tuple[Bar, ...]
    are_days: bool = False


class Table(NamedTuple):
    """Rows of text under the titles of their columns; `otherwise` is what to say if there are none."""

    key: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    otherwise: str


class Section(NamedTuple):
    """A part of the digest: what it is about, its charts, and its table if it has one."""

    key: str
    title: str
    about: str
    charts: tuple[Chart, ...]
    table: Table | None = None


class Digest(NamedTuple):
    """What happened from `since` until `until` (RFC 3339), in sections.

    `headlines` are what to read if nothing else. `maker` is the member who had it made, as `address` tells where to.
    """

    vault: str
    since: str
    until: str
    maker: str
    address: str
    headlines: tuple[str, ...]
    sections: tuple[Section, ...]
