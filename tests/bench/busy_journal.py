"""Makes a vault's journal that of a busy office: `python -m tests.bench.busy_journal VAULT RECORDS`.

As `long_journal`, in transactions of a hundred, with what rules have to look at: of ten records five are label changes,
four releases and one an unlocking, which takes two years whatever their number.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from ipvault.catalog.address import root_room
from ipvault.catalog.items import all_items, versions
from ipvault.journal.commit import Draft
from ipvault.records.access import ContentReleased
from ipvault.records.authentication import Unlocked
from ipvault.records.vocabulary import CAT
from ipvault.vault.clock import timestamp
from ipvault.vault.drafting import draft
from ipvault.vault.vault import Vault
from tests.bench.long_journal import lengthen, open_by_session, relabelling

_PER_TRANSACTION = 100
_YEARS = 2 * 365 * 86_400


def keep_busy(vault: Vault, records: int) -> None:
    """Append transactions until the journal has so many records."""
    start, transactions = vault.machine.now(), count()
    step = _YEARS * _PER_TRANSACTION / records
    vault.machine = replace(vault.machine, now=lambda: start + next(transactions) * step)
    lengthen(vault, records, _PER_TRANSACTION, _work(vault, start, step / _PER_TRANSACTION))


def _work(vault: Vault, start: float, step: float) -> Iterator[Draft]:
    items, relabelled = all_items(vault.catalog), relabelling(vault)
    root = root_room(vault.catalog).id
    root_key = vault.keys.present(root, vault.catalog.epoch(root))
    released = [
        ContentReleased(
            item=one.id,
            version=1,
            sha256=versions(vault.catalog, one.id)[0].sha256,
            channel=CAT,
            destination="terminal",
        )
        for one in items
    ]
    for number in count():
        match number % 10:
            case 0:
                attempt = vault.machine.random(8).hex()
                unlocked = Unlocked(attempt=attempt, member=vault.member, at=timestamp(start + number * step))
                yield draft(unlocked, root_key)
            case 1 | 3 | 5 | 7:
                item = items[number % len(items)]
                key = vault.keys.present(item.room, vault.catalog.epoch(item.room))
                yield draft(released[number % len(items)], key)
            case _:
                yield next(relabelled)


if __name__ == "__main__":
    keep_busy(open_by_session(Path(sys.argv[1])), int(sys.argv[2]))
