"""What the reader that was written from the format document makes of a vault in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from ipvault.storage.store import JOURNAL
from tests.format.second_reader import Reader, Refused
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
