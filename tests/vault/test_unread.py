"""Records that a snapshot stands for: whether they are as they were is looked at before anything is written behind."""

from __future__ import annotations

import pytest

from ipvault.errors import VaultError
from ipvault.exit_codes import ExitCode
from ipvault.vault.forgetting import forget
from ipvault.vault.unread import check_unread
from tests.support.memory_vault import MemoryVault
from tests.support.tampering import journal_of, small_vault
from tests.support.thoroughness import some


def as_read(made: MemoryVault) -> None:
    """Open the vault from its snapshot, and look at what that stands for."""
    vault = made.open()
    assert vault.unread == vault.catalog.head
    check_unread(vault)
    assert vault.unread.seq < 0


def test_what_was_not_altered_passes() -> None:
    """The check leaves nothing unread."""
    as_read(small_vault())


def test_an_altered_byte_is_noticed(pytestconfig: pytest.Config) -> None:
    """Wherever it is in the journal, and whether it is noticed on opening or by this."""
    made = small_vault()
    whole = journal_of(made)
    for at in some(pytestconfig, range(0, len(whole), 5)):
        made.store.journal = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with pytest.raises(VaultError) as caught:
            as_read(made)
        assert caught.value.exit_code in (ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK, ExitCode.TOO_NEW), at


def test_what_was_forgotten_is_not_missed() -> None:
    """Neither before nor after another snapshot."""
    made = small_vault()
    vault = made.open()
    (torn,) = (seq for seq, line in enumerate(journal_of(made).splitlines()) if b'"k":"repair"' in line)
    forget(vault, [torn], reason="asked to")
    check_unread(vault)
    made.open().save_snapshot()
    as_read(made)
