"""The card of an identity: what one hands out, so that others can seal packages to it and know its signatures.

TOML, signed by the identity itself (Ed25519 and ML-DSA-44). So nothing on it can be altered, but anybody can make a
card in anybody's name: whose it is shows only in its fingerprint, compared over another channel.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple
from unicodedata import is_normalized

from ipvault.characters import is_visible
from ipvault.crypto import hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.signing import ED25519_SIZE, MLDSA44_SIZE, Signatures
from ipvault.errors import CardRefused, FingerprintDiffers, FingerprintIncomplete
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.file_kinds import CARD, refuse_another_kind
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.text import _
from ipvault.toml import parse_versioned

FORMAT: Final = 1
MAX_SIZE: Final = 16 * 1024
"""Bytes of a card, well above what the longest has."""

MAX_DETAIL: Final = 256
"""Bytes of UTF-8 in one of the details."""

_SIZES: Final = {"kem": hpke.PUBLIC_SIZE, "ed25519": 32, "mldsa44": 1312}
_SIGNATURE_SIZES: Final = {"ed25519": ED25519_SIZE, "mldsa44": MLDSA44_SIZE}
_CREATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class Details(NamedTuple):
    """What an identity says of itself; all but the name may be empty."""

    name: str
    organisation: str = ""
    email: str = ""
    jurisdiction: str = ""


def is_detail(text: str) -> bool:
    """Whether this can be a detail: one line that can be seen, in NFC, by which people are looked up."""
    return (
        is_visible(text)
        and is_normalized("NFC", text)
        and text == text.strip()
        and len(text.encode(errors="replace")) <= MAX_DETAIL
    )


class Card(NamedTuple):
    """A card whose signatures are right. `created` is RFC 3339 in UTC with milliseconds."""

    details: Details
    created: str
    public: PublicIdentity
    signatures: Signatures

    @classmethod
    def issue(cls, identity: Identity, details: Details, created: str) -> Card:
        """The card of an identity. Raises ValueError for details that no reader would take."""
        if not details.name or not all(map(is_detail, details)):
            raise ValueError(details)
        return cls(details, created, identity.public, identity.sign(_message(details, created, identity.public)))

    @property
    def fingerprint(self) -> str:
        """That of the keys, 64 hexadecimal digits."""
        return self.public.fingerprint

    def to_toml(self) -> bytes:
        import tomli_w

        document = {
            "format": FORMAT,
            **self.details._asdict(),
            "created": self.created,
            **{name: to_base64(key) for name, key in self.public._asdict().items()},
            "signature": {name: to_base64(value) for name, value in self.signatures._asdict().items()},
        }
        return tomli_w.dumps(document).encode()

    @classmethod
    def from_toml(cls, data: bytes, place: str) -> Card:
        """Read a card, of at most MAX_SIZE bytes, from `place`.

        Raises `CardRefused`, `WrongKindOfFile` or `FormatTooNew`.
        """
        try:
            card = _parse(parse_versioned(data[: MAX_SIZE + 1], place, FORMAT))
        except (ValueError, TypeError, KeyError, AttributeError):
            refuse_another_kind(data, place, CARD)
            raise CardRefused(place=place, reason=_("it is not a card")) from None
        if len(data) > MAX_SIZE or not card.public.can_be_sealed_to:
            raise CardRefused(place=place, reason=_("it is not a card"))
        if not card.public.verifies(card.signatures, _message(card.details, card.created, card.public)):
            raise CardRefused(place=place, reason=_("it was altered after its owner signed it"))
        return card


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people compare it, aloud or on paper: sixteen groups of four."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def check_fingerprint(typed: str, fingerprint: str, name: str) -> None:
    """See that somebody typed all of the fingerprint on the card of `name`; blanks and capitals do not count.

    Raises `FingerprintIncomplete` for what is too short, or `FingerprintDiffers`.
    """
    digits = "".join(typed.split()).lower()
    if digits == fingerprint:
        return
    if len(digits) < len(fingerprint):
        raise FingerprintIncomplete(name=name, count=len(digits), all=len(fingerprint))
    raise FingerprintDiffers(name=name)


def _message(details: Details, created: str, public: PublicIdentity) -> bytes:
    return pae("card", *details, created, *public)


def _parse(document: dict[str, Any]) -> Card:
    """Raises ValueError, TypeError, KeyError or AttributeError for what is no card."""
    signature = document.pop("signature")
    details = Details(*(_detail(document.pop(name)) for name in Details._fields))
    created = document.pop("created")
    public = PublicIdentity(*(from_base64(document.pop(name), size) for name, size in _SIZES.items()))
    signatures = Signatures(*(from_base64(signature.pop(name), size) for name, size in _SIGNATURE_SIZES.items()))
    if document or signature or not details.name or not _CREATED.fullmatch(created):
        raise ValueError("fields that a card does not have, or values that none has")
    return Card(details, created, public, signatures)


def _detail(text: str) -> str:
    if not is_detail(text):
        raise ValueError(text)
    return text
