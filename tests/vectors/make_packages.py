"""Writes the vectors of packages anew: `python -m tests.vectors.make_packages`.

Each is a file in `packages/`, and `packages.toml` says what a reader makes of it: what is in it, or how it is refused.
Package keys and signatures are random, so every run writes other bytes; they are kept so that a later ipvault, and
other readers, are held against what this one wrote.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import tomli_w

from ipvault.crypto import hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.keys.identity import Identity
from ipvault.sharing.armor import ArmorWriter
from ipvault.sharing.header import Header
from ipvault.sharing.manifest import Entry
from ipvault.sharing.receipt import Receipt, Statement
from tests.sharing.made_packages import (
    ALICE,
    BOB,
    CAROL,
    NOW,
    header_of,
    manifest_of,
    opened,
    plaintext_of,
    resealed,
    sealed,
    with_manifest,
)
from tests.support.memory_vault import SeededRandom

FOLDER: Final = Path(__file__).parent
FILES: Final = {
    "claims.txt": b"A widget, comprising a gadget.\n",
    "drawings/figure 1.txt": b"",
    "data.bin": bytes(20_000),
}


class Vector(NamedTuple):
    """A package; `outcome` is `opens`, or the id of the error; `why` says what is the matter with it."""

    name: str
    data: bytes
    outcome: str
    why: str


def vectors() -> Iterator[Vector]:
    """All of them. Bob opens, or tries to."""
    good = sealed(FILES, [BOB, CAROL])
    header, plaintext = header_of(good), plaintext_of(good, BOB)
    key = header.find_key(BOB.identity, "")
    start = len(header.packed)
    text = io.BytesIO()
    armor = ArmorWriter(text)
    armor.write(good)
    armor.finish()
    yield Vector("two-recipients", good, "opens", "")
    yield Vector("one-empty-file", sealed({"empty": b""}), "opens", "")
    yield Vector(
        "no-date-no-words",
        sealed({"a": b"a"}, terms=opened(good).manifest.terms._replace(expires=None, purpose="", message="")),
        "opens",
        "",
    )
    yield Vector("armored", text.getvalue(), "opens", "the first, as text")
    yield Vector("for-somebody-else", sealed({"a": b"a"}, [CAROL]), "not-a-recipient", "Bob is no recipient")
    moved = Header(header.id, header.commitment, header_of(sealed({"a": b"a"}, [BOB, CAROL])).slots)
    yield Vector("moved-slots", moved.packed + good[start:], "not-a-recipient", "slots of another package")
    yield Vector("newer", good.replace(b"package 1", b"package 2", 1), "format-too-new", "format 2")
    yield Vector("no-slots", good[:66] + b"\0\0" + good[start:], "damaged", "no slots")
    yield Vector(
        "slots-in-another-order",
        Header(header.id, header.commitment, header.slots[::-1]).packed + good[start:],
        "damaged",
        "slots descend",
    )
    yield Vector("two-keys", _two_keys(), "damaged", "Bob's slot gives another key than the commitment says")
    yield Vector(
        "cut-at-a-chunk", good[: start + 56 + 16_400], "damaged", "ends with its first chunk, which is authentic"
    )
    yield Vector("garbage-after-the-end", good + b"\0", "damaged", "one byte too many")
    yield Vector(
        "altered-chunk",
        good[: start + 100] + bytes([good[start + 100] ^ 1]) + good[start + 101 :],
        "damaged",
        "a flipped bit",
    )
    yield Vector("padding-of-ones", resealed(header, key, plaintext[:-1] + b"\1"), "damaged", "padding is not zeros")
    yield Vector(
        "forged-content",
        resealed(header, key, plaintext.replace(b"A widget", b"A gadget")),
        "damaged",
        "contents that another recipient changed",
    )
    own = Header.make(key, [BOB.identity.public], os.urandom)
    yield Vector("sealed-on", resealed(own, key, plaintext), "damaged", "what Alice signed, sealed on to somebody else")
    yield Vector(
        "wrong-signature",
        with_manifest(manifest_of(Entry("a", 0), sender=ALICE)),
        "damaged",
        "Alice's card, another's signature",
    )
    yield Vector("name-leads-out", with_manifest(manifest_of(Entry("../a", 0))), "damaged", "a name with ..")
    yield Vector(
        "name-of-a-device", with_manifest(manifest_of(Entry("nul.txt", 0))), "damaged", "a name that is a device"
    )
    yield Vector("a-terabyte", with_manifest(manifest_of(Entry("a", 1 << 40))), "damaged", "a size that is not there")
    yield Vector("no-entries", with_manifest(manifest_of()), "damaged", "no entries")


def _two_keys() -> bytes:
    package_id, key = os.urandom(16).hex(), Secret(os.urandom(32))
    commitment = hashlib.sha256(pae("package-key-commitment", package_id, key.reveal())).hexdigest()
    info = pae("package-slot", package_id, commitment, BOB.fingerprint)
    slot = hpke.wrap(Secret(os.urandom(32)), BOB.identity.public.kem, info)
    return resealed(Header(package_id, commitment, (slot,)), key, b"")


def _seeds_of_bob() -> dict[str, str]:
    """What Bob's keys were made of."""
    random = SeededRandom(b"Bob")
    seeds = [random(32) for _kind in range(3)]
    assert Identity(*map(Secret, seeds)).public == BOB.identity.public
    return dict(zip(("kem", "ed25519", "mldsa44"), (seed.hex() for seed in seeds), strict=True))


def main() -> None:
    """Write all files."""
    (FOLDER / "packages").mkdir(exist_ok=True)
    for old in (FOLDER / "packages").iterdir():
        old.unlink()
    rows: list[dict[str, Any]] = []
    for vector in vectors():
        (FOLDER / "packages" / vector.name).write_bytes(vector.data)
        row: dict[str, Any] = {"name": vector.name, "outcome": vector.outcome, "why": vector.why}
        if vector.outcome == "opens" and vector.name != "armored":
            package = opened(vector.data)
            files = {entry.name: hashlib.sha256(b"".join(blocks)).hexdigest() for entry, blocks in package.contents()}
            row |= {"sender": package.sender.fingerprint, "manifest": package.manifest_hash, "files": files}
        rows.append(row)
    receipt = Receipt.issue(BOB.identity, BOB.card, Statement("opened", NOW, "0" * 32, "1" * 64))
    document = {
        "bob": _seeds_of_bob(),
        "fingerprint": BOB.fingerprint,
        "vector": rows,
        "receipt": receipt.to_toml().decode(),
    }
    (FOLDER / "packages.toml").write_text(tomli_w.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main()
