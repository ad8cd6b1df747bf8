"""The catalog's snapshot: so that opening costs what is new, not what is old.

One sealed message per member under `cache/`: a fixed header (schema version, sequence number, journal offset, leaf
hash, time) and the SQLite image. It is authenticated under a key derived from the member's master key, so only the
member can have made it, and it counts only while the journal still has that leaf at that place. A snapshot that does
not open or does not fit is no error: the catalog is made anew from the journal.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from ipvault.catalog.catalog import SCHEMA_VERSION, Catalog
from ipvault.crypto import aead, hkdf
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.journal.head import Head

_BLOCK: Final = 1 << 20
_HEADER: Final = struct.Struct("<IqQ32s24s")


def _key(master_key: Secret, vault: str, member: str) -> Secret:
    return hkdf.expand(master_key, pae("snapshot-key", vault, member))


def seal_snapshot(catalog: Catalog, master_key: Secret, vault: str, member: str) -> bytes:
    """The catalog as the sealed bytes of its snapshot."""
    head = catalog.head
    header = _HEADER.pack(SCHEMA_VERSION, head.seq, head.offset, bytes.fromhex(head.hash), catalog.time.encode())
    return aead.seal(_key(master_key, vault, member), pae("snapshot", vault, member), header + catalog.image())


def open_snapshot(sealed: BinaryIO, master_key: Secret, vault: str, member: str) -> Catalog | None:
    """The catalog in a snapshot, or None if it is not one of this member and this version of ipvault.

    It is read as it is authenticated, so that a forged one takes no more memory than a block, however long it is.
    """
    context, blocks = pae("snapshot", vault, member), iter(lambda: sealed.read(_BLOCK), b"")
    try:
        plaintext = aead.unseal_blocks(_key(master_key, vault, member), context, blocks)
    except (aead.AuthenticationFailed, OSError):
        return None
    version, seq, offset, leaf_hash, time = _HEADER.unpack_from(plaintext)
    if version != SCHEMA_VERSION:
        return None
    return Catalog(Head(seq, leaf_hash.hex(), offset), memoryview(plaintext)[_HEADER.size :], time.decode())
