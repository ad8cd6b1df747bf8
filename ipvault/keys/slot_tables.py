"""Unlock slots as TOML: `[[slot]]`. Every number is checked before anything is computed with it."""

from __future__ import annotations

import re
from typing import Any, Final

from ipvault.crypto import aead, argon2
from ipvault.crypto.argon2 import Argon2Parameters
from ipvault.errors import KdfParametersRefused
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.card import is_detail
from ipvault.keys.unlock_slots import KEY_FILE, MASTER_KEY_SIZE, RECOVERY, STRETCHED, ShareSet, UnlockSlot
from ipvault.text import _

MAX_SLOTS: Final = 32
MAX_SHARES: Final = 16
"""As many as SLIP-39 has."""

_ID: Final = re.compile("[0-9a-f]{8}")
_CREATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_SALT: Final = re.compile(f"[0-9a-f]{{{2 * argon2.SALT_SIZE}}}")
_IDENTIFIERS: Final = 2**15
_ARGON2ID: Final = "argon2id"
_HKDF: Final = "hkdf-sha256"


def slot_table(slot: UnlockSlot) -> dict[str, Any]:
    """A slot as a table of TOML."""
    table: dict[str, Any] = {"id": slot.id, "kind": slot.kind, "created": slot.created}
    if slot.parameters:
        table |= {"kdf": _ARGON2ID, **slot.parameters._asdict(), "salt": slot.salt.hex()}
    else:
        table["kdf"] = _HKDF
    if slot.shares:
        identifier, threshold, custodians = slot.shares
        table |= {"share_set": identifier, "threshold": threshold, "custodians": list(custodians)}
    return {**table, "sealed": to_base64(slot.sealed)}


def parse_slots(tables: list[dict[str, Any]], place: str) -> tuple[UnlockSlot, ...]:
    """The slots of a file at `place`.

    Raises `KdfParametersRefused`, and ValueError, TypeError, KeyError or AttributeError for what is no list of slots.
    """
    slots = tuple(_parse(dict(table), place) for table in tables[: MAX_SLOTS + 1])
    if len(slots) > MAX_SLOTS or len({slot.id for slot in slots}) < len(slots):
        raise ValueError("more slots than there can be, or two of one id")
    return slots


def _parse(table: dict[str, Any], place: str) -> UnlockSlot:
    kind = table.pop("kind")
    texts = [table.pop(name) for name in ("id", "created")]
    if kind not in (*STRETCHED, KEY_FILE, RECOVERY) or not (_ID.fullmatch(texts[0]) and _CREATED.fullmatch(texts[1])):
        raise ValueError(kind)
    slot = UnlockSlot(texts[0], kind, texts[1], from_base64(table.pop("sealed"), aead.sealed_size(MASTER_KEY_SIZE)))
    if kind in STRETCHED:
        slot = slot._replace(parameters=_parameters(table, place), salt=_salt(table.pop("salt")))
    if kind == RECOVERY:
        slot = slot._replace(shares=_shares(table))
    if table.pop("kdf") != (_ARGON2ID if kind in STRETCHED else _HKDF) or table:
        raise ValueError("values that a slot of this kind does not have")
    return slot


def _parameters(table: dict[str, Any], place: str) -> Argon2Parameters:
    numbers = [table.pop(name) for name in Argon2Parameters._fields]
    if any(type(number) is not int for number in numbers):
        raise KdfParametersRefused(place=place, reason=_("not whole numbers"))
    parameters = Argon2Parameters(*numbers)
    if refusal := argon2.refusal(parameters):
        raise KdfParametersRefused(place=place, reason=refusal)
    return parameters


def _salt(text: str) -> bytes:
    if not _SALT.fullmatch(text):
        raise ValueError("a salt is 16 bytes in hexadecimal")
    return bytes.fromhex(text)


def _shares(table: dict[str, Any]) -> ShareSet:
    identifier, threshold = table.pop("share_set"), table.pop("threshold")
    custodians: list[str] = table.pop("custodians")
    if type(identifier) is not int or type(threshold) is not int or type(custodians) is not list:
        raise TypeError("a number is something else")
    if not (0 <= identifier < _IDENTIFIERS and 1 <= threshold <= MAX_SHARES and len(custodians) <= MAX_SHARES):
        raise ValueError("a number that no set of shares has")
    if not all(type(name) is str and is_detail(name) for name in custodians):
        raise ValueError("a custodian has a name of one line")
    return ShareSet(identifier, threshold, tuple(custodians))
