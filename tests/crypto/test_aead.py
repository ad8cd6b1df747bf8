"""The one AEAD, Cobblestone-256: as C2SP specifies it, and against everything that an attacker can move."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

import pytest
from cryptography.exceptions import AlreadyFinalized
from hypothesis import given, strategies as st

from ipvault.crypto import aead
from ipvault.crypto.aead import AuthenticationFailed, Decryptor, Encryptor, seal, sealed_size, unseal
from ipvault.crypto.secret import Secret
from tests.crypto import c2sp
from tests.crypto.vectors import ChunkedVector, chunked_encryption

KEY = Secret(bytes(range(32)))
CONTEXT = b"a context"
SEALED_CHUNK = aead.CHUNK_SIZE + aead.TAG_SIZE
SIZES = (0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 256 * 16_384, 257 * 16_384)


def plaintext(size: int) -> bytes:
    return hashlib.shake_128(size.to_bytes(8)).digest(size)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def release(key: Secret, context: bytes, message: Iterable[bytes]) -> tuple[bytes, bool]:
    """What a stream gives out, and whether it was content to the end."""
    released = bytearray()
    try:
        stream = Decryptor(key, context)
        for piece in message:
            released += stream.update(piece)
        released += stream.finish()
    except AuthenticationFailed:
        return bytes(released), False
    return bytes(released), True


def chunks_of(message: bytes) -> tuple[bytes, list[bytes]]:
    """The header of a message and its sealed chunks."""
    return message[: aead.HEADER_SIZE], list(pieces(message[aead.HEADER_SIZE :], SEALED_CHUNK))


@pytest.mark.parametrize("vector", chunked_encryption(), ids=lambda v: v.name)
def test_the_second_reader_passes_the_public_vectors(vector: ChunkedVector) -> None:
    """Valid messages of the specification open; of the invalid ones a stream gives out the chunks before the fault,
    and nothing at all for a wrong key, context or commitment.
    """
    released, valid = c2sp.release("sha256", vector.key, vector.context, vector.message)
    assert valid == vector.succeeds
    assert len(released) == vector.length
    assert vector.digest in (None, hashlib.sha256(released).hexdigest())
    if valid:
        assert c2sp.seal("sha256", vector.key, vector.context, vector.message[:24], released) == vector.message


@pytest.mark.parametrize("vector", [v for v in chunked_encryption() if v.succeeds], ids=lambda v: v.name)
def test_public_plaintexts_open_under_cobblestone(vector: ChunkedVector) -> None:
    """The valid messages of the specification, with the hash of Cobblestone-256, open whole and as a stream."""
    expected, _ = c2sp.release("sha256", vector.key, vector.context, vector.message)
    message = c2sp.seal("sha512", vector.key, vector.context, vector.message[:24], expected)
    assert unseal(Secret(vector.key), vector.context, message) == expected
    assert release(Secret(vector.key), vector.context, pieces(message, 1_000)) == (expected, True)


@pytest.mark.parametrize("vector", chunked_encryption(), ids=lambda v: v.name)
def test_messages_with_another_hash_are_refused(vector: ChunkedVector) -> None:
    """No public message, valid or not, opens as it is: the hash is part of what Cobblestone-256 commits to."""
    if len(vector.key) == aead.KEY_SIZE:
        assert release(Secret(vector.key), vector.context, [vector.message]) == (b"", False)


@pytest.mark.parametrize("size", [0, 1, 16_384, 40_000])
def test_a_stranger_opens_what_we_seal(size: int) -> None:
    """A reader written from the specification alone opens our messages."""
    message = seal(KEY, CONTEXT, plaintext(size))
    assert c2sp.release("sha512", KEY.reveal(), CONTEXT, message) == (plaintext(size), True)


@given(data=st.data())
def test_we_agree_with_the_second_reader_on_damage(data: st.DataObject) -> None:
    """However a message is cut, repeated, rearranged or altered, we release what the specification allows and agree
    on whether it is valid.
    """
    message = seal(KEY, CONTEXT, plaintext(data.draw(st.sampled_from([0, 1, 16_383, 16_384, 33_000]))))
    edges = st.sampled_from([0, 24, 56, 56 + SEALED_CHUNK, 56 + 2 * SEALED_CHUNK]) | st.integers(0, len(message))
    start, end, place = (data.draw(edges) for _ in range(3))
    damaged = data.draw(
        st.sampled_from(
            [
                message,
                message[:place],
                message[:start] + message[end:],
                message[:place] + message[start:end] + message[place:],
                message[:place] + b"\x80" + message[place + 1 :],
            ]
        )
    )
    ours = release(KEY, CONTEXT, pieces(damaged, data.draw(st.integers(1_000, 20_000))))
    assert ours == c2sp.release("sha512", KEY.reveal(), CONTEXT, damaged)
    if ours[1]:
        assert unseal(KEY, CONTEXT, damaged) == ours[0]
    else:
        with pytest.raises(AuthenticationFailed):
            unseal(KEY, CONTEXT, damaged)


def test_the_vectors_are_there() -> None:
    """The tests above are not empty: both kinds of vectors were found."""
    assert sum(v.succeeds for v in chunked_encryption()) >= 9
    assert sum(not v.succeeds for v in chunked_encryption()) >= 25


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back(size: int) -> None:
    """P07: what is sealed opens to the same bytes at every boundary of chunks, and has the length foretold."""
    message = seal(KEY, CONTEXT, plaintext(size))
    assert len(message) == sealed_size(size)
    assert unseal(KEY, CONTEXT, message) == plaintext(size)


@given(data=st.data())
def test_a_stream_may_be_cut_anywhere(data: st.DataObject) -> None:
    """However the plaintext and the message are cut into pieces, a stream gives the plaintext back."""
    size = data.draw(st.sampled_from(SIZES[:8]) | st.integers(0, 50_000))
    writer, message = Encryptor(KEY, CONTEXT), bytearray()
    for piece in pieces(plaintext(size), data.draw(st.integers(1, 20_000))):
        message += writer.update(piece)
    message += writer.finish()
    assert unseal(KEY, CONTEXT, bytes(message)) == plaintext(size)
    cut = data.draw(st.integers(1, 20_000))
    assert release(KEY, CONTEXT, pieces(bytes(message), cut)) == (plaintext(size), True)


def test_equal_plaintexts_give_unrelated_messages() -> None:
    """P01: sealing the same bytes twice gives a new salt, commitment and ciphertext each time."""
    messages = [seal(KEY, CONTEXT, b"the same") for _ in range(2_000)]
    for start, end in ((0, 24), (24, 56), (56, None)):
        assert len({message[start:end] for message in messages}) == len(messages)


def test_every_bit_of_the_header_counts() -> None:
    """P03: with one bit of salt or commitment changed, not one byte is released."""
    message = seal(KEY, CONTEXT, plaintext(40_000))
    for bit in range(8 * aead.HEADER_SIZE):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        assert release(KEY, CONTEXT, [bytes(changed)]) == (b"", False), f"bit {bit}"


def test_every_bit_of_the_key_counts() -> None:
    """P03: with a key that differs in one bit, not one byte is released."""
    message = seal(KEY, CONTEXT, plaintext(40_000))
    for bit in range(8 * aead.KEY_SIZE):
        wrong = bytearray(KEY.reveal())
        wrong[bit // 8] ^= 1 << bit % 8
        assert release(Secret(bytes(wrong)), CONTEXT, [message]) == (b"", False), f"bit {bit}"


@pytest.mark.parametrize("wrong", [b"", b"a contexT", b"a context\0", b"\0a context", b"a  context"])
def test_the_context_counts(wrong: bytes) -> None:
    """P03: under another context, not one byte is released."""
    message = seal(KEY, CONTEXT, plaintext(40_000))
    assert release(KEY, wrong, [message]) == (b"", False)
    with pytest.raises(AuthenticationFailed):
        unseal(KEY, wrong, message)


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33])
def test_every_bit_of_the_ciphertext_counts(size: int) -> None:
    """A message with one bit changed anywhere does not open."""
    message = seal(KEY, CONTEXT, plaintext(size))
    for bit in range(8 * len(message)):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(AuthenticationFailed):
            unseal(KEY, CONTEXT, bytes(changed))


@pytest.mark.parametrize("size", [0, 1, 200])
def test_truncation_at_every_byte_is_noticed(size: int) -> None:
    """P05: no shorter part of a small message opens."""
    message = seal(KEY, CONTEXT, plaintext(size))
    for length in range(len(message)):
        with pytest.raises(AuthenticationFailed):
            unseal(KEY, CONTEXT, message[:length])


@pytest.mark.parametrize("size", [16_384, 49_152, 50_000])
def test_truncation_at_every_chunk_is_noticed(size: int) -> None:
    """P05: a message that ends after a full chunk (56 + k * 16,400 bytes), or near there, does not open."""
    message = seal(KEY, CONTEXT, plaintext(size))
    for boundary in range(aead.HEADER_SIZE, len(message), SEALED_CHUNK):
        for length in range(boundary - 17, min(boundary + 18, len(message))):
            with pytest.raises(AuthenticationFailed):
                unseal(KEY, CONTEXT, message[:length])


@pytest.mark.parametrize("size", [32_768, 40_000])
def test_chunks_cannot_be_rearranged(size: int) -> None:
    """P05: chunks left out, doubled, exchanged, or taken from another message of the same key are noticed."""
    header, (first, second, last) = chunks_of(seal(KEY, CONTEXT, plaintext(size)))
    other_header, (other_first, *_) = chunks_of(seal(KEY, CONTEXT, plaintext(size)))
    assert unseal(KEY, CONTEXT, header + first + second + last) == plaintext(size)
    for forgery in (
        header + first + last,
        header + second + last,
        header + second + first + last,
        header + first + first + second + last,
        header + first + second + second + last,
        header + last + first + second,
        header + first + second + last + last,
        header + other_first + second + last,
        other_header + first + second + last,
    ):
        with pytest.raises(AuthenticationFailed):
            unseal(KEY, CONTEXT, forgery)


@pytest.mark.parametrize("size", [0, 100, 16_384, 20_000])
@pytest.mark.parametrize("garbage", [b"\0", bytes(12), bytes(16), bytes(17), bytes(SEALED_CHUNK)])
def test_nothing_can_follow_a_message(size: int, garbage: bytes) -> None:
    """P05: bytes after the last chunk are noticed, however many there are."""
    with pytest.raises(AuthenticationFailed):
        unseal(KEY, CONTEXT, seal(KEY, CONTEXT, plaintext(size)) + garbage)


def test_two_messages_do_not_join() -> None:
    """P05: a second complete message after the first is noticed."""
    with pytest.raises(AuthenticationFailed):
        unseal(KEY, CONTEXT, seal(KEY, CONTEXT, b"one") + seal(KEY, CONTEXT, b"two"))


def test_a_failed_stream_stays_failed() -> None:
    """P09: after an error a stream gives nothing more out, even for bytes that are right."""
    message = seal(KEY, CONTEXT, plaintext(40_000))
    damaged = bytearray(message)
    damaged[aead.HEADER_SIZE + 5] ^= 1
    stream = Decryptor(KEY, CONTEXT)
    attempts: list[Callable[[], bytes]] = [
        lambda: stream.update(bytes(damaged)),
        lambda: stream.update(message),
        lambda: stream.update(b""),
        stream.finish,
        stream.finish,
    ]
    for attempt in attempts:
        with pytest.raises(AuthenticationFailed):
            attempt()


def test_a_stream_that_ended_early_stays_failed() -> None:
    """P09: the same holds when it was the end that failed."""
    message = seal(KEY, CONTEXT, plaintext(100))
    stream = Decryptor(KEY, CONTEXT)
    stream.update(message[:-1])
    attempts: list[Callable[[], bytes]] = [stream.finish, lambda: stream.update(message[-1:]), stream.finish]
    for attempt in attempts:
        with pytest.raises(AuthenticationFailed):
            attempt()


def test_a_key_encrypts_one_stream_only_once() -> None:
    """A finished stream cannot be written or read on, so no nonce is used twice."""
    writer = Encryptor(KEY, CONTEXT)
    reader = Decryptor(KEY, CONTEXT)
    reader.update(writer.update(b"all of it") + writer.finish())
    reader.finish()
    attempts: list[Callable[[], bytes]] = [
        lambda: writer.update(b"more"),
        writer.finish,
        lambda: reader.update(b"more"),
        reader.finish,
    ]
    for again in attempts:
        with pytest.raises(AlreadyFinalized):
            again()


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_keys_have_32_bytes(size: int) -> None:
    """A key of another length is refused, for sealing and for opening."""
    for construct in (Encryptor, Decryptor):
        with pytest.raises(ValueError, match="32 bytes"):
            construct(Secret(bytes(size)), CONTEXT)


def test_a_failure_says_nothing() -> None:
    """The error of a failed opening carries neither key, context nor plaintext, and no cause that could."""
    with pytest.raises(AuthenticationFailed) as caught:
        unseal(KEY, b"wrong", seal(KEY, CONTEXT, b"plain"))
    assert caught.value.args == ()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
