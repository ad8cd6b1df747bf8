"""E-mail: headers, text and attachments, and the messages that are attached to it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email import policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from typing import Final

from ipvault.governance.dlp.extraction.extract import extract, extract_file
from ipvault.governance.dlp.extraction.limits import MIB, Budget, CannotRead
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import read_plain, tidy
from ipvault.text import _

MAX_MAIL: Final = 64 * MIB
"""Bytes of a message."""

MAX_MULTIPARTS: Final = 100
"""Parts that have parts: the parser compares every line with the boundaries of all that are open."""

_MULTIPART: Final = re.compile(rb"boundary\s{0,10}(?:\*[0-9]{0,3}\*?)?=", re.IGNORECASE)
_LONGEST_HEADER: Final = 64 * 1024


def read_mail(data: bytes, place: str, budget: Budget) -> Iterator[Passage]:
    """All of its text. Raises `CannotRead`, and `TooMuch`."""
    if len(data) > MAX_MAIL:
        raise CannotRead(_("it is a message of more than {count} MiB").format(count=MAX_MAIL // MIB))
    if sum(1 for _found in _MULTIPART.finditer(data)) > MAX_MULTIPARTS:
        raise CannotRead(_("it is a message with more than {count} parts in parts").format(count=MAX_MULTIPARTS))
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
        parts = list(message.walk())
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise CannotRead(_("it is a damaged message")) from error
    for part in parts:
        budget.part()
        yield Passage(tidy(_headers(part)), inside(place, _("header of the message")))
        if not part.is_multipart():
            yield from _content(part, place, budget)
        for text in (part.preamble, part.epilogue):
            if text:
                yield Passage(tidy(text), inside(place, _("beside the parts of the message")))


def _content(part: Message[str, str], place: str, budget: Budget) -> Iterator[Passage]:
    """The text of a part that has no parts."""
    try:
        content = part.get_payload(decode=True)
        name = part.get_filename() or ""
        charset = part.get_content_charset() or ""
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise CannotRead(_("it is a damaged message")) from error
    if not isinstance(content, bytes):
        return
    budget.unpack(len(content))
    name = _decoded(name)
    if name or part.get_content_maintype() not in ("text", "message"):
        where = inside(place, _("attachment {name}").format(name=name or part.get_content_type()))
        yield from extract_file(content, name, where, budget)
        return
    where = inside(place, _("text of the message"))
    if part.get_content_subtype() == "html":
        yield from extract(_in_utf8(content, charset), "message.html", where, budget)
    else:
        yield from read_plain([_in_utf8(content, charset)], "utf-8", where)


def _in_utf8(content: bytes, charset: str) -> bytes:
    try:
        return content.decode(
            charset or "utf-8", "ipvault-latin" if charset.lower() in ("", "utf-8") else "replace"
        ).encode()
    except (LookupError, UnicodeError, ValueError):
        return content.decode("utf-8", "ipvault-latin").encode()


def _headers(part: Message[str, str]) -> str:
    return "\n".join(f"{name}: {_decoded(str(value))}" for name, value in part.raw_items())


def _decoded(value: str) -> str:
    """A header as it is read, if it can be; else as it stands there."""
    value = value.encode("utf-8", "surrogateescape").decode("utf-8", "ipvault-latin")
    if len(value) > _LONGEST_HEADER or "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
            for piece, charset in pieces
        )
    except (HeaderParseError, binascii.Error, LookupError, ValueError):
        return value
