"""The member's index of passages: sealed in the cache, and brought up to date when it is used.

It holds keyed hashes of passages of documents labelled confidential or secret, and which version each is of. It can be
deleted at any time: the documents give it again. What was erased, or has a lower label now, is taken out.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipvault.catalog.items import Item, Version, all_items, versions
from ipvault.crypto import aead
from ipvault.crypto.pae import pae
from ipvault.errors import VaultError
from ipvault.governance.dlp.extraction.document import read_document
from ipvault.governance.dlp.extraction.limits import Budget
from ipvault.governance.dlp.fingerprints import Fingerprints, Origin, Passages, Shingles, Trail
from ipvault.governance.dlp.windows import windows
from ipvault.records.vocabulary import LABELS
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault

LABELLED: Final = LABELS[2:]
"""The labels of documents that are recognised: confidential, secret."""

_FORMAT: Final = 1
_HEADER: Final = struct.Struct("<IIQ")
_CACHE: Final = "passages"
_BLOCK: Final = 1 << 20

Key = tuple[str, int]


class Known(NamedTuple):
    """What the vault has that is to be recognised, and how many versions are not, since their text cannot be read."""

    fingerprints: Fingerprints
    unread: int


class _Index(NamedTuple):
    """Versions (item, number, whether it was read), by the numbers that `passages` calls them by."""

    known: list[tuple[str, int, bool]]
    passages: Passages


def recognisable(vault: Vault, progress: Progress = unobserved) -> Known:
    """The vault's confidential and secret documents, as far as this member can open them.

    Those that the index has not yet are read, which takes its time the first time; `progress` is told their bytes.
    """
    found = {(version.item, version.number): (item, version) for item, version in _recognised(vault)}
    index = _load(vault)
    shingles = Shingles(vault.secret_for("passages-hash"))
    old = {(item, number): place for place, (item, number, _read) in enumerate(index.known)}
    if old.keys() != found.keys():
        index = _renewed(vault, index, found, shingles, progress)
        _save(vault, index)
    origins = [_origin(*found[item, number]) for item, number, _read in index.known]
    files = {version.sha256: _origin(item, version) for item, version in found.values()}
    unread = sum(not read for _item, _number, read in index.known)
    return Known(Fingerprints(files, origins, index.passages, shingles), unread)


def size_of_new(vault: Vault) -> int:
    """Bytes of the versions that would have to be read first."""
    known = {(item, number) for item, number, _read in _load(vault).known}
    return sum(version.size for _item, version in _recognised(vault) if (version.item, version.number) not in known)


def _recognised(vault: Vault) -> Iterator[tuple[Item, Version]]:
    for item in all_items(vault.catalog):
        if item.label in LABELLED:
            yield from ((item, version) for version in versions(vault.catalog, item.id) if version.erased is None)


def _origin(item: Item, version: Version) -> Origin:
    return Origin(item.id, version.number, item.name, item.label)


def _renewed(
    vault: Vault, index: _Index, found: dict[Key, tuple[Item, Version]], shingles: Shingles, progress: Progress
) -> _Index:
    """An index of what is there now."""
    kept = [(place, entry) for place, entry in enumerate(index.known) if entry[:2] in found]
    numbers = {place: number for number, (place, _entry) in enumerate(kept)}
    known = [entry for _place, entry in kept]
    more: list[tuple[int, int]] = []
    for key in sorted(found.keys() - {(item, number) for item, number, _read in known}):
        item, version = found[key]
        hashes, read = _hashes(vault, item, version, shingles)
        progress(version.size)
        more += [(shingle, len(known)) for shingle in hashes]
        known.append((*key, read))
    return _Index(known, index.passages.merged(more, numbers.get))


def _hashes(vault: Vault, item: Item, version: Version, shingles: Shingles) -> tuple[set[int], bool]:
    """The shingles of a version, and whether all of its text could be read."""
    budget, trail = Budget(), Trail(shingles)
    hashes: set[int] = set()
    try:
        for window in windows(read_document(Content(vault, item, version).blocks(), item.name, budget)):
            hashes.update(shingle for _place, shingle, _words in trail.of(window))
    except VaultError:
        return hashes, False
    return hashes, not budget.unread


def _context(vault: Vault) -> bytes:
    return pae("passages", vault.id, vault.member)


def _name(vault: Vault) -> str:
    return f"{vault.member}.{_CACHE}"


def _save(vault: Vault, index: _Index) -> None:
    known = json.dumps(index.known).encode()
    header = _HEADER.pack(_FORMAT, len(known), len(index.passages.hashes))
    plaintext = b"".join((header, known, index.passages.hashes.tobytes(), index.passages.owners.tobytes()))
    vault.store.write_cache(_name(vault), aead.seal(vault.secret_for(_CACHE), _context(vault), plaintext))


def _load(vault: Vault) -> _Index:
    """The index in the cache; an empty one if there is none that is this member's and of this version of ipvault."""
    empty = _Index([], Passages(array("Q"), array("I")))
    file = vault.store.open_cache(_name(vault))
    if file is None:
        return empty
    with file:
        try:
            blocks = iter(lambda: file.read(_BLOCK), b"")
            plaintext = aead.unseal_blocks(vault.secret_for(_CACHE), _context(vault), blocks)
        except (aead.AuthenticationFailed, OSError):
            return empty
    form, length, count = _HEADER.unpack_from(plaintext)
    if form != _FORMAT:
        return empty
    start = _HEADER.size + length
    hashes, owners = array("Q"), array("I")
    hashes.frombytes(plaintext[start : start + 8 * count])
    owners.frombytes(plaintext[start + 8 * count :])
    return _Index(
        [(item, number, read) for item, number, read in json.loads(plaintext[_HEADER.size : start])],
        Passages(hashes, owners),
    )
