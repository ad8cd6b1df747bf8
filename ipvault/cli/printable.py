"""Text from outside, made safe for a terminal and visible to a reader.

A document's name can carry escape sequences that move the cursor or write the clipboard, marks that turn the reading
direction round, and characters that show nothing. Each becomes a visible escape such as `\\x1b` or `\\u202e`.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

from ipvault.characters import IGNORABLE


def printable(text: str) -> str:
    """`text` on one line, with everything that acts on a terminal or cannot be seen replaced by its escape.

    These are the Unicode categories Cc, Cf, Cs, Co, Cn, Zl and Zp, and what is ignorable by default.
    """
    if text.isprintable() and (text.isascii() or not IGNORABLE.search(text)):
        return text
    return "".join(character if _shows(character) else _escape(character) for character in text)


def _shows(character: str) -> bool:
    return (character.isprintable() or category(character) == "Zs") and not IGNORABLE.match(character)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many terminal columns printable `text` takes (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else 0 if category(c) in ("Mn", "Me") else 1 for c in text)
