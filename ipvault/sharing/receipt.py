"""Receipts: what a recipient signs, so that the sender can show later who had a package, and when.

TOML, tied to the package by the hash of its manifest, signed by the recipient's identity (Ed25519 and ML-DSA-44). A
receipt proves that this identity said so; the time is that of the recipient's computer.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from ipvault.crypto.signing import ED25519_SIZE, MLDSA44_SIZE, Signatures
from ipvault.errors import ReceiptDamaged
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.card import MAX_SIZE as MAX_CARD, Card
from ipvault.keys.file_kinds import RECEIPT, refuse_another_kind
from ipvault.keys.identity import Identity
from ipvault.keys.statements import receipt_message
from ipvault.records.domains import is_time
from ipvault.records.vocabulary import RECEIPT_EVENTS
from ipvault.text import _
from ipvault.toml import parse_versioned

FORMAT: Final = 1
MAX_SIZE: Final = 2 * MAX_CARD
"""Bytes of a receipt."""

_ID: Final = re.compile("[0-9a-f]{32}")
_HASH: Final = re.compile("[0-9a-f]{64}")


class Statement(NamedTuple):
    """What is said: `time` is RFC 3339 in UTC with milliseconds, `manifest` the hash that names the package."""

    event: str
    time: str
    package: str
    manifest: str


class Receipt(NamedTuple):
    """A receipt whose signatures are right, with the card of the recipient who signed it."""

    statement: Statement
    card: Card
    signatures: Signatures

    @classmethod
    def issue(cls, identity: Identity, card: Card, statement: Statement) -> Receipt:
        """Sign a receipt as `identity`, whose card is `card`. Raises ValueError for a statement that none has."""
        if card.public != identity.public or not _is_statement(statement):
            raise ValueError("another's card, or a statement that no receipt has")
        return cls(statement, card, identity.sign(receipt_message(*statement, card.fingerprint)))

    def to_toml(self) -> bytes:
        import tomli_w

        document = {
            "format": FORMAT,
            **self.statement._asdict(),
            "card": self.card.to_toml().decode(),
            "signature": {name: to_base64(value) for name, value in self.signatures._asdict().items()},
        }
        return tomli_w.dumps(document, multiline_strings=True).encode()

    @classmethod
    def from_toml(cls, data: bytes, place: str) -> Receipt:
        """Read the receipt at `place`, at most MAX_SIZE + 1 bytes of it.

        Raises `ReceiptDamaged`, `WrongKindOfFile`, `FormatTooNew`, and what reading its card raises.
        """
        try:
            receipt = _parse(parse_versioned(data[: MAX_SIZE + 1], place, FORMAT), place)
        except (ValueError, TypeError, KeyError, AttributeError):
            refuse_another_kind(data, place, RECEIPT)
            raise ReceiptDamaged(place=place, reason=_("it is not a receipt")) from None
        if len(data) > MAX_SIZE:
            raise ReceiptDamaged(place=place, reason=_("it is not a receipt"))
        message = receipt_message(*receipt.statement, receipt.card.fingerprint)
        if not receipt.card.public.verifies(receipt.signatures, message):
            raise ReceiptDamaged(place=place, reason=_("it was altered after the recipient signed it"))
        return receipt


def _is_statement(statement: Statement) -> bool:
    return (
        all(type(value) is str for value in statement)
        and statement.event in RECEIPT_EVENTS
        and is_time(statement.time)
        and _ID.fullmatch(statement.package) is not None
        and _HASH.fullmatch(statement.manifest) is not None
    )


def _parse(document: dict[str, Any], place: str) -> Receipt:
    """Raises ValueError, TypeError, KeyError or AttributeError for what is no receipt, `Damaged` for its card."""
    signature = document.pop("signature")
    card = Card.from_toml(document.pop("card").encode(), place)
    sizes = {"ed25519": ED25519_SIZE, "mldsa44": MLDSA44_SIZE}
    signatures = Signatures(*(from_base64(signature.pop(name), size) for name, size in sizes.items()))
    statement = Statement(**document)
    if signature or not _is_statement(statement):
        raise ValueError("fields that a receipt does not have, or values that none has")
    return Receipt(statement, card, signatures)
