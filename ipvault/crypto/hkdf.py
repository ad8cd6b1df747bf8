"""HKDF-SHA256 (RFC 5869), the expansion step: independent keys out of one uniformly random key."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ipvault.crypto.secret import Secret


def expand(key: Secret, info: bytes, length: int = 32) -> Secret:
    """`length` bytes derived from the 32 random bytes of `key` for the purpose that `info` names."""
    return Secret(HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(key.reveal()))
