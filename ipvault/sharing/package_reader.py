"""Reading a package that anybody may have made: nothing is believed before a signature says it, nor kept in memory.

The sender is proven before anything of the contents is read. The contents are proven only at the end: whoever keeps
them makes them visible no sooner.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from ipvault.crypto import aead
from ipvault.crypto.signing import SIGNATURES_SIZE, Signatures
from ipvault.errors import PackageDamaged
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity
from ipvault.keys.statements import contents_message
from ipvault.sharing.header import Header
from ipvault.sharing.manifest import (
    HASH_SIZE,
    LENGTH_SIZE,
    MAX_SIZE,
    Entry,
    Manifest,
    lengths,
    manifest_message,
)
from ipvault.sharing.plaintext import Plaintext
from ipvault.text import _
from ipvault.vault.hashing import StreamHash
from ipvault.vault.sources import Readable


class Proof(NamedTuple):
    """What shows to anybody that the sender sealed contents of these SHA-256 (hexadecimal) under his manifest."""

    contents: tuple[str, ...]
    signatures: Signatures


class OpenedPackage:
    """A package whose sender is proven: `manifest` is what he signed, `sender` his card.

    `recipient` is the fingerprint of whoever has opened it.
    """

    def __init__(self, manifest: Manifest, packed: bytes, sender: Card, recipient: str, plaintext: Plaintext) -> None:
        self.manifest = manifest
        self.sender = sender
        self.recipient = recipient
        self.manifest_hash = hashlib.sha256(packed).hexdigest()
        self.proof: Proof | None = None
        """Of the contents; there when all of them have been read."""
        self._packed = packed
        self._plaintext = plaintext

    def contents(self) -> Iterator[tuple[Entry, Iterator[bytes]]]:
        """Every entry with its blocks, which must be read before the next entry; once.

        They are what the sender sealed only if the iteration comes to its end without raising `PackageDamaged`.
        """
        hashes = []
        for entry in self.manifest.entries:
            digest = StreamHash()
            blocks = self._hashed(entry.size, digest)
            yield entry, blocks
            for _unread in blocks:
                pass
            hashes.append(bytes.fromhex(digest.hexdigest()))
        damaged = self._plaintext.damaged
        if self._plaintext.take(HASH_SIZE * len(hashes)) != b"".join(hashes):
            raise damaged(_("its contents are not those that the sender sealed"))
        signatures = Signatures.split(self._plaintext.take(SIGNATURES_SIZE))
        if not self.sender.public.verifies(signatures, contents_message(self.manifest_hash, hashes)):
            raise damaged(_("its contents are not those that the sender sealed"))
        self._plaintext.end_with_zeros(lengths(self._packed, self.manifest.entries).padding)
        self.proof = Proof(tuple(one.hex() for one in hashes), signatures)

    def check(self) -> None:
        """Read it to its end without keeping anything. Raises `PackageDamaged`."""
        for _entry, _blocks in self.contents():
            pass

    def _hashed(self, size: int, digest: StreamHash) -> Iterator[bytes]:
        for block in self._plaintext.blocks(size):
            digest.update(block)
            yield block


def open_package(
    file: Readable, identity: Identity, place: str, size: int | None = None, header: Header | None = None
) -> OpenedPackage:
    """The package that `file` holds from here to its end, `size` bytes if that is known, opened by a recipient.

    `header` is what was read of it before, if anything was.

    Raises `NotARecipient`, `PackageDamaged` and `FormatTooNew`, which name `place`. Terms are left to the caller.
    """
    damaged = partial(PackageDamaged, place=place)
    header = header or Header.read(file, place)
    key = header.find_key(identity, place)
    plaintext = Plaintext(file, aead.Decryptor(key, header.context), place)
    length = int.from_bytes(plaintext.take(LENGTH_SIZE), "little")
    if length > MAX_SIZE:
        raise damaged(reason=_("its list of contents is too long"))
    packed = plaintext.take(length)
    signatures = Signatures.split(plaintext.take(SIGNATURES_SIZE))
    try:
        manifest = Manifest.from_json(packed)
    except ValueError:
        raise damaged(reason=_("its list of contents is not one that ipvault would write")) from None
    sender = Card.from_toml(manifest.sender.encode(), _("the sender's card in {place}").format(place=place))
    if not sender.public.verifies(signatures, manifest_message(header.id, header.sha256, packed)):
        raise damaged(reason=_("its list of contents was not signed by the sender that it names"))
    recipient = identity.public.fingerprint
    is_for_us = recipient in manifest.recipients
    if manifest.package != header.id or len(manifest.recipients) != len(header.slots) or not is_for_us:
        raise damaged(reason=_("the sender made it for other recipients than it has"))
    if size is not None and size != len(header.packed) + aead.sealed_size(sum(lengths(packed, manifest.entries))):
        raise damaged(reason=_("it is not as long as its contents are"))
    return OpenedPackage(manifest, packed, sender, recipient, plaintext)
