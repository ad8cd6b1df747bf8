"""The file of a member: unlock slots, each of which opens the master key, and the identity sealed under that.

`members/<fingerprint>/<generation>.toml`. It is never changed: a new generation replaces it, and the journal names the
one that counts. Who the member is stands in the journal only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from ipvault.crypto import aead, argon2
from ipvault.crypto.argon2 import Argon2Parameters
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew, KdfParametersRefused, OutOfMemory, WrongPassphrase
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.identity import SEALED_SIZE, Identity
from ipvault.text import _

FORMAT: Final = 1
MAX_SIZE: Final = 16 * 1024  # bytes: twice what all slots need, since reading a long dotted key takes its square
MAX_SLOTS: Final = 32
MASTER_KEY_SIZE: Final = 32
PASSPHRASE: Final = "passphrase"  # noqa: S105  # a kind of slot, no secret
"""The kind of slot whose only factor is a passphrase."""


class UnlockSlot(NamedTuple):
    """One way to the master key: Argon2id parameters, a salt of 16 bytes, and the key sealed under the result."""

    kind: str
    parameters: Argon2Parameters
    salt: bytes
    sealed: bytes


class MemberFile(NamedTuple):
    """A parsed member file. Raises `Damaged`, `FormatTooNew` or `KdfParametersRefused` when it cannot be one."""

    vault: str
    fingerprint: str
    slots: tuple[UnlockSlot, ...]
    identity: bytes

    @classmethod
    def create(
        cls, vault: str, identity: Identity, passphrase: Secret, random: Callable[[int], bytes]
    ) -> tuple[MemberFile, Secret]:
        """A file with one passphrase slot, and the new master key."""
        fingerprint = identity.public.fingerprint
        master_key = Secret(random(MASTER_KEY_SIZE))
        parameters, salt = argon2.DEFAULT, random(argon2.SALT_SIZE)
        slot_key = _derive(passphrase, salt, parameters)
        sealed = aead.seal(slot_key, _slot_context(vault, fingerprint, PASSPHRASE, parameters), master_key.reveal())
        slot = UnlockSlot(PASSPHRASE, parameters, salt, sealed)
        sealed_identity = identity.seal(master_key, _identity_context(vault, fingerprint))
        return cls(vault, fingerprint, (slot,), sealed_identity), master_key

    def unlock(self, passphrase: Secret) -> Secret:
        """The master key. Raises `WrongPassphrase` or `OutOfMemory`."""
        for slot in self.slots:
            slot_key = _derive(passphrase, slot.salt, slot.parameters)
            try:
                context = _slot_context(self.vault, self.fingerprint, slot.kind, slot.parameters)
                return Secret(aead.unseal(slot_key, context, slot.sealed))
            except aead.AuthenticationFailed:
                continue
        raise WrongPassphrase

    def open_identity(self, master_key: Secret) -> Identity:
        """The identity; raises `Damaged` when the master key does not fit it."""
        try:
            return Identity.unseal(master_key, _identity_context(self.vault, self.fingerprint), self.identity)
        except aead.AuthenticationFailed:
            raise Damaged(place=f"members/{self.fingerprint}", reason=_("its keys do not open")) from None

    def to_toml(self) -> bytes:
        slots = [
            {
                "kind": slot.kind,
                "kdf": "argon2id",
                "memory_kib": slot.parameters.memory_kib,
                "iterations": slot.parameters.iterations,
                "lanes": slot.parameters.lanes,
                "salt": slot.salt.hex(),
                "sealed": to_base64(slot.sealed),
            }
            for slot in self.slots
        ]
        document = {
            "format": FORMAT,
            "vault": self.vault,
            "fingerprint": self.fingerprint,
            "identity": to_base64(self.identity),
            "slot": slots,
        }
        import tomli_w  # not needed to read one, which every command does

        return tomli_w.dumps(document).encode()

    @classmethod
    def from_toml(cls, data: bytes, place: str, vault: str) -> MemberFile:
        """Read a member file of `vault`; every number is checked before anything is derived with it."""
        try:
            document = tomllib.loads(data.decode())
            found = document["format"]
            if type(found) is int and found > FORMAT:
                raise FormatTooNew(place=place, found=found, supported=FORMAT)
            if type(found) is not int or found != FORMAT:
                raise ValueError(found)
            slots = tuple(_parse_slot(table, place) for table in document["slot"][: MAX_SLOTS + 1])
            parsed = cls(
                document["vault"], document["fingerprint"], slots, from_base64(document["identity"], SEALED_SIZE)
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise Damaged(place=place, reason=_("it is not a member file")) from None
        if not 0 < len(slots) <= MAX_SLOTS or not re.fullmatch("[0-9a-f]{64}", str(parsed.fingerprint)):
            raise Damaged(place=place, reason=_("it is not a member file"))
        if parsed.vault != vault:
            raise Damaged(place=place, reason=_("it belongs to another vault"))
        return parsed


def _parse_slot(table: dict[str, Any], place: str) -> UnlockSlot:
    numbers = [table[name] for name in ("memory_kib", "iterations", "lanes")]
    if any(type(number) is not int for number in numbers):
        raise KdfParametersRefused(place=place, reason=_("not whole numbers"))
    parameters = Argon2Parameters(*numbers)
    if refusal := argon2.refusal(parameters):
        raise KdfParametersRefused(place=place, reason=refusal)
    salt = bytes.fromhex(table["salt"])
    if table["kind"] != PASSPHRASE or table["kdf"] != "argon2id":
        raise ValueError(table["kind"])
    if len(salt) != argon2.SALT_SIZE or salt.hex() != table["salt"]:
        raise ValueError("a salt is 16 bytes in hexadecimal")
    return UnlockSlot(PASSPHRASE, parameters, salt, from_base64(table["sealed"], aead.sealed_size(MASTER_KEY_SIZE)))


def _derive(passphrase: Secret, salt: bytes, parameters: Argon2Parameters) -> Secret:
    try:
        return argon2.derive(passphrase, salt, parameters)
    except MemoryError:
        raise OutOfMemory(mebibytes=parameters.memory_kib // 1024) from None


def _slot_context(vault: str, fingerprint: str, kind: str, parameters: Argon2Parameters) -> bytes:
    numbers = (parameters.memory_kib, parameters.iterations, parameters.lanes)
    return pae("unlock-slot", vault, fingerprint, kind, *numbers)


def _identity_context(vault: str, fingerprint: str) -> bytes:
    return pae("identity", vault, fingerprint)
