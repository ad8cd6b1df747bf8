"""Packages that an earlier ipvault wrote, and some that nobody should: the program and a second reader agree on all."""

from __future__ import annotations

import ast
import hashlib
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ipvault.crypto.secret import Secret
from ipvault.errors import VaultError
from ipvault.keys.identity import Identity
from ipvault.sharing.incoming import find_package
from ipvault.sharing.package_reader import open_package
from ipvault.sharing.receipt import Receipt
from tests.format import second_package_reader
from tests.format.second_package_reader import (
    NotForUs,
    Package,
    Seeds,
    TooNew,
    join_parts,
    read_package,
    read_receipt,
    strip_armor,
)
from tests.format.second_reader import Refused
from tests.sharing.made_packages import BOB, sealed
from tests.sharing.test_parts import cut

FOLDER = Path(__file__).parents[1] / "vectors"
DOCUMENT = tomllib.loads((FOLDER / "packages.toml").read_text(encoding="utf-8"))
SEEDS = Seeds(*(bytes.fromhex(DOCUMENT["bob"][name]) for name in Seeds._fields))
VECTORS = {vector["name"]: vector for vector in DOCUMENT["vector"]}


def _opened(name: str) -> Package:
    """What the program makes of a vector, in the terms of the second reader."""
    identity = Identity(*map(Secret, SEEDS))
    incoming = find_package([str(FOLDER / "packages" / name)], io.BytesIO())
    with incoming.open() as file:
        package = open_package(file, identity, incoming.place, incoming.size)
        contents = {entry.name: b"".join(blocks) for entry, blocks in package.contents()}
    manifest: dict[str, Any] = package.manifest._asdict()
    return Package(package.sender.fingerprint, package.manifest_hash, manifest, contents)


def _second(name: str) -> Package:
    data = (FOLDER / "packages" / name).read_bytes()
    return read_package(data if data.startswith(b"ipvault") else strip_armor(data), SEEDS)


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if vector["outcome"] == "opens"])
def test_what_was_sealed_opens(name: str) -> None:
    """Both readers find the same sender, the same manifest and the same contents as when it was written."""
    vector = VECTORS["two-recipients" if name == "armored" else name]
    for package in (_opened(name), _second(name)):
        assert package.sender == vector["sender"]
        assert package.manifest_hash == vector["manifest"]
        assert {name: hashlib.sha256(data).hexdigest() for name, data in package.contents.items()} == vector["files"]


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if vector["outcome"] != "opens"])
def test_what_is_wrong_is_refused(name: str) -> None:
    """Both readers refuse it, for the same reason."""
    outcome = VECTORS[name]["outcome"]
    with pytest.raises(VaultError) as refused:
        _opened(name)
    assert refused.value.id == outcome
    with pytest.raises({"damaged": Refused, "not-a-recipient": NotForUs, "format-too-new": TooNew}[outcome]):
        _second(name)


def test_every_vector_is_listed() -> None:
    """The index says what is to come of each file, and there are no others."""
    assert {path.name for path in (FOLDER / "packages").iterdir()} == VECTORS.keys()
    assert len(VECTORS) > 20


def test_receipts() -> None:
    """Both readers know who signed a receipt and what it says, and find one that was altered."""
    data = DOCUMENT["receipt"].encode()
    receipt = Receipt.from_toml(data, "")
    signer, document = read_receipt(data)
    assert signer == receipt.card.fingerprint == DOCUMENT["fingerprint"]
    assert receipt.statement == tuple(document[name] for name in ("event", "time", "package", "manifest"))
    with pytest.raises(Refused):
        read_receipt(data.replace(b'"opened"', b'"received"'))


def test_parts(tmp_path: Path) -> None:
    """The second reader puts parts together, and misses one that is not there."""
    package = sealed({"a": b"content" * 3000}, [BOB])
    parts = [path.read_bytes() for path in cut(tmp_path / "parts", package).iterdir()]
    assert join_parts(parts) == package
    for wrong in (parts[:-1], [parts[0] + b"x", *parts[1:]]):
        with pytest.raises(Refused):
            join_parts(wrong)


def test_the_second_reader_is_one() -> None:
    """It imports nothing of the program, nor what does."""
    tree = ast.parse(Path(str(second_package_reader.__file__)).read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module for module in modules if module and module.startswith(("ipvault", "tests"))} == {
        "tests.format.second_reader"
    }
