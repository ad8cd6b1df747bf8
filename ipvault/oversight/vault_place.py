"""Where a vault lies: who can reach it, what is under it, who copies it."""

from __future__ import annotations

import os
from pathlib import Path

from ipvault.oversight.block_devices import mount_of, path_is_encrypted
from ipvault.oversight.finding import Finding, State
from ipvault.text import _, reason_of

_SYNC_FOLDERS = {  # folder name, lower case -> whose it is
    "box": "Box",
    "box sync": "Box",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud drive": "iCloud Drive",
    "iclouddrive": "iCloud Drive",
    "mobile documents": "iCloud Drive",
    "my drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "onedrive": "OneDrive",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "proton drive": "Proton Drive",
    "syncthing": "Syncthing",
}
_SYNC_PREFIXES = {  # business accounts add the firm's name, macOS adds the account
    "dropbox (": "Dropbox",
    "googledrive-": "Google Drive",
    "onedrive - ": "OneDrive",
    "onedrive-": "OneDrive",
}
_SYNC_MARKERS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".stfolder": "Syncthing",
    ".tmp.drivedownload": "Google Drive",
}


def permissions(check: str, name: str, folder: Path) -> Finding:
    """Whether others on this computer can read or change `folder` and what lies directly in it.

    A vault has a few entries at its top, whatever it holds: objects are in one of them.
    """
    try:
        status = [folder.stat(), *(entry.lstat() for entry in folder.iterdir() if not entry.is_symlink())]
    except OSError as error:
        what = _("{name} at {path} cannot be looked at: {reason}")
        return Finding(check, "unknown", what.format(name=name, path=folder, reason=reason_of(error)))

    def finding(state: State, sentence: str, advice: str = "") -> Finding:
        return Finding(check, state, sentence.format(name=name, path=folder), advice)

    if any(entry.st_mode & 0o002 for entry in status):
        sentence = _("everybody on this computer can change {name} at {path}")
        return finding("problem", sentence, _("take that right away: chmod -R o-w"))
    if any(entry.st_uid != os.geteuid() for entry in status):
        sentence = _("part of {name} at {path} belongs to another user of this computer")
        return finding("warning", sentence, _("make sure that you know who it is"))
    if any(entry.st_mode & 0o020 for entry in status):
        sentence = _("the other members of your group can change {name} at {path}")
        return finding("warning", sentence, _("unless they share it with you: chmod -R g-w"))
    if status[0].st_mode & 0o055:
        sentence = _("other users of this computer can list {name} at {path}")
        return finding("warning", sentence, _("they see when it changes and how much is in it: chmod go-rwx"))
    return finding("ok", _("only you can reach {name} at {path}"))


def disk_encryption(vault: Path, system: Path) -> Finding:
    """Whether the disk under the vault is seen to be encrypted; if not, that is unknown."""
    path = os.path.realpath(vault)
    if path_is_encrypted(path, system):
        return Finding("disk-encryption", "ok", _("the disk under the vault is encrypted"))
    mount = mount_of(path, system)
    what = _("no encryption can be seen under the vault's file system ({kind} on {source})")
    return Finding(
        "disk-encryption",
        "unknown",
        what.format(kind=mount.kind, source=mount.source)
        if mount
        else _("this system does not show what is under the vault"),
        _("the vault is encrypted by itself, but exported files are not; check the settings of the disk or the host"),
    )


def sync_folder(vault: Path) -> Finding:
    """Whether a program that copies folders elsewhere has the vault among them, by the usual names and marks."""
    path = Path(os.path.realpath(vault))
    for folder in (path, *path.parents):
        if service := _sync_service(folder):
            what = _("the vault lies in {folder}, which {service} may be copying").format(
                folder=folder, service=service
            )
            advice = _("let only one computer write to it at a time; keep a backup that {service} cannot overwrite")
            return Finding("sync-folder", "warning", what, advice.format(service=service))
    return Finding("sync-folder", "ok", _("no folder above the vault has the name or marks of a known sync service"))


def _sync_service(folder: Path) -> str | None:
    name = folder.name.lower()
    if service := _SYNC_FOLDERS.get(name):
        return service
    for prefix, service in _SYNC_PREFIXES.items():
        if name.startswith(prefix):
            return service
    for marker, service in _SYNC_MARKERS.items():
        if os.path.lexists(folder / marker):
            return service
    return None
