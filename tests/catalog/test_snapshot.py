"""The snapshot: it opens for its own member and this version only, and otherwise counts for nothing."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given, strategies as st

from ipvault.catalog import snapshot
from ipvault.catalog.catalog import SCHEMA_VERSION, Catalog
from ipvault.catalog.snapshot import open_snapshot, seal_snapshot
from ipvault.crypto.secret import Secret
from ipvault.journal.head import Head
from tests.support.memory_vault import MemoryVault, add_content, tables

VAULT, MEMBER, KEY = "a" * 32, "b" * 64, Secret(bytes(range(32)))


def sealed() -> bytes:
    catalog = Catalog(Head(41, "c" * 64, 9000), time="2026-11-21T14:30:00.125Z")
    catalog.view.execute("INSERT INTO signer VALUES ('d', 'e')")
    return seal_snapshot(catalog, KEY, VAULT, MEMBER)


SEALED = sealed()


def test_a_snapshot_brings_everything_back() -> None:
    """The tables, where in the journal they stand, and since when."""
    catalog = open_snapshot(io.BytesIO(SEALED), KEY, VAULT, MEMBER)
    assert catalog is not None
    assert catalog.head == Head(41, "c" * 64, 9000)
    assert catalog.time == "2026-11-21T14:30:00.125Z"
    assert tables(catalog)["signer"] == [("d", "e")]


@pytest.mark.parametrize(
    ("key", "vault", "member"),
    [
        (Secret(bytes(32)), VAULT, MEMBER),
        (KEY, "f" * 32, MEMBER),
        (KEY, VAULT, "f" * 64),
        (KEY, VAULT + "b", MEMBER[1:]),
    ],
)
def test_a_snapshot_of_somebody_else(key: Secret, vault: str, member: str) -> None:
    """Another key, vault or member: it does not open, and that is no error."""
    assert open_snapshot(io.BytesIO(SEALED), key, vault, member) is None


def test_a_snapshot_of_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot that a version with other tables made is left alone."""
    monkeypatch.setattr(snapshot, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    assert open_snapshot(io.BytesIO(SEALED), KEY, VAULT, MEMBER) is None


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_an_altered_snapshot(at: int, change: int) -> None:
    """With any byte altered or the end missing it does not open."""
    altered = SEALED[:at] + bytes([SEALED[at] ^ change]) + SEALED[at + 1 :]
    assert open_snapshot(io.BytesIO(altered), KEY, VAULT, MEMBER) is None
    assert open_snapshot(io.BytesIO(SEALED[:at]), KEY, VAULT, MEMBER) is None
    assert open_snapshot(io.BytesIO(SEALED + bytes([change])), KEY, VAULT, MEMBER) is None


class _Endless(io.RawIOBase):
    """A file that goes on for 10 GiB and is asked for more than a snapshot's first blocks only by mistake."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self._given = 0

    def read(self, size: int = -1, /) -> bytes:
        assert 0 <= size <= 1 << 20
        assert self._given < 4 << 20, "all of it is being read"
        block = (self._beginning[self._given :] + bytes(size))[:size]
        self._given += size
        return block


@pytest.mark.parametrize("beginning", [b"", SEALED, SEALED[:-1]], ids=["zeros", "genuine", "cut"])
def test_a_forged_snapshot_is_given_up_at_once(beginning: bytes) -> None:
    """However long what lies in the cache is, no more of it is read than up to the first byte that is not authentic."""
    forged = cast(BinaryIO, _Endless(beginning))
    assert open_snapshot(forged, KEY, VAULT, MEMBER) is None


@given(st.binary(max_size=200))
def test_any_bytes_as_a_snapshot(data: bytes) -> None:
    """Whatever lies in the cache, it opens or it counts for nothing."""
    assert open_snapshot(io.BytesIO(data), KEY, VAULT, MEMBER) is None


@pytest.mark.parametrize("damage", ["none", "lost", "flipped", "cut", "empty", "old", "another member's"])
def test_a_vault_opens_whatever_became_of_its_snapshot(damage: str) -> None:
    """A snapshot that is lost, altered, of the past or of somebody else changes nothing about what is opened."""
    memory = MemoryVault.create()
    vault = memory.open()
    vault.save_snapshot()
    old = memory.store.cache[memory.member]
    add_content(vault, {"a": b"1"})
    vault.save_snapshot()
    current = memory.store.cache[memory.member]
    match damage:
        case "lost":
            del memory.store.cache[memory.member]
        case "another member's":
            memory.store.cache[memory.member] = SEALED
        case _:
            damaged = {"flipped": current[:99] + b"\x00" + current[100:], "cut": current[:-1], "empty": b"", "old": old}
            memory.store.cache[memory.member] = damaged.get(damage, current)
    assert tables(memory.open().catalog) == tables(vault.catalog)


def test_a_snapshot_that_the_journal_does_not_continue() -> None:
    """A snapshot with a record that the journal does not have any more is not believed."""
    memory = MemoryVault.create()
    vault = memory.open()
    journal, published, pin = memory.store.journal, dict(memory.store.published), memory.pins.pin
    add_content(vault, {"a": b"1"})
    vault.save_snapshot()
    memory.store.journal, memory.store.published, memory.pins.pin = journal, published, pin
    assert tables(memory.open().catalog)["item"] == []


def test_a_snapshot_shows_no_name() -> None:
    """Nothing of the catalog stands in it in clear."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"canary-name": b"canary-content"})
    vault.save_snapshot()
    assert b"canary" not in memory.store.cache[memory.member]
    assert b"SQLite" not in memory.store.cache[memory.member]
