"""That the journal leaves is itself a record, which is written before the first byte is."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.journal.head import Head
from ipvault.records.domains import MAX_NUMBER
from ipvault.records.exports import CHOSEN, EVERY, JournalExported
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Wanted(NamedTuple):
    """What is to leave: a word for the form, the first record, and the last if there are more after it.

    Without `first` it goes on after what this member exported in that form without a gap, and without filters.
    """

    format: str
    first: int | None = 0
    until: int = MAX_NUMBER
    is_filtered: bool = False
    with_names: bool = False


def span(vault: Vault, wanted: Wanted) -> range:
    """The sequence numbers of the records that are wanted, as far as there are any.

    To go on when nothing but exports has happened since would never end, so that span is empty.
    """
    head = vault.catalog.head.seq
    first = wanted.first
    if first is None:
        first = _next(vault, wanted.format)
        query = "SELECT COUNT(*) FROM journal_export WHERE seq >= ?"
        if vault.catalog.view.execute(query, (first,)).fetchone()[0] == head + 1 - first:
            first = head + 1
    return range(first, min(wanted.until, head) + 1)


def record_export(vault: Vault, wanted: Wanted, destination: str) -> tuple[range, Head]:
    """Record that the journal leaves, as far as it goes now; which records those are, and where that stands.

    `wanted` has a span that is not empty, and a `first` of its own: others may write meanwhile. Raises `Denied`, and
    what a transaction raises.
    """
    with transaction(vault) as change:
        leaving = span(vault, wanted)
        record = JournalExported(
            format=wanted.format,
            first=leaving[0],
            last=leaving[-1],
            selection=CHOSEN if wanted.is_filtered else EVERY,
            names="included" if wanted.with_names else "redacted",
            destination=destination,
        )
        change.record(record, root_room(vault.catalog).id)
        return leaving, change.commit()


def _next(vault: Vault, format_: str) -> int:
    """The first record that did not leave, after those that did from the first of them on."""
    query = (
        "SELECT first, last FROM journal_export WHERE member = ? AND format = ? AND selection = ? ORDER BY first, last"
    )
    spans = vault.catalog.view.execute(query, (vault.member, format_, EVERY)).fetchall()
    following = spans[0][0] if spans else 0
    for first, last in spans:
        if first > following:
            break
        following = max(following, last + 1)
    return int(following)
