"""Small private files that should not outlive the login session.

The folder is `$XDG_RUNTIME_DIR/ipvault`, else `/run/user/UID/ipvault` (XDG Base Directory Specification), else
`ipvault-UID` among the temporary files. It must be ours, with mode 0700, and its files ours, with mode 0600; links are
never followed. What is not like that is refused with `SessionStoreRefused`, never repaired: somebody else made it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ipvault.errors import SessionStoreRefused
from ipvault.storage.files import remove_abandoned
from ipvault.text import _, reason_of

_MAX_FILE = 4096
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Place(NamedTuple):
    """The folder, and whether the system clears it at logout."""

    path: str
    cleared_at_logout: bool


def where() -> Place:
    """The folder of this user, which need not exist yet."""
    uid = os.geteuid()
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{uid}"):
        if os.path.isabs(parent) and _is_ours(parent, uid):
            return Place(os.path.join(parent, "ipvault"), cleared_at_logout=True)
    temporary = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - `tempfile` is slow to import; see _folder for safety
    return Place(os.path.join(temporary, f"ipvault-{uid}"), cleared_at_logout=False)


def others() -> list[str]:
    """Where the folder of this user would be in other environments, as far as that can be told."""
    uid = os.geteuid()
    runtime = (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{uid}")
    temporary = (os.environ.get("TMPDIR", ""), "/tmp")  # noqa: S108 - as in `where`
    places = [os.path.join(parent, "ipvault") for parent in runtime]
    places += [os.path.join(parent, f"ipvault-{uid}") for parent in temporary]
    here = where().path
    return [place for place in dict.fromkeys(places) if os.path.isabs(place) and place != here]


def read(name: str, place: str | None = None) -> bytes | None:
    """The file's content, or None if there is none; one of more than 4 KiB is cut there."""
    place = place or where().path
    path = os.path.join(place, name)
    try:
        with _folder(place) as folder, _opened(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, folder) as fd:
            _check(os.fstat(fd), stat.S_ISREG, path)
            return os.read(fd, _MAX_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refusal(path, error) from error


def write(name: str, data: bytes) -> None:
    """Put `data` under `name` with mode 0600, whole or not at all."""
    place = where().path
    temporary = f".{name}.{os.urandom(8).hex()}"
    try:
        with suppress(FileExistsError):
            os.mkdir(place, 0o700)
        with _folder(place) as folder:
            remove_abandoned(f".{name}.", folder)
            try:
                with _opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, folder) as fd:
                    os.fchmod(fd, 0o600)
                    with open(fd, "wb", closefd=False) as file:
                        file.write(data)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
    except OSError as error:
        raise _refusal(place, error) from error


def remove(name: str, place: str | None = None) -> bool:
    """Delete the file, and what an interrupted `write` left of it; whether there was anything.

    In a folder of somebody else there is nothing of ours. One of ours that others may reach is emptied all the same.
    """
    place = place or where().path
    removed = False
    if not _is_our_folder(place):
        return False
    try:
        with _opened(place, _FOLDER) as folder:
            for entry in os.listdir(folder):
                if entry == name or entry.startswith(f".{name}."):
                    os.unlink(entry, dir_fd=folder)
                    removed = True
    except OSError as error:
        raise _refusal(place, error) from error
    return removed


def check() -> None:
    """Raise `SessionStoreRefused` if the folder is there and others could have made or can reach it."""
    place = where().path
    try:
        with _folder(place):
            pass
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _refusal(place, error) from error


@contextmanager
def _folder(place: str) -> Iterator[int]:
    with _opened(place, _FOLDER) as fd:
        _check(os.fstat(fd), stat.S_ISDIR, place)
        yield fd


@contextmanager
def _opened(path: str, flags: int, folder: int | None = None) -> Iterator[int]:
    fd = os.open(path, flags | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        yield fd
    finally:
        os.close(fd)


def _check(status: os.stat_result, is_kind: Callable[[int], bool], path: str) -> None:
    if not is_kind(status.st_mode):
        raise SessionStoreRefused(path=path, reason=_("it is not an ordinary file"))
    if status.st_uid != os.geteuid():
        raise SessionStoreRefused(path=path, reason=_("it belongs to another user"))
    if status.st_mode & 0o077:
        raise SessionStoreRefused(path=path, reason=_("others on this computer may reach it"))


def _refusal(path: str, error: OSError) -> SessionStoreRefused:
    is_link = error.errno in (errno.ELOOP, errno.ENOTDIR)
    return SessionStoreRefused(path=path, reason=_("it is a link") if is_link else reason_of(error))


def _is_our_folder(path: str) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _is_ours(path: str, uid: int) -> bool:
    """A folder of this user in which nobody else can put or rename anything."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == uid and not status.st_mode & 0o022
