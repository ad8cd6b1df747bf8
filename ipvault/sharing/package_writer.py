"""Writing a package, in one pass and at any size.

    header | sealed under the package key: length of the manifest (u32 LE) | manifest | both signatures over it
           | contents, one after the other | SHA-256 of each | both signatures over those | zeros to a Padmé size

What the sender states is complete before the first byte is written, so that it can be recorded before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ipvault.crypto import aead
from ipvault.crypto.secret import Secret
from ipvault.errors import Conflict, UsageError
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.keys.statements import contents_message
from ipvault.sharing.header import MAX_SLOTS, Header
from ipvault.sharing.manifest import (
    LENGTH_SIZE,
    MAX_SIZE,
    Entry,
    Manifest,
    Terms,
    is_manifest,
    lengths,
    manifest_message,
)
from ipvault.text import _
from ipvault.vault.hashing import StreamHash
from ipvault.vault.objects import BLOCK, Sink
from ipvault.vault.progress import Progress, unobserved

_KEY_SIZE: Final = 32
_ZEROS: Final = bytes(BLOCK)


class PackageWriter:
    """A package of which only the contents are still to come; `size` is that of the whole file in bytes."""

    def __init__(
        self,
        identity: Identity,
        card: Card,
        recipients: Iterable[PublicIdentity],
        terms: Terms,
        entries: Sequence[Entry],
        random: Callable[[int], bytes],
        decision: str = "",
    ) -> None:
        """Seal to `recipients`, each once, as `identity`, whose card is `card`; see `Manifest` for the `decision`.

        Raises UsageError if they, or the entries, are none or too many, ValueError for what cannot be in a manifest.
        """
        people = {person.fingerprint: person for person in recipients}
        if not people or not entries:
            raise UsageError(problem=_("a package needs at least one recipient and one file"))
        if len(people) > MAX_SLOTS:
            raise UsageError(problem=_("a package has at most {limit} recipients").format(limit=MAX_SLOTS))
        self._identity = identity
        self._key = Secret(random(_KEY_SIZE))
        self.header = Header.make(self._key, people.values(), random)
        fingerprints, sender = tuple(sorted(people)), card.to_toml().decode()
        self.manifest = Manifest(self.header.id, sender, fingerprints, terms, tuple(entries), decision)
        self._packed = self.manifest.to_json()
        if card.public != identity.public or not is_manifest(self.manifest):
            raise ValueError("another's card, or values that no manifest has")
        if len(self._packed) > MAX_SIZE:
            raise UsageError(problem=_("a package cannot hold that many files: seal several packages"))
        self._lengths = lengths(self._packed, self.manifest.entries)
        self.size = len(self.header.packed) + aead.sealed_size(sum(self._lengths))

    @property
    def manifest_hash(self) -> str:
        """SHA-256 of the manifest (hexadecimal): by it receipts and records name the package."""
        return hashlib.sha256(self._packed).hexdigest()

    def write(self, out: Sink, contents: Iterable[Iterable[bytes]], progress: Progress = unobserved) -> None:
        """Write all of it, the contents as blocks in the order of the entries; `progress` is told their bytes.

        Raises `Conflict` for a content that has not the size of its entry. What is written then is no package.
        """
        out.write(self.header.packed)
        encryptor = aead.Encryptor(self._key, self.header.context)

        def put(data: bytes) -> None:
            if sealed := encryptor.update(data):
                out.write(sealed)

        statement = manifest_message(self.header.id, self.header.sha256, self._packed)
        put(len(self._packed).to_bytes(LENGTH_SIZE, "little") + self._packed)
        put(b"".join(self._identity.sign(statement)))
        hashes = []
        for entry, blocks in zip(self.manifest.entries, contents, strict=True):
            digest, remaining = StreamHash(), entry.size
            for block in blocks:
                remaining -= len(block)
                if remaining < 0:
                    break
                digest.update(block)
                put(block)
                progress(len(block))
            hashes.append(bytes.fromhex(digest.hexdigest()))
            if remaining:
                raise Conflict(problem=_("{name} was changed while it was sealed").format(name=entry.name))
        put(b"".join((*hashes, *self._identity.sign(contents_message(self.manifest_hash, hashes)))))
        for start in range(0, self._lengths.padding, BLOCK):
            put(_ZEROS[: min(BLOCK, self._lengths.padding - start)])
        out.write(encryptor.finish())
