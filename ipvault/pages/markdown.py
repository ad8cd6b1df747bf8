"""Tables in Markdown, in which text from anywhere is only ever text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ipvault.characters import printable

_ACTS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&]|:(?=[^\s\d])|(?<=www)\.)", re.IGNORECASE)
"""Whatever can mean something in a cell of Markdown, or in HTML; what looks like an address on the web too."""


def plain(text: str) -> str:
    """Words on one line, of which nothing acts."""
    return _ACTS.sub(r"\\\1", printable(text))


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield _row(map(plain, titles))
    yield _row(["---"] * len(titles))
    yield from (_row(map(plain, row)) for row in rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
