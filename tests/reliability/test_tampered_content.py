"""The content of documents altered, cut, mixed up: nothing of it is released, and the object is named."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from ipvault.crypto import aead
from ipvault.errors import Damaged, ExitCode, FormatTooNew, VaultError
from ipvault.vault.objects import HEADER_SIZE, MAGIC
from ipvault.vault.release import Content
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.tampering import altered, content_of, flipped, found, is_clean, object_of, small_vault

CHUNK = aead.CHUNK_SIZE + aead.TAG_SIZE
START = HEADER_SIZE + aead.HEADER_SIZE
"""Where the first chunk of an object's content begins: 56 bytes into its message, as C2SP says."""

LONG = {name: bytes([number]) * 50_000 for number, name in enumerate(("one.bin", "two.bin"))}
"""Two documents of the same size: three full chunks and a shorter one."""


@pytest.fixture
def made() -> MemoryVault:
    """A vault with two documents of several chunks."""
    made = small_vault()
    add_content(made.open(), LONG)
    return made


def chunks_of(data: bytes) -> tuple[bytes, list[bytes]]:
    """What stands before the chunks of an object, and the chunks."""
    return data[:START], [data[at : at + CHUNK] for at in range(START, len(data), CHUNK)]


def refused(made: MemoryVault, content: Content, path: str, data: bytes) -> bytes:
    """What a damaged object gives before it is noticed, which names its place."""
    released: list[bytes] = []
    with altered(made, path, data), pytest.raises(VaultError) as caught:
        released.extend(content.blocks())
    assert isinstance(caught.value, (Damaged, FormatTooNew))
    assert caught.value.fields["place"] == path
    return b"".join(released)


def test_one_bit_of_an_object_releases_nothing() -> None:
    """Whichever byte of a small object is altered, in its header, sealed key, salt, commitment, content or tag: it is
    refused without its recorded hash, and not a byte of it comes out.
    """
    made = small_vault()
    path = object_of(made, "notes.txt")
    content = content_of(made.open(), "notes.txt")
    data = made.store.published[path]
    for offset in range(len(data)):
        assert refused(made, content, path, flipped(data, offset)) == b""


def test_a_small_object_cut_anywhere_releases_nothing() -> None:
    """The same for every length that is too short."""
    made = small_vault()
    path = object_of(made, "notes.txt")
    content = content_of(made.open(), "notes.txt")
    data = made.store.published[path]
    for size in range(len(data)):
        assert refused(made, content, path, data[:size]) == b""


def rearranged(data: bytes, other: bytes) -> Iterator[tuple[str, bytes]]:
    """What can be done to the chunks of an object by somebody who also has another one of the same size."""
    head, chunks = chunks_of(data)
    head_of_other, chunks_of_other = chunks_of(other)
    assert len(chunks) == len(chunks_of_other) == 4
    for count in range(4):
        yield f"cut after {count} chunks", head + b"".join(chunks[:count])
        yield f"chunk {count} twice", head + b"".join([*chunks[: count + 1], *chunks[count:]])
        yield f"chunk {count} dropped", head + b"".join([*chunks[:count], *chunks[count + 1 :]])
        mixed = [*chunks[:count], chunks_of_other[count], *chunks[count + 1 :]]
        yield f"chunk {count} of the other", head + b"".join(mixed)
    yield "chunks exchanged", head + b"".join([chunks[1], chunks[0], *chunks[2:]])
    yield "all chunks of the other", head + b"".join(chunks_of_other)
    yield "the header of the other", head_of_other + b"".join(chunks)
    yield "only the sealed key of the other", other[:HEADER_SIZE] + data[HEADER_SIZE:]
    yield "all of the other", other
    yield "followed by a byte", data + b"\x00"
    yield "followed by a full chunk", data + chunks[0]
    yield "followed by another message", data + other[HEADER_SIZE:]


def test_chunks_cannot_be_rearranged_or_taken_from_another_object(made: MemoryVault) -> None:
    """Cut at a chunk, repeated, dropped, exchanged, spliced in from another document, followed by more: found by
    `verify`, by its place, and by whoever reads it, without a byte of the other document.
    """
    path, other = object_of(made, "one.bin"), object_of(made, "two.bin")
    content = content_of(made.open(), "one.bin")
    for what, data in rearranged(made.store.published[path], made.store.published[other]):
        released = refused(made, content, path, data)
        assert LONG["one.bin"].startswith(released), what
        with altered(made, path, data):
            for keyless in (True, False):
                assert (path, ExitCode.DAMAGED) in found(made.verified(keyless=keyless)), what
    assert is_clean(made.verified())


def test_verification_names_the_document_too(made: MemoryVault) -> None:
    """With keys and `--content`, people read which document and version it is that is damaged."""
    path = object_of(made, "claims.txt")
    with altered(made, path, flipped(made.store.published[path], 200)):
        assert found(made.verified()) == {(path, ExitCode.DAMAGED), ("claims.txt@2", ExitCode.DAMAGED)}


def test_an_object_stays_in_its_room_and_epoch() -> None:
    """The room and epoch that an object's header names cannot be changed."""
    made = small_vault()
    path = object_of(made, "notes.txt")
    content = content_of(made.open(), "notes.txt")
    data = made.store.published[path]
    vault = made.open()
    room, epoch = struct.unpack_from("<16sQ", data, len(MAGIC))
    others = [bytes.fromhex(other) for (other,) in vault.catalog.view.execute("SELECT id FROM room")]
    assert room in others
    for place in [*((other, epoch) for other in others if other != room), (room, 2), (room, 0), (b"\xee" * 16, 1)]:
        forged = MAGIC + struct.pack("<16sQ", *place) + data[len(MAGIC) + 24 :]
        assert refused(made, content, path, forged) == b""


def test_an_object_cannot_stand_in_for_another_of_the_same_document() -> None:
    """An older version in place of the newest, of the same room and name, is refused as what it is not."""
    made = small_vault()
    newest, older = object_of(made, "claims.txt"), object_of(made, "claims.txt@1")
    content = content_of(made.open(), "claims.txt")
    assert refused(made, content, newest, made.store.published[older]) == b""


@pytest.mark.parametrize("number", [b"0", b"2", b"9"])
def test_an_object_of_another_format_is_left_alone(number: bytes) -> None:
    """A number that this program does not know is no reason to try."""
    made = small_vault()
    path = object_of(made, "notes.txt")
    content = content_of(made.open(), "notes.txt")
    data = made.store.published[path]
    forged = MAGIC.replace(b"1\n", number + b"\n") + data[len(MAGIC) :]
    assert refused(made, content, path, forged) == b""
