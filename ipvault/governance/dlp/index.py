"""The member's index of passages: sealed in the cache, and brought up to date when it is used.

It holds keyed hashes of passages of documents labelled confidential or secret, and which version each is of. It can be
deleted at any time: the documents give it again. What was erased, or has a lower label now, is taken out.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from typing import Final, NamedTuple

from ipvault.catalog.items import Item, Version, all_items, versions_of
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
_HEADER: Final = struct.Struct("<I?IQ")
_CACHE: Final = "passages"
_BLOCK: Final = 1 << 20

Key = tuple[str, int]


class Known(NamedTuple):
    """What the vault has that is to be recognised, and which versions are not, since their text cannot be read."""

    fingerprints: Fingerprints
    unread: tuple[str, ...]


class _Index(NamedTuple):
    """Versions (item, number, whether all was read), by the numbers that `passages` calls them by.

    `with_pdf` tells whether PDF could be read when it was made.
    """

    known: list[tuple[str, int, bool]]
    passages: Passages
    with_pdf: bool

    def holds(self, entry: tuple[str, int, bool]) -> bool:
        """Whether a version need not be read again: it was, or nothing has changed by which it could be."""
        return entry[2] or self.with_pdf or not _reads_pdf()


def recognisable(vault: Vault, labels: Collection[str] = LABELLED, progress: Progress = unobserved) -> Known:
    """The vault's confidential and secret documents, as far as this member can open them; those with these `labels`.

    Others may be among them if they were asked for before. Those that the index has not yet are read, which takes its
    time the first time; `progress` is told their bytes.
    """
    found = {(version.item, version.number): (item, version) for item, version in _recognised(vault)}
    index = _load(vault)
    shingles = Shingles(vault.secret_for("passages-hash"))
    held = {entry[:2] for entry in index.known if index.holds(entry)}
    found = {key: one for key, one in found.items() if one[0].label in labels or key in held}
    if held != found.keys():
        index = _renewed(vault, index, found, shingles, progress)
        _save(vault, index)
    origins = [_origin(*found[item, number]) for item, number, _read in index.known]
    files = {version.sha256: _origin(item, version) for item, version in found.values()}
    read = {entry[:2] for entry in index.known if entry[2]}
    unread = sorted(f"{item.name}@{version.number}" for key, (item, version) in found.items() if key not in read)
    return Known(Fingerprints(files, origins, index.passages, shingles), tuple(unread))


def size_of_new(vault: Vault, labels: Collection[str] = LABELLED) -> int:
    """Bytes of the versions that would have to be read first."""
    index = _load(vault)
    known = {entry[:2] for entry in index.known if index.holds(entry)}
    wanted = ((item, version) for item, version in _recognised(vault) if item.label in labels)
    return sum(version.size for _item, version in wanted if (version.item, version.number) not in known)


def _recognised(vault: Vault) -> Iterator[tuple[Item, Version]]:
    items = {item.id: item for item in all_items(vault.catalog) if item.label in LABELLED}
    for id_, there in versions_of(vault.catalog, items).items():
        yield from ((items[id_], version) for version in there if version.erased is None)


def _origin(item: Item, version: Version) -> Origin:
    return Origin(item.id, version.number, item.name, item.label)


def _renewed(
    vault: Vault, index: _Index, found: dict[Key, tuple[Item, Version]], shingles: Shingles, progress: Progress
) -> _Index:
    """An index of what is there now."""
    kept = [(place, entry) for place, entry in enumerate(index.known) if entry[:2] in found and index.holds(entry)]
    numbers = {place: number for number, (place, _entry) in enumerate(kept)}
    known = [entry for _place, entry in kept]
    more: list[tuple[int, int]] = []
    for key in sorted(found.keys() - {(item, number) for item, number, _read in known}):
        item, version = found[key]
        try:
            hashes, read = _hashes(vault, item, version, shingles)
        except VaultError:  # damaged, or not for this member: that can be otherwise the next time
            continue
        finally:
            progress(version.size)
        more += [(shingle, len(known)) for shingle in hashes]
        known.append((*key, read))
    return _Index(known, index.passages.merged(more, numbers.get), _reads_pdf())


def _reads_pdf() -> bool:
    return find_spec("pypdf") is not None


def _hashes(vault: Vault, item: Item, version: Version, shingles: Shingles) -> tuple[set[int], bool]:
    """The shingles of a version, and whether all of its text could be read. Raises what `Content.blocks` does."""
    budget, trail = Budget(), Trail(shingles)
    hashes: set[int] = set()
    for window in windows(read_document(Content(vault, item, version).blocks(), item.name, budget)):
        hashes.update(shingle for _place, shingle, _words in trail.of(window))
    return hashes, not budget.unread


def _context(vault: Vault) -> bytes:
    return pae("passages", vault.id, vault.member)


def _name(vault: Vault) -> str:
    return f"{vault.member}.{_CACHE}"


def _save(vault: Vault, index: _Index) -> None:
    known = json.dumps(index.known).encode()
    header = _HEADER.pack(_FORMAT, index.with_pdf, len(known), len(index.passages.hashes))
    plaintext = b"".join((header, known, index.passages.hashes.tobytes(), index.passages.owners.tobytes()))
    vault.store.write_cache(_name(vault), aead.seal(vault.secret_for(_CACHE), _context(vault), plaintext))


def _load(vault: Vault) -> _Index:
    """The index in the cache; an empty one if there is none that is this member's and of this version of ipvault."""
    empty = _Index([], Passages(array("Q"), array("I")), with_pdf=True)
    file = vault.store.open_cache(_name(vault))
    if file is None:
        return empty
    with file:
        try:
            blocks = iter(lambda: file.read(_BLOCK), b"")
            plaintext = aead.unseal_blocks(vault.secret_for(_CACHE), _context(vault), blocks)
        except (aead.AuthenticationFailed, OSError):
            return empty
    form, with_pdf, length, count = _HEADER.unpack_from(plaintext)
    if form != _FORMAT:
        return empty
    start = _HEADER.size + length
    hashes, owners = array("Q"), array("I")
    hashes.frombytes(plaintext[start : start + 8 * count])
    owners.frombytes(plaintext[start + 8 * count :])
    known = [(item, number, read) for item, number, read in json.loads(plaintext[_HEADER.size : start])]
    return _Index(known, Passages(hashes, owners), with_pdf)
