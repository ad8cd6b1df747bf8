"""Every byte of a vault altered, and files planted: found, named, and never used."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from ipvault.crypto.argon2 import Argon2Parameters
from ipvault.crypto.secret import Secret
from ipvault.errors import ExitCode, FormatTooNew, KdfParametersRefused, VaultError
from ipvault.keys.unlock_slots import Factors
from ipvault.storage.store import JOURNAL
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.unlocking import unlock
from tests.support.memory_vault import PASSPHRASE, MemoryVault, cheap_kdf, tables
from tests.support.tampering import (
    altered,
    flipped,
    found,
    is_clean,
    journal_of,
    small_vault,
    verify_in_parts,
)
from tests.support.thoroughness import some

PARTS = 4
"""How many tests go through the journal, side by side."""

STRIDE = 11
"""With keys a verification takes six times as long, so that it is tried on every eleventh byte."""

pytestmark = pytest.mark.no_cover


def check_files(made: MemoryVault, folder: str, config: pytest.Config, *, keyless: bool, stride: int = 1) -> None:
    versions = {(address, int(ExitCode.DAMAGED)) for address in ("claims.txt@1", "claims.txt@2", "notes.txt@1")}
    for path, data in made.store.published.items():
        if path.startswith(folder):
            for offset in some(config, range(0, len(data), stride)):
                with altered(made, path, flipped(data, offset)):
                    report = made.verified(keyless=keyless)
                assert found(report) - versions == {(path, ExitCode.DAMAGED)}, (path, offset, report)


def check_journal(made: MemoryVault, offsets: Sequence[int], *, keyless: bool) -> None:
    """Records are numbered from 0, a line each. An altered leaf shows there, or at the next, which does not follow."""
    journal = journal_of(made)
    for offset in offsets:
        seq = journal.count(b"\n", 0, offset)
        with altered(made, JOURNAL, flipped(journal, offset)):
            report = made.verified(keyless=keyless)
        if offset == len(journal) - 1:
            assert report.exit_code == ExitCode.ROLLBACK, report
        elif journal[offset - len(b'"v":') : offset] == b'"v":':
            assert report.exit_code in (ExitCode.JOURNAL_BROKEN, ExitCode.TOO_NEW), (offset, report)
        else:
            assert report.exit_code == ExitCode.JOURNAL_BROKEN, (offset, report)
            places = {f"{JOURNAL}: record {seq}", f"{JOURNAL}: record {seq + 1}"}
            assert report.findings[0].place in places, (offset, seq, report)
            assert report.head.seq < seq + 1


def test_a_vault_that_nobody_touched_is_clean() -> None:
    """Verification finds nothing, with and without keys, so what the other tests find is due to what they alter."""
    made = small_vault()
    for keyless in (True, False):
        report = made.verified(keyless=keyless)
        assert is_clean(report)
        assert report.notes == []
        assert report.files == len(made.store.published) == 8
        assert report.contents == (0 if keyless else 3)


@pytest.mark.parametrize("folder", ["VAULT", "members/", "rooms/", "objects/", "journal/torn/"])
def test_one_bit_of_a_file_is_found_without_keys(pytestconfig: pytest.Config, folder: str) -> None:
    """Whichever byte of a published file is altered: exit code 20, and that file is named, and no other."""
    check_files(small_vault(), folder, pytestconfig, keyless=True)


@pytest.mark.parametrize("folder", ["VAULT", "members/", "rooms/", "objects/", "journal/torn/"])
def test_one_bit_of_a_file_is_found_with_keys(pytestconfig: pytest.Config, folder: str) -> None:
    """The same when the user's own keys are in that file, so that the rest has to be verified without them."""
    check_files(small_vault(), folder, pytestconfig, keyless=False, stride=STRIDE)


@pytest.mark.parametrize("part", range(PARTS))
def test_one_bit_of_the_journal_is_found_without_keys(pytestconfig: pytest.Config, part: int) -> None:
    """Whichever byte of the journal is altered: exit code 21, and the record, or the one that no longer follows it.

    The digit of a record's version can also make it one of a newer format, and without its last line feed the journal
    has lost its last commit, which this computer has seen.
    """
    made = small_vault()
    check_journal(made, some(pytestconfig, range(part, len(journal_of(made)), PARTS)), keyless=True)


@pytest.mark.parametrize("part", range(PARTS))
def test_one_bit_of_the_journal_is_found_with_keys(pytestconfig: pytest.Config, part: int) -> None:
    """The same with keys: an altered record is never taken for altered keys, nor the other way round."""
    made = small_vault()
    offsets = range(part * STRIDE, len(journal_of(made)), PARTS * STRIDE)
    check_journal(made, some(pytestconfig, offsets), keyless=False)


@pytest.mark.parametrize("keyless", [True, False])
def test_a_journal_that_is_verified_in_parts_hides_nothing(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, keyless: bool
) -> None:
    """A long journal is cut into parts, one for each processor. What is found does not depend on the cuts."""
    made = small_vault()
    whole = made.verified(keyless=keyless)
    verify_in_parts(monkeypatch)
    assert made.verified(keyless=keyless) == whole
    offsets = range(0, len(journal_of(made)), STRIDE * PARTS)
    check_journal(made, some(pytestconfig, offsets), keyless=keyless)


def test_a_passphrase_is_not_blamed_for_an_altered_member_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever byte of the member file is altered, the right passphrase is never called wrong, and a wrong one is
    only where the file is what the journal names; nothing is derived with parameters outside the limits.
    """
    monkeypatch.setattr("tests.support.memory_vault.CHEAPEST", Argon2Parameters(128, 1, 1))  # enough for nine lanes
    made = small_vault()
    (path,) = (path for path in made.store.published if path.startswith("members/"))
    data = made.store.published[path]
    wrong = Secret(b"something else")
    with cheap_kdf():
        for offset in range(len(data)):
            with altered(made, path, flipped(data, offset)):
                # A right one may still open it: what is only spelled otherwise, or does not depend on the passphrase.
                assert _unlocked(made, PASSPHRASE) in (ExitCode.DONE, ExitCode.DAMAGED, ExitCode.TOO_NEW), offset
                assert _unlocked(made, wrong) in (ExitCode.DAMAGED, ExitCode.TOO_NEW), offset
        assert _unlocked(made, wrong) == ExitCode.WRONG_KEY
        assert _unlocked(made, PASSPHRASE) == ExitCode.DONE


def _unlocked(made: MemoryVault, passphrase: Secret) -> ExitCode:
    try:
        _file, _slot, master_key = unlock(made.store, made.descriptor, made.member, Factors(passphrase), made.machine)
    except VaultError as error:
        return error.exit_code
    assert master_key.reveal() == made.master_key.reveal()
    return ExitCode.DONE


def test_a_vault_never_opens_with_an_altered_member_file() -> None:
    """Whichever byte of the member file is altered, a session's key does not open the vault with it."""
    made = small_vault()
    (path,) = (path for path in made.store.published if path.startswith("members/"))
    data = made.store.published[path]
    for offset in range(len(data)):
        with altered(made, path, flipped(data, offset)), pytest.raises(VaultError) as caught:
            made.open()
        assert caught.value.exit_code in (ExitCode.DAMAGED, ExitCode.TOO_NEW), (offset, caught.value)


def test_an_altered_snapshot_is_ignored() -> None:
    """The snapshot is only a cache: altered or cut short, the journal gives the same catalog again."""
    made = small_vault()
    expected = tables(made.replayed().catalog)
    snapshot = made.store.cache[made.member]
    assert tables(made.open().catalog) == expected
    for offset in (*range(60), *range(60, len(snapshot), 9973)):
        for other in (
            flipped(snapshot, offset),
            snapshot[:offset],
            snapshot[offset:] + snapshot[:offset] if offset else b"x",
        ):
            made.store.cache[made.member] = other
            assert tables(made.open().catalog) == expected, offset
    assert is_clean(made.verified())


def test_an_altered_snapshot_is_made_anew() -> None:
    """After a snapshot could not be used, the next one is good again."""
    made = small_vault()
    snapshot = made.store.cache[made.member]
    made.store.cache[made.member] = flipped(snapshot, 100)
    made.open()
    assert made.store.cache[made.member] not in (snapshot, flipped(snapshot, 100))
    fresh = made.copied()
    fresh.store.journal = journal_of(made) + b"what follows a snapshot that was used is all that is read\n"
    with pytest.raises(VaultError):
        fresh.open()


def _edited(data: bytes, name: str, value: str) -> bytes:
    """A TOML file in which the first value of that name is another."""
    edited, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", data.decode(), count=1)
    assert count
    return edited.encode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, value)
            for name in ("memory_kib", "iterations", "lanes")
            for value in ("4294967295", "1000000000", "0", "-1", '"+18"', '"018"', '" 18"', "0x7fffffff", "1.5", "true")
        ),
        ("memory_kib", "4194305"),
        ("iterations", "17"),
        ("lanes", "17"),
        ("kdf", '"argon2d"'),
        ("kind", '"none"'),
        ("salt", '""'),
        ("format", "2"),
        ("vault", '"ffffffffffffffffffffffffffffffff"'),
    ],
)
def test_altered_unlock_parameters_are_refused_before_anything_is_derived(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Parameters that would take all memory, or for ever, or are no whole numbers, another algorithm, version or vault:
    no passphrase is even tried, and verification names the file.
    """
    made = small_vault()
    path = f"members/{made.member}/1.toml"
    derived: list[object] = []
    monkeypatch.setattr("ipvault.crypto.argon2.derive", lambda *arguments: derived.append(arguments))
    with altered(made, path, _edited(made.store.published[path], name, value)):
        with cheap_kdf(), pytest.raises(VaultError) as caught:
            unlock(made.store, made.descriptor, made.member, Factors(PASSPHRASE), made.machine)
        assert caught.value.exit_code == ExitCode.DAMAGED
        assert caught.value.fields["place"] == path
        assert found(made.verified()) == {(path, ExitCode.DAMAGED)}
    assert derived == []
    assert made.store.attempts == b""


def test_a_passphrase_check_below_the_floor_is_refused() -> None:
    """A member file that asks for less than 64 MiB was not written by ipvault, whoever may have written it."""
    made = small_vault()
    with pytest.raises(KdfParametersRefused):
        unlock(made.store, made.descriptor, made.member, Factors(PASSPHRASE), made.machine)


def test_a_member_file_of_a_newer_format_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a newer ipvault wrote, and that the journal names, was not altered: it takes a newer ipvault."""
    monkeypatch.setattr("ipvault.keys.sealed_identity.FORMAT", 2)
    made = MemoryVault.create()
    monkeypatch.undo()
    with cheap_kdf(), pytest.raises(FormatTooNew) as caught:
        unlock(made.store, made.descriptor, made.member, Factors(PASSPHRASE), made.machine)
    assert caught.value.fields["place"] == f"members/{made.member}/1.toml"
    assert made.store.attempts == b""


def test_a_newer_format_is_told_before_a_key_is_needed() -> None:
    """A vault of a format that this program does not know is left alone; one that only claims so is altered."""
    made = small_vault()
    with altered(made, "VAULT", _edited(made.store.published["VAULT"], "format", "2")):
        with pytest.raises(FormatTooNew):
            read_descriptor(made.store)
        assert found(made.verified()) == {("VAULT", ExitCode.DAMAGED)}
