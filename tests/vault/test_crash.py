"""A crash or a failing disk at every step of every operation: afterwards it is as before or as after, never between."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from ipvault.catalog.address import find_item, find_version
from ipvault.errors import ExitCode, StorageFailed, VaultError
from ipvault.governance.gate.gate import PolicyGate
from ipvault.keys.unlock_slots import Factors
from ipvault.records.vocabulary import CAT
from ipvault.vault.forgetting import forget
from ipvault.vault.gate import Way
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, erase, move, remove, restore
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.release import release
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.transaction import journal_attempts, transaction
from ipvault.vault.unlocking import unlock
from ipvault.vault.vault import Vault
from tests.support.memory_store import Crash
from tests.support.memory_vault import PASSPHRASE, MemoryVault, add_content, add_room, cheap_kdf, tables

Operation = Callable[[Vault], object]


def _forget(vault: Vault) -> object:
    item = find_item(vault.catalog, "erased", removed=True).id
    rows = read_journal(vault, Query(items=frozenset((item,)), actions=frozenset(("item.added", "item.described"))))
    return forget(vault, [row.leaf.seq for row in rows], reason="asked to")


OPERATIONS: dict[str, Operation] = {
    "add": lambda vault: add_content(vault, {"new": b"1", "newer": bytes(100_000)}),
    "update": lambda vault: update(vault, "widget/a", Source("", pipe=Pipe(io.BytesIO(b"next")))),
    "describe": lambda vault: describe(vault, ["widget/a", "b"], Changes(label="secret", add_tags=("red",))),
    "rename": lambda vault: move(vault, "b", name="c"),
    "move": lambda vault: move(vault, "widget/a", room="lab"),
    "remove": lambda vault: remove(vault, ["widget/a", "b"], reason=""),
    "restore": lambda vault: restore(vault, ["gone"]),
    "erase one": lambda vault: erase(vault, find_item(vault.catalog, "widget/a"), [1], reason=""),
    "erase all": lambda vault: erase(vault, find_item(vault.catalog, "widget/a"), [1, 2], reason=""),
    "forget": _forget,
    "release": lambda vault: release(
        vault, [find_version(vault.catalog, name) for name in ("widget/a", "b")], Way("", CAT, "-"), PolicyGate(vault)
    ),
    "attempts": journal_attempts,
    "snapshot": lambda vault: vault.save_snapshot(),
}


@pytest.fixture(scope="module")
def filled() -> MemoryVault:
    """Two rooms; items with two versions, one that was removed and one that was erased; an attempt not yet journalled;
    and a snapshot that is a few records old.
    """
    memory = MemoryVault.create()
    vault = memory.open()
    add_room(vault, "lab")
    add_content(vault, {"widget/a": b"one", "b": b"two", "gone": b"three", "erased": b"four"})
    vault.save_snapshot()
    update(vault, "widget/a", Source("", pipe=Pipe(io.BytesIO(b"five"))))
    describe(vault, ["erased"], Changes(note="a note"))
    remove(vault, ["gone"], reason="")
    erase(vault, find_item(vault.catalog, "erased"), [1], reason="")
    with cheap_kdf():
        unlock(memory.store, memory.descriptor, memory.member, Factors(PASSPHRASE), memory.machine)
    return memory


def content_of(memory: MemoryVault) -> object:
    """What the vault holds, apart from when that happened, from random ids, and from what every command may add: unlock
    attempts, and records of a repair.
    """
    vault = memory.replayed()
    held = tables(vault.catalog)
    view = vault.catalog.view
    items = view.execute("SELECT room, name, label, type, note, removed IS NULL FROM item ORDER BY room, name, id")
    versions = view.execute(
        "SELECT name, number, version.size, sha256, erased IS NULL FROM version LEFT JOIN item ON item.id = item "
        "ORDER BY name, number"
    )
    released = [row.leaf.kind for row in read_journal(vault, Query(actions=frozenset(("access",))))]
    tags = view.execute("SELECT name, tag FROM tag JOIN item ON item.id = item ORDER BY name, tag")
    return list(items), list(versions), list(tags), len(held["forgotten"]), len(held["role"]), released


def put_in_order(memory: MemoryVault) -> None:
    """What the next command does before its own work; after that nothing is amiss and nothing lies about."""
    with transaction(memory.open()):
        pass
    for keyless in (False, True):
        report = memory.verified(keyless=keyless)
        assert (report.findings, report.notes, report.exit_code) == ([], [], ExitCode.DONE)
    assert not memory.store.tmp
    assert not memory.store.condemned


def steps_of(memory: MemoryVault, operation: Operation) -> tuple[int, int, object]:
    """The first and the last step of an operation that nothing disturbs, and what the vault holds after it."""
    after = memory.copied()
    vault = after.open()
    first = len(after.store.steps) + 1
    operation(vault)
    last = len(after.store.steps)
    put_in_order(after)
    return first, last, content_of(after)


@pytest.mark.parametrize("failure", ["crash", "disk"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_step_of_every_operation(filled: MemoryVault, name: str, failure: str) -> None:
    """Killed, or refused by the disk, at any step, an operation has happened or it has not: the next command finds the
    old state or the new one, cleans up, and `verify` finds nothing.
    """
    operation = OPERATIONS[name]
    old = content_of(filled)
    first, last, new = steps_of(filled, operation)
    seen = []
    for step in range(first, last + 1):
        memory = filled.copied()
        vault = memory.open()
        memory.store.fail_at = step
        memory.store.failure = Crash if failure == "crash" else disk_failure
        failed = True
        try:
            operation(vault)
            failed = False
        except (Crash, VaultError):
            pass
        memory.store.restart()
        put_in_order(memory)
        found = content_of(memory)
        assert found in (old, new), memory.store.steps[step - 1]
        assert failed or found == new, "it failed without saying so"
        seen.append(found == new)
    assert seen == sorted(seen), "an earlier step was the commit"
    if old != new:
        assert not seen[0]


def disk_failure() -> BaseException:
    return StorageFailed(path="somewhere", reason="Input/output error")


def test_an_attempt_is_counted_once(filled: MemoryVault) -> None:
    """A crash while unlock attempts are taken into the journal neither loses one nor counts it twice."""
    first, last, _new = steps_of(filled, journal_attempts)
    for step in range(first, last + 1):
        memory = filled.copied()
        vault = memory.open()
        memory.store.fail_at = step
        with pytest.raises(Crash):
            journal_attempts(vault)
        memory.store.restart()
        add_content(memory.open(), {"next": b""})
        unlocked = read_journal(memory.open(), Query(actions=frozenset(("auth.unlocked",))))
        assert len(list(unlocked)) == 1
        assert not memory.store.attempts
