"""Signed notes (https://c2sp.org/signed-note): a text, an empty line, and a line for each signature.

What a note says counts only after somebody's signature on it was verified, which is for `checkpoint` to do.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

from ipvault.keys.canonical_base64 import decode_base64, to_base64

MAX_NOTE: Final = 512 * 1024
"""Bytes of a note: a hundred signatures fit, of which a post-quantum one takes some 3 KiB."""

MAX_SIGNATURES: Final = 100

_ID_SIZE: Final = 4
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_LINE: Final = re.compile(r"— ([^\s+]+) (\S+)\n")


class MalformedNote(Exception):
    """It is not a note, or not one of the kind that was expected."""


class NoteSignature(NamedTuple):
    """A line: the key's name, the four bytes that tell keys of one name apart, and what the algorithm gives."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {to_base64(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A text, which ends with a line feed, and its signatures."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note, at most MAX_NOTE bytes. Raises `MalformedNote`."""
        if len(data) > MAX_NOTE:
            raise MalformedNote
        try:
            content = data.decode()
        except UnicodeDecodeError:
            raise MalformedNote from None
        text, gap, lines = content.rpartition("\n\n")
        if not gap or _CONTROL.search(content) or not lines.endswith("\n"):
            raise MalformedNote
        return cls(f"{text}\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """One or more signature lines. Raises `MalformedNote`."""
    signatures: list[NoteSignature] = []
    for line in lines.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(f"{line}\n")
        if match is None or len(signatures) == MAX_SIGNATURES:
            raise MalformedNote
        try:
            value = decode_base64(match[2])
        except ValueError:
            raise MalformedNote from None
        if len(value) <= _ID_SIZE:
            raise MalformedNote
        signatures.append(NoteSignature(match[1], value[:_ID_SIZE], value[_ID_SIZE:]))
    return tuple(signatures)


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The id of a key of that name: what tells it from others of the same name."""
    return hashlib.sha256(b"%b\n%c%b" % (name.encode(), algorithm, public)).digest()[:_ID_SIZE]
