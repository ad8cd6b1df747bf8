"""The VAULT file: the format number, the vault's id and when it was created. No secret; record 0 names its hash."""

from __future__ import annotations

import re
import tomllib
from typing import Final, NamedTuple

import tomli_w

from ipvault.errors import Damaged, FormatTooNew, JournalBroken, NoVault
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import _

FORMAT: Final = 1
MAX_SIZE: Final = 4096


class Descriptor(NamedTuple):
    """`id` is 32 hexadecimal digits, `created` RFC 3339."""

    id: str
    created: str

    def to_toml(self) -> bytes:
        return tomli_w.dumps({"format": FORMAT, "vault": self.id, "created": self.created}).encode()

    @classmethod
    def from_toml(cls, data: bytes) -> Descriptor:
        """Raises `Damaged` or `FormatTooNew`."""
        try:
            document = tomllib.loads(data.decode())
            found = document["format"]
            if type(found) is int and found > FORMAT:
                raise FormatTooNew(place=DESCRIPTOR, found=found, supported=FORMAT)
            vault, created = document["vault"], document["created"]
        except (ValueError, KeyError, RecursionError):
            raise Damaged(place=DESCRIPTOR, reason=_("it is not the description of a vault")) from None
        is_ours = type(found) is int and found == FORMAT and isinstance(created, str)
        if not is_ours or not re.fullmatch("[0-9a-f]{32}", str(vault)):
            raise Damaged(place=DESCRIPTOR, reason=_("it is not the description of a vault"))
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
