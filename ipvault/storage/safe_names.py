"""File names for items, so that any name can be written on Linux, macOS, Windows and USB sticks, and stays inside.

The rules for Windows are from Microsoft's "Naming Files, Paths, and Namespaces"; caseless matching is Unicode's
(section 3.13, D145).
"""

from __future__ import annotations

import os
import re
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from typing import Final

MAX_PART: Final = 255
"""Bytes of UTF-8 in one part of a path: the limit of ext4 and APFS, and within that of NTFS and FAT."""

_STAND_IN = "_"
_FORBIDDEN = frozenset('<>:"\\|?*')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(?:COM|LPT)[0-9¹²³]) *(?:[./]|\Z)", re.IGNORECASE)
_UNSAFE = re.compile(rf'[<>:"\\|?*]|//|\A/|/\Z|[. ](?:/|\Z)|(?:\A|/){_DEVICE.pattern}', re.IGNORECASE)
_CUT_AT_THE_END = re.compile(r"[. ]+\Z")
_LONGEST_EXTENSION = 16


def safe_path(name: str) -> str:
    """A relative path, `/` between its parts, that looks like `name`; one that is safe already is returned as it is.

    No part is empty, `.` or `..`, names a device or an alternate stream, or has characters that cannot be seen.
    """
    if _is_safe(name):
        return name
    parts = (part if _is_safe(part) else _safe_part(part) for part in name.split("/") if part)
    return "/".join(parts) or _STAND_IN


def unique_paths(names: Sequence[str]) -> list[str]:
    """The safe path of each name, the later of two that clash with ` (2)` and so on before the extension.

    Names clash if some file system takes them for the same, or if one is a folder of another, which keeps its name.
    """
    paths = [safe_path(name) for name in names]
    keys = [_caseless(path) for path in paths]
    in_order = sorted(keys)
    taken: set[str] = set()
    last_number: dict[str, int] = {}
    unique = []
    for path, key in zip(paths, keys, strict=True):
        number = last_number.get(key, 1)
        candidate = path
        while (found := _caseless(candidate)) in taken or _is_folder(found, in_order):
            number += 1
            candidate = marked(path, f" ({number})")
        last_number[key] = number
        taken.add(found)
        unique.append(candidate)
    return unique


def _is_folder(path: str, in_order: Sequence[str]) -> bool:
    """Whether one of these paths is below this one: the next after what its name would be, up to the slash."""
    below = path + "/"
    at = bisect(in_order, below)
    return at < len(in_order) and in_order[at].startswith(below)


def marked(path: str, mark: str) -> str:
    """`path` with `mark` before its extension, cut where its last part would be too long."""
    folder, slash, part = path.rpartition("/")
    return folder + slash + _shortened(part, mark)


def _is_safe(path: str) -> bool:
    """Whether there is nothing to change about a path: most are so, and a list of names can have millions of parts."""
    return (
        path.isprintable()
        and unicodedata.is_normalized("NFC", path)
        and not _UNSAFE.search(path)
        and 0 < max(map(len, path.encode().split(b"/"))) <= MAX_PART
    )


def _safe_part(part: str) -> str:
    safe = "".join(map(_safe_character, unicodedata.normalize("NFC", part)))
    if _DEVICE.match(safe):
        safe = _STAND_IN + safe
    return _CUT_AT_THE_END.sub(lambda end: _STAND_IN * len(end[0]), _shortened(safe))


def _safe_character(character: str) -> str:
    if character in _FORBIDDEN:
        return _STAND_IN
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else _STAND_IN


def _shortened(part: str, suffix: str = "") -> str:
    """`part` with `suffix` before its extension, its stem cut where the whole would be too long."""
    stem, extension = os.path.splitext(part)
    if len(extension) > 1 + _LONGEST_EXTENSION or " " in extension:
        stem, extension = part, ""
    room = MAX_PART - len((suffix + extension).encode())
    return stem.encode()[:room].decode(errors="ignore") + suffix + extension


def _caseless(path: str) -> str:
    """The same for paths that a file system may not tell apart. Never finer than that, though sometimes coarser."""
    folded = unicodedata.normalize("NFD", path).casefold().upper().casefold()
    return unicodedata.normalize("NFD", folded)
