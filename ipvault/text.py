"""The language of the interface: gettext, chosen once for the process.

`_` translates now; `N_` marks a sentence that is translated when it is shown. A sentence that tells which command to
type next says `{ipvault}`, which `program` gives. What programs read is in no language: `as_json`.
"""

from __future__ import annotations

import gettext
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

DOMAIN = "ipvault"
CATALOGUES = Path(__file__).parent / "locale"

_active: gettext.NullTranslations = gettext.NullTranslations()
_program: Callable[[], str] | None = None
_encode = json.JSONEncoder(default=str, separators=(",", ":")).encode


def N_(sentence: str) -> str:
    """Mark `sentence` for translation without translating it yet."""
    return sentence


def _(sentence: str) -> str:
    """`sentence` in the active language, or itself where there is no translation."""
    return _active.gettext(sentence) if sentence else ""


def as_json(value: object) -> str:
    """`value` on one line of ASCII, so that nothing in it acts on a terminal; other types are shown as their text."""
    return _encode(value).replace("\x7f", "\\u007f")


SYSTEM: Final = (
    N_("Bad file descriptor"),
    N_("Device or resource busy"),
    N_("Disk quota exceeded"),
    N_("File exists"),
    N_("File name too long"),
    N_("File too large"),
    N_("Input/output error"),
    N_("Invalid argument"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such device or address"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
)
"""What operating systems say, always in English, when something that users do can be the cause."""


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a sentence that goes with `count`."""
    return _active.ngettext(one, many, count)


def reason_of(error: OSError) -> str:
    """What the system says about a failure, in the active language where its sentence is one of `SYSTEM`."""
    return _(error.strerror or type(error).__name__)


def program() -> str:
    """How a command begins that is to find the vault in use: `ipvault`, with `--vault` where it would find another."""
    return _program() if _program else "ipvault"


def call_by(tell: Callable[[], str]) -> None:
    """Have `tell` say from now on how a command begins."""
    global _program
    _program = tell


def available() -> list[str]:
    """The language codes that have a catalogue, English first."""
    return ["en", *sorted(p.name for p in CATALOGUES.glob("*") if (p / "LC_MESSAGES").is_dir())]


def preferred() -> list[str]:
    """Languages from the environment, in gettext's order of precedence."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value.split(":")
    return []


def active_language() -> str:
    """The code of the language in use, such as `en`."""
    return _active.info().get("language", "en")


def activate(languages: list[str]) -> None:
    """Use the first of `languages` (such as `de` or `de_AT.UTF-8`) that has a catalogue, else English."""
    global _active
    _active = gettext.translation(DOMAIN, CATALOGUES, languages=languages, fallback=True)
