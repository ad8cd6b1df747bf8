"""Where an unlocked key would be kept."""

from __future__ import annotations

from ipvault.errors import KeyringRefused, SessionStoreRefused
from ipvault.keys import runtime_folder, system_keyring
from ipvault.oversight.finding import Finding
from ipvault.text import _, program


def keyring() -> Finding:
    """Whether this login session has a keyring that may hold a key."""
    try:
        name = system_keyring.backend_name()
    except KeyringRefused as refusal:
        return Finding(
            "keyring",
            "warning",
            _("there is no system keyring to use: {reason}").format(reason=refusal.fields["reason"]),
            _instead(runtime_folder.where()),
        )
    return Finding("keyring", "ok", _("the system keyring can hold an unlocked key ({name})").format(name=name))


def _instead(place: runtime_folder.Place) -> str:
    """Where a key goes that no keyring can hold."""
    if place.cleared_at_logout:
        return _("an unlocked key is kept in your runtime folder instead")
    return _("an unlocked key is kept in the folder {path} instead").format(path=place.path)


def session_folder() -> Finding:
    """Whether a session file would be private and would go at logout."""
    place = runtime_folder.where()
    try:
        runtime_folder.check()
    except SessionStoreRefused as refusal:
        return Finding("session-folder", "problem", str(refusal), _("find out who made that folder, then remove it"))
    if place.cleared_at_logout:
        what = _("an unlocked key can be kept in {path}, which is cleared at logout").format(path=place.path)
        return Finding("session-folder", "ok", what)
    return Finding(
        "session-folder",
        "warning",
        _("this login has no runtime folder, so an unlocked key would be kept in {path}").format(path=place.path),
        _("run `{ipvault} lock` before you log out: nothing else clears that folder").format(ipvault=program()),
    )
