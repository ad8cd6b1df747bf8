"""A file on its way out of the vault: hidden until it is complete, and gone if it is not."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager, suppress

from ipvault.errors import DestinationExists, DestinationUnsafe
from ipvault.storage.files import PRIVATE_FILE, create, remove, set_mode, write_all
from ipvault.storage.folders import explained
from ipvault.storage.linking import link_new
from ipvault.storage.sync import flush
from ipvault.text import _

FileId = tuple[int, int]
"""Device and inode."""


class OutgoingFile:
    """What the content is written to; `path` is for the words of errors."""

    def __init__(self, name: str, folder: int, path: str) -> None:
        """Create it, for the owner only whatever the umask. Raises StorageFailed."""
        self._path = path
        with explained(path):
            self.descriptor = create(name, folder)
            try:
                set_mode(self.descriptor, PRIVATE_FILE)
            except BaseException:
                os.close(self.descriptor)
                raise

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append a block. Raises StorageFailed."""
        with explained(self._path):
            write_all(self.descriptor, data)

    def close(self) -> None:
        """Raises StorageFailed: some file systems report only now that there was no space."""
        with explained(self._path):
            os.close(self.descriptor)


@contextmanager
def outgoing_file(
    name: str, folder: int, path: str, *, replace: bool, keep: Container[FileId] = (), durable: bool = True
) -> Iterator[OutgoingFile]:
    """A file that is called `name` once the block ends well; otherwise nothing is left and what was there is intact.

    With `replace` a regular file of that name gives way, unless it is one of `keep`; one that gives way is replaced
    by synced content, even if not `durable`. The folder is not synced. Raises DestinationExists, DestinationUnsafe and
    StorageFailed.
    """
    has_to_give_way(name, folder, path, replace, keep)
    scratch = new_scratch_name()
    try:
        with closing(OutgoingFile(scratch, folder, path)) as out:
            yield out
            replaces = has_to_give_way(name, folder, path, replace, keep)
            if durable or replaces:
                with explained(path):
                    flush(out.descriptor)
        with explained(path):
            name_file(scratch, folder, name, folder, replaces=replaces)
    except BaseException:
        with suppress(OSError):
            remove(scratch, folder)
        raise


def new_scratch_name() -> str:
    """What a file is called while it is hidden."""
    return f".ipvault-{os.urandom(8).hex()}.part"


def has_to_give_way(name: str, folder: int, path: str, replace: bool, keep: Container[FileId]) -> bool:
    """Whether a file is there that may be replaced; raises if something is that may not."""
    with explained(path):
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
    if not stat.S_ISREG(found.st_mode):
        reason = _("a link, a folder or a special file has that name")
        raise DestinationUnsafe(path=path, reason=reason)
    if not replace or (found.st_dev, found.st_ino) in keep:
        raise DestinationExists(path=path)
    return True


def name_file(scratch: str, place: int, name: str, folder: int, *, replaces: bool) -> None:
    """Give the file `scratch` in the folder `place` its name; with `replaces` over another. Raises OSError.

    Nothing is replaced otherwise: FileExistsError. Without hard links, over an empty file of our own.
    """
    if replaces:
        os.rename(scratch, name, src_dir_fd=place, dst_dir_fd=folder)
        return
    is_linked = link_new(scratch, place, name, folder)
    if not is_linked:
        os.close(create(name, folder))
    try:
        if is_linked:
            os.unlink(scratch, dir_fd=place)
        else:
            os.rename(scratch, name, src_dir_fd=place, dst_dir_fd=folder)
    except BaseException:
        remove(name, folder)
        raise
