"""The folder of a bundle, in which anything can lie: nothing is read before there is only what is on its list."""

from __future__ import annotations

import hashlib
import os
import re
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE = 64 * 1024 * 1024
MAX_FILES = 1_000_000
SUMS, UNLISTED = "SHA256SUMS", ("SHA256SUMS", "SHA256SUMS.ed25519", "SHA256SUMS.mldsa44")
NUMBER = re.compile("(?:0|[1-9][0-9]{0,14})")
PART = re.compile("[A-Za-z0-9][A-Za-z0-9._-]*")


class Wrong(Exception):
    """A check fails; the argument says why."""


class Folder:
    """The files of a bundle."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        path = os.path.join(self.folder, name)
        if not stat.S_ISREG(os.lstat(path).st_mode) or os.path.getsize(path) > MAX_FILE:
            raise Wrong(f"{name} is not a file, or is too large")
        with open(path, "rb") as file:
            return file.read(MAX_FILE)

    def lines(self, name: str) -> list[bytes]:
        """The lines of a file, of which the last has to end too: the shell does not read what follows."""
        *lines, rest = self.read(name).split(b"\n")
        if rest:
            raise Wrong("its last line does not end")
        return lines

    def has(self, name: str) -> bool:
        return os.path.lexists(os.path.join(self.folder, name))

    def names(self, folder: str) -> list[str]:
        """What is in a folder of the bundle, numbers in their order; nothing if it is not there."""
        try:
            found = os.listdir(os.path.join(self.folder, folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        numbers = sorted(int(name) for name in found if NUMBER.fullmatch(name))
        return [*map(str, numbers), *sorted(name for name in found if not NUMBER.fullmatch(name))]

    def check_files(self) -> None:
        """There are the files on the list and no others, and each has the hash that the list says."""
        present = set(_walk(self.folder)) - set(UNLISTED)
        listed = {}
        for line in self.lines(SUMS):
            digest, name = line[:64].decode("ascii"), line[66:].decode("ascii")
            if line[64:66] != b"  " or name in listed:
                raise Wrong(f"{SUMS} is not a list of hashes")
            listed[name] = digest
        if strangers := sorted(present - listed.keys()):
            raise Wrong(f"{strangers[0]} is not on the list")
        for name, digest in sorted(listed.items()):
            if name not in present:
                raise Wrong(f"{name!a} is missing")
            if hashlib.sha256(self.read(name)).hexdigest() != digest:
                raise Wrong(f"{name} was altered")


def _walk(folder: str) -> Iterator[str]:
    """The files of a folder, by their paths in it; nothing but folders that hold something, and files, may be there."""
    count = 0
    waiting = [""]
    while waiting:
        here = waiting.pop()
        before = count
        with os.scandir(os.path.join(folder, here)) as entries:
            for entry in entries:
                count += 1
                name = f"{here}/{entry.name}" if here else entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if count > MAX_FILES or not (is_folder or entry.is_file(follow_symlinks=False)):
                    raise Wrong(f"{name!a} is not a file, or there are too many")
                if not PART.fullmatch(entry.name):
                    raise Wrong(f"{name!a} is not the name of a file of a bundle")
                if is_folder:
                    waiting.append(name)
                else:
                    yield name
        if count == before:
            raise Wrong(f"the folder {here or '.'} is empty")
