"""Finding items by words: two indexes of SQLite's FTS5, made in memory when they are asked for and never written down.

One knows words and what they begin with, the other every three letters that follow each other. Neither case nor accents
count.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import combining, normalize

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Selection, select

SHORT: Final = 3
"""Letters from which on a word is looked for inside other words too: shorter ones would be found nearly anywhere."""

_Row = tuple[int, str, str, str]
"""The number of an item, and its name, tags and note, folded."""

_TOKENIZERS: Final = {"words": "unicode61", "parts": "trigram"}


def search(catalog: Catalog, words: str) -> list[Item]:
    """Items that have all of the words in name, tags or note, best match first.

    A word at the beginning of another counts for more than one inside it, and one in the name for more than one in a
    tag or in the note.
    """
    terms = terms_of(words)
    if not terms:
        return []
    items = list(select(catalog, Selection()))
    rows = [
        (number, folded(item.name), folded("\n".join(item.tags)), folded(item.note))
        for number, item in enumerate(items)
    ]
    found = _matching(catalog, rows, "words", " ".join(f'"{term}"*' for term in terms))
    if all(len(term) >= SHORT for term in terms):
        found += _matching(catalog, rows, "parts", " ".join(f'"{term}"' for term in terms))
    return [items[number] for number in dict.fromkeys(found)]


def terms_of(words: str) -> list[str]:
    """What is looked for: runs of letters and digits, folded. Signs, and words of nothing else, find nothing."""
    return re.findall(r"[^\W_]+", folded(words))


def _matching(catalog: Catalog, rows: list[_Row], index: str, query: str) -> list[int]:
    """The numbers of the rows that an index finds, the best first."""
    view = catalog.view
    view.execute(f"CREATE VIRTUAL TABLE temp.{index} USING fts5 (name, tags, note, tokenize='{_TOKENIZERS[index]}')")
    try:
        view.execute("BEGIN")
        view.executemany(f"INSERT INTO temp.{index} (rowid, name, tags, note) VALUES (?, ?, ?, ?)", rows)  # noqa: S608
        view.execute("COMMIT")
        weighed = f"SELECT rowid FROM temp.{index} WHERE {index} MATCH ? ORDER BY bm25({index}, 8.0, 4.0, 1.0)"  # noqa: S608
        return [row[0] for row in view.execute(weighed, (query,))]
    finally:
        view.execute(f"DROP TABLE temp.{index}")


def folded(text: str) -> str:
    """The same for texts that differ in case or accents only."""
    if text.isascii():
        return text.lower()
    return "".join(character for character in normalize("NFKD", text.casefold()) if not combining(character))
