"""What stands behind the last commit is believed by nobody: not by the pin, not by verify, not by who reads on."""

from __future__ import annotations

import pytest

from ipvault.errors import ExitCode, JournalBroken, VaultError
from ipvault.journal.head import MAX_LINE
from ipvault.storage.store import JOURNAL
from ipvault.vault.journal_query import Query, read_journal
from tests.support.tampering import altered, journal_of, small_vault


def test_the_pinned_line_behind_a_hole_does_not_undo_a_rollback() -> None:
    """A journal cut back, with its last line put behind a hole of zeros, is refused: by opening and by verify."""
    made = small_vault()
    journal = journal_of(made)
    lines = journal.splitlines(keepends=True)
    commits = [n for n, line in enumerate(lines) if b'"sig":"' in line]
    old = b"".join(lines[: commits[-2] + 1])
    with altered(made, JOURNAL, old + bytes(MAX_LINE) + b"".join(lines[commits[-2] + 1 :])):
        assert made.verified(keyless=True).exit_code in (ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK)
        with pytest.raises(VaultError) as caught:
            made.open()
    assert caught.value.exit_code in (ExitCode.JOURNAL_BROKEN, ExitCode.ROLLBACK)


def test_the_journal_is_read_through_the_chain() -> None:
    """A record whose time was changed is not shown, although an up-to-date snapshot hides it from other commands."""
    made = small_vault()
    vault = made.open()
    vault.save_snapshot()
    journal = journal_of(made)
    lines = journal.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if b'"k":"item"' in line)
    year = lines[at].index(b'"t":"') + len(b'"t":"')
    lines[at] = lines[at][:year] + b"1999" + lines[at][year + 4 :]
    with altered(made, JOURNAL, b"".join(lines)), pytest.raises(JournalBroken):
        list(read_journal(vault, Query()))
