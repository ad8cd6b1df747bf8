"""Poly1305, against RFC 8439 (which kept the vectors of RFC 7539)."""

from __future__ import annotations

import pytest

from ipvault.crypto.one_time_mac import KEY_SIZE, OneTimeMac
from ipvault.crypto.secret import Secret
from tests.crypto.vectors import load_blocks

VECTORS = load_blocks("poly1305/rfc7539.txt", first="count")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["count"])
@pytest.mark.parametrize("step", [1, 15, 16, 17, 1 << 20])
def test_public_vectors(vector: dict[str, str], step: int) -> None:
    """The tag is that of the RFC, however the message is cut. Another one, and that of another message, is not."""
    key, message, tag = (bytes.fromhex(vector[name]) for name in ("key", "msg", "tag"))
    assert len(key) == KEY_SIZE

    def mac(text: bytes) -> OneTimeMac:
        stream = OneTimeMac(Secret(key))
        for start in range(0, len(text), step):
            stream.update(text[start : start + step])
        return stream

    assert mac(message).tag() == tag
    assert mac(message).is_tag(tag)
    assert not mac(message).is_tag(bytes([tag[0] ^ 1]) + tag[1:])
    if any(key[:16]):  # the first vector has a key under which all messages have one tag
        assert not mac(message + b"\0").is_tag(tag)
