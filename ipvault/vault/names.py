"""Names of items: path-like, unique in their room, and harmless wherever they are shown."""

from __future__ import annotations

import unicodedata
from typing import Final

from ipvault.characters import is_visible
from ipvault.errors import UsageError
from ipvault.records.vocabulary import MAX_NAME, MAX_TEXT, ROOT
from ipvault.text import _

_HARMFUL: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that can deceive or disturb a reader: control, format (bidirectional, zero width), surrogates."""


def item_name(text: str) -> str:
    """A name that somebody typed, in NFC. Raises `UsageError` for one that cannot be."""
    name = unicodedata.normalize("NFC", text)
    if problem := _problem(name):
        raise UsageError(
            problem=_("{name} cannot be the name of an item: {problem}").format(name=name, problem=problem)
        )
    return name


def name_from_file(path: str) -> str:
    """The item name for a file of this relative path (`/` between parts); harmful characters become visible escapes."""
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return item_name("/".join(unicodedata.normalize("NFC", _visible(part)) for part in parts))


def _problem(name: str) -> str | None:
    if not name.strip():
        return _("it is empty")
    if not _is_harmless(name):
        return _("it has invisible or control characters in it")
    if len(name.encode()) > MAX_NAME:
        return _("it is longer than {limit} bytes").format(limit=MAX_NAME)
    if any(part in ("", ".", "..") for part in name.split("/")):
        return _("between slashes it needs a name other than . and ..")
    return None


def _is_harmless(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(character) in _HARMFUL for character in text)


def _visible(part: str) -> str:
    if _is_harmless(part):
        return part
    return "".join(
        character if unicodedata.category(character) not in _HARMFUL else f"\\u{ord(character):04x}"
        for character in part
    )


def person_name(text: str) -> str:
    """The name of a member or recipient, in NFC. Raises `UsageError` for one that is empty, too long or deceptive."""
    name = unicodedata.normalize("NFC", text.strip())
    if not name or not is_visible(name) or len(name.encode()) > MAX_NAME:
        raise UsageError(problem=_("{name} cannot be the name of a member").format(name=name or '""'))
    return name


def room_name(text: str) -> str:
    """The name of a room, in NFC: one word of an address. Raises `UsageError` for one that cannot be."""
    name = unicodedata.normalize("NFC", text.strip())
    problem = _problem(name)
    if problem is None and (":" in name or "/" in name):
        problem = _("it has a colon or a slash in it")
    if problem is None and name == ROOT:
        problem = _("the room of that name holds the list of members")
    if problem:
        raise UsageError(
            problem=_("{name} cannot be the name of a room: {problem}").format(name=name or '""', problem=problem)
        )
    return name


def free_text(text: str) -> str:
    """A note, tag or reason, in NFC; line ends are kept. Raises `UsageError` for one that is too long or deceptive."""
    normal = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(character) in _HARMFUL and character not in "\n\t" for character in normal):
        raise UsageError(problem=_("text with invisible or control characters in it cannot be recorded"))
    if len(normal.encode()) > MAX_TEXT:
        raise UsageError(problem=_("the text is longer than {limit} bytes").format(limit=MAX_TEXT))
    return normal
