"""Binary values in TOML: base64 (RFC 4648 §4) of which there is one way to write each value."""

from __future__ import annotations

from base64 import b64decode, b64encode


def to_base64(data: bytes) -> str:
    return b64encode(data).decode()


def from_base64(text: str, size: int) -> bytes:
    """`size` bytes, or ValueError for another length or another way to write them; TypeError for what is no text."""
    data = b64decode(text, validate=True)
    if len(data) != size or to_base64(data) != text:
        raise ValueError("not canonical base64, or of another length")
    return data
