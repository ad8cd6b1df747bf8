"""The part of a package that anybody can read: its id, and the package key wrapped to each recipient.

    magic (18) | package id (16) | commitment (32) | number of slots (u16 LE) | slots (1168 each)

Slots do not say whose they are. They stand in the order of their bytes, which are random, so their order says nothing
either. HPKE's inner AEAD does not commit to its key, so the commitment does: no two slots can give different keys.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import pairwise
from typing import Final

from ipvault.crypto import aead, hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import FormatTooNew, NotARecipient, PackageDamaged
from ipvault.keys.file_kinds import PACKAGE, refuse_another_kind
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.text import _
from ipvault.vault.sources import Readable, read_up_to

FORMAT: Final = 1
MAGIC: Final = b"ipvault package %d\n" % FORMAT
MAX_SLOTS: Final = 1000
ID_SIZE: Final = 16
_NEWER_MAGIC: Final = re.compile(rb"ipvault package ([2-9]|[1-9][0-9]{1,8})\n")
_FIXED: Final = struct.Struct(f"<{len(MAGIC)}s{ID_SIZE}s32sH")


class Header:
    """A package's header; `id` and `commitment` are hexadecimal."""

    def __init__(self, package_id: str, commitment: str, slots: tuple[bytes, ...]) -> None:
        self.id = package_id
        self.commitment = commitment
        self.slots = slots

    @classmethod
    def make(cls, key: Secret, recipients: Iterable[PublicIdentity], random: Callable[[int], bytes]) -> Header:
        """A header with a new id that wraps `key` to each of `recipients`."""
        package_id = random(ID_SIZE).hex()
        commitment = _commitment(package_id, key)
        slots = [
            hpke.wrap(key, person.kem, _slot_info(package_id, commitment, person.fingerprint)) for person in recipients
        ]
        return cls(package_id, commitment, tuple(sorted(slots)))

    @classmethod
    def read(cls, file: Readable, place: str) -> Header:
        """Read the header that `file` begins with. Raises `PackageDamaged` and `FormatTooNew`, naming `place`."""
        fixed = read_up_to(file, _FIXED.size)
        if not fixed.startswith(MAGIC):
            if newer := _NEWER_MAGIC.match(fixed):
                raise FormatTooNew(place=place, found=int(newer[1]), supported=FORMAT)
            refuse_another_kind(fixed, place, PACKAGE)
            raise PackageDamaged(place=place, reason=_("it does not begin as a package does"))
        if len(fixed) < _FIXED.size:
            raise PackageDamaged(place=place, reason=_("it is cut short"))
        _magic, package_id, commitment, count = _FIXED.unpack(fixed)
        if not 1 <= count <= MAX_SLOTS:
            raise PackageDamaged(place=place, reason=_("it claims {count} recipients").format(count=count))
        packed = read_up_to(file, count * hpke.WRAPPED_SIZE)
        slots = tuple(packed[start : start + hpke.WRAPPED_SIZE] for start in range(0, len(packed), hpke.WRAPPED_SIZE))
        if len(packed) < count * hpke.WRAPPED_SIZE:
            raise PackageDamaged(place=place, reason=_("it is cut short"))
        if any(first >= second for first, second in pairwise(slots)):
            raise PackageDamaged(place=place, reason=_("its keys are not in their order"))
        return cls(package_id.hex(), commitment.hex(), slots)

    @cached_property
    def packed(self) -> bytes:
        """The bytes of the header."""
        fixed = _FIXED.pack(MAGIC, bytes.fromhex(self.id), bytes.fromhex(self.commitment), len(self.slots))
        return fixed + b"".join(self.slots)

    @cached_property
    def sha256(self) -> bytes:
        """The digest of its bytes, to which everything that follows is bound."""
        return hashlib.sha256(self.packed).digest()

    @property
    def context(self) -> bytes:
        """That of the message under the package key."""
        return pae("package", self.id, self.sha256)

    def find_key(self, identity: Identity, place: str) -> Secret:
        """The package key out of the slot for `identity`.

        Raises `NotARecipient` if there is none, `PackageDamaged` if its key is not the one that is committed to.
        """
        info = _slot_info(self.id, self.commitment, identity.public.fingerprint)
        for slot in self.slots:
            try:
                key = identity.kem.unwrap(slot, info)
            except aead.AuthenticationFailed:
                continue
            if _commitment(self.id, key) != self.commitment:
                raise PackageDamaged(place=place, reason=_("it gives different keys to different recipients"))
            return key
        raise NotARecipient(place=place)


def _commitment(package_id: str, key: Secret) -> str:
    return hashlib.sha256(pae("package-key-commitment", package_id, key.reveal())).hexdigest()


def _slot_info(package_id: str, commitment: str, fingerprint: str) -> bytes:
    return pae("package-slot", package_id, commitment, fingerprint)
