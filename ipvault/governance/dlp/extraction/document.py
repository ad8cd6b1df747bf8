"""A document as it comes from a file or out of the vault: plain text block by block, everything else at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ipvault.governance.dlp.extraction.extract import extract
from ipvault.governance.dlp.extraction.kinds import BEGINNING, Kind, kind_of
from ipvault.governance.dlp.extraction.limits import MAX_DOCUMENT, MIB, Budget, CannotRead
from ipvault.governance.dlp.extraction.passage import Passage
from ipvault.governance.dlp.extraction.plain import encoding_of, read_plain
from ipvault.text import _


def read_document(blocks: Iterable[bytes], name: str, budget: Budget) -> Iterator[Passage]:
    """The text of the document `name`; what cannot be read is noted in the budget, and ends the reading of blocks."""
    rest = iter(blocks)
    taken: list[bytes] = []
    size = 0
    try:
        while size < BEGINNING and (block := next(rest, None)) is not None:
            taken.append(block)
            size += len(block)
        beginning = b"".join(taken)[:BEGINNING]
        if kind_of(beginning, name) is Kind.PLAIN:
            yield from read_plain(chain(taken, rest), encoding_of(beginning) or "utf-8")
            return
        for block in rest:
            taken.append(block)
            size += len(block)
            if size > MAX_DOCUMENT:
                raise CannotRead(_("it is larger than {count} MiB").format(count=MAX_DOCUMENT // MIB))
        budget.allow(size)
        yield from extract(b"".join(taken), name, "", budget)
    except CannotRead as problem:
        budget.note("", str(problem))
