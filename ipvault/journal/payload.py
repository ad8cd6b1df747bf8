"""The sealed half of a record: its kind and fields, readable with the room's record key only.

The plaintext is canonical JSON {"fields": {...}, "seed": 32 hex digits} followed by spaces up to a Padmé size, sealed
with the record key; in the line it is base64 (RFC 4648 §4). Names of fields are ASCII words.

Each field can be disclosed alone: its digest is SHA-256(JCS([salt, name, value])) with salt = the first 16 bytes of
HMAC-SHA256(seed, name) in hexadecimal, and the leaf commits to SHA-256 over all digests in the order of the names. A
forgotten record has "-" in place of its payload.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Final

from ipvault.crypto import aead
from ipvault.crypto.padme import padded_size
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.journal.canonical import JsonValue, NotCanonical, canonical, parse_canonical
from ipvault.text import _

Fields = dict[str, JsonValue]

FORGOTTEN: Final = b"-"
FORGETTABLE: Final = frozenset(("item", "access", "auth", "repair"))
"""Classes whose records may be forgotten: the roster, the keys and what was agreed must stay readable."""

SEED_SIZE: Final = 16
_LEAST_SIZE: Final = 256
_SEED: Final = re.compile("[0-9a-f]{32}")


class MalformedPayload(Exception):
    """A payload that its key opens but that is not what the format says; the argument says why."""


def payload_context(vault: str, room: str, epoch: int, seq: int) -> bytes:
    """What a sealed payload is bound to: the place of its record."""
    return pae("record", vault, room, epoch, seq)


def field_texts(seed: bytes, fields: Fields) -> dict[str, bytes]:
    """JCS([salt, name, value]) of each field, by name and in the order of the names.

    It is what is shown of a field to whoever is to check it, and says nothing of the others.
    """
    keyed = hmac.new(seed, digestmod="sha256")
    texts = {}
    for name in sorted(fields):
        mac = keyed.copy()
        mac.update(name.encode())
        # Put together by hand: names are ASCII words, and this runs for every field of a journal.
        texts[name] = b'["%b","%b",%b]' % (mac.digest()[:16].hex().encode(), name.encode(), canonical(fields[name]))
    return texts


def commitment(seed: bytes, fields: Fields) -> str:
    """The leaf's `m`: SHA-256 over the salted digests of all fields in the order of their names."""
    digests = [hashlib.sha256(text).digest() for text in field_texts(seed, fields).values()]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _padded_size(plaintext: bytes) -> int:
    return padded_size(max(len(plaintext), _LEAST_SIZE))


def seal_payload(record_key: Secret, context: bytes, fields: Fields, seed: bytes) -> bytes:
    """The sealed text of `fields` as it stands in the line."""
    plaintext = canonical({"fields": fields, "seed": seed.hex()})
    return b64encode(aead.seal(record_key, context, plaintext.ljust(_padded_size(plaintext))))


def open_payload(record_key: Secret, context: bytes, sealed: bytes, expected_commitment: str) -> tuple[Fields, bytes]:
    """The fields of a sealed payload, checked against the commitment in its leaf; and the seed.

    From the seed `field_texts` shows single fields to others.

    Raises `AuthenticationFailed` or `MalformedPayload`.
    """
    try:
        message = b64decode(sealed, validate=True)
    except Base64Error:
        message = b""
    if b64encode(message) != sealed:
        raise MalformedPayload(_("the payload is not base64"))
    fields, seed = _parse(aead.unseal(record_key, context, message))
    if commitment(seed, fields) != expected_commitment:
        raise MalformedPayload(_("the payload is not the one that the record commits to"))
    return fields, seed


def _parse(plaintext: bytes) -> tuple[Fields, bytes]:
    text = plaintext.rstrip(b" ")
    try:
        content = parse_canonical(text)
    except NotCanonical:
        raise MalformedPayload(_("the payload is not in canonical form")) from None
    if not isinstance(content, dict) or content.keys() != {"fields", "seed"} or len(plaintext) != _padded_size(text):
        raise MalformedPayload(_("the payload does not have the form of a record"))
    fields, seed = content["fields"], content["seed"]
    if not isinstance(fields, dict) or not all(map(str.isidentifier, fields)):
        raise MalformedPayload(_("the payload does not have the form of a record"))
    if not isinstance(seed, str) or not _SEED.fullmatch(seed):
        raise MalformedPayload(_("the payload does not have the form of a record"))
    return fields, bytes.fromhex(seed)
