"""A bundle to try things on, made in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from ipvault.evidence.bundle.disclosure import Disclosure, parse_rule, shown_fields
from ipvault.evidence.bundle.make import make_bundle
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.journal.head import Head
from ipvault.keys.card import Card
from ipvault.records.vocabulary import EDITOR
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import Person, let_in

BOB = Person.named("Bob")

Files = dict[str, bytes]


def bundle(
    vault: Vault,
    seqs: Iterable[int],
    *,
    reveal: Iterable[str] = (),
    withhold: Iterable[str] = (),
    trusted: Sequence[Card] = (),
) -> Files:
    """The files of a bundle."""

    def tree(head: Head) -> AbstractContextManager[JournalTree]:
        return open_tree(vault.store, vault.id, head, None)

    found: Files = {}
    disclosure = Disclosure(shown_fields([*reveal]), tuple(parse_rule(vault.catalog, rule) for rule in withhold), "law")
    put, reason = found.__setitem__, "Widget v. Gadget"
    make_bundle(vault, seqs, disclosure, tree, put, trusted=trusted, destination="court", reason=reason)
    return found


@cache
def example() -> Files:
    """Two documents of two people, in a transaction each; the name of the second is withheld."""
    memory = MemoryVault.create()
    vault = memory.open()
    let_in(vault, BOB, EDITOR)
    add_content(vault, {"claims.txt": b"claims", "drawing.txt": b"drawing"})
    theirs = BOB.open(memory)
    add_content(theirs, {"secret.txt": b"secret"})
    vault.follow()
    last = vault.catalog.head.seq
    return bundle(vault, range(last - 2, last + 1), reveal=["name"], withhold=["item=secret.txt"])


def lay_out(files: Files, folder: Path) -> Path:
    """Write the files into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
