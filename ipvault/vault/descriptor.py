"""The VAULT file: the format number, the vault's id and when it was created. No secret; record 0 names its hash."""

from __future__ import annotations

import hashlib
import re
from itertools import islice
from typing import Final, NamedTuple

from ipvault.errors import Damaged, JournalBroken, NoVault
from ipvault.journal.head import leaf_hash
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _
from ipvault.toml import parse_versioned
from ipvault.vault.journal_file import lines_from

FORMAT: Final = 1
MAX_SIZE: Final = 4096


class Descriptor(NamedTuple):
    """`id` is 32 hexadecimal digits, `created` RFC 3339."""

    id: str
    created: str

    def to_toml(self) -> bytes:
        import tomli_w  # not needed to read one, which every command does

        return tomli_w.dumps({"format": FORMAT, "vault": self.id, "created": self.created}).encode()

    @classmethod
    def from_toml(cls, data: bytes) -> Descriptor:
        """Raises `Damaged` or `FormatTooNew`."""
        try:
            document = parse_versioned(data, DESCRIPTOR, FORMAT)
            vault, created = document["vault"], document["created"]
            if not isinstance(created, str) or not re.fullmatch("[0-9a-f]{32}", vault):
                raise ValueError("values that no such file has")
        except (ValueError, TypeError, KeyError):
            raise Damaged(place=DESCRIPTOR, reason=_("it is not the description of a vault")) from None
        return cls(vault, created)


def read_descriptor(store: Store) -> Descriptor:
    """The descriptor of the vault in `store`; raises `NoVault` where there is none.

    VAULT without the journal, or the other way round, is damage (`Damaged`, `JournalBroken`). Where nothing is stored
    it is a creation that was interrupted.
    """
    try:
        descriptor = Descriptor.from_toml(store.read(DESCRIPTOR, MAX_SIZE))
        store.size(JOURNAL)
    except FileNotFoundError:
        if not any(store.files("objects")):
            raise NoVault(path=store.place) from None
        if DESCRIPTOR in store.files(""):
            raise JournalBroken(seq=0, reason=_("it is missing")) from None
        raise Damaged(place=DESCRIPTOR, reason=_("it is missing")) from None
    return descriptor


def altered_descriptor(store: Store) -> Damaged | None:
    """Whether VAULT is not the file that record 0 names, which makes everything else look wrong.

    Unless record 0 is the one that was altered or is missing: record 1 tells.
    """
    try:
        data = store.read(DESCRIPTOR, MAX_SIZE)
        with store.open_journal() as journal:
            first, second = (*islice(lines_from(journal, 0), 2), b"", b"")[:2]
    except FileNotFoundError:
        return None
    leaf = first.partition(b"\t")[0]
    named = f'["+","{DESCRIPTOR}",{len(data)},"{hashlib.sha256(data).hexdigest()}"]'.encode()
    if named in leaf or b'"n":0,' not in leaf or leaf_hash(leaf).encode() not in second:
        return None
    return Damaged(place=DESCRIPTOR, reason=_("it is not the file that the journal names"))
