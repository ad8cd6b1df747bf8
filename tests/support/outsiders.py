"""People outside a vault, the same in every run."""

from __future__ import annotations

import io
import os
from typing import Any

from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.sharing.manifest import Entry, Terms
from ipvault.sharing.package_writer import PackageWriter
from ipvault.sharing.receipt import Receipt, Statement
from tests.support.memory_vault import SeededRandom

CREATED = "2026-11-01T00:00:00.000Z"


def person(seed: str) -> Identity:
    """The private keys of somebody."""
    return Identity.generate(SeededRandom(seed.encode()))


def card_of(seed: str, details: Details) -> Card:
    """The card of that somebody."""
    return Card.issue(person(seed), details, CREATED)


BOB = card_of("bob", Details("Bob Babbage", "Engines Ltd", "b@example.org", "GB"))
EVE = card_of("eve", Details("Bob Babbage", "Engines Ltd", "b@example.org", "GB"))
"""Somebody else, in Bob's name."""


def package_from_bob(member: dict[str, Any], files: dict[str, bytes], expires: str | None = None) -> bytes:
    """What Bob seals to a member, whom the record of the enrolment shows."""
    return package_from(BOB, "bob", member, files, expires)


def package_from(
    card: Card, seed: str, member: dict[str, Any], files: dict[str, bytes], expires: str | None = None
) -> bytes:
    """What somebody with this card seals to a member."""
    public = PublicIdentity(*(bytes.fromhex(member[name]) for name in ("kem", "ed25519", "mldsa44")))
    entries = [Entry(name, len(content)) for name, content in files.items()]
    out = io.BytesIO()
    package = PackageWriter(person(seed), card, [public], Terms(CREATED, expires), entries, os.urandom)
    package.write(out, ([data] for data in files.values()))
    return out.getvalue()


def receipt_of_bob(shared: dict[str, Any], event: str = "opened") -> bytes:
    """What Bob signs of a package, which `share --json` told of."""
    return Receipt.issue(person("bob"), BOB, Statement(event, CREATED, shared["package"], shared["manifest"])).to_toml()
