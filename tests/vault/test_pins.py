"""Several processes that remember how far they have seen a vault: what is remembered never goes back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from ipvault.journal.head import Head
from ipvault.storage.atomic import replace_file
from ipvault.vault.pins import Pin, PinFile
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.vault import Machine
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.program import environment

VAULT = "a" * 32
PROCESSES = 8

ADVANCE = """
import pathlib, sys
from ipvault.vault.pins import Head, Pin, PinFile
sys.stdin.readline()
first, step = map(int, sys.argv[2:])
for seq in range(first, 200, step):
    PinFile(pathlib.Path(sys.argv[1]), "a" * 32).advance(Pin(Head(seq, f"{seq:064x}", seq), "b" * 64))
"""


def pin(seq: int) -> Pin:
    return Pin(Head(seq, f"{seq:064x}", seq), "b" * 64)


class Keyring:
    """A second place for pins."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, value: str) -> None:
        self.kept[name] = value


def test_an_older_process_does_not_overwrite_what_a_newer_one_saw(tmp_path: Path) -> None:
    """Whoever has seen less leaves what is there, also a record of the same number."""
    newer, older = PinFile(tmp_path, VAULT), PinFile(tmp_path, VAULT)
    newer.advance(pin(7))
    older.advance(pin(5))
    older.advance(Pin(Head(7, "f" * 64, 9), "b" * 64))
    assert newer.read() == pin(7)
    older.advance(pin(8))
    assert newer.read() == pin(8)


def test_between_reading_and_writing_nobody_comes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is about to write an older pin, which it has compared already, holds up the one with a newer."""
    PinFile(tmp_path, VAULT).advance(pin(1))
    newer = Thread(target=lambda: PinFile(tmp_path, VAULT).advance(pin(9)))

    def replace_late(path: Path, data: bytes) -> None:
        if not newer.ident:
            newer.start()
            newer.join(0.2)  # time enough for it to write, if it could
        replace_file(path, data)

    monkeypatch.setattr("ipvault.vault.pins.replace_file", replace_late)
    PinFile(tmp_path, VAULT).advance(pin(5))
    newer.join()
    assert PinFile(tmp_path, VAULT).read() == pin(9)


def test_many_processes_at_once(tmp_path: Path) -> None:
    """Whatever the order in which they come, the highest stays, and nothing that was read is damaged."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ADVANCE, str(tmp_path), str(first), str(PROCESSES)],
            stdin=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        for first in range(PROCESSES)
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate()
        assert process.returncode == 0
    assert PinFile(tmp_path, VAULT).read() == pin(199)
    assert sorted(path.name for path in (tmp_path / "vaults").iterdir()) == [f"{VAULT}.json", f"{VAULT}.json.lock"]


def test_both_places_are_brought_up_to_the_newest(tmp_path: Path) -> None:
    """A keyring that comes in later, or that has seen more, and the file end up with the same pin: the newest."""
    keyring = Keyring()
    with_keyring, without = PinFile(tmp_path, VAULT), PinFile(tmp_path, VAULT)
    with_keyring.mirror = keyring
    without.advance(pin(7))
    with_keyring.advance(pin(5))
    (kept,) = keyring.kept.values()
    assert json.loads(kept)["seq"] == 7
    with_keyring.advance(pin(8))
    without.write(pin(2))
    with_keyring.advance(pin(3))
    assert without.read() == with_keyring.read() == pin(8)


def test_two_open_vaults_and_a_rollback(tmp_path: Path) -> None:
    """A vault that was opened before another process went on pins nothing older; a rollback that was accepted does."""
    made = MemoryVault.create()
    pins = PinFile(tmp_path, made.descriptor.id)
    made.machine = Machine(pins, made.machine.now, made.machine.random)
    older, newer = made.open(), made.open()
    journal, published = made.store.journal, dict(made.store.published)
    add_content(newer, {"a": b"1", "b": b"2", "c": b"3"})
    older.pin()
    assert pins.read() == Pin(newer.catalog.head, made.member)
    made.store.journal, made.store.published = journal, published
    made.store.cache.clear()
    head = accept_rollback(made.open(accept_rollback=True), reason="restored")
    assert head.seq < newer.catalog.head.seq
    assert pins.read() == Pin(head, made.member)


def test_a_turn_that_never_comes_is_told_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process does not end, what has happened is not undone: the user is told that it was not noted."""
    monkeypatch.setattr("ipvault.storage.atomic._PATIENCE", 0.01)
    pins, told = PinFile(tmp_path, VAULT), list[str]()
    with pins.turn():
        Machine(pins, warn=told.append).note(pin(1))
    (warning,) = told
    assert warning.startswith("this computer could not note how far the journal goes: another ipvault")
    assert pins.read() is None
