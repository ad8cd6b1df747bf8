"""Binary values in text: base64 (RFC 4648 §4) of which there is one way to write each value."""

from __future__ import annotations

from base64 import b64decode, b64encode


def to_base64(data: bytes) -> str:
    return b64encode(data).decode()


def decode_base64(text: str) -> bytes:
    """The bytes, or ValueError for what is not base64, or another way to write it; TypeError for what is no text."""
    data = b64decode(text, validate=True)
    if to_base64(data) != text:
        raise ValueError("not canonical base64")
    return data


def from_base64(text: str, size: int) -> bytes:
    """The same, where the bytes have to be `size`: ValueError for another length too."""
    data = decode_base64(text)
    if len(data) != size:
        raise ValueError("of another length")
    return data
