"""Which kind of document it is, told by its first bytes, and by its name only where those leave it open."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from ipvault.governance.dlp.extraction.plain import encoding_of

BEGINNING: Final = 64 * 1024
"""Bytes that are enough to tell."""


class Kind(Enum):
    """What a document is, as far as that decides how it is read."""

    PLAIN = auto()
    HTML = auto()
    RTF = auto()
    MAIL = auto()
    ZIP = auto()
    PDF = auto()
    OLD_OFFICE = auto()
    PICTURE = auto()
    UNKNOWN = auto()


_MAGIC: Final = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"), Kind.ZIP),
    (re.compile(rb"(?s:.{0,1024})%PDF-"), Kind.PDF),
    (re.compile(rb"\s{0,16}\{\\rt"), Kind.RTF),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Kind.OLD_OFFICE),
    (
        re.compile(rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP", re.DOTALL),
        Kind.PICTURE,
    ),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s{0,256}<(?:!doctype html|html|head|body)[\s>]", re.IGNORECASE), Kind.HTML),
    (
        re.compile(
            rb"(?:From [^\n]{1,200}\n)?(?:(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID|"
            rb"MIME-Version|Content-Type|DKIM-Signature|X-[A-Za-z\-]{1,60}|ARC-[A-Za-z\-]{1,60}|Reply-To|Cc|"
            rb"Thread-[A-Za-z]{1,20}|Authentication-Results|Received-SPF|In-Reply-To|References|Sender|Bcc):[^\n]{0,2000}\n"
            rb"(?:[ \t][^\n]{0,2000}\n){0,200}){2}",
            re.IGNORECASE,
        ),
        Kind.MAIL,
    ),
)
_NAMES: Final = {".html": Kind.HTML, ".htm": Kind.HTML, ".xhtml": Kind.HTML, ".eml": Kind.MAIL}


def kind_of(beginning: bytes, name: str) -> Kind:
    """The kind of a document that begins so."""
    for magic, kind in _MAGIC:
        if magic.match(beginning):
            return kind
    if encoding_of(beginning) is None:
        return Kind.UNKNOWN
    return _NAMES.get(name[name.rfind(".") :].lower(), Kind.PLAIN)
