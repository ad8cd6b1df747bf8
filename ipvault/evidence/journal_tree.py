"""The Merkle tree of a vault's journal, out of a file of hashes that is kept in the user's cache folder.

Not in the vault: whoever can write there could have a member sign a root that is not the journal's. The file grows with
the journal and is made anew when anything about it does not fit, so it may be deleted, cut or half written at any time.
What is appended comes from the journal, leaf by leaf: each names the hash of the one before it, and the last has to be
the one that the caller has checked. What comes out is checked again, against the root.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from ipvault.errors import JournalBroken, NoSuchRecord, StorageFailed, VaultBusy
from ipvault.journal import tree
from ipvault.journal.head import Head, empty_head
from ipvault.storage.atomic import in_turn
from ipvault.storage.files import open_regular, write_all
from ipvault.storage.store import Store
from ipvault.text import _
from ipvault.vault.journal_file import lines_from
from ipvault.vault.progress import Progress, unobserved

T = TypeVar("T")

_HEADER: Final = struct.Struct("<16s16sqq32s")
"""Magic, vault id, tree size, length of the journal up to there in bytes, root."""

_MAGIC: Final = b"ipvault tree 1\n\0"
_SIZE: Final = tree.HASH_SIZE
_TOLD: Final = 1_000_000
"""Bytes of the journal after which the progress is told."""


class _DoesNotFit(Exception):
    """The file is not of this journal, or not as it was written."""


class _Hashes:
    """The row of stored hashes: in a file behind its header or, where there is none, in memory."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._memory = bytearray()

    def __getitem__(self, index: int) -> bytes:
        if self._descriptor is None:
            found = bytes(self._memory[index * _SIZE : (index + 1) * _SIZE])
        else:
            found = os.pread(self._descriptor, _SIZE, _HEADER.size + index * _SIZE)
        if len(found) != _SIZE:
            raise _DoesNotFit
        return found

    def header(self) -> bytes:
        return b"" if self._descriptor is None else os.pread(self._descriptor, _HEADER.size, 0)

    def append(self, count: int, more: bytearray, header: Callable[[], bytes]) -> None:
        """Put `more` behind the first `count` hashes; then `header`, which is made of them all.

        Raises `_DoesNotFit` where the disk does not take them: from then on they are kept in memory.
        """
        if self._descriptor is None:
            del self._memory[count * _SIZE :]
            self._memory += more
            return
        try:
            os.lseek(self._descriptor, _HEADER.size + count * _SIZE, os.SEEK_SET)
            write_all(self._descriptor, more)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            write_all(self._descriptor, header())
        except OSError:
            self._descriptor = None
            raise _DoesNotFit from None


class JournalTree:
    """The tree of a journal up to `head`; `open_tree` gives one."""

    def __init__(self, store: Store, vault: str, head: Head, hashes: _Hashes, progress: Progress) -> None:
        self.store = store
        self.vault = vault
        self.head = head
        self._hashes = hashes
        self._progress = progress
        self.size = head.seq + 1
        try:
            self._extend()
        except _DoesNotFit:
            self._make_anew()

    def root(self, size: int) -> bytes:
        """The root of the tree of the first `size` records. Raises `NoSuchRecord` if there are not so many."""
        self._check(size - 1)
        return self._sure(lambda: self._proven_root(size))

    def leaf(self, index: int) -> bytes:
        """The hash of record `index`. Raises `NoSuchRecord`."""
        self.inclusion(index)
        return self._hashes[tree.stored_index(0, index)]

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that record `index` is in the tree, or in that of the first `size` records.

        Raises `NoSuchRecord`.
        """
        self._check(index)
        whole = self.size if size is None else size
        self._check(whole - 1)

        def prove() -> list[bytes]:
            path = tree.inclusion_proof(self._hashes, index, whole)
            leaf = self._hashes[tree.stored_index(0, index)]
            root = self._root if whole == self.size else self._proven_root(whole)
            if not tree.proves_inclusion(leaf, index, whole, root, path):
                raise _DoesNotFit
            return path

        return self._sure(prove)

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the tree continues that of its first `old` records. Raises `NoSuchRecord`."""
        self._check(old - 1)

        def prove() -> list[bytes]:
            self._proven_root(old)
            return tree.consistency_proof(self._hashes, old, self.size)

        return self._sure(prove)

    def _proven_root(self, size: int) -> bytes:
        root = tree.root(self._hashes, size)
        path = tree.consistency_proof(self._hashes, size, self.size)
        if not tree.proves_consistency(size, root, self.size, self._root, path):
            raise _DoesNotFit
        return root

    def _check(self, index: int) -> None:
        if index >= self.size:
            raise NoSuchRecord(seq=index, last=self.head.seq)

    def _sure(self, step: Callable[[], T]) -> T:
        """What a step gives; where a stored hash turns out to be wrong, once more from all of the journal."""
        try:
            return step()
        except _DoesNotFit:
            self._make_anew()
            return step()

    def _make_anew(self) -> None:
        for _attempt in range(2):  # once more where the file could not be written
            with suppress(_DoesNotFit):
                self._grow(0, 0, empty_head(self.vault).hash)
                return
        raise JournalBroken(seq=self.head.seq, reason=_("it is not the record that was there a moment ago"))

    def _extend(self) -> None:
        """Take in the records that the file has not. Raises `_DoesNotFit`."""
        header = self._hashes.header()
        if len(header) != _HEADER.size:
            raise _DoesNotFit
        magic, vault, size, offset, root = _HEADER.unpack(header)
        if magic != _MAGIC or vault != bytes.fromhex(self.vault) or not 0 < size <= self.size or offset < 0:
            raise _DoesNotFit
        if tree.root(self._hashes, size) != root:
            raise _DoesNotFit
        last = self._hashes[tree.stored_index(0, size - 1)].hex()
        if size < self.size:
            self._grow(size, offset, last)
        elif last != self.head.hash:
            raise _DoesNotFit
        self._root = tree.root(self._hashes, self.size)

    def _grow(self, size: int, offset: int, last: str) -> None:
        """Append the hashes of the records from number `size` on, which stand at `offset` and follow `last`.

        Raises `_DoesNotFit` where they do not lead to the head.
        """
        right = tree.peaks(self._hashes, size)
        more = bytearray()
        begin, link = offset, b'"p":"%b"' % last.encode()
        digest = b""
        with self.store.open_journal() as journal, closing(lines_from(journal, offset)) as lines:
            for number, line in enumerate(islice(lines, self.size - size), size):
                raw = line.partition(b"\t")[0]
                if link not in raw:
                    raise _DoesNotFit
                digest = node = sha256(b"\0" + raw).digest()
                link = b'"p":"%b"' % digest.hex().encode()
                more += node
                before = number
                while before & 1:  # it completes a subtree
                    node = sha256(b"\1" + right.pop() + node).digest()
                    more += node
                    before >>= 1
                right.append(node)
                offset += len(line)
                if offset - begin > _TOLD:
                    self._progress(offset - begin)
                    begin = offset
        self._progress(offset - begin)
        if digest.hex() != self.head.hash:
            raise _DoesNotFit

        def header() -> bytes:
            self._root = tree.root(self._hashes, self.size)
            return _HEADER.pack(_MAGIC, bytes.fromhex(self.vault), self.size, offset, self._root)

        self._hashes.append(tree.stored_count(size), more, header)
        self._root = tree.root(self._hashes, self.size)


@contextmanager
def open_tree(
    store: Store, vault: str, head: Head, folder: Path | None, progress: Progress = unobserved
) -> Iterator[JournalTree]:
    """The tree of the journal of `vault` up to `head`, which the caller has checked and which is not empty.

    The file of hashes is in `folder`; without one, or where it cannot be used, they are kept in memory. Raises
    `JournalBroken` where the journal does not lead to `head`.
    """
    with ExitStack() as stack:
        descriptor = None
        if folder is not None:
            with suppress(OSError, StorageFailed, VaultBusy):
                descriptor = _open(stack, folder / vault)
        yield JournalTree(store, vault, head, _Hashes(descriptor), progress)


def _open(stack: ExitStack, folder: Path) -> int:
    """The file in `folder`, which nobody else uses until `stack` ends."""
    stack.enter_context(in_turn(folder / "tree"))
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    stack.callback(os.close, directory)
    descriptor = open_regular("tree", directory, os.O_RDWR | os.O_CREAT)
    stack.callback(os.close, descriptor)
    return descriptor
