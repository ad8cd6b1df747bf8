"""The chain as a state machine: lines go in one by one, checked records come out.

A transaction is a run of lines that ends with a signed one. What follows the last signed line is a torn write, not
part of the journal; every other deviation is tampering. The machine knows sequence numbers, hashes, signatures and the
public keys that records enrol. A transaction is signed by somebody whom an earlier one enrolled; only the first enrols
its own signer. Whether a signer had the right to do what he did is for the catalog to say.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple, cast

from ipvault.crypto.pae import pae
from ipvault.crypto.signing import VerifyingKey
from ipvault.journal.head import MAX_LINE, ChainBroken, Head, leaf_hash
from ipvault.journal.leaf import Leaf, MalformedLeaf, parse_leaf, signed_body
from ipvault.journal.payload import FORGETTABLE, FORGOTTEN
from ipvault.text import N_, _

FOUNDING: Final = frozenset(("genesis", "member", "room", "key"))
"""The classes of the first transaction, which nobody had the right to write before it."""


KEPT_UNSIGNED: Final = 8 * 1024 * 1024
"""Bytes of lines that are kept while their signature is awaited: anybody can append more that nobody ever signs."""

MOST_HOLES: Final = 64 * 1024 * 1024
"""Bytes of lines with zeros in them that are read: they take a fifth of a second."""

Lines = Generator[bytes, None, None]
"""Lines as `readline` gives them, so only the last may lack its line feed."""


class Entry(NamedTuple):
    """A checked line: its leaf, the sealed payload, and the byte offset at which the line starts."""

    leaf: Leaf
    sealed: bytes
    offset: int

    @property
    def line(self) -> bytes:
        """The bytes of the line."""
        return b"%b\t%b\n" % (self.leaf.raw, self.sealed)


_MORE_THAN_FOUNDS: Final = N_("the first transaction holds more than what founds a vault")


def _is_one_write(line: bytes, later: Iterable[bytes]) -> bool:
    """Whether the file's end from `line` on, which has zeros in it, can be a write that a power cut interrupted.

    That leaves holes of zeros anywhere in it. But it was one transaction, so at most its last line is signed. A hole
    costs nothing to make, however long: after MOST_HOLES of it, what follows is not looked at.
    """
    is_signed = ends = False
    holes = 0
    for piece in chain((line,), later):  # a long line comes in pieces
        if ends and is_signed:
            return False
        holes += len(piece) if b"\0" in piece else 0
        if holes >= MOST_HOLES:
            return True
        is_signed = b'"sig":"' in piece.partition(b"\t")[0] or (is_signed and not ends)
        ends = piece.endswith(b"\n")
    return True


def commit_message(vault: str, body: bytes) -> bytes:
    """What the signature on a transaction's last leaf covers."""
    return pae("commit", vault, body)


@dataclass
class Chain:
    """Checks lines in order from `head` on; `signers` maps fingerprints to Ed25519 public keys in hexadecimal."""

    vault: str
    head: Head
    signers: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, VerifyingKey] = field(default_factory=dict, repr=False)

    def transactions(self, lines_from: Callable[[int], Lines]) -> Iterator[list[Entry]]:
        """Yield each complete transaction, moving `head` past it.

        `lines_from` gives the lines from a byte offset on. It is asked anew for each transaction that is too large to
        be kept before it is known that a member signed it. Lines after the last signed one are not reported: they end
        at the file's end, and `head.offset` tells where they start. Raises `ChainBroken`.
        """
        is_more = True
        while is_more:
            with closing(lines_from(self.head.offset)) as lines:
                is_more = yield from self._read(lines, KEPT_UNSIGNED)
            if is_more:
                with closing(lines_from(self.head.offset)) as lines:
                    yield from islice(self._read(lines, sys.maxsize), 1)

    def _read(self, lines: Lines, most: int) -> Generator[list[Entry], None, bool]:
        """Yield transactions of at most `most` bytes; at the first that is larger, and signed, end with True."""
        pending: list[Entry] = []
        seq, previous, offset = self.head
        for line in lines:
            if b"\0" in line and _is_one_write(line, lines):
                return False
            if not line.endswith(b"\n"):
                if len(line) >= MAX_LINE:
                    raise ChainBroken(seq + 1, _("it is longer than any record"))
                return False
            raw, tab, sealed = line[:-1].partition(b"\t")
            try:
                leaf = parse_leaf(raw)
            except MalformedLeaf as error:
                raise ChainBroken(seq + 1, str(error)) from None
            if not tab or leaf.seq != seq + 1:
                raise ChainBroken(seq + 1, _("a record is missing or out of order"))
            if leaf.previous != previous:
                raise ChainBroken(leaf.seq, _("it does not follow from the record before it"))
            self._check_sealed(leaf, sealed)
            self._check_forgetting(leaf)
            start, offset = offset, offset + len(line)
            seq, previous = leaf.seq, leaf_hash(raw)
            if offset - self.head.offset > most:
                pending.clear()
                if leaf.signature:
                    if self.head.seq < 0:
                        raise ChainBroken(leaf.seq, _(_MORE_THAN_FOUNDS))
                    self._check_signature(leaf)
                    return True
                continue
            pending.append(Entry(leaf, sealed, start))
            if leaf.signature:
                self._check_commit([entry.leaf for entry in pending])
                self.head = Head(seq, previous, offset)
                yield pending
                pending = []
        return False

    def _check_sealed(self, leaf: Leaf, sealed: bytes) -> None:
        if sealed == FORGOTTEN:
            if leaf.kind not in FORGETTABLE:
                raise ChainBroken(leaf.seq, _("its sealed part is missing, and a record of its class must keep it"))
        elif hashlib.sha256(sealed).hexdigest() != leaf.sealed_hash:
            raise ChainBroken(leaf.seq, _("its sealed part was altered"))

    def _check_forgetting(self, leaf: Leaf) -> None:
        """Records can be forgotten only once they are there."""
        if leaf.kind != "forget":
            return
        numbers = cast(list[int], leaf.facts.get("records", []))
        if not numbers or numbers != sorted({*numbers}) or numbers[-1] >= leaf.seq:
            raise ChainBroken(leaf.seq, _("it does not name records before it"))

    def _check_commit(self, leaves: list[Leaf]) -> None:
        """Check the signature first: nobody may sign by virtue of a record that it covers, except the founder.

        How a member unlocks the vault is for that member alone to say.
        """
        founding = self.head.seq < 0
        if founding and any(leaf.kind not in FOUNDING for leaf in leaves):
            raise ChainBroken(leaves[0].seq, _(_MORE_THAN_FOUNDS))
        if not founding:
            self._check_signature(leaves[-1])
        for leaf in leaves:
            if leaf.kind == "member":
                self._enrol(leaf)
        if founding:
            self._check_signature(leaves[-1])
        for leaf in leaves:
            if leaf.kind == "member" and any(change.path.split("/")[1] != leaves[-1].signer for change in leaf.files):
                raise ChainBroken(leaf.seq, _("it changes the file of another member"))

    def _enrol(self, leaf: Leaf) -> None:
        """Take the public key of a new signer from the record that enrols him."""
        if not leaf.facts:
            return
        member, key = str(leaf.facts["member"]), str(leaf.facts["key"])
        if self.signers.setdefault(member, key) != key:
            raise ChainBroken(leaf.seq, _("it gives a member a second signing key"))

    def _check_signature(self, leaf: Leaf) -> None:
        key = self._keys.get(leaf.signer)
        if key is None:
            public = self.signers.get(leaf.signer)
            if public is None:
                raise ChainBroken(leaf.seq, _("it is signed by somebody who is not a member"))
            try:
                key = self._keys[leaf.signer] = VerifyingKey(bytes.fromhex(public))
            except ValueError:
                raise ChainBroken(leaf.seq, _("the signing key of its member is malformed")) from None
        if not key.verifies(bytes.fromhex(leaf.signature), commit_message(self.vault, signed_body(leaf.raw))):
            raise ChainBroken(leaf.seq, _("its signature is wrong"))
