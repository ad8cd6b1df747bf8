"""Whether what lies under a path or a swap area is encrypted, as far as Linux shows it.

Read from `/proc/self/mountinfo` (proc(5)) and `/sys` (Documentation/ABI/testing/sysfs-block). dm-crypt volumes have a
device-mapper uuid that starts with `CRYPT-` (libdevmapper.h, cryptsetup). A drive that encrypts itself, a virtual
machine's host and encryption inside a file system cannot be seen here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

_ENCRYPTED_FILE_SYSTEMS = frozenset({"ecryptfs", "fuse.cryfs", "fuse.encfs", "fuse.gocryptfs"})
_NOT_ENCRYPTION = ("CRYPT-INTEGRITY-", "CRYPT-VERITY-")  # cryptsetup names these volumes CRYPT- too


class Mount(NamedTuple):
    """One line of mountinfo."""

    point: str
    device: str
    kind: str
    source: str


def mount_of(path: str, system: Path) -> Mount | None:
    """The file system that holds `path`, which is absolute and has no links in it."""
    found = None
    for mount in _mounts(system):
        inside = path == mount.point or path.startswith(mount.point.rstrip("/") + "/")
        if inside and (found is None or len(mount.point) >= len(found.point)):
            found = mount  # of two mounts on one point, the later one covers the earlier
    return found


def path_is_encrypted(path: str, system: Path) -> bool | None:
    """Whether dm-crypt or an encrypting file system holds `path`; None if that cannot be seen."""
    mount = mount_of(path, system)
    if mount is None:
        return None
    if mount.kind in _ENCRYPTED_FILE_SYSTEMS:
        return True
    if mount.source.startswith("/dev/"):
        return device_is_encrypted(mount.source, system)
    return _is_encrypted(system / "sys/dev/block" / mount.device)


def device_is_encrypted(device: str, system: Path) -> bool | None:
    """Whether dm-crypt lies somewhere under `device`, such as `/dev/dm-1` or `/dev/mapper/home`."""
    node = os.path.realpath(system / device.lstrip("/"))
    return _is_encrypted(system / "sys/class/block" / os.path.basename(node))


def _mounts(system: Path) -> list[Mount]:
    try:
        lines = (system / "proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return []
    mounts = []
    for line in lines:
        before, _separator, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) >= 6 and len(rest) >= 2:
            mounts.append(Mount(unescape(fields[4]), fields[2], rest[0], unescape(rest[1])))
    return mounts


def unescape(field: str) -> str:
    """A field of mountinfo or /proc/swaps, which write blanks as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _is_encrypted(block: Path) -> bool | None:
    """Whether every way down from this device passes dm-crypt; None if it is not there or ends in a file."""
    if not block.is_dir() or (block / "loop").is_dir():
        return None
    try:
        uuid = (block / "dm/uuid").read_text()
    except OSError:
        uuid = ""
    if uuid.startswith("CRYPT-") and not uuid.startswith(_NOT_ENCRYPTION):
        return True
    below = [_is_encrypted(slave) for slave in block.glob("slaves/*")]
    if not below or False in below:
        return False
    return None if None in below else True
