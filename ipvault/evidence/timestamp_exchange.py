"""What goes to an authority and what comes from it: requests and answers of RFC 3161, as files that are carried.

The library that checks tokens only makes requests for data that it hashes itself, and a vault knows the hash.
"""

from __future__ import annotations

from typing import Final

from ipvault.errors import NotATimestamp, RequestRejected
from ipvault.evidence.der import BOOLEAN, NULL, OCTETS, OID, SEQUENCE, element, elements, integer
from ipvault.text import _

MAX_ANSWER: Final = 64 * 1024
"""Bytes of an answer; those of real authorities have up to 12 KiB."""

_HASHES: Final = {
    "sha256": bytes.fromhex("608648016503040201"),
    "sha512": bytes.fromhex("608648016503040203"),
}
_GRANTED: Final = (0, 1)
"""The statuses with which a token comes: as asked for, and with changes, of which we take none that matters."""

_LONGEST: Final = 200  # characters


def request(algorithm: str, imprint: str, nonce: str) -> bytes:
    """A request (TimeStampReq) for the stamp of a hash, both in hexadecimal, that wants the certificate as well."""
    hashed_by = element(SEQUENCE, element(OID, _HASHES[algorithm]) + element(NULL, b""))
    message = element(SEQUENCE, hashed_by + element(OCTETS, bytes.fromhex(imprint)))
    wants_certificate = element(BOOLEAN, b"\xff")
    return element(SEQUENCE, integer(1) + message + integer(int(nonce, 16)) + wants_certificate)


def token_in(answer: bytes, place: str) -> bytes:
    """The token in an answer (TimeStampResp), of which no more than MAX_ANSWER + 1 bytes are wanted.

    Raises `NotATimestamp` for what is none, `RequestRejected`.
    """
    try:
        (response,) = elements(answer if len(answer) <= MAX_ANSWER else b"")
        status, *token = response.parts()
        number, *reasons = status.parts()
        is_granted = int.from_bytes(number.content) in _GRANTED
        if is_granted != (len(token) == 1):
            raise ValueError("a token without its status, or the other way round")
        if is_granted:
            return token[0].whole
        words = [text.content.decode(errors="replace") for text in reasons[0].parts()] if reasons else []
    except ValueError:
        raise NotATimestamp(place=place, reason=_("it is not the answer of an authority")) from None
    raise RequestRejected(reason=one_line(" ".join(words)) or _("it does not say why"))


def one_line(text: str) -> str:
    """Words of an authority as they can be recorded and shown."""
    return "".join(character if character.isprintable() else " " for character in text)[:_LONGEST].strip()
