"""What the fields of records may hold: types that say it, each with its test.

Whoever may write into a room is not thereby trusted with every text and every number: a reader takes a field only if it
lies in its domain, and a writer checks his own records the same way before he seals them. Rules that change with the
version of Unicode have no place here, because a journal has to mean the same in ten years; commands are stricter.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Annotated, Any, Final

from ipvault.records.vocabulary import (
    HASHES,
    LABELS,
    MAX_DER,
    MAX_NAME,
    MAX_TEXT,
    RECEIPT_EVENTS,
    ROLES,
    STAMP_TARGETS,
    TYPES,
)

Test = Callable[[Any], bool]

MAX_NUMBER: Final = 10**15 - 1
"""Numbers have at most 15 digits, like those of leaves."""

MAX_DAYS: Final = 36_500
"""A hundred years."""

MAX_VERSION: Final = 1_000_000
MAX_GENERATION: Final = 10**9 - 1
"""Of a member's file: at most nine digits, as in its path."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_WORD: Final = re.compile("[a-z][a-z0-9-]{0,31}")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def _digits(count: int) -> Test:
    """Lower-case hexadecimal text of that many digits."""
    form = re.compile(f"[0-9a-f]{{{count}}}")
    return lambda text: form.fullmatch(text) is not None


def _word_of(words: Collection[str]) -> Test:
    return lambda word: word in words


def _between(least: int, most: int) -> Test:
    return lambda number: least <= number <= most


def _has_length(text: str, most: int) -> bool:
    return len(text) <= most and len(text.encode(errors="replace")) <= most


def is_time(text: str) -> bool:
    """Whether this is a real moment, UTC with milliseconds."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Whether this is a real day, such as 2026-11-22."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_name(text: str) -> bool:
    """Whether this can be the name of a person or room: one line, not empty."""
    return bool(text.strip(" ")) and _has_length(text, MAX_NAME) and not _CONTROL.search(text)


def is_item_name(text: str) -> bool:
    """Whether this can be the name of an item: like a relative path, each part a name of its own."""
    return is_name(text) and not any(part in ("", ".", "..") for part in text.split("/"))


def is_detail(text: str) -> bool:
    """Whether this can be a detail on a card: one line, which may be empty."""
    return _has_length(text, MAX_NAME) and not _CONTROL.search(text)


def _is_text(text: str) -> bool:
    return _has_length(text, MAX_TEXT)


def _is_tag(text: str) -> bool:
    return _is_text(text) and "\n" not in text


def _is_word(text: str) -> bool:
    return _WORD.fullmatch(text) is not None


def _or_empty(test: Test) -> Test:
    return lambda text: not text or test(text)


def _is_der(text: str) -> bool:
    """Whether this is base64 in the one way that there is to write it, of as much as one field may hold."""
    if not 0 < len(text) <= MAX_DER:
        return False
    try:
        return b64encode(b64decode(text, validate=True)).decode() == text
    except ValueError:
        return False


Id = Annotated[str, _digits(32)]
Sha256 = Annotated[str, _digits(64)]
IdOrEmpty = Annotated[str, _or_empty(_digits(32))]
Sha256OrEmpty = Annotated[str, _or_empty(_digits(64))]
Imprint = Annotated[str, re.compile("[0-9a-f]{64}(?:[0-9a-f]{64})?").fullmatch]
Nonce = Annotated[str, _digits(16)]
Der = Annotated[str, _is_der]
HashName = Annotated[str, _word_of(HASHES)]
StampTarget = Annotated[str, _word_of(STAMP_TARGETS)]
AttemptId = Annotated[str, _digits(16)]
CopyId = Annotated[str, _digits(16)]
SlotName = Annotated[str, _digits(16)]
UnlockSlotId = Annotated[str, _digits(8)]
KemKey = Annotated[str, _digits(2 * 1216)]
Ed25519Key = Annotated[str, _digits(64)]
MlDsa44Key = Annotated[str, _digits(2 * 1312)]
Word = Annotated[str, _is_word]
"""A word out of a list that a later ipvault may lengthen; never what somebody wrote."""
WordOrEmpty = Annotated[str, _or_empty(_is_word)]
SignaturePair = Annotated[str, _digits(2 * 2484)]
TornName = Annotated[str, re.compile("(?:0|[1-9][0-9]{0,14})-[0-9a-f]{16}").fullmatch]
Time = Annotated[str, is_time]
TimeOrEmpty = Annotated[str, _or_empty(is_time)]
Day = Annotated[str, is_day]
DayOrEmpty = Annotated[str, _or_empty(is_day)]
Name = Annotated[str, is_name]
ItemName = Annotated[str, is_item_name]
Detail = Annotated[str, is_detail]
Text = Annotated[str, _is_text]
Tag = Annotated[str, _is_tag]
Label = Annotated[str, _word_of(LABELS)]
ItemType = Annotated[str, _word_of(TYPES)]
Role = Annotated[str, _word_of(ROLES)]
ReceiptEvent = Annotated[str, _word_of(RECEIPT_EVENTS)]
Count = Annotated[int, _between(0, MAX_NUMBER)]
ShareCount = Annotated[int, _between(1, 16)]
Rating = Annotated[int, _between(1, 5)]
"""Of a likelihood or an impact: 1 is the least."""
DayCount = Annotated[int, _between(0, MAX_DAYS)]
Epoch = Annotated[int, _between(1, MAX_NUMBER)]
Incarnation = Annotated[int, _between(2, MAX_GENERATION)]
Generation = Annotated[int, _between(1, MAX_GENERATION)]
VersionNumber = Annotated[int, _between(1, MAX_VERSION)]
