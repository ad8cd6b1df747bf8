"""Whether the records that a snapshot stood for are still as they were when they were read.

Opening a vault costs what is new, so an alteration before the snapshot goes unnoticed, and records could be written
behind it. This reads those lines again, without keys: each has the sealed part that its leaf names and follows from the
one before, up to the one that the snapshot is bound to. Signatures were checked when the snapshot was made.
"""

from __future__ import annotations

import hashlib
from itertools import islice

from ipvault.errors import JournalBroken
from ipvault.journal.head import empty_head, leaf_hash
from ipvault.journal.payload import FORGOTTEN
from ipvault.text import _
from ipvault.vault.journal_file import lines_from
from ipvault.vault.vault import Vault


def check_unread(vault: Vault) -> None:
    """Read what was not read when `vault` was opened; a second call reads nothing. Raises `JournalBroken`."""
    start, end = empty_head(vault.id), vault.unread
    with vault.store.open_journal() as journal:
        vault.follow()  # so what was forgotten in `journal` is known, whoever rewrites it meanwhile
        seq, previous = start.seq, start.hash
        for line in islice(lines_from(journal, 0), end.seq + 1):
            seq += 1
            leaf, _tab, sealed = line.removesuffix(b"\n").partition(b"\t")
            if b'"p":"%b"' % previous.encode() not in leaf:
                raise JournalBroken(seq=seq, reason=_("it does not follow from the record before it"))
            is_gone = sealed == FORGOTTEN and vault.catalog.is_forgotten(seq)
            if not is_gone and b'"c":"%b"' % hashlib.sha256(sealed).hexdigest().encode() not in leaf:
                raise JournalBroken(seq=seq, reason=_("its sealed part was altered"))
            previous = leaf_hash(leaf)
    if (seq, previous) != (end.seq, end.hash):
        raise JournalBroken(seq=end.seq, reason=_("it is not the record that was read before"))
    vault.unread = start
