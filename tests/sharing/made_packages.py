"""Packages that people send each other, and packages that no honest program would make."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from typing import Final

from ipvault.crypto import aead
from ipvault.crypto.padme import padded_size
from ipvault.crypto.secret import Secret
from ipvault.keys.statements import contents_message
from ipvault.sharing.header import Header
from ipvault.sharing.manifest import Entry, Manifest, Terms, manifest_message
from ipvault.sharing.package_reader import OpenedPackage, open_package
from ipvault.sharing.package_writer import PackageWriter
from tests.support.people import Person

NOW: Final = "2030-01-02T03:04:05.678Z"
PLACE: Final = "the package"
TERMS: Final = Terms(NOW, "2030-02-01T00:00:00.000Z", "due diligence", "Dear Bob,\nas agreed.")


ALICE, BOB, CAROL, MALLORY = map(Person.named, ("Alice", "Bob", "Carol", "Mallory"))


def sealed(
    files: dict[str, bytes], recipients: Sequence[Person] = (BOB,), sender: Person = ALICE, terms: Terms = TERMS
) -> bytes:
    """A package as the program makes it."""
    entries = [Entry(name, len(content)) for name, content in files.items()]
    people = [person.identity.public for person in recipients]
    writer = PackageWriter(sender.identity, sender.card, people, terms, entries, os.urandom)
    out = io.BytesIO()
    writer.write(out, ([content] for content in files.values()))
    assert len(out.getvalue()) == writer.size
    return out.getvalue()


def opened(package: bytes, person: Person = BOB, *, size: int | None = None) -> OpenedPackage:
    """A package as its recipient finds it; without a size, as from a pipe."""
    return open_package(io.BytesIO(package), person.identity, PLACE, size)


def unpacked(package: bytes, person: Person = BOB) -> dict[str, bytes]:
    """All that is in a package, by name, once that is proven."""
    found = opened(package, person)
    return {entry.name: b"".join(blocks) for entry, blocks in found.contents()}


def header_of(package: bytes) -> Header:
    return Header.read(io.BytesIO(package), PLACE)


def plaintext_of(package: bytes, person: Person) -> bytes:
    """What a recipient's package key opens."""
    header = header_of(package)
    return aead.unseal(header.find_key(person.identity, PLACE), header.context, package[len(header.packed) :])


def resealed(header: Header, key: Secret, plaintext: bytes) -> bytes:
    """What somebody who knows the package key can make of another plaintext."""
    return header.packed + aead.seal(key, header.context, plaintext)


def statement(package: bytes, person: Person) -> bytes:
    """The manifest in a package."""
    plaintext = plaintext_of(package, person)
    return plaintext[4 : 4 + int.from_bytes(plaintext[:4], "little")]


def with_manifest(manifest: Manifest | bytes, contents: bytes = b"", signer: Person = MALLORY) -> bytes:
    """A package to Bob, rightly signed by `signer`, with any manifest; its id becomes the package's."""
    key = Secret(os.urandom(32))
    header = Header.make(key, [BOB.identity.public], os.urandom)
    if isinstance(manifest, Manifest):
        manifest = manifest._replace(package=header.id).to_json()
    hashes = [hashlib.sha256(contents).digest()]
    parts = (
        len(manifest).to_bytes(4, "little"),
        manifest,
        *signer.identity.sign(manifest_message(header.id, header.sha256, manifest)),
        contents,
        *hashes,
        *signer.identity.sign(contents_message(hashlib.sha256(manifest).hexdigest(), hashes)),
    )
    plaintext = b"".join(parts)
    return resealed(header, key, plaintext.ljust(padded_size(len(plaintext)), b"\x00"))


def manifest_of(*entries: Entry, sender: Person = MALLORY, recipients: Sequence[str] = (BOB.fingerprint,)) -> Manifest:
    """A manifest for `with_manifest`."""
    return Manifest("", sender.card.to_toml().decode(), tuple(recipients), TERMS, entries)
