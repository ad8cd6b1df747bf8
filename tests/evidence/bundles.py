"""A bundle to try things on, made in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from hashlib import sha256
from pathlib import Path

from ipvault.crypto.pae import pae
from ipvault.evidence.bundle.disclosure import Disclosure, parse_rule, shown_fields
from ipvault.evidence.bundle.make import make_bundle
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.journal.head import Head
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity
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
    reason: str = "Widget v. Gadget",
) -> Files:
    """The files of a bundle."""

    def tree(head: Head) -> AbstractContextManager[JournalTree]:
        return open_tree(vault.store, vault.id, head, None)

    found: Files = {}
    disclosure = Disclosure(shown_fields([*reveal]), tuple(parse_rule(vault.catalog, rule) for rule in withhold), "law")
    put = found.__setitem__
    make_bundle(vault, seqs, disclosure, tree, put, trusted=trusted, destination="court", reason=reason)
    return found


SIGNATURES = ("SHA256SUMS", "SHA256SUMS.ed25519", "SHA256SUMS.mldsa44")


def ada() -> Identity:
    """Who founds every vault in memory, and makes the bundles of it."""
    return MemoryVault.create().identity()


def resigned(files: Files, maker: Identity) -> Files:
    """The files with a list of hashes that fits, signed by somebody, in the maker's place if he is another."""
    files = {name: data for name, data in files.items() if name not in SIGNATURES}
    fingerprint = maker.public.fingerprint
    files["maker"] = f"{fingerprint}\n".encode()
    for name, key in maker.public._asdict().items():
        files.setdefault(f"signers/{fingerprint}/{name}", key)
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()
    return relisted(files, sums, maker)


def relisted(files: Files, sums: bytes, maker: Identity) -> Files:
    """The files with this list of hashes, signed by somebody."""
    vault = files["vault"].decode().strip()
    post_quantum = maker.post_quantum_key.sign(pae("bundle", vault, sums))
    signature = maker.signing_key.sign(pae("sealed-bundle", vault, sums, post_quantum))
    return {**files, SIGNATURES[0]: sums, SIGNATURES[1]: signature, SIGNATURES[2]: post_quantum}


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
