"""Times the head of a vault's journal inside one process: `python -m tests.bench.head_times VAULT CACHE`.

It needs an open session, and prints four numbers of seconds: a checkpoint without the file of hashes, one with it, the
slowest of a hundred proofs that a record is in the journal, and of a hundred that it continues an earlier head.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ipvault.evidence.heads import sign_head
from ipvault.evidence.journal_tree import open_tree
from ipvault.vault.vault import Vault
from tests.bench.long_journal import open_by_session

_PROOFS = 100


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _checkpoint(vault: Vault, cache: Path) -> None:
    with open_tree(vault.store, vault.id, vault.catalog.head, cache) as tree:
        sign_head(vault, tree)


def times(vault: Vault, cache: Path) -> list[float]:
    """The four numbers."""
    found = [_seconds(lambda: _checkpoint(vault, cache)) for _how in ("without", "with")]
    with open_tree(vault.store, vault.id, vault.catalog.head, cache) as tree:
        places = [number * tree.size // _PROOFS for number in range(_PROOFS)]
        found += [
            max(_seconds(partial(prove, place)) for place in places) for prove in (tree.inclusion, tree.consistency)
        ]
    return found


if __name__ == "__main__":
    print(*times(open_by_session(Path(sys.argv[1])), Path(sys.argv[2])))
