"""What the reader that was written from the format document makes of a vault in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from ipvault.journal.commit import Draft
from ipvault.keys.identity import Identity
from ipvault.storage.store import JOURNAL
from ipvault.vault.vault import Vault
from tests.format.second_reader import Reader, Refused
from tests.support.mallory import MALLORY, is_refused
from tests.support.memory_vault import MemoryVault


def second_opinion(memory: MemoryVault) -> Reader | None:
    """The vault as its owner reads it with that reader, or None if it is refused. No passphrase is needed."""
    with TemporaryDirectory() as folder:
        for path, content in {**memory.store.published, JOURNAL: memory.store.journal or b""}.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        with patch.object(Reader, "_master_key", lambda *_: memory.master_key.reveal()):
            try:
                reader = Reader(Path(folder))
                reader.unlock(memory.member, "")
            except Refused:
                return None
    return reader


def is_refused_by_both(memory: MemoryVault, vault: Vault, *drafts: Draft, by: Identity = MALLORY) -> bool:
    """Whether what Mallory has signed is refused; both readers have to agree about that."""
    is_wrong = is_refused(memory, vault, *drafts, by=by)
    reader = second_opinion(memory)
    assert (reader is None or bool(reader.closed)) == is_wrong
    return is_wrong
