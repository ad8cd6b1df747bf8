"""One whole journal out of several damaged ones: as far as the chain verifies, each part from whichever copy has it.

Records follow from each other by their hashes and are signed, so that it does not matter who kept them. Our own journal
goes first; copies give what it lacks. A leaf and its sealed part can come from different ones.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, cast

from ipvault.errors import CopiesFork, FormatTooNew, JournalBroken
from ipvault.journal.chain import Chain, Entry, Lines
from ipvault.journal.head import ChainBroken, Head, empty_head
from ipvault.journal.leaf import VERSION, Leaf, MalformedLeaf, UnknownVersion, parse_leaf
from ipvault.journal.payload import FORGOTTEN
from ipvault.storage.store import JOURNAL, Store
from ipvault.text import N_, _
from ipvault.vault.cursor import Cursor, Line, Piece
from ipvault.vault.journal_file import lines_from

_FORGOTTEN_SHA256: Final = hashlib.sha256(FORGOTTEN).hexdigest()
_NOWHERE: Final = N_("no copy that was given has it as it was written")
_BLOCK: Final = 1024 * 1024
_RECENT: Final = 100
"""The hashes of so many records are kept, to tell damaged forms of them from records that nobody has."""


class _Node(NamedTuple):
    """A record that may be the next: its line, its sealed part, and the record before it in the same commit."""

    line: Line
    sealed: Piece | None
    above: _Node | None


class _Commit(NamedTuple):
    """A commit that verifies: its records, the chain after it, and where each journal goes on."""

    nodes: list[_Node]
    entries: list[Entry]
    chain: Chain
    places: list[int]


class Merger:
    """Merges the journals of `stores`, the first of which is our own. `leaves` does it; the rest tells of the outcome.

    `taken` are the records that came from a copy, wholly or in part, `garbage` the bytes at our journal's end that are
    no records.
    """

    def __init__(self, vault: str, stores: Sequence[Store]) -> None:
        self._vault = vault
        self._cursors = [Cursor(number, store) for number, store in enumerate(stores)]
        self._chain = Chain(vault, empty_head(vault))
        self._ours = 0
        self._parts: list[Piece | bytes] = []
        self._missing: set[int] = set()
        self._forgotten: set[int] = set()
        self._recent: deque[str] = deque(maxlen=_RECENT)
        self._stuck = 0
        self.taken: set[int] = set()
        self.garbage = 0

    @property
    def head(self) -> Head:
        """Where the merged journal ends."""
        return self._chain.head

    @property
    def is_settled(self) -> bool:
        """Whether exactly those sealed parts are missing that records say were forgotten."""
        return self._missing == self._forgotten

    @property
    def is_ours(self) -> bool:
        """Whether our own journal is what comes out, but for an interrupted write at its end."""
        return self.is_settled and not self.garbage and self._parts in ([], [Piece(0, 0, self.head.offset)])

    def close(self) -> None:
        """Close the journals."""
        for cursor in self._cursors:
            cursor.close()

    def leaves(self) -> Iterator[Leaf]:
        """Merge, and give the leaf of each record, in order.

        Raises `JournalBroken` where our journal goes on and no copy helps, `CopiesFork` where there are two ways to go
        on, and `FormatTooNew`.
        """
        while True:
            is_torn = yield from self._follow_ours()
            commit = self._next_commit()
            if commit is None:
                break
            yield from self._take(commit)
        if not is_torn:
            self._judge_rest()

    def blocks(self) -> Iterator[bytes]:
        """The bytes of the merged journal, which is to be `settled` unless it is."""
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            for start in range(0, part.length, _BLOCK):
                yield self._read(Piece(part.source, part.offset + start, min(_BLOCK, part.length - start)))

    def settled(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines of the merged journal without what was forgotten, and with what was not.

        Raises `JournalBroken` where that is nowhere to be had.
        """
        for cursor in self._cursors:
            cursor.go_to(0)
        for seq, line in enumerate(lines):
            raw, _tab, sealed = line[:-1].partition(b"\t")
            if seq in self._forgotten:
                yield raw + b"\t" + FORGOTTEN + b"\n"
            elif sealed == FORGOTTEN:
                found = self._sealed(parse_leaf(raw), self._lines_at(seq), is_forgettable=False)
                if found is None:
                    raise JournalBroken(seq=seq, reason=_(_NOWHERE))
                self.taken.add(seq)
                yield raw + b"\t" + self._read(found) + b"\n"
            else:
                yield line

    def _follow_ours(self) -> Generator[Leaf, None, bool]:
        """Go on with our own journal as far as it verifies; whether nothing but an interrupted write is left of it."""
        journal = self._cursors[0].journal
        if journal is None or self._ours >= journal.seek(0, os.SEEK_END):
            return True
        start, before = self._ours, self.head.offset

        def lines(offset: int) -> Lines:
            return lines_from(journal, offset - before + start)

        if self.head.seq < 0:
            self._chain = Chain(self._vault, self.head)
        try:
            for entries in self._chain.transactions(lines):
                begin, self._ours = self._ours, start + self.head.offset - before
                self._keep(Piece(0, begin, 0), self._ours)
                yield from self._note(entries)
        except ChainBroken:
            return False
        except UnknownVersion as error:
            raise FormatTooNew(place=JOURNAL, found=error.args[0], supported=VERSION) from None
        return True

    def _next_commit(self) -> _Commit | None:
        """The commit that comes next by any of the journals, put together from all of them. Raises `CopiesFork`."""
        self._go_to(self._cursors[0], self._ours)
        seq, start = self.head.seq, self.head.hash
        growing: list[tuple[str, _Node | None]] = [(start, None)]
        commits: list[_Commit] = []
        lost: list[int] = []
        ours: set[str] = set()
        continued: set[str] = set()
        while growing and not any(_is_ours(commit.nodes[-1]) for commit in commits):
            seq += 1
            lines = self._lines_at(seq)
            ours |= {line.hash for line in lines if line.raw.source == 0}
            continued |= {line.leaf.previous for line in lines if line.raw.source == 0}
            grown: dict[str, _Node] = {}
            for line in lines:
                for previous, above in growing:
                    if line.leaf.previous == previous and line.hash not in grown:
                        grown[line.hash] = _Node(line, self._sealed(line.leaf, lines), above)
            growing = [(hash_, node) for hash_, node in grown.items() if not node.line.leaf.signature]
            signed = [node for node in grown.values() if node.line.leaf.signature]
            commits += [commit for node in signed if (commit := self._commit(node)) is not None]
            lost += [node.line.leaf.seq for node in grown.values() if node.sealed is None]
        if not commits:
            self._stuck = min([*lost, seq])
            return None
        continued |= {line.leaf.previous for line in self._cursors[0].at(seq + 1)}
        chosen = next((commit for commit in commits if _is_ours(commit.nodes[-1])), commits[0])
        passed = {node.line.hash for node in chosen.nodes} | {start}
        if not _is_ours(chosen.nodes[-1]) and (len(commits) > 1 or (ours & continued) - passed):
            raise CopiesFork(seq=self.head.seq + 1)
        return chosen

    def _commit(self, last: _Node) -> _Commit | None:
        """What ends with a signed record, if it verifies."""
        nodes: list[_Node] = []
        node: _Node | None = last
        while node is not None:
            nodes.append(node)
            node = node.above
        nodes.reverse()
        if any(node.sealed is None for node in nodes):
            return None
        trial = replace(self._chain, signers=dict(self._chain.signers) if self.head.seq >= 0 else {})
        try:
            entries = next(trial.transactions(lambda _offset: (self._line(node) for node in nodes)), None)
        except (ChainBroken, UnknownVersion):
            return None
        places = [cursor.after(last.line.leaf.seq) for cursor in self._cursors]
        return None if entries is None else _Commit(nodes, entries, trial, places)

    def _take(self, commit: _Commit) -> Iterator[Leaf]:
        """Go past a commit."""
        self._chain, self._ours = commit.chain, commit.places[0]
        for cursor, place in zip(self._cursors, commit.places, strict=True):
            self._go_to(cursor, place)
        for node in commit.nodes:
            raw, sealed = node.line.raw, cast(Piece, node.sealed)
            if sealed.source == raw.source and sealed.offset == raw.offset + raw.length + 1:
                self._keep(raw, sealed.offset + sealed.length + 1)
            else:
                self._parts += [raw, b"\t", sealed, b"\n"]
            if (raw.source, sealed.source) != (0, 0):
                self.taken.add(node.line.leaf.seq)
        yield from self._note(commit.entries)

    def _go_to(self, cursor: Cursor, offset: int) -> None:
        if cursor.after(self.head.seq) != offset:  # reading ahead has its price
            cursor.go_to(offset)

    def _keep(self, start: Piece, end: int) -> None:
        """Let the merged journal go on with the bytes of one journal from `start` to `end`."""
        last = self._parts[-1] if self._parts else b""
        if isinstance(last, Piece) and (last.source, last.offset + last.length) == (start.source, start.offset):
            self._parts[-1] = last._replace(length=end - last.offset)
        else:
            self._parts.append(Piece(start.source, start.offset, end - start.offset))

    def _note(self, entries: Iterable[Entry]) -> Iterator[Leaf]:
        for leaf, sealed, _offset in entries:
            if sealed == FORGOTTEN:
                self._missing.add(leaf.seq)
            if leaf.kind == "forget":
                self._forgotten.update(cast(list[int], leaf.facts["records"]))
            self._recent.append(leaf.hash)
            yield leaf

    def _judge_rest(self) -> None:
        """What is left of our journal is not its continuation. It may only be dropped if there is no record in it."""
        journal = self._cursors[0].journal
        for line in lines_from(journal, self._ours) if journal else ():
            self.garbage += len(line)
            try:
                leaf = parse_leaf(line.partition(b"\t")[0])
            except (MalformedLeaf, UnknownVersion):
                continue
            is_known = leaf.previous in self._recent and leaf.previous != self.head.hash  # so its true form is known
            if leaf.seq > self.head.seq and not is_known:
                raise JournalBroken(seq=self._stuck, reason=_(_NOWHERE))

    def _lines_at(self, seq: int) -> list[Line]:
        return [line for cursor in self._cursors for line in cursor.at(seq)]

    def _sealed(self, leaf: Leaf, lines: Iterable[Line], *, is_forgettable: bool = True) -> Piece | None:
        """Where the sealed part of a leaf is; if only its absence is to be had, that."""
        found = [line.sealed for line in lines]
        found += [stray for cursor in self._cursors for stray in cursor.strays]
        whole = [sealed.piece for sealed in found if sealed.sha256 == leaf.sealed_hash]
        gone = [sealed.piece for sealed in found if sealed.sha256 == _FORGOTTEN_SHA256]
        return next(iter(whole + gone * is_forgettable), None)

    def _line(self, node: _Node) -> bytes:
        return self._read(node.line.raw) + b"\t" + self._read(cast(Piece, node.sealed)) + b"\n"

    def _read(self, piece: Piece) -> bytes:
        return self._cursors[piece.source].read(piece)


def _is_ours(node: _Node) -> bool:
    return node.line.raw.source == 0
