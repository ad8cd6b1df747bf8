"""Argon2id (RFC 9106): from a passphrase to a key."""

from __future__ import annotations

from typing import Final, NamedTuple

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ipvault.crypto.secret import Secret

SALT_SIZE: Final = 16
KEY_SIZE: Final = 32


class Argon2Parameters(NamedTuple):
    """Memory in KiB, passes over it, and lanes."""

    memory_kib: int
    iterations: int
    lanes: int


DEFAULT = Argon2Parameters(memory_kib=256 * 1024, iterations=3, lanes=4)
FLOOR = Argon2Parameters(memory_kib=64 * 1024, iterations=3, lanes=1)
CEILING: Final = Argon2Parameters(memory_kib=4 * 1024 * 1024, iterations=16, lanes=16)


def refusal(parameters: Argon2Parameters) -> str | None:
    """Why parameters from a file must not be used, or None; to be asked before anything is allocated."""
    for name in ("memory_kib", "iterations", "lanes"):
        value, floor, ceiling = (getattr(p, name) for p in (parameters, FLOOR, CEILING))
        if value < floor:
            return f"{name} {value} < {floor}"
        if value > ceiling:
            return f"{name} {value} > {ceiling}"
    return None


def derive(passphrase: Secret, salt: bytes, parameters: Argon2Parameters, key: Secret | None = None) -> Secret:
    """A 32-byte key; `key` is the secret value K of RFC 9106, 3.1, without which the passphrase gives another.

    Raises `MemoryError` when the machine does not give the memory; never retries with less.
    """
    kdf = Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=parameters.iterations,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
        secret=key.reveal() if key else None,
    )
    return Secret(kdf.derive(passphrase.reveal()))
