"""HKDF-Expand with SHA-256, against RFC 5869."""

from __future__ import annotations

import pytest

from ipvault.crypto.hkdf import expand
from ipvault.crypto.secret import Secret
from tests.crypto.vectors import load_blocks

VECTORS = load_blocks("KDF/rfc-5869-HKDF-SHA256.txt", first="count")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["count"])
def test_public_vectors(vector: dict[str, str]) -> None:
    """The expansion step gives the output key of each test case of RFC 5869 from its pseudorandom key."""
    key, info, output = (bytes.fromhex(vector[name]) for name in ("prk", "info", "okm"))
    assert expand(Secret(key), info, int(vector["l"])) == Secret(output)


def test_every_input_counts() -> None:
    """Keys for different purposes, or from different keys, are unrelated; the usual length is 32 bytes."""
    keys = [expand(Secret(bytes([n]) * 32), info) for n in range(3) for info in (b"", b"wrap", b"wrap\0", b"record")]
    assert len({key.reveal() for key in keys}) == len(keys)
    assert {len(key) for key in keys} == {32}
