"""What the vault's own documents look like inside another file: the hash of the whole, and hashes of passages.

A text becomes words, without case and signs. Twelve words in a row are a shingle. Which shingles count is decided by
their first word alone: every word whose checksum is divisible by sixteen begins one, and where there is none among 29
in a row, that of them with the smallest checksum. So two texts with the same forty words in a row have a shingle in
common that counts in both, wherever it stands, and only every tenth or so is kept (winnowing, after Schleimer,
Wilkerson and Aiken, 2003).

A shingle is kept as a keyed hash, whose key only the member has. What is kept says nothing to anybody else.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import compress, count, pairwise
from operator import itemgetter
from typing import Final, NamedTuple
from zlib import crc32

from ipvault.crypto.secret import Secret
from ipvault.governance.dlp.rules.reading import OF_VAULT
from ipvault.governance.dlp.windows import Window
from ipvault.records.vocabulary import LABELS
from ipvault.text import _, ngettext
from ipvault.vault.findings import Severity

SHINGLE: Final = 12
"""Words of a shingle."""

REACH: Final = 29
"""Of so many words in a row at least one begins a shingle that counts."""

SAME: Final = SHINGLE + REACH - 1
"""Words in a row that two texts have to have in common, to be sure of finding it."""

RULE: Final = f"{OF_VAULT}passage"
RULE_FILE: Final = f"{OF_VAULT}file"

_EVERY: Final = 16
_APART: Final = 120
"""Words between two shingles of the same document, beyond which they are two passages."""

_ASCII: Final = bytes(c if chr(c).isalnum() or c >= 128 else 32 for c in range(256))
_CJK: Final = re.compile("([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_SIGNS: Final = re.compile(r"[\W_]+")
_MOST_WORDS: Final = 100_000


class Origin(NamedTuple):
    """A version of a document of the vault."""

    item: str
    number: int
    name: str
    label: str


class Trace(NamedTuple):
    """Something of the vault in a document: the whole of a version, or passages of it."""

    rule: str
    origin: Origin
    place: str
    passages: int = 0

    @property
    def severity(self) -> Severity:
        """As grave as the document is sensitive."""
        return "high" if self.origin.label == LABELS[-1] else "medium"

    @property
    def key(self) -> str:
        """What it is, for its fingerprint."""
        return f"{self.origin.item}@{self.origin.number}"

    def __str__(self) -> str:
        name = f"{self.origin.name}@{self.origin.number}"
        if self.rule == RULE_FILE:
            return _("all of {name}").format(name=name)
        text = ngettext("{count} passage of {name}", "{count} passages of {name}", self.passages)
        return text.format(count=self.passages, name=name)


def words_of(text: str) -> list[bytes]:
    """The words of a text, as they are compared."""
    if not text.isascii():
        text = _SIGNS.sub(" ", _CJK.sub(r" \1 ", text))
    return text.lower().encode(errors="replace").translate(_ASCII).split()


class Shingles:
    """Which words of a text begin shingles that count, and the keyed hashes of those."""

    def __init__(self, key: Secret) -> None:
        self._hash = hashlib.blake2b(key=key.reveal(), digest_size=8)
        self._sums: dict[bytes, int] = {}
        self._light: set[bytes] = set()

    def of(self, words: Sequence[bytes]) -> Iterator[tuple[int, int]]:
        """Place (in words) and hash of every shingle that counts."""
        copy, join = self._hash.copy, b" ".join
        for start in self._starts(words):
            state = copy()
            state.update(join(words[start : start + SHINGLE]))
            yield start, int.from_bytes(state.digest(), "big")

    def _starts(self, words: Sequence[bytes]) -> Iterator[int]:
        if len(self._sums) > _MOST_WORDS:
            self._sums.clear()
            self._light.clear()
        for word in set(words).difference(self._sums):
            self._sums[word] = crc32(word)
            if self._sums[word] % _EVERY == 0:
                self._light.add(word)
        last = len(words) - SHINGLE
        known = -1
        for place in compress(count(), map(self._light.__contains__, words)):
            if place - known > REACH:
                yield from self._between(words, known + 1, min(place, last + 1))
            if place > last:
                return
            yield place
            known = place
        yield from self._between(words, known + 1, last + 1)

    def _between(self, words: Sequence[bytes], start: int, end: int) -> Iterator[int]:
        """The lightest of every REACH words from `start` to before `end`, the last of those that weigh the same."""
        weights = list(map(self._sums.__getitem__, words[start:end]))
        chosen = -1
        for first in range(len(weights) - REACH + 1):
            last = first + REACH - 1
            if chosen < first:
                chosen = last - weights[last : first - 1 if first else None : -1].index(min(weights[first : last + 1]))
            elif weights[last] <= weights[chosen]:
                chosen = last
            else:
                continue
            yield start + chosen


class Passages:
    """The shingles of documents: sorted hashes, and for each the number of the document that it is of."""

    def __init__(self, hashes: array[int], owners: array[int]) -> None:
        self.hashes = hashes
        self.owners = owners
        self._mask = (1 << (8 * len(hashes)).bit_length()) - 1
        self._marks = bytearray(self._mask + 1)  # one look tells of most shingles that they are not here
        for shingle in hashes:
            self._marks[shingle & self._mask] = 1

    def owners_of(self, shingle: int) -> Sequence[int]:
        """The numbers of the documents that have a shingle."""
        if not self._marks[shingle & self._mask]:
            return ()
        return self.owners[bisect_left(self.hashes, shingle) : bisect_right(self.hashes, shingle)]

    def merged(self, more: Collection[tuple[int, int]], kept: Callable[[int], int | None]) -> Passages:
        """With `more` (hash, document), and of the others those whose document is `kept` under a number."""
        pairs = [(h, number) for h, o in zip(self.hashes, self.owners, strict=True) if (number := kept(o)) is not None]
        pairs = sorted({*pairs, *more})
        return Passages(array("Q", map(itemgetter(0), pairs)), array("I", map(itemgetter(1), pairs)))


class Fingerprints:
    """What the vault has that is to be recognised: files by their SHA-256, and passages."""

    def __init__(
        self,
        files: dict[str, Origin],
        origins: Sequence[Origin],
        passages: Passages,
        shingles: Shingles,
        without: str = "",
    ) -> None:
        self._files = files
        self._origins = origins
        self._passages = passages
        self._shingles = shingles
        self._without = without

    def without(self, item: str) -> Fingerprints:
        """The same but for one document, which is no finding in itself."""
        return Fingerprints(self._files, self._origins, self._passages, self._shingles, item)

    def traces(self) -> Traces:
        """What to follow a document with."""
        return Traces(self, self._shingles)

    def owners_of(self, shingle: int) -> Sequence[Origin]:
        """The versions that have a shingle."""
        owners = self._passages.owners_of(shingle)
        if not owners:
            return ()
        return [origin for number in owners if (origin := self._origins[number]).item != self._without]

    def file(self, sha256: str) -> Origin | None:
        """The version that has this content."""
        origin = self._files.get(sha256)
        return origin if origin is not None and origin.item != self._without else None


class Trail:
    """The shingles of one document, as its windows go by."""

    def __init__(self, shingles: Shingles) -> None:
        self._shingles = shingles
        self._carried: list[bytes] = []
        self._read = 0

    def of(self, window: Window) -> Iterator[tuple[int, int, Sequence[bytes]]]:
        """Place (in words), hash and words of what is new in a window, the last ones of the window before again."""
        words = self._carried + words_of(window.text[window.fresh :])
        begin = self._read - len(self._carried)
        for start, shingle in self._shingles.of(words):
            yield begin + start, shingle, words[start : start + SHINGLE]
        self._read = begin + len(words)
        self._carried = words[-SAME:]


class Traces:
    """What of the vault is in one document, as its windows go by."""

    def __init__(self, known: Fingerprints, shingles: Shingles) -> None:
        self._known = known
        self._trail = Trail(shingles)
        self._places: dict[Origin, set[int]] = {}
        self._where: dict[Origin, str] = {}

    def follow(self, window: Window) -> None:
        """Take in what is new in a window."""
        owners_of = self._known.owners_of
        for place, shingle, words in self._trail.of(window):
            for origin in owners_of(shingle):
                self._places.setdefault(origin, set()).add(place)
                if origin not in self._where:
                    self._where[origin] = _place_of(words, window)

    def found(self, files: Sequence[tuple[str, str]]) -> Iterator[Trace]:
        """All of it, when the document is at its end; `files` are SHA-256 and place of what is in it, and of itself.

        Of several versions of a document of which passages were found, the one with the most of them is told.
        """
        whole = set()
        for sha256, place in files:
            origin = self._known.file(sha256)
            if origin is not None and origin not in whole:
                whole.add(origin)
                yield Trace(RULE_FILE, origin, place or _("the whole file"))
        best: dict[str, Origin] = {}
        for origin, places in self._places.items():
            known = best.get(origin.item)
            if known is None or (len(places), origin.number) > (len(self._places[known]), known.number):
                best[origin.item] = origin
        for origin in best.values():
            if origin.item not in {one.item for one in whole}:
                apart = [after - before > _APART for before, after in pairwise(sorted(self._places[origin]))]
                passages = 1 + sum(apart)
                yield Trace(RULE, origin, self._where[origin], passages)


def _place_of(words: Sequence[bytes], window: Window) -> str:
    """Where a shingle stands. It may have begun in the window before; then where this one begins."""
    pattern = r"[\W_]*".join(re.escape(word.decode()) for word in words)
    found = re.search(pattern, window.text, re.IGNORECASE)
    return window.place_at(found.start() if found else window.fresh)
