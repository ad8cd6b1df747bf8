"""Objects: what goes in comes out, nothing altered does, and neither content nor size shows."""

from __future__ import annotations

import io
import os
import struct
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from ipvault.crypto import aead
from ipvault.crypto.padme import padded_size
from ipvault.crypto.pae import pae
from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, FormatTooNew
from ipvault.keys.room_key import RoomKey
from ipvault.storage.layout import object_path
from ipvault.vault.objects import HEADER_SIZE, MAGIC, ObjectReader, ObjectWriter
from tests.support.memory_vault import SeededRandom

VAULT, OBJECT = "a" * 32, "c" * 32
KEY = RoomKey.generate(VAULT, "b" * 32, 1, SeededRandom())
CHUNK = aead.CHUNK_SIZE
BOUNDARIES = (0, 1, CHUNK - 9, CHUNK - 8, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 256 * CHUNK, 257 * CHUNK)


def written(content: bytes, *, object_id: str = OBJECT, key: RoomKey = KEY, step: int = 1 << 20) -> bytes:
    """The object of a content."""
    out = io.BytesIO()
    writer = ObjectWriter(out, object_id, key, os.urandom)
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
    change = writer.finish()
    assert (change.added, change.path, change.length) == (True, object_path(object_id), len(out.getvalue()))
    return out.getvalue()


def read(data: bytes, size: int, *, object_id: str = OBJECT, vault: str = VAULT, key: RoomKey = KEY) -> bytes:
    """The content of an object, for somebody who has one key."""
    return b"".join(
        reader(data, size, object_id=object_id, vault=vault, room=key.room, epoch=key.epoch, key=key).blocks()
    )


def reader(
    data: bytes,
    size: int,
    *,
    object_id: str = OBJECT,
    vault: str = VAULT,
    room: str = KEY.room,
    epoch: int = KEY.epoch,
    key: RoomKey | None = KEY,
) -> ObjectReader:
    def find(room: str, epoch: int) -> RoomKey | None:
        return key if key is not None and (room, epoch) == (key.room, key.epoch) else None

    return ObjectReader(io.BytesIO(data), object_id, size, vault, room, epoch, find)


def test_an_object_belongs_to_the_room_of_its_item() -> None:
    """An object of another room is refused, even by somebody who has the key of both."""
    data = written(b"content")
    assert b"".join(reader(data, 7).blocks()) == b"content"
    with pytest.raises(Damaged, match="room"):
        list(reader(data, 7, room="9" * 32).blocks())


def test_an_object_is_under_the_key_of_its_record() -> None:
    """An object under an older key of its room is refused, even by somebody who has that too."""
    data = written(b"content")
    for epoch in (KEY.epoch + 1, KEY.epoch - 1):
        with pytest.raises(Damaged, match="key"):
            list(reader(data, 7, epoch=epoch).blocks())


@pytest.mark.parametrize("size", BOUNDARIES)
def test_sizes_at_the_boundaries(size: int) -> None:
    """Contents around the chunk size, with and without room for the padding, come out as they went in."""
    content = os.urandom(size)
    data = written(content, step=max(1, size // 3))
    assert read(data, size) == content
    assert len(data) == HEADER_SIZE + aead.sealed_size(padded_size(size + 8))


@given(st.binary(max_size=400), st.integers(1, 100))
def test_any_content(content: bytes, step: int) -> None:
    """Whatever the content and however it arrives, it comes out."""
    assert read(written(content, step=step), len(content)) == content


@pytest.mark.parametrize(("one", "other"), [(0, 0), (9_000, 9_200), (1_000_000, 1_010_000)])
def test_sizes_are_hidden(one: int, other: int) -> None:
    """Two contents of about the same size become objects of exactly the same length."""
    assert len(written(bytes(one))) == len(written(bytes(other)))


def test_the_content_is_not_seen() -> None:
    """The same content twice gives two objects that share nothing but the header's public part."""
    content = b"canary" * 500
    one, other = written(content), written(content)
    public = len(MAGIC) + 24
    assert one[:public] == other[:public]
    blocks = [{data[at : at + 16] for at in range(public, len(data) - 16)} for data in (one, other)]
    assert not blocks[0] & blocks[1]
    assert b"canary" not in one


def test_the_format() -> None:
    """An object can be read with the format document alone: magic, room, epoch, sealed key, then the padded content."""
    content = b"the content"
    data = written(content)
    assert data.startswith(b"ipvault object 1\n" + bytes.fromhex(KEY.room) + struct.pack("<Q", 1))
    dek = aead.unseal(KEY.wrap_key, pae("dek", VAULT, KEY.room, 1, OBJECT), data[41:145])
    plaintext = aead.unseal(Secret(dek), pae("content", VAULT, OBJECT), data[145:])
    assert plaintext == content + bytes(len(plaintext) - len(content) - 8) + struct.pack("<Q", len(content))


SMALL = written(b"a small content")


def test_truncation_at_every_byte() -> None:
    """An object that ends too early is damaged, wherever that is."""
    for length in range(len(SMALL)):
        with pytest.raises(Damaged):
            read(SMALL[:length], 15)


def test_every_flipped_bit() -> None:
    """An object with any one bit flipped is damaged, or says in its first bytes that it is of a newer format."""
    for bit in range(8 * len(SMALL)):
        altered = bytearray(SMALL)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Damaged, FormatTooNew)) as caught:
            read(bytes(altered), 15)
        assert object_path(OBJECT) in str(caught.value)
        assert caught.type is Damaged or bytes(altered[15:17]).strip() in (b"3", b"5", b"9")


def test_a_newer_format() -> None:
    """An object with a higher number in its first line is told as such."""
    with pytest.raises(FormatTooNew):
        read(SMALL.replace(b"object 1\n", b"object 2\n"), 15)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Whatever the file holds, reading it ends in an error that names it."""
    for start in (b"", MAGIC, SMALL[: HEADER_SIZE - 30]):
        with pytest.raises((Damaged, FormatTooNew)):
            read(start + data, 15)


@pytest.mark.parametrize("epoch", [0, 2, 2**53, 2**63, 2**64 - 1])
def test_another_epoch(epoch: int) -> None:
    """An object that says that it belongs to another epoch, however large, is damaged."""
    with pytest.raises(Damaged):
        read(SMALL[:33] + struct.pack("<Q", epoch) + SMALL[41:], 15)


def test_an_object_has_one_place() -> None:
    """It is not read as another object, in another vault, or under another room or epoch, though the key is at hand."""
    for object_id, vault, key in (
        ("d" * 32, VAULT, KEY),
        (OBJECT, "d" * 32, KEY),
        (OBJECT, VAULT, RoomKey(VAULT, "d" * 32, 1, Secret(bytes(32)))),
    ):
        with pytest.raises(Damaged):
            read(SMALL, 15, object_id=object_id, vault=vault, key=key)
    with pytest.raises(Damaged):
        list(reader(SMALL, 15, key=None).blocks())


def test_chunks_cannot_change_places() -> None:
    """Chunks of a large object that are swapped, doubled, dropped, or taken from another object are noticed."""
    content = os.urandom(4 * CHUNK)
    data, other = written(content), written(content)
    start, length = HEADER_SIZE + aead.HEADER_SIZE, CHUNK + aead.TAG_SIZE
    head = data[:start]
    chunks = [data[at : at + length] for at in range(start, len(data), length)]
    altered = {
        "swapped": [chunks[1], chunks[0], *chunks[2:]],
        "doubled": [chunks[0], *chunks],
        "dropped": [*chunks[:1], *chunks[2:]],
        "cut": chunks[:-1],
        "longer": [*chunks, chunks[-1]],
        "garbage": [*chunks, b"x"],
        "spliced": [other[start : start + length], *chunks[1:]],
    }
    assert read(head + b"".join(chunks), len(content)) == content
    for pieces in altered.values():
        with pytest.raises(Damaged):
            read(head + b"".join(pieces), len(content))
    for cut in (HEADER_SIZE, start):
        with pytest.raises(Damaged):
            read(other[:cut] + data[cut:], len(content))


@pytest.mark.parametrize("size", [0, 14, 16, 247, 248, 10**6])
def test_the_recorded_size_counts(size: int) -> None:
    """An object whose content is not as long as the record says is damaged, even if the padding would allow it."""
    with pytest.raises(Damaged):
        read(SMALL, size)


def sealed_with(plaintext: bytes) -> bytes:
    """An object that somebody with all keys has made of any plaintext."""
    header = SMALL[:41]
    dek = Secret(bytes(32))
    sealed_dek = aead.seal(KEY.wrap_key, pae("dek", VAULT, KEY.room, 1, OBJECT), dek.reveal())
    return header + sealed_dek + aead.seal(dek, pae("content", VAULT, OBJECT), plaintext)


def test_the_padding_hides_nothing() -> None:
    """Padding that is not empty, or a length that is not the content's, is refused even from somebody with all keys."""
    length = struct.pack("<Q", 3)
    assert read(sealed_with(b"abc" + bytes(9) + length), 3) == b"abc"
    for plaintext in (
        b"abc" + b"\x01" + bytes(8) + length,
        b"abc" + bytes(8) + b"\x01" + length,
        b"abc",
        b"",
        b"abc" + bytes(9),
    ):
        with pytest.raises(Damaged):
            read(sealed_with(plaintext), 3)


def test_a_stream_ends_with_an_error() -> None:
    """Whoever takes the content block by block is told at the end if anything was missing."""
    content = os.urandom(3 << 20)
    data = written(content)
    blocks = reader(data[:-1], len(content)).blocks()
    taken = b""
    with suppress(Damaged):
        for block in blocks:
            taken += block
        pytest.fail("the end was not checked")
    assert content.startswith(taken)
