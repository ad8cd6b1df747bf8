"""Packages from people who are no friends, and from bad carriers: refused with a reason, before memory is spent."""

from __future__ import annotations

import hashlib
import io
import json
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.crypto import aead, hpke
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew, NotARecipient, PackageDamaged
from ipvault.sharing.header import MAGIC, Header
from ipvault.sharing.manifest import Entry, Manifest, is_file_name
from ipvault.sharing.package_reader import open_package
from tests.sharing.made_packages import (
    ALICE,
    BOB,
    CAROL,
    MALLORY,
    PLACE,
    TERMS,
    header_of,
    manifest_of,
    opened,
    plaintext_of,
    resealed,
    sealed,
    statement,
    unpacked,
    with_manifest,
)

REFUSED = (PackageDamaged, NotARecipient, FormatTooNew)
FIXED = 68
SMALL = sealed({"a": b"content"}, [BOB, CAROL])
STATEMENT = statement(SMALL, BOB)


class Counted(io.BytesIO):
    """A file that knows how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked += size or 0
        return super().read(size)


def refuse(package: bytes) -> None:
    with pytest.raises(REFUSED):
        unpacked(package)


def test_every_altered_byte_is_found() -> None:
    """A flipped bit in any byte of a package, and any bit of its fixed beginning, is refused."""
    places = [(place, place % 8) for place in range(len(SMALL))]
    places += [(place, bit) for place in range(FIXED) for bit in range(8)]
    for place, bit in places:
        altered = bytearray(SMALL)
        altered[place] ^= 1 << bit
        refuse(bytes(altered))


def test_every_missing_end_is_found() -> None:
    """A package cut at any byte is refused."""
    for length in range(len(SMALL)):
        refuse(SMALL[:length])


def test_a_package_cut_between_chunks_is_found() -> None:
    """A package cut at the end of any chunk, where everything before it is authentic, is refused."""
    package = sealed({"a": os.urandom(300_000)})
    start = len(header_of(package).packed) + aead.HEADER_SIZE
    for length in range(start, len(package), aead.CHUNK_SIZE + aead.TAG_SIZE):
        refuse(package[:length])


@pytest.mark.parametrize("more", [b"\x00", b"\x00" * 16, b"\x00" * 16_400, SMALL])
def test_what_follows_the_end_is_found(more: bytes) -> None:
    """Anything after a package is refused, another package too."""
    refuse(SMALL + more)


def test_chunks_in_another_order_are_found() -> None:
    """Two chunks that change places, and one that is there twice, are refused."""
    package = sealed({"a": os.urandom(100_000)})
    start, size = len(header_of(package).packed) + aead.HEADER_SIZE, aead.CHUNK_SIZE + aead.TAG_SIZE
    first, second = package[start : start + size], package[start + size : start + 2 * size]
    refuse(package[:start] + second + first + package[start + 2 * size :])
    refuse(package[:start] + first + first + package[start + 2 * size :])


def test_a_slot_does_not_open_another_package() -> None:
    """A slot moved into another package opens nothing there, in the place of a slot or beside it."""
    own, other = header_of(SMALL), header_of(sealed({"a": b"other"}, [CAROL]))
    body = SMALL[len(own.packed) :]
    moved = Header(other.id, other.commitment, own.slots)
    with pytest.raises(NotARecipient):
        opened(moved.packed + body)
    more = Header(own.id, own.commitment, tuple(sorted((*own.slots, *other.slots))))
    with pytest.raises(PackageDamaged):
        opened(more.packed + body)


def test_slots_out_of_order_are_refused() -> None:
    """There is one order of the slots, and none is there twice."""
    own = header_of(SMALL)
    body = SMALL[len(own.packed) :]
    for slots in (own.slots[::-1], (own.slots[0], own.slots[0])):
        with pytest.raises(PackageDamaged, match="damaged"):
            opened(Header(own.id, own.commitment, slots).packed + body)


def test_different_keys_for_two_recipients_are_refused() -> None:
    """Slots that give Bob and Carol different keys (P04): each takes only the key that the header commits to."""
    keys = {BOB: Secret(os.urandom(32)), CAROL: Secret(os.urandom(32))}
    package_id = os.urandom(16).hex()

    def committed_to(key: Secret) -> Header:
        commitment = hashlib.sha256(pae("package-key-commitment", package_id, key.reveal())).hexdigest()
        slots = [
            hpke.wrap(mine, person.identity.public.kem, pae("package-slot", package_id, commitment, person.fingerprint))
            for person, mine in keys.items()
        ]
        return Header(package_id, commitment, tuple(sorted(slots)))

    for key, takes_it in ((keys[BOB], [BOB]), (keys[CAROL], [CAROL]), (Secret(bytes(32)), [])):
        header = committed_to(key)
        for person in keys:
            if person in takes_it:
                assert header.find_key(person.identity, PLACE) == key
            else:
                with pytest.raises(PackageDamaged):
                    header.find_key(person.identity, PLACE)


def test_a_recipient_cannot_send_it_on_as_the_sender() -> None:
    """Bob, who knows what Alice signed for him, cannot seal it to Mallory so that it seems to come from Alice."""
    package = sealed({"a": b"content"})
    key = Secret(os.urandom(32))
    header = Header.make(key, [MALLORY.identity.public], os.urandom)
    with pytest.raises(PackageDamaged):
        opened(resealed(header, key, plaintext_of(package, BOB)), MALLORY)


def test_a_recipient_cannot_change_what_the_others_get() -> None:
    """Bob has the package key that Carol has, and can seal with it: other contents under Alice's name are refused."""
    header, plaintext = header_of(SMALL), plaintext_of(SMALL, BOB)
    key = header.find_key(BOB.identity, PLACE)
    assert unpacked(resealed(header, key, plaintext), CAROL) == {"a": b"content"}
    forged = plaintext.replace(b"content", b"forgery").replace(
        hashlib.sha256(b"content").digest(), hashlib.sha256(b"forgery").digest()
    )
    with pytest.raises(PackageDamaged):
        unpacked(resealed(header, key, forged), CAROL)
    with pytest.raises(PackageDamaged):
        unpacked(resealed(header, key, plaintext.replace(b"content", b"forgery")), CAROL)


def test_a_recipient_cannot_change_the_terms_for_others() -> None:
    """The same for the manifest: nothing in it can be changed by somebody who can seal."""
    header, plaintext = header_of(SMALL), plaintext_of(SMALL, BOB)
    forged = plaintext.replace(b"due diligence", b"do what you l")
    with pytest.raises(PackageDamaged):
        opened(resealed(header, header.find_key(BOB.identity, PLACE), forged), CAROL)


def test_contents_of_another_package_are_refused() -> None:
    """Contents that Alice signed in another package do not pass under this manifest."""
    other = plaintext_of(sealed({"a": b"CONTENT"}, [BOB, CAROL]), BOB)
    header, plaintext = header_of(SMALL), plaintext_of(SMALL, BOB)
    start = plaintext.index(b"content", len(statement(SMALL, BOB)))
    spliced = plaintext[:start] + other[other.index(b"CONTENT") :]
    with pytest.raises(PackageDamaged):
        unpacked(resealed(header, header.find_key(BOB.identity, PLACE), spliced), CAROL)


@pytest.mark.parametrize("count", [1, 4096])
def test_padding_is_zeros_and_ends_where_it_should(count: int) -> None:
    """Something else than zeros behind the contents, and more or fewer zeros, are refused."""
    header, plaintext = header_of(SMALL), plaintext_of(SMALL, BOB)
    key = header.find_key(BOB.identity, PLACE)
    for altered in (plaintext[:-1] + b"x", plaintext + bytes(count), plaintext[:-count]):
        with pytest.raises(PackageDamaged):
            unpacked(resealed(header, key, altered))


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/abs",
        "//server/share",
        "C:x",
        "C:\\x",
        "\\\\server\\x",
        "..\\x",
        "a/./b",
        "a//b",
        "a/",
        ".",
        "..",
        "",
        " ",
        "CON",
        "folder/nul.txt",
        "COM1",
        "x:stream",
        "a\0b",
        "a\nb",
        "a\x1b[31mb",
        "a\x9b31m",
        "what?",
        "end.",
        "end ",
        "a" * 256,
        "/".join(["a"] * 1000),
        "x" * 100_000,
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """A name that some system would take for another place, a device or a stream makes the package damaged."""
    assert not is_file_name(name)
    with pytest.raises(PackageDamaged):
        opened(with_manifest(manifest_of(Entry(name, 0))))


@pytest.mark.parametrize("name", ["a", ".hidden", "folder/Zoë & claims (2).docx", "日本/語.txt", "a" * 255, "CONTRACT"])
def test_ordinary_names_are_taken(name: str) -> None:
    """The check above does not stand in the way of what people call their files."""
    assert unpacked(with_manifest(manifest_of(Entry(name, 0)))) == {name: b""}


@pytest.mark.parametrize(
    "manifest",
    [
        manifest_of(),
        manifest_of(Entry("a", 0), Entry("a", 0)),
        manifest_of(Entry("a", -1)),
        manifest_of(Entry("a", 2**53)),
        manifest_of(Entry("a", True)),
        manifest_of(Entry("a", 0, "top secret")),
        manifest_of(Entry("a", 0, item="1")),
        manifest_of(Entry("a", 0, version=-1)),
        manifest_of(Entry("a", 0), recipients=()),
        manifest_of(Entry("a", 0), recipients=(CAROL.fingerprint,)),
        manifest_of(Entry("a", 0), recipients=(BOB.fingerprint, BOB.fingerprint)),
        manifest_of(Entry("a", 0), recipients=sorted((BOB.fingerprint, CAROL.fingerprint))),
        manifest_of(Entry("a", 0), recipients=("x",)),
        manifest_of(Entry("a", 0), sender=ALICE),
        manifest_of(Entry("a", 0))._replace(sender=""),
        manifest_of(Entry("a", 0))._replace(sender="x" * 20_000),
        manifest_of(Entry("a", 0))._replace(terms=TERMS._replace(created="now")),
        manifest_of(Entry("a", 0))._replace(terms=TERMS._replace(expires="2030-13-01T00:00:00.000Z")),
        manifest_of(Entry("a", 0))._replace(terms=TERMS._replace(message="\x1b]52;c;x\x07")),
        manifest_of(Entry("a", 0))._replace(terms=TERMS._replace(purpose="x" * 65_537)),
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"entries":1}',
        b'{"entries":[1]}',
        b'{"entries":[{"name":"a"}]}',
    ],
)
def test_manifests_that_nobody_would_write_are_refused(manifest: Manifest | bytes) -> None:
    """Whoever signed it: a manifest with a value out of bounds, twice, missing or of another kind is refused."""
    with pytest.raises(Damaged):
        unpacked(with_manifest(manifest))


def test_a_manifest_has_one_form() -> None:
    """The same values in another order, with more or fewer fields, or with spaces are no manifest."""
    text = STATEMENT
    assert Manifest.from_json(text).to_json() == text
    for other in (
        text + b" ",
        text.replace(b'{"created"', b'{"a":1,"created"'),
        text.replace(b'"item":"",', b""),
        text.replace(b'"version":0', b'"version":0.0'),
        text.replace(b'"package":', b'"package":"","package":'),
    ):
        assert other != text
        with pytest.raises(ValueError, match="manifest"):
            Manifest.from_json(other)


def test_ten_thousand_entries_are_no_trouble() -> None:
    """A package of ten thousand files opens like any other."""
    files = {f"folder/{number}": b"" for number in range(10_000)}
    assert unpacked(sealed(files)) == files


def test_a_claimed_terabyte_is_refused_before_it_is_looked_for() -> None:
    """Where the length of the file is known, contents that do not fit into it are refused with its manifest."""
    package = with_manifest(manifest_of(Entry("a", 2**40)))
    with pytest.raises(PackageDamaged):
        opened(package, size=len(package))
    with pytest.raises(PackageDamaged):
        unpacked(package)


@pytest.mark.parametrize("count", [0, 1001, 65_535])
def test_a_hostile_number_of_slots_is_refused_before_they_are_read(count: int) -> None:
    """Nothing is read of slots that are too many, or none."""
    file = Counted(SMALL[: FIXED - 2] + count.to_bytes(2, "little") + SMALL[FIXED:])
    with pytest.raises(PackageDamaged):
        open_package(file, BOB.identity, PLACE)
    assert file.asked == FIXED


def test_a_hostile_length_of_the_manifest_is_refused_before_it_is_read() -> None:
    """A manifest that claims to be longer than any is refused though so many bytes follow."""
    key = Secret(os.urandom(32))
    header = Header.make(key, [BOB.identity.public], os.urandom)
    file = Counted(resealed(header, key, (2**24 + 1).to_bytes(4, "little") + bytes(2**25)))
    with pytest.raises(PackageDamaged):
        open_package(file, BOB.identity, PLACE)
    assert file.asked < 2**22


@pytest.mark.parametrize("number", [b"2", b"10", b"999999999"])
def test_a_newer_format_is_named(number: bytes) -> None:
    """A package of a later format is told from a damaged one, before any key is tried."""
    with pytest.raises(FormatTooNew):
        opened(SMALL.replace(b"package 1", b"package " + number, 1))


@pytest.mark.parametrize("number", [b"0", b"01", b"1 ", b"+2", b"1000000000"])
def test_what_is_no_format_is_damaged(number: bytes) -> None:
    """A number that no format has is no later format."""
    with pytest.raises(PackageDamaged):
        opened(SMALL.replace(b"package 1", b"package " + number, 1))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_refused_with_a_reason(data: bytes, has_magic: bool) -> None:
    """Random bytes, with and without the right beginning, end in an error of ours."""
    refuse(MAGIC * has_magic + data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*json.loads(STATEMENT), "other"]), _JSON)
def test_any_value_in_a_manifest_is_taken_or_refused(name: str, value: object) -> None:
    """A manifest with any value in any field is refused with ValueError, or is one that a writer would write so."""
    document = json.loads(STATEMENT) | {name: value}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")
    with suppress(ValueError):
        assert Manifest.from_json(text).to_json() == text


@settings(max_examples=100, deadline=None)
@given(_JSON)
def test_any_entry_is_taken_or_refused(value: object) -> None:
    """The same for what stands in the list of entries."""
    document = json.loads(STATEMENT) | {"entries": [value]}
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")
    with suppress(ValueError):
        assert Manifest.from_json(text).to_json() == text
