"""Somebody outside a vault, and what he sends to those who have one."""

from __future__ import annotations

import io
import os
from typing import Any

from ipvault.keys.card import Details
from ipvault.keys.identity import PublicIdentity
from ipvault.sharing.manifest import Entry, Terms
from ipvault.sharing.package_writer import PackageWriter
from ipvault.sharing.receipt import Receipt, Statement
from tests.support.people import CREATED, Person

_DETAILS = Details("Bob Babbage", "Engines Ltd", "b@example.org", "GB")

BOB = Person.named("bob", _DETAILS)
EVE = Person.named("eve", _DETAILS)
"""Somebody else, in Bob's name."""


def package_from_bob(member: dict[str, Any], files: dict[str, bytes], expires: str | None = None) -> bytes:
    """What Bob seals to a member, whom the record of the enrolment shows."""
    return package_from(BOB, member, files, expires)


def package_from(sender: Person, member: dict[str, Any], files: dict[str, bytes], expires: str | None = None) -> bytes:
    """What somebody seals to a member."""
    public = PublicIdentity(*(bytes.fromhex(member[name]) for name in ("kem", "ed25519", "mldsa44")))
    entries = [Entry(name, len(content)) for name, content in files.items()]
    out = io.BytesIO()
    package = PackageWriter(sender.identity, sender.card, [public], Terms(CREATED, expires), entries, os.urandom)
    package.write(out, ([data] for data in files.values()))
    return out.getvalue()


def receipt_of_bob(shared: dict[str, Any], event: str = "opened") -> bytes:
    """What Bob signs of a package, which `share --json` told of."""
    statement = Statement(event, CREATED, shared["package"], shared["manifest"])
    return Receipt.issue(BOB.identity, BOB.card, statement).to_toml()
