"""The sealed half of a record: what opens, what is refused, and how a single field is disclosed."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given, strategies as st

from ipvault.crypto import aead
from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.secret import Secret
from ipvault.journal.payload import (
    FORGOTTEN,
    Fields,
    MalformedPayload,
    commitment,
    field_texts,
    open_payload,
    payload_context,
    seal_payload,
)
from tests.journal.strategies import FIELDS, NAMES, VALUES

KEY = Secret(bytes(range(32)))
CONTEXT = payload_context("a" * 32, "b" * 32, 1, 7)
SEED = bytes(range(16))
EXAMPLE: Fields = {"kind": "item.added", "name": "widget/claims.docx", "size": 512, "tags": ["a", "é"], "note": ""}


def sealed_text(plaintext: bytes) -> bytes:
    """`plaintext`, whatever it is, sealed as a payload is."""
    return b64encode(aead.seal(KEY, CONTEXT, plaintext))


def padded(plaintext: bytes, size: int = 256) -> bytes:
    return plaintext.ljust(size)


@given(FIELDS, st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens(fields: Fields, seed: bytes) -> None:
    """Fields come back from their payload."""
    sealed = seal_payload(KEY, CONTEXT, fields, seed)
    assert open_payload(KEY, CONTEXT, sealed, commitment(seed, fields))[0] == fields


@given(st.binary(max_size=300))
def test_any_bytes_as_a_payload(sealed: bytes) -> None:
    """Whatever stands in a line, opening it fails in one of two ways."""
    with pytest.raises((AuthenticationFailed, MalformedPayload)):
        open_payload(KEY, CONTEXT, sealed, "0" * 64)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_inside_a_payload(plaintext: bytes, is_padded: bool) -> None:
    """Whatever a holder of the key has sealed, it is fields or malformed."""
    with suppress(MalformedPayload):
        open_payload(KEY, CONTEXT, sealed_text(padded(plaintext) if is_padded else plaintext), "0" * 64)


@given(VALUES, VALUES)
def test_any_json_inside_a_payload(fields: object, seed: object) -> None:
    """Whatever stands where the fields and the seed should, it is refused as malformed."""
    text = json.dumps({"fields": fields, "seed": seed}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for plaintext in (text.encode(), padded(text.encode())):
        with pytest.raises(MalformedPayload):
            open_payload(KEY, CONTEXT, sealed_text(plaintext), "0" * 64)


def _text(fields: str = '{"kind":"x"}', seed: str = f'"{SEED.hex()}"') -> bytes:
    return f'{{"fields":{fields},"seed":{seed}}}'.encode()


@pytest.mark.parametrize(
    "plaintext",
    [
        padded(b"\xef\xbb\xbf" + _text()),
        padded(_text().replace(b":", b": ")),
        padded(b" " + _text()),
        padded(_text() + b"\n"),
        padded(_text() + b"\x00"),
        padded(_text() + b"{}"),
        padded(_text() + b" {}"),
        _text(),
        padded(_text(), 255),
        padded(_text(), 257),
        padded(_text(), 264),
        padded(_text(), 0) + b"\x00" * (256 - len(_text())),
        padded(_text()[:-1] + b',"zeta":1}'),
        padded(b'{"seed":"%b","fields":{}}' % SEED.hex().encode()),
        padded(_text('{"a":1,"a":1}')),
        padded(_text('{"b":1,"a":1}')),
        padded(_text('{"a":1.0}')),
        padded(_text('{"a":1.5}')),
        padded(_text('{"a":NaN}')),
        padded(_text('{"a":Infinity}')),
        padded(_text('{"a":9007199254740992}')),
        padded(_text('{"a":"\\u0041"}')),
        padded(_text('{"a":"\\ud800"}')),
        padded(_text('{"é":1}')),
        padded(_text('{"":1}')),
        padded(_text('{"a b":1}')),
        padded(_text('{"a\\"b":1}')),
        padded(_text("[]")),
        padded(_text("null")),
        padded(_text(seed="null")),
        padded(_text(seed='""')),
        padded(_text(seed=f'"{SEED.hex().upper()}"')),
        padded(_text(seed=f'" {SEED.hex()}"')),
        padded(_text(seed=f'"{SEED.hex()}00"')),
        padded(b"[]"),
        padded(b"1"),
        padded(b'"fields"'),
        b"[" * 100_000,
        b"",
    ],
)
def test_what_is_malformed(plaintext: bytes) -> None:
    """Byte-order marks, space, other orders, duplicates, floats, NaN, needless escapes, names that are no words, other
    padding and trailing bytes are refused, though the key opens them and the commitment is that of what they mean.
    """
    for expected in ("0" * 64, *meant(plaintext)):
        with pytest.raises(MalformedPayload):
            open_payload(KEY, CONTEXT, sealed_text(plaintext), expected)


def meant(plaintext: bytes) -> list[str]:
    """The commitments to what a lenient reader would take `plaintext` for."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fields = json.loads(plaintext.rstrip(b"\x00 "))["fields"]
        return [commitment(seed, fields) for seed in (SEED, b"")]
    return []


def test_the_form_of_the_examples_above_opens() -> None:
    """The text that the malformed examples are made of is good by itself."""
    assert open_payload(KEY, CONTEXT, sealed_text(padded(_text())), commitment(SEED, {"kind": "x"}))[0] == {"kind": "x"}


def test_base64_has_one_spelling() -> None:
    """Missing or additional padding, unused bits, line breaks and the other alphabet are refused."""
    fields: Fields = {"kind": "x", "note": "?>~" * 40}
    expected = commitment(SEED, fields)
    sealed = seal_payload(KEY, CONTEXT, fields, SEED)
    while not sealed.endswith(b"=") or not {b"+"[0], b"/"[0]} & set(sealed):
        sealed = seal_payload(KEY, CONTEXT, fields, SEED)
    assert open_payload(KEY, CONTEXT, sealed, expected)[0] == fields
    body = sealed.rstrip(b"=")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    unused_bit = body[:-1] + alphabet[alphabet.index(body[-1:]) + 1 :][:1] + sealed[len(body) :]
    assert b64decode(unused_bit) == b64decode(sealed)
    others = (unused_bit, body, sealed + b"=", sealed + b"\n", b" " + sealed, sealed[:8] + b"\n" + sealed[8:])
    for other in (*others, sealed.translate(bytes.maketrans(b"+/", b"-_"))):
        with pytest.raises(MalformedPayload):
            open_payload(KEY, CONTEXT, other, expected)


def test_every_flipped_bit_is_noticed() -> None:
    """A payload with any one bit flipped does not open."""
    sealed = seal_payload(KEY, CONTEXT, EXAMPLE, SEED)
    for bit in range(8 * len(sealed)):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises((AuthenticationFailed, MalformedPayload)):
            open_payload(KEY, CONTEXT, bytes(altered), commitment(SEED, EXAMPLE))


@pytest.mark.parametrize(
    ("vault", "room", "epoch", "seq"),
    [
        ("0" * 32, "b" * 32, 1, 7),
        ("a" * 32, "0" * 32, 1, 7),
        ("a" * 32, "b" * 32, 2, 7),
        ("a" * 32, "b" * 32, 1, 8),
        ("a" * 32 + "b", "b" * 31, 1, 7),
    ],
)
def test_a_payload_has_one_place(vault: str, room: str, epoch: int, seq: int) -> None:
    """It opens in its own vault, room, epoch and record only."""
    sealed = seal_payload(KEY, CONTEXT, EXAMPLE, SEED)
    with pytest.raises(AuthenticationFailed):
        open_payload(KEY, payload_context(vault, room, epoch, seq), sealed, commitment(SEED, EXAMPLE))


def test_another_key_opens_nothing() -> None:
    """Nor is the mark of a forgotten record a payload."""
    sealed = seal_payload(KEY, CONTEXT, EXAMPLE, SEED)
    with pytest.raises(AuthenticationFailed):
        open_payload(Secret(bytes(32)), CONTEXT, sealed, commitment(SEED, EXAMPLE))
    with pytest.raises(MalformedPayload):
        open_payload(KEY, CONTEXT, FORGOTTEN, commitment(SEED, EXAMPLE))


@given(FIELDS, FIELDS)
def test_the_leaf_commits_to_the_fields(fields: Fields, others: Fields) -> None:
    """A payload with other fields than those of its leaf is refused, even from somebody who has the key."""
    sealed = seal_payload(KEY, CONTEXT, fields, SEED)
    if rfc8785.dumps(fields) == rfc8785.dumps(others):
        assert open_payload(KEY, CONTEXT, sealed, commitment(SEED, others))[0] == fields
    else:
        with pytest.raises(MalformedPayload):
            open_payload(KEY, CONTEXT, sealed, commitment(SEED, others))


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=6), st.data())
def test_one_field_can_be_disclosed(fields: Fields, data: st.DataObject) -> None:
    """With its salt, name and value and the digests of the others, one field is checked against the leaf by the formula
    of the format document; another name, value or salt does not fit.
    """
    name = data.draw(st.sampled_from(sorted(fields)))
    salt = hmac.new(SEED, name.encode(), "sha256").digest()[:16].hex()
    others = {
        other: hashlib.sha256(text).digest() for other, text in field_texts(SEED, fields).items() if other != name
    }

    def implied(disclosed: list[object]) -> str:
        digests = {**others, name: hashlib.sha256(rfc8785.dumps(disclosed)).digest()}  # type: ignore[arg-type]
        return hashlib.sha256(b"".join(digest for _, digest in sorted(digests.items()))).hexdigest()

    assert implied([salt, name, fields[name]]) == commitment(SEED, fields)
    assert implied([salt, name, [fields[name]]]) != commitment(SEED, fields)
    assert implied([salt, name + "_", fields[name]]) != commitment(SEED, fields)
    assert implied(["0" * 32, name, fields[name]]) != commitment(SEED, fields)


def test_fields_that_are_not_disclosed_stay_hidden() -> None:
    """The digest of a field with few possible values cannot be found by trying them, not even with the salt of another
    field of the record, and the same value has another digest in another field or record.
    """

    def digest_of(seed: bytes, name: str) -> bytes:
        return hashlib.sha256(field_texts(seed, {name: "secret"})[name]).digest()

    digest = digest_of(SEED, "label")
    disclosed_salt = hmac.new(SEED, b"name", "sha256").digest()[:16].hex()
    guesses = [[salt, "label", "secret"] for salt in ("", "0" * 32, disclosed_salt)]
    guesses.append(["label", "secret"])
    assert digest not in [hashlib.sha256(rfc8785.dumps(guess)).digest() for guess in guesses]
    assert digest != digest_of(SEED, "lapel")
    assert digest != digest_of(bytes(16), "label")


@given(st.integers(0, 60), st.integers(0, 60))
def test_lengths_tell_little(one: int, two: int) -> None:
    """Payloads of short records are all of one length, so that it does not tell the length of a name."""
    lengths = {len(seal_payload(KEY, CONTEXT, {"kind": "x", "name": "n" * size}, SEED)) for size in (one, two)}
    assert len(lengths) == 1
