"""Passphrase to key: the vectors of RFC 9106, and the limits on parameters that come from a file."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ipvault.crypto import argon2
from ipvault.crypto.argon2 import CEILING, DEFAULT, FLOOR, Argon2Parameters, derive, refusal
from ipvault.crypto.secret import Secret
from tests.crypto.vectors import load_blocks

VECTORS = load_blocks("KDF/argon2id.txt", first="count")
SALT = b"sixteen bytes of"
CHEAP = Argon2Parameters(memory_kib=64, iterations=1, lanes=1)


def fits(vector: dict[str, str]) -> bool:
    """Whether ipvault could have made a case: 32 bytes, no pepper, no associated data."""
    return vector["length"] == "32" and not {"ad", "secret"} & vector.keys()


@pytest.mark.parametrize("vector", [v for v in VECTORS if fits(v)], ids=lambda v: v["count"])
def test_public_vectors(vector: dict[str, str]) -> None:
    """The key of a passphrase is the one that other implementations of Argon2id derive."""
    parameters = Argon2Parameters(int(vector["memcost"]), int(vector["iter"]), int(vector["lanes"]))
    key = derive(Secret(bytes.fromhex(vector["pass"])), bytes.fromhex(vector["salt"]), parameters)
    assert key == Secret(bytes.fromhex(vector["output"]))


@pytest.mark.parametrize("vector", [v for v in VECTORS if not fits(v)], ids=lambda v: v["count"])
def test_public_vectors_of_the_primitive(vector: dict[str, str]) -> None:
    """Cases with inputs that ipvault does not use hold for the primitive that it is built on."""
    optional = {name: bytes.fromhex(vector[name]) for name in ("ad", "secret") if name in vector}
    primitive = Argon2id(
        salt=bytes.fromhex(vector["salt"]),
        length=int(vector["length"]),
        iterations=int(vector["iter"]),
        lanes=int(vector["lanes"]),
        memory_cost=int(vector["memcost"]),
        **optional,
    )
    assert primitive.derive(bytes.fromhex(vector["pass"])) == bytes.fromhex(vector["output"])


def test_every_input_counts() -> None:
    """Another passphrase (a leading or trailing space included), salt or parameter gives another key."""
    variants = [
        (b"correct horse", SALT, CHEAP),
        (b" correct horse", SALT, CHEAP),
        (b"correct horse ", SALT, CHEAP),
        (b"Correct horse", SALT, CHEAP),
        (b"correct horse", SALT[::-1], CHEAP),
        (b"correct horse", SALT, CHEAP._replace(memory_kib=65)),
        (b"correct horse", SALT, CHEAP._replace(iterations=2)),
        (b"correct horse", SALT, CHEAP._replace(lanes=2)),
    ]
    keys = {derive(Secret(passphrase), salt, parameters).reveal() for passphrase, salt, parameters in variants}
    assert len(keys) == len(variants)
    assert {len(key) for key in keys} == {argon2.KEY_SIZE}


def test_the_defaults_are_those_of_the_design() -> None:
    """New vaults use 256 MiB, three passes and four lanes; files may ask for 64 MiB to 4 GiB, 16 passes, 16 lanes."""
    assert Argon2Parameters(memory_kib=256 * 1024, iterations=3, lanes=4) == DEFAULT
    assert FLOOR.memory_kib == 64 * 1024
    assert Argon2Parameters(memory_kib=4 * 1024 * 1024, iterations=16, lanes=16) == CEILING


@pytest.mark.parametrize("parameters", [DEFAULT, FLOOR, CEILING])
def test_parameters_within_the_limits_are_accepted(parameters: Argon2Parameters) -> None:
    """The default and both ends of what is allowed are not refused."""
    assert refusal(parameters) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_kib", 2**32 - 1),
        ("memory_kib", 10**30),
        ("memory_kib", CEILING.memory_kib + 1),
        ("iterations", 10**9),
        ("iterations", CEILING.iterations + 1),
        ("lanes", 2**24),
        ("lanes", CEILING.lanes + 1),
    ],
)
def test_costly_parameters_are_refused(field: str, value: int) -> None:
    """P13: parameters that would take all memory or hours are refused by arithmetic alone; the reason names which."""
    reason = refusal(DEFAULT._replace(**{field: value}))
    assert reason is not None
    assert field in reason


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_kib", FLOOR.memory_kib - 1),
        ("memory_kib", 0),
        ("memory_kib", -1),
        ("iterations", FLOOR.iterations - 1),
        ("iterations", 0),
        ("lanes", 0),
        ("lanes", -4),
    ],
)
def test_weak_parameters_are_refused(field: str, value: int) -> None:
    """P14: parameters below the floor are refused; the reason names which."""
    reason = refusal(DEFAULT._replace(**{field: value}))
    assert reason is not None
    assert field in reason


def test_too_little_memory_is_an_error() -> None:
    """P16: where the machine does not give the memory, deriving fails; it is not tried again with less."""
    program = """
import resource
from ipvault.crypto.argon2 import DEFAULT, derive
from ipvault.crypto.secret import Secret
resource.setrlimit(resource.RLIMIT_AS, (DEFAULT.memory_kib * 1024,) * 2)
try:
    derive(Secret(b"passphrase"), bytes(16), DEFAULT)
except MemoryError:
    print("no memory")
else:
    print("derived")
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "no memory\n"
