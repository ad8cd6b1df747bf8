"""Readers for the public test vectors that are published with each release of `cryptography`."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_FOLDER = files("cryptography_vectors")


def load_json(path: str) -> Any:
    return json.loads(_FOLDER.joinpath(path).read_text(encoding="utf-8"))


def load_blocks(path: str, first: str) -> list[dict[str, str]]:
    """The blocks of `name = value` lines of a file, each beginning with the field `first`; comments are left out."""
    blocks: list[dict[str, str]] = []
    for line in _FOLDER.joinpath(path).read_text(encoding="utf-8").splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or line.startswith("#"):
            continue
        if name.lower() == first:
            blocks.append({})
        blocks[-1][name.lower()] = value
    return blocks


@dataclass(frozen=True)
class ChunkedVector:
    """One case of C2SP chunked encryption. On failure `digest` and `length` tell what a stream may release first."""

    name: str
    succeeds: bool
    key: bytes
    context: bytes
    message: bytes
    digest: str | None
    length: int


def chunked_encryption() -> list[ChunkedVector]:
    """The cases of AES-256-GCM, the suite that ipvault uses."""
    return [
        ChunkedVector(
            name=case["name"],
            succeeds=case["expect"] == "success",
            key=bytes.fromhex(case["key"]),
            context=case["context"].encode(),
            message=_message(case),
            digest=case.get("payload_sha256"),
            length=case.get("payload_length", 0),
        )
        for case in load_json("chunked-encryption/vectors.json")["vectors"]
        if case["aead"] == "AEAD_AES_256_GCM"
    ]


def _message(case: dict[str, Any]) -> bytes:
    message = base64.b64decode(case["ciphertext"] or "")
    return zlib.decompress(message) if case.get("compressed") else message


@dataclass(frozen=True)
class Ed25519Vector:
    """One case of the reference implementation's `sign.input`."""

    seed: bytes
    public: bytes
    message: bytes
    signature: bytes


def ed25519() -> Iterator[Ed25519Vector]:
    for line in _FOLDER.joinpath("asymmetric/Ed25519/sign.input").read_text(encoding="ascii").splitlines():
        secret, public, message, signed = (bytes.fromhex(field) for field in line.split(":")[:4])
        yield Ed25519Vector(seed=secret[:32], public=public, message=message, signature=signed[:64])
