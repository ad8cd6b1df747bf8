"""What somebody with write access can do to a vault: to its bytes, its lines and its files. In memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_version
from ipvault.errors import ExitCode
from ipvault.storage.store import JOURNAL
from ipvault.vault.ingest import update
from ipvault.vault.release import Content
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from ipvault.vault.verification.report import Report
from tests.support.memory_vault import MemoryPins, MemoryVault, add_content

CONTENTS = {"claims.txt@1": b"1. A widget.", "claims.txt": b"1. A better widget.", "notes.txt": b"Ask about prior art."}
"""The documents of `small_vault` by their addresses."""


def small_vault() -> MemoryVault:
    """A vault with a file of every class: three objects of two documents, a torn tail set aside, unlock attempts, a
    snapshot. This computer has seen it to its end.
    """
    made = MemoryVault.create()
    vault = made.open()
    add_content(vault, {"claims.txt": CONTENTS["claims.txt@1"], "notes.txt": CONTENTS["notes.txt"]})
    assert made.store.journal
    made.store.journal += b"torn"
    update(vault, "claims.txt", Source("claims.txt", pipe=Pipe(io.BytesIO(CONTENTS["claims.txt"]))))
    vault.save_snapshot()
    return made


def journal_of(made: MemoryVault) -> bytes:
    """The bytes of the journal."""
    assert made.store.journal
    return made.store.journal


def content_of(vault: Vault, address: str) -> Content:
    """A version as `cat` and `verify --content` read it."""
    return Content(vault, *find_version(vault.catalog, address))


def object_of(made: MemoryVault, address: str) -> str:
    """The path of the object that holds a version."""
    return f"objects/{(name := find_version(made.open().catalog, address)[1].object)[:2]}/{name}"


def as_if_new(made: MemoryVault) -> MemoryVault:
    """The same vault on a computer that has never seen it."""
    pins = MemoryPins()
    return replace(made, pins=pins, machine=replace(made.machine, pins=pins))


@contextmanager
def altered(made: MemoryVault, path: str, data: bytes | None) -> Iterator[None]:
    """Other content in a file, or no such file, until the end of the block."""
    store = made.store
    before = store.journal if path == JOURNAL else store.published.get(path)
    try:
        _put(made, path, data)
        yield
    finally:
        _put(made, path, before)


def _put(made: MemoryVault, path: str, data: bytes | None) -> None:
    if path == JOURNAL:
        made.store.journal = data
    elif data is None:
        made.store.published.pop(path, None)
    else:
        made.store.published[path] = data


def flipped(data: bytes, offset: int) -> bytes:
    """One bit is another; which one of the eight goes round."""
    return data[:offset] + bytes([data[offset] ^ 1 << offset % 8]) + data[offset + 1 :]


def found(report: Report) -> set[tuple[str, int]]:
    """Where a verification found something, and the exit code of that."""
    return {(finding.place, int(finding.exit_code)) for finding in report.findings}


def is_clean(report: Report) -> bool:
    return not report.findings and report.exit_code == ExitCode.DONE


def commits(journal: bytes) -> list[bytes]:
    """The journal in transactions."""
    result = [b""]
    for line in journal.splitlines(keepends=True):
        result[-1] += line
        if line.startswith(b'{"by":'):
            result.append(b"")
    return result[:-1]


def verify_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a small journal verified as a long one is, in parts; one after the other, so that a failure shows here."""
    monkeypatch.setattr("ipvault.vault.verification.survey.LEAST_PART", 1000)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])


def two_attempts(made: MemoryVault) -> bytes:
    """Unlock attempts as they stand before they are journalled: one that succeeded and one that never ended."""
    first, second = ("0123456789abcdef", "fedcba9876543210")
    lines = [
        f'{{"attempt": "{first}", "at": "2026-11-21T20:00:00.000Z", "member": "{made.member}"}}',
        f'{{"attempt": "{first}", "opened": true}}',
        f'{{"attempt": "{second}", "at": "2026-11-21T20:01:00.000Z", "member": "{made.member}"}}',
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def write_something(vault: Vault) -> None:
    """A change, whichever."""
    with transaction(vault) as change:
        change.commit()
