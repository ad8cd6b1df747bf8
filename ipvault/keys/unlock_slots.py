"""Unlock slots: the ways to an identity's master key, each of which opens it alone (as LUKS has them).

A slot belongs to one place (the id of a vault, or `identity` for a file of one's own) and one identity: copied into the
file of another it opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ipvault.crypto import aead, argon2
from ipvault.crypto.argon2 import Argon2Parameters
from ipvault.crypto.hkdf import expand
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import (
    ForeignShares,
    KeyFileNeeded,
    OutOfMemory,
    SlotsNotTried,
    WrongKeyFile,
    WrongPassphrase,
    WrongTogether,
)

PASSPHRASE: Final = "passphrase"  # noqa: S105  # a kind of slot, no secret
PASSPHRASE_AND_KEY_FILE: Final = "passphrase+key-file"  # noqa: S105  # another
KEY_FILE: Final = "key-file"
RECOVERY: Final = "recovery"

STRETCHED: Final = frozenset((PASSPHRASE, PASSPHRASE_AND_KEY_FILE))
"""The kinds whose key Argon2id derives, since people choose passphrases; what opens the others is random."""

MASTER_KEY_SIZE: Final = 32
ID_SIZE: Final = 4
"""Bytes of the id of a slot, which is their hexadecimal text."""

Owner = tuple[str, str]
"""Whose slots they are: the place and the fingerprint."""


class Factors(NamedTuple):
    """What somebody has to open a slot with.

    `key_file` is the SHA-512 of such a file (64 bytes), `recovery` what shares give together (32 bytes).
    """

    passphrase: Secret | None = None
    key_file: Secret | None = None
    recovery: Secret | None = None


class ShareSet(NamedTuple):
    """What is known of the shares that open a recovery slot.

    `identifier` is the number that SLIP-39 gives all shares of a set; `custodians` may be empty.
    """

    identifier: int
    threshold: int
    custodians: tuple[str, ...]


class UnlockSlot(NamedTuple):
    """One way to the master key, which is `sealed` under what the slot's factors give.

    `created` is RFC 3339. Slots of kinds in STRETCHED have `parameters` and a salt of 16 bytes.
    """

    id: str
    kind: str
    created: str
    sealed: bytes
    parameters: Argon2Parameters | None = None
    salt: bytes = b""
    shares: ShareSet | None = None

    @classmethod
    def create(
        cls,
        kind: str,
        factors: Factors,
        owner: Owner,
        master_key: Secret,
        created: str,
        random: Callable[[int], bytes],
        shares: ShareSet | None = None,
    ) -> UnlockSlot:
        """A slot of this kind, whose factors must be among those given."""
        parameters, salt = (argon2.DEFAULT, random(argon2.SALT_SIZE)) if kind in STRETCHED else (None, b"")
        slot = cls(random(ID_SIZE).hex(), kind, created, b"", parameters, salt, shares)
        slot_key = _slot_key(slot, owner, factors)
        if slot_key is None:
            raise ValueError(kind)
        return slot._replace(sealed=aead.seal(slot_key, _context(slot, owner), master_key.reveal()))


def opens_alone(key_file: Secret, owner: Owner, slots: Iterable[UnlockSlot]) -> bool:
    """Whether a key file opens one of the slots without a passphrase, which need not be asked for then."""
    return any(_open(slot, owner, Factors(key_file=key_file)) for slot in slots if slot.kind == KEY_FILE)


def unlock(owner: Owner, slots: Iterable[UnlockSlot], factors: Factors) -> tuple[UnlockSlot, Secret]:
    """The cheapest slot that these factors open, and the master key.

    Somebody who can write the file may have added slots that take hours, or more memory than there is: those come last,
    and keep none of the others from being tried.

    Raises `OutOfMemory` or `SlotsNotTried` if none opens and not all could be tried. Else if none does `KeyFileNeeded`
    where it takes a key file too, or one of `WrongPassphrase`, `WrongKeyFile`, `WrongTogether` and `ForeignShares`.
    """
    slots = sorted(slots, key=_cost)
    skipped: list[str] = []
    for slot in slots:
        try:
            if master_key := _open(slot, owner, factors):
                return slot, master_key
        except OutOfMemory as error:
            if len(slots) == 1:
                raise
            skipped.append(f"{slot.id} ({error.fields['mebibytes']} MiB)")
    if skipped:
        raise SlotsNotTried(slots=", ".join(skipped))
    passphrase, key_file, recovery = factors
    if recovery is not None:
        raise ForeignShares
    kinds = {slot.kind for slot in slots}
    if key_file is None and PASSPHRASE not in kinds:
        raise KeyFileNeeded
    if passphrase is None:
        raise WrongKeyFile
    raise WrongTogether if key_file is not None and PASSPHRASE_AND_KEY_FILE in kinds else WrongPassphrase


def _cost(slot: UnlockSlot) -> int:
    """How long a try takes, in KiB that are passed over; nothing where no passphrase is stretched."""
    return slot.parameters.memory_kib * slot.parameters.iterations if slot.parameters else 0


def _open(slot: UnlockSlot, owner: Owner, factors: Factors) -> Secret | None:
    slot_key = _slot_key(slot, owner, factors)
    if slot_key is None:
        return None
    try:
        return Secret(aead.unseal(slot_key, _context(slot, owner), slot.sealed))
    except aead.AuthenticationFailed:
        return None


def _slot_key(slot: UnlockSlot, owner: Owner, factors: Factors) -> Secret | None:
    """What the factors give for this slot; None if it takes others. Raises `OutOfMemory`."""
    passphrase, key_file, recovery = factors
    if slot.kind == PASSPHRASE:
        return None if passphrase is None else _stretch(slot, passphrase, None)
    if slot.kind == PASSPHRASE_AND_KEY_FILE:
        return None if passphrase is None or key_file is None else _stretch(slot, passphrase, key_file)
    key = key_file if slot.kind == KEY_FILE else recovery
    return None if key is None else expand(key, pae("slot-key", *owner, slot.kind, slot.id))


def _stretch(slot: UnlockSlot, passphrase: Secret, key_file: Secret | None) -> Secret:
    assert slot.parameters is not None  # noqa: S101 - slots of these kinds have them
    try:
        return argon2.derive(passphrase, slot.salt, slot.parameters, key_file)
    except MemoryError:
        raise OutOfMemory(mebibytes=slot.parameters.memory_kib // 1024) from None


def _context(slot: UnlockSlot, owner: Owner) -> bytes:
    shares: tuple[str | int, ...] = ()
    if slot.shares:
        shares = (slot.shares.identifier, slot.shares.threshold, *slot.shares.custodians)
    return pae("unlock-slot", *owner, slot.kind, slot.id, slot.created, *(slot.parameters or ()), *shares)
