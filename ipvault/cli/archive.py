"""A tar archive as a stream (POSIX.1-2001 pax), for pipelines."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Final, Protocol, cast

from ipvault.vault.progress import Progress
from ipvault.vault.release import Content

_BLOCK: Final = 1024 * 1024


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...


class _Blocks(io.RawIOBase):
    """A reader over blocks; at the end it goes on until the blocks do, so that their last check is made."""

    def __init__(self, blocks: Iterator[bytes], progress: Progress) -> None:
        self._blocks = blocks
        self._progress = progress
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        pieces = [self._rest]
        length = len(self._rest)
        while length < size and (block := next(self._blocks, b"")):
            self._progress(len(block))
            pieces.append(block)
            length += len(block)
        data = b"".join(pieces)
        self._rest = data[size:]
        return data[:size]

    def drain(self) -> None:
        """Read what is left, which must be nothing but the check at the end."""
        for _block in self._blocks:
            raise EOFError


def write_tar(out: Sink, members: Sequence[tuple[str, Content]], progress: Progress) -> None:
    """Write `members`, by path, to `out`. Files in it are private to whoever unpacks them."""
    with tarfile.open(
        fileobj=cast(BinaryIO, out), mode="w|", format=tarfile.PAX_FORMAT, bufsize=1024 * 1024
    ) as archive:
        for path, content in members:
            member = tarfile.TarInfo(path)
            member.size = content.size
            member.mode = 0o600
            member.mtime = int(datetime.fromisoformat(content.version.added).timestamp())
            blocks = _Blocks(content.blocks(), progress)
            archive.addfile(member, blocks)
            blocks.drain()
