"""What stands in files outside the journal: read in one way, or refused with an error that names the file."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, strategies as st

from ipvault.errors import Damaged, FormatTooNew, VaultError
from ipvault.journal.head import Head
from ipvault.records.authentication import Unlocked, UnlockFailed
from ipvault.vault.attempts import MAX_RECORDS, PENDING_SECONDS, Attempt, drain
from ipvault.vault.clock import timestamp
from ipvault.vault.descriptor import Descriptor
from ipvault.vault.pins import Pin, PinFile
from tests.journal.strategies import VALUES
from tests.support.memory_store import MemoryStore
from tests.support.memory_vault import MemoryVault, SeededRandom, add_content

DESCRIPTOR = Descriptor("a" * 32, "2026-11-21T14:30:00.125Z")
MEMBER = "b" * 64
PIN = Pin(Head(41, "c" * 64, 9000), MEMBER)
NOW = 1_800_000_000.0


def described(**values: object) -> bytes:
    """A VAULT file with other values; None leaves one out."""
    document = {**tomllib.loads(DESCRIPTOR.to_toml().decode()), **values}
    return tomli_w.dumps({name: value for name, value in document.items() if value is not None}).encode()


def test_vault_file() -> None:
    """What is written is read back, and there is no more in it than this."""
    assert Descriptor.from_toml(DESCRIPTOR.to_toml()) == DESCRIPTOR
    assert set(tomllib.loads(DESCRIPTOR.to_toml().decode())) == {"format", "vault", "created"}


OTHER_DESCRIPTORS: dict[str, list[object]] = {
    "format": [None, 0, -1, "1", "2", True, 1.0, 2.5, [1]],
    "vault": [None, "", "a" * 31, "a" * 33, "A" * 32, "../" + "a" * 29, 1, ["a" * 32]],
    "created": [None, 1, True, []],
}


@pytest.mark.parametrize("values", [{name: value} for name in OTHER_DESCRIPTORS for value in OTHER_DESCRIPTORS[name]])
def test_vault_file_that_is_none(values: dict[str, object]) -> None:
    """A value that is missing, of another type or malformed is damage."""
    with pytest.raises(Damaged):
        Descriptor.from_toml(described(**values))


@pytest.mark.parametrize("data", [described(format=2), described(format=99, vault=None), b"format = 3"])
def test_vault_file_of_a_newer_format(data: bytes) -> None:
    """A higher format number is told as such, whatever else that format has or lacks."""
    with pytest.raises(FormatTooNew):
        Descriptor.from_toml(data)


@pytest.mark.parametrize("data", [b"format = " + b"[" * 4000, b"format = " + b"{a=" * 1300, b"a." * 2000 + b"b = 1"])
def test_vault_file_with_deep_nesting(data: bytes) -> None:
    """However deep a hostile file is nested, as far as its greatest size lets it, it is damage and no crash."""
    with pytest.raises(Damaged):
        Descriptor.from_toml(data)


@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(["format", "vault", "created"]), VALUES).map(repr).map(str.encode)
)
def test_any_bytes_as_vault_file(data: bytes) -> None:
    """Whatever the file holds, reading it ends in an error that can be told."""
    with pytest.raises((Damaged, FormatTooNew)):
        Descriptor.from_toml(data)


@given(st.integers(0, 200), st.binary(max_size=4), st.integers(0, 9))
def test_any_alteration_of_vault_file(at: int, piece: bytes, length: int) -> None:
    """With anything in the file changed the vault opens no more: the journal names its hash."""
    memory = MemoryVault.create()
    original = memory.store.published["VAULT"]
    altered = original[:at] + piece + original[at + length :]
    memory.store.published["VAULT"] = altered
    if altered != original:
        with pytest.raises(VaultError):
            memory.open()


def test_pin_file(tmp_path: Path) -> None:
    """What is written is read back; where nothing was written there is none."""
    pins = PinFile(tmp_path, "a" * 32)
    assert pins.read() is None
    pins.write(PIN)
    assert pins.read() == PIN
    assert PinFile(tmp_path, "f" * 32).read() is None


def pinned(**values: object) -> bytes:
    content = {"seq": 41, "hash": "c" * 64, "offset": 9000, "member": MEMBER, **values}
    return json.dumps({name: value for name, value in content.items() if value is not None}).encode()


OTHER_PINS: dict[str, list[object]] = {
    "seq": [None, -1, "41", 41.0, True, 2**63, 10**30, []],
    "offset": [None, -1, "9000", 9000.0, False, 2**63, 10**30],
    "hash": [None, "", "c" * 63, "C" * 64, 7, ["c" * 64]],
    "member": [None, "", 7, [], {}, "b" * 63],
}
FOREIGN_PINS = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"41",
    b'"pin"',
    b"{",
    b"[" * 4096,
    b"\xff\xfe",
    bytes(100),
    pinned() + b"x",
]


@pytest.mark.parametrize(
    "data", [*(pinned(**{name: value}) for name in OTHER_PINS for value in OTHER_PINS[name]), *FOREIGN_PINS]
)
def test_pin_file_that_is_none(tmp_path: Path, data: bytes) -> None:
    """A file that is not a pin is damage and never taken for "nothing seen yet"."""
    pins = PinFile(tmp_path, "a" * 32)
    pins.path.parent.mkdir(parents=True)
    pins.path.write_bytes(data)
    with pytest.raises(Damaged) as caught:
        pins.read()
    assert str(pins.path) in str(caught.value)


@given(st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_as_pin_file(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever the file holds, reading it ends in an error that names it."""
    pins = PinFile(tmp_path_factory.mktemp("pins"), "a" * 32)
    pins.path.parent.mkdir(parents=True)
    pins.path.write_bytes(data)
    with pytest.raises(Damaged):
        pins.read()


def store_with(attempts: bytes) -> MemoryStore:
    store = MemoryStore()
    store.attempts = attempts
    return store


def an_attempt(store: MemoryStore, *, now: float = NOW, opened: bool | None = None, seed: bytes = b"") -> None:
    attempt = Attempt(store, MEMBER, now=now, random=SeededRandom(seed))
    if opened is not None:
        attempt.close(opened)


def test_attempts_become_records() -> None:
    """A success, a failure, and one that was given up, which counts as failed; what they account for can be dropped."""
    store = MemoryStore()
    an_attempt(store, opened=True, seed=b"1")
    an_attempt(store, opened=False, seed=b"2")
    an_attempt(store, seed=b"3")
    drained = drain(store, NOW + PENDING_SECONDS, lambda _: False)
    assert [type(record) for record in drained.records] == [Unlocked, UnlockFailed, UnlockFailed]
    assert {getattr(record, "member") for record in drained.records} == {MEMBER}  # noqa: B009  # of two kinds
    assert drained.length == len(store.attempts)


def test_an_attempt_under_way_is_left_alone() -> None:
    """Whoever is typing his passphrase just now has not failed yet: his attempt stays in the file, and what came after
    it too, although that is journalled already.
    """
    store = MemoryStore()
    an_attempt(store, opened=False, seed=b"1")
    done = len(store.attempts)
    an_attempt(store, seed=b"2")
    an_attempt(store, opened=True, seed=b"3")
    drained = drain(store, NOW + PENDING_SECONDS - 1, lambda _: False)
    assert ([type(record) for record in drained.records], drained.length) == ([UnlockFailed, Unlocked], done)


@pytest.mark.parametrize("apart", [PENDING_SECONDS, 10**9])
def test_a_wrong_clock_holds_nothing_up(apart: float) -> None:
    """An attempt that seems to have been made in the future counts as over."""
    store = MemoryStore()
    an_attempt(store, now=NOW + apart)
    assert len(drain(store, NOW, lambda _: False).records) == 1


def test_an_attempt_that_is_journalled_already() -> None:
    """One whose record was written before a crash is passed over and cleared."""
    store = MemoryStore()
    an_attempt(store, opened=True)
    assert drain(store, NOW, lambda _: True) == ([], len(store.attempts), 0)


def test_a_flood_of_attempts() -> None:
    """A commit takes a limited number over, and the rest follow with the next."""
    store = MemoryStore()
    for number in range(MAX_RECORDS + 5):
        an_attempt(store, opened=False, seed=str(number).encode())
    drained = drain(store, NOW, lambda _: False)
    assert len(drained.records) == MAX_RECORDS
    store.drop_attempts(drained.length)
    drained = drain(store, NOW, lambda _: False)
    assert len(drained.records) == 5
    assert drained.length == len(store.attempts)


FOREIGN_LINES = [
    *(b"", b"\xff\xfe", b"{}", b"[]", b"null", b"1", b'"x"', b"{", b"[" * 100_000, b"\x00" * 50),
    b'{"attempt":1}',
    b'{"attempt":"0011223344556677"}',
    b'{"attempt":"0011223344556677","at":5,"member":"x","opened":true}',
    b'{"attempt":"0011223344556677","at":"2026-11-21T14:30:00.125Z"}',
    b'{"attempt":"0011223344556677","at":"2026-11-21T14:30:00.125Z","member":"\\ud800"}',
    b'{"attempt":"\\ud800","at":"2026-11-21T14:30:00.125Z","member":"%b"}' % MEMBER.encode(),
    b'{"attempt":"0011223344556677","at":"now\\ud800","member":"%b"}' % MEMBER.encode(),
    b'{"attempt":"0011223344556677","at":"","member":"%b"}' % MEMBER.encode(),
    b'{"attempt":"0011223344556677","at":"2026-11-21T14:30:00.125Z","member":"%b"}' % (b"b" * 100_000),
    b'{"attempt":"0011223344556677","opened":"yes"}',
]


@pytest.mark.parametrize("line", FOREIGN_LINES)
def test_foreign_lines_among_attempts(line: bytes) -> None:
    """Anybody who can write to the directory can write there: lines that are not ours are cleared, and neither stop the
    next command nor hide the attempts beside them.
    """
    memory = MemoryVault.create()
    vault = memory.open()
    memory.store.attempts = line + b"\n"
    an_attempt(memory.store, now=memory.machine.now(), opened=False)
    memory.store.append_attempt(line + b"\n")
    add_content(vault, {"a": b"1"})
    assert memory.store.attempts == b""
    failed = vault.catalog.view.execute("SELECT member, failed_since FROM login").fetchall()
    assert failed == [(MEMBER, 1)]
    assert memory.verified().findings == []


@pytest.mark.parametrize("at", ["2026-19-39T29:59:59.000Z", "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"])
def test_times_that_no_calendar_has(at: str) -> None:
    """An attempt with a time in our form that cannot be counts as over."""
    line = json.dumps({"attempt": "0" * 16, "at": at, "member": MEMBER}).encode() + b"\n"
    assert len(drain(store_with(line), NOW, lambda _: False).records) <= 1


@given(
    st.lists(
        st.binary(max_size=60) | st.sampled_from(FOREIGN_LINES) | VALUES.map(json.dumps).map(str.encode), max_size=4
    )
)
def test_any_bytes_as_attempts(lines: list[bytes]) -> None:
    """Whatever the file holds, all of it is accounted for."""
    store = store_with(b"".join(line + b"\n" for line in lines))
    assert drain(store, NOW, lambda _: False).length == len(store.attempts)


@given(st.floats(0, 253_402_300_799))
def test_times_sort_as_text(moment: float) -> None:
    """Times are written so that the later one is the greater text."""
    with suppress(ValueError):
        assert timestamp(moment) <= timestamp(moment + 1)
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
