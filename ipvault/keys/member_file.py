"""The file of a member in a vault: the sealed identity, and no word about who that is.

`members/<fingerprint>/<generation>.toml`. It is never changed: a new generation replaces it, and the journal names the
one that counts. Who the member is stands in the journal only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged
from ipvault.keys.identity import Identity
from ipvault.keys.sealed_identity import NOT_ONE, SealedIdentity, parse_document, seal_identity
from ipvault.keys.unlock_slots import MASTER_KEY_SIZE, PASSPHRASE, Factors, UnlockSlot
from ipvault.text import _

MAX_SIZE: Final = 16 * 1024  # bytes: more than what all slots need


@dataclass(frozen=True)
class MemberFile(SealedIdentity):
    """A parsed member file, whose place is the id of its vault."""

    @classmethod
    def create(
        cls, vault: str, identity: Identity, passphrase: Secret, created: str, random: Callable[[int], bytes]
    ) -> tuple[MemberFile, Secret]:
        """A file with one passphrase slot, made at `created` (RFC 3339), and the new master key."""
        owner = vault, identity.public.fingerprint
        master_key = Secret(random(MASTER_KEY_SIZE))
        slot = UnlockSlot.create(PASSPHRASE, Factors(passphrase), owner, master_key, created, random)
        return cls(*owner, (slot,), seal_identity(identity, master_key, owner)), master_key

    def to_toml(self) -> bytes:
        return self.to_document(vault=self.place)

    @classmethod
    def from_toml(cls, data: bytes, place: str, vault: str) -> MemberFile:
        """Read the file at `place` of `vault`. Raises `Damaged`, `FormatTooNew` or `KdfParametersRefused`."""
        try:
            values, fingerprint, slots, identity = parse_document(data, place)
            found = values.pop("vault")
        except NOT_ONE:
            raise Damaged(place=place, reason=_("it is not a member file")) from None
        if values or not slots:
            raise Damaged(place=place, reason=_("it is not a member file"))
        if found != vault:
            raise Damaged(place=place, reason=_("it belongs to another vault"))
        return cls(vault, fingerprint, slots, identity)
