"""Finding items by words, in memory: no index of what documents are called is ever written down."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import combining, normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Selection, select

SHORT: Final = 3
"""Letters from which on a word is looked for inside other words too: shorter ones would be found nearly anywhere."""

_NOTHING: Final = 3


def search(catalog: Catalog, words: str) -> list[Item]:
    """Items that have all of the words in name, tags or note, best match first.

    Neither case nor accents count. A word at the beginning of another counts for more than one inside it, and one in
    the name for more than one in a tag or in the note.
    """
    terms = [_term(word) for word in re.findall(r"[^\W_]+", _folded(words))]
    if not terms:
        return []
    found = []
    for item in select(catalog, Selection()):
        fields = _folded(item.name), _folded("\n".join(item.tags)), _folded(item.note)
        places = [_place(fields, term) for term in terms]
        if _NOTHING not in places:
            found.append((sum(places), item))
    return [item for _distance, item in sorted(found, key=lambda pair: pair[0])]


def _term(word: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a word stands at the beginning of another, and where it may stand at all."""
    at_beginning = re.compile(rf"(?<![^\W_]){re.escape(word)}")
    return at_beginning, re.compile(re.escape(word)) if len(word) >= SHORT else at_beginning


def _place(fields: tuple[str, ...], term: tuple[re.Pattern[str], re.Pattern[str]]) -> int:
    """How far from the best a match is: 0 begins a word of the name, 1 one of another field, 2 is inside a word."""
    at_beginning, anywhere = term
    for distance, field in enumerate((fields[0], "\n".join(fields[1:]))):
        if at_beginning.search(field):
            return distance
    return 2 if any(map(anywhere.search, fields)) else _NOTHING


def _folded(text: str) -> str:
    """The same for texts that differ in case or accents only."""
    if text.isascii():
        return text.lower()
    return "".join(character for character in normalize("NFKD", text.casefold()) if not combining(character))
