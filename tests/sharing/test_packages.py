"""Packages: whoever is a recipient gets what was sealed, knows who sealed it and who else has it; nobody else does."""

from __future__ import annotations

import io
import os

import pytest

from ipvault.crypto import aead
from ipvault.errors import Conflict, NotARecipient, UsageError
from ipvault.sharing.manifest import Entry, Terms
from ipvault.sharing.package_writer import PackageWriter
from tests.sharing.made_packages import (
    ALICE,
    BOB,
    CAROL,
    MALLORY,
    NOW,
    TERMS,
    header_of,
    opened,
    plaintext_of,
    sealed,
    unpacked,
)
from tests.support.people import Person

CHUNK = aead.CHUNK_SIZE


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 256 * CHUNK, 257 * CHUNK + 1])
def test_what_is_sealed_comes_out(size: int) -> None:
    """A content of any size comes out as it went in, the empty one too."""
    content = os.urandom(size)
    assert unpacked(sealed({"a": content})) == {"a": content}


def test_several_contents_come_out_in_their_order() -> None:
    """Every entry gets its own content, in the order in which they were given, and not in that of names."""
    files = {f"folder/{name}.txt": name.encode() * count for name, count in (("z", 40_000), ("a", 0), ("m", 7))}
    assert list(unpacked(sealed(files)).items()) == list(files.items())


def test_contents_need_not_be_read() -> None:
    """Whoever leaves out a content still has all of them checked."""
    package = opened(sealed({"a": b"one", "b": b"two"}))
    package.check()


def test_every_recipient_opens_it() -> None:
    """Each of many recipients opens it, and finds the fingerprints of all."""
    people = [Person.named(str(number)) for number in range(20)]
    package = sealed({"a": b"content"}, people)
    for person in people:
        assert unpacked(package, person) == {"a": b"content"}
    assert opened(package, people[0]).manifest.recipients == tuple(sorted(person.fingerprint for person in people))


def test_the_recipient_sees_sender_and_terms() -> None:
    """The sender's card and the terms are in the package, as the sender gave them."""
    package = opened(sealed({"a": b""}))
    assert package.sender == ALICE.card
    assert package.manifest.terms == TERMS


def test_nobody_else_opens_it() -> None:
    """Somebody who is no recipient is told so; the sender too, unless he is one."""
    package = sealed({"a": b"content"})
    for person in (CAROL, ALICE):
        with pytest.raises(NotARecipient):
            opened(package, person)


def test_a_recipient_named_twice_has_one_slot() -> None:
    """Naming somebody twice changes nothing."""
    package = sealed({"a": b"content"}, [BOB, CAROL, BOB])
    assert len(header_of(package).slots) == 2
    assert unpacked(package) == {"a": b"content"}


def test_slots_do_not_tell_in_which_order_the_recipients_were_named() -> None:
    """Slots are in the order of their random bytes: over some packages Bob's is first, and is second."""
    places: set[int] = set()
    while len(places) < 2:
        header = header_of(sealed({"a": b""}, [BOB, CAROL]))
        for number, slot in enumerate(header.slots):
            header.slots = (slot,)
            try:
                header.find_key(BOB.identity, "")
            except NotARecipient:
                continue
            places.add(number)
            break


def test_two_packages_of_the_same_have_nothing_in_common() -> None:
    """Sealing the same twice gives another id, another key and other bytes."""
    first, second = sealed({"a": b"content"}), sealed({"a": b"content"})
    assert header_of(first).id != header_of(second).id
    assert header_of(first).commitment != header_of(second).commitment
    assert not set(header_of(first).slots) & set(header_of(second).slots)


def test_an_outsider_sees_no_name_and_no_exact_size() -> None:
    """Neither names nor fingerprints nor terms are in the bytes, and contents of almost the same size look the same."""
    package = sealed({"project-canary.txt": b"canary" * 10_000})
    for secret in (b"canary", BOB.fingerprint.encode(), b"due diligence", b"Alice"):
        assert secret not in package
        assert secret in plaintext_of(package, BOB)
    assert len(package) == len(sealed({"project-canary.txt": b"canary" * 10_000 + b"!"}))


def test_what_the_writer_states_is_known_before_a_byte_is_written() -> None:
    """Size and manifest hash are there first, so that the grant can be recorded before the file exists."""
    writer = PackageWriter(ALICE.identity, ALICE.card, [BOB.identity.public], TERMS, [Entry("a", 3)], os.urandom)
    size, manifest_hash, out = writer.size, writer.manifest_hash, io.BytesIO()
    writer.write(out, [[b"abc"]])
    assert len(out.getvalue()) == size
    assert opened(out.getvalue()).manifest_hash == manifest_hash


@pytest.mark.parametrize("content", [b"", b"ab", b"abcd", b"abc" * 1000])
def test_a_content_that_changed_its_size_is_found(content: bytes) -> None:
    """A content that is shorter or longer than was stated ends the sealing."""
    writer = PackageWriter(ALICE.identity, ALICE.card, [BOB.identity.public], TERMS, [Entry("a", 3)], os.urandom)
    with pytest.raises(Conflict):
        writer.write(io.BytesIO(), [[content]])


def test_a_package_has_recipients_and_contents() -> None:
    """A package for nobody, of nothing, or for more than a thousand is refused before anything is made."""
    for recipients, entries in (([], [Entry("a", 0)]), ([BOB.identity.public], [])):
        with pytest.raises(UsageError):
            PackageWriter(ALICE.identity, ALICE.card, recipients, TERMS, entries, os.urandom)
    crowd = [BOB.identity.public._replace(ed25519=number.to_bytes(32, "big")) for number in range(1001)]
    with pytest.raises(UsageError):
        PackageWriter(ALICE.identity, ALICE.card, crowd, TERMS, [Entry("a", 0)], os.urandom)


@pytest.mark.parametrize(
    ("entry", "terms"),
    [
        (Entry("../a", 0), TERMS),
        (Entry("a", -1), TERMS),
        (Entry("a", 0, "top secret"), TERMS),
        (Entry("a", 0), Terms("today")),
        (Entry("a", 0), Terms(NOW, purpose="\x1b[31m")),
    ],
)
def test_what_no_reader_takes_is_not_written(entry: Entry, terms: Terms) -> None:
    """Values that a reader would refuse are refused when sealing."""
    with pytest.raises(ValueError, match="manifest"):
        PackageWriter(ALICE.identity, ALICE.card, [BOB.identity.public], terms, [entry], os.urandom)


def test_nobody_sends_with_the_card_of_another() -> None:
    """The card in a package is that of the identity that signs it."""
    with pytest.raises(ValueError, match="card"):
        PackageWriter(MALLORY.identity, ALICE.card, [BOB.identity.public], TERMS, [Entry("a", 0)], os.urandom)


@pytest.mark.parametrize(
    ("now", "expired"),
    [("2030-01-31T23:59:59.999Z", False), ("2030-02-01T00:00:00.000Z", True), ("2031-01-01T00:00:00.000Z", True)],
)
def test_terms_expire_at_their_moment(now: str, expired: bool) -> None:
    """A package expires at the moment that it names, and one without such a moment never does."""
    assert TERMS.have_expired(now) is expired
    assert not TERMS._replace(expires=None).have_expired(now)
