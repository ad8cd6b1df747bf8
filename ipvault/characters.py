"""How text looks: what of it nobody sees, how it is shown all the same, and which names can be taken for each other.

Sources: the property Default_Ignorable_Code_Point of Unicode 15; confusables.txt of Unicode Technical Standard 39, of
which this has the letters that look Latin in most typefaces.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category, east_asian_width, normalize

IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U0001bca0-\U0001bca3\U000e0000-\U000e0fff]"
)
"""Of what is ignorable by default, what Python calls printable: fillers, joiners, variation selectors."""

_BLANK: Final = re.compile(f"{IGNORABLE.pattern}|\u2800")
"""That, and the Braille pattern without a dot."""

_LOOK_LIKE: Final = (
    "A\u0410\u0391 B\u0412\u0392 C\u0421 E\u0415\u0395 H\u041d\u0397 I\u0406\u0399\u04c0 J\u0408\u037f K\u041a\u039a "
    "M\u041c\u039c N\u039d O\u041e\u039f P\u0420\u03a1 Q\u051a S\u0405 T\u0422\u03a4 W\u051c X\u0425\u03a7 "
    "Y\u0423\u04ae\u03a5 Z\u0396 a\u0430\u03b1\u0251 b\u0432\u03b2 c\u0441 d\u0501 e\u0435 g\u0261 h\u043d\u04bb "
    "i\u0456\u03b9\u0131 j\u0458\u03f3 k\u043a\u03ba l\u04cf m\u043c n\u03b7 o\u043e\u03bf p\u0440\u03c1 q\u051b "
    "s\u0455 t\u0442\u03c4 u\u03c5 v\u0475\u03bd w\u051d\u03c9 x\u0445\u03c7 y\u0443\u04af\u03b3"
)
"""Latin letters, each with the Cyrillic and Greek ones, and a few more, that look like it."""

_LATIN: Final = str.maketrans({letter: group[0] for group in _LOOK_LIKE.split() for letter in group[1:]})
_STROKES: Final = str.maketrans("i1|0", "lllo")


def is_visible(text: str) -> bool:
    """Whether each character of this line shows, or is a plain space, and a mark has a letter to stand on."""
    return text.isprintable() and not _BLANK.search(text) and not category(text[:1] or "-").startswith("M")


def skeleton(text: str) -> str:
    """The same for names that can be taken for each other; it means nothing else.

    Width, case, invisible characters and the number of spaces do not count, nor which script a letter that looks Latin
    is from, nor what tells an i, an l and a 1 apart, or an o and a 0.
    """
    shown = (character for character in normalize("NFKD", text) if category(character) != "Cf")
    plain = _BLANK.sub("", "".join(shown)).translate(_LATIN).casefold().translate(_STROKES)
    return " ".join(plain.split())


def printable(text: str) -> str:
    """`text` on one line, with everything that acts on a terminal or cannot be seen replaced by its escape.

    A document's name can carry escape sequences that move the cursor or write the clipboard, marks that turn the
    reading direction round, and characters that show nothing. Each becomes a visible escape such as `\\x1b` or
    `\\u202e`. These are the Unicode categories Cc, Cf, Cs, Co, Cn, Zl and Zp, and what is ignorable by default.
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
