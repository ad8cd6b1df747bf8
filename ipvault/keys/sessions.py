"""An unlocked vault: the master key, kept for a limited time where only this user's login session reaches it.

Every session leaves one small JSON file in the runtime folder. In a `session` store it holds the key; for the system
keyring it only says where the key is and until when, so that finding no session costs one failed `open`, and the
keyring is not imported without need. Both copies name the vault and the member that they belong to.

Where that folder is depends on the environment, so the state folder keeps a note of it: `lock` finds the session from
any terminal.

Times are seconds since 1970 (UTC) and come from the caller.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ipvault.crypto.secret import Secret
from ipvault.errors import KeyringNotCleared, KeyringRefused, SessionStoreRefused, StorageFailed
from ipvault.keys import runtime_folder, system_keyring
from ipvault.settings import state_dir
from ipvault.storage.atomic import replace_file

StoreName = Literal["keyring", "session"]
KEYRING: Final = "keyring"
SESSION: Final = "session"

_FORMAT = 1
_LONGEST_NOTE = 4096
_CLOCK_SLACK = 60  # seconds that a clock may be put back without ending the session
_LATEST = 1e12  # seconds; also keeps out Infinity and numbers that no float holds


class Session(NamedTuple):
    """A master key that may be used until `expires`."""

    master_key: Secret
    expires: float
    store: StoreName


class _Entry(NamedTuple):
    """What one stored copy says. The copy in the runtime folder of a keyring session has no key."""

    store: StoreName
    since: float
    expires: float
    key: Secret | None

    def is_current(self, now: float) -> bool:
        return self.since - _CLOCK_SLACK <= now < self.expires


def remember(
    vault_id: str, member: str, master_key: Secret, until: float, store: StoreName | None, now: float
) -> StoreName:
    """Keep the master key until `until`, in place of any earlier session; returns where.

    With no `store` that is the keyring if there is a real one, else the runtime folder. Raises `KeyringRefused` if
    the keyring was asked for and cannot be used, `SessionStoreRefused` if the runtime folder cannot.
    """
    places = _places(vault_id, member)
    kept = _remember(vault_id, member, _Entry(SESSION, now, until, master_key), store)
    for place in places[1:]:
        with suppress(SessionStoreRefused):
            runtime_folder.remove(_file_name(vault_id, member), place)
    with suppress(StorageFailed):
        replace_file(_note(vault_id, member), os.fsencode(f"{state_dir()}\n{places[0]}"))
    return kept


def _remember(vault_id: str, member: str, entry: _Entry, store: StoreName | None) -> StoreName:
    if store != SESSION:
        try:
            _remember_in_keyring(vault_id, member, entry._replace(store=KEYRING))
            return KEYRING
        except KeyringRefused:
            if store == KEYRING:
                raise
    _remember_in_folder(vault_id, member, entry)
    return SESSION


def recall(vault_id: str, member: str, now: float) -> Session | None:
    """The session of this member, if one is open. What has expired or cannot be read is deleted.

    Raises `SessionStoreRefused` if others than this user could write or read the runtime folder; `is_noted` tells
    whether that matters. A keyring that does not answer is no session.
    """
    raw = runtime_folder.read(_file_name(vault_id, member))
    if raw is None:
        return None
    entry = marker = _decode(raw, vault_id, member)
    try:
        if marker and marker.store == KEYRING and marker.is_current(now):
            entry = _from_keyring(vault_id, member)
        if entry and entry.key and entry.is_current(now):
            return Session(entry.key, entry.expires, entry.store)
        if marker and marker.store == KEYRING:
            system_keyring.delete(_entry_name(vault_id, member), until_logout=True)
    except KeyringRefused:
        return None  # the marker stays, so that the entry is deleted once the keyring answers
    runtime_folder.remove(_file_name(vault_id, member))
    return None


def is_in_keyring(vault_id: str, member: str) -> bool:
    """Whether a session is kept in the keyring, as far as the runtime folder knows: the keyring is not asked."""
    with suppress(SessionStoreRefused):
        marker = _read(vault_id, member)
        return marker is not None and marker.store == KEYRING
    return False


def is_noted(vault_id: str, member: str) -> bool:
    """Whether a session was begun and not ended by `forget`, wherever it is and whether or not it has expired."""
    return _note(vault_id, member).exists()


def forget(vault_id: str, member: str) -> bool:
    """Delete the session from both stores, wherever the environment had it put; whether there was one.

    Raises `KeyringNotCleared` if a keyring that holds the key does not answer; the session is then still open.
    """
    in_keyring = False
    try:
        in_keyring = system_keyring.delete(_entry_name(vault_id, member), until_logout=True)
    except KeyringRefused as error:
        if _is_marked(vault_id, member):
            raise KeyringNotCleared(**error.fields) from error
    in_folder = [runtime_folder.remove(_file_name(vault_id, member), place) for place in _places(vault_id, member)]
    with suppress(OSError):
        _note(vault_id, member).unlink()
    return in_keyring or any(in_folder)


def _remember_in_keyring(vault_id: str, member: str, entry: _Entry) -> None:
    system_keyring.backend_name()
    file = _file_name(vault_id, member)
    marker = entry._replace(key=None)
    runtime_folder.write(file, _encode(marker, vault_id, member).encode())  # first, so that no entry lacks its marker
    try:
        value = _encode(entry, vault_id, member)
        system_keyring.put(_entry_name(vault_id, member), value, until_logout=True)
    except KeyringRefused:
        runtime_folder.remove(file)
        raise


def _remember_in_folder(vault_id: str, member: str, entry: _Entry) -> None:
    _read(vault_id, member)  # a file that is not believed is not replaced
    if _is_marked(vault_id, member):
        with suppress(KeyringRefused):  # perhaps the reason why the folder was asked for
            system_keyring.delete(_entry_name(vault_id, member), until_logout=True)
    runtime_folder.write(_file_name(vault_id, member), _encode(entry, vault_id, member).encode())


def _note(vault_id: str, member: str) -> Path:
    return state_dir() / "sessions" / _file_name(vault_id, member)


def _places(vault_id: str, member: str) -> list[str]:
    """Every folder that can hold this session, the one of this environment first.

    A note that came here with a copy of a home is about the sessions of that other one, which are none of ours.
    """
    state = noted = ""
    with suppress(OSError), _note(vault_id, member).open("rb") as file:
        state, _line, noted = os.fsdecode(file.read(_LONGEST_NOTE)).partition("\n")
    places = (runtime_folder.where().path, noted if state == str(state_dir()) else "", *runtime_folder.others())
    return [place for place in dict.fromkeys(places) if os.path.isabs(place) and "\0" not in place]


def _is_marked(vault_id: str, member: str) -> bool:
    """Whether a file in any of these folders says that the keyring has the key."""
    for place in _places(vault_id, member):
        with suppress(SessionStoreRefused):  # a file that is not believed
            marker = _read(vault_id, member, place)
            if marker and marker.store == KEYRING:
                return True
    return False


def _read(vault_id: str, member: str, place: str | None = None) -> _Entry | None:
    raw = runtime_folder.read(_file_name(vault_id, member), place)
    return None if raw is None else _decode(raw, vault_id, member)


def _from_keyring(vault_id: str, member: str) -> _Entry | None:
    value = system_keyring.get(_entry_name(vault_id, member), until_logout=True)
    return None if value is None else _decode(value, vault_id, member)


def _encode(entry: _Entry, vault_id: str, member: str) -> str:
    fields: dict[str, object] = {
        "v": _FORMAT,
        "vault": vault_id,
        "member": member,
        "store": entry.store,
        "since": entry.since,
        "expires": entry.expires,
    }
    if entry.key:
        fields["key"] = entry.key.reveal().hex()
    return json.dumps(fields)


def _decode(raw: bytes | str, vault_id: str, member: str) -> _Entry | None:
    """The entry, or None unless it is whole, well-formed and of this vault and member."""
    try:
        content = json.loads(raw)
        identity = [content[name] for name in ("v", "vault", "member")]
        store, since, expires, key = content["store"], content["since"], content["expires"], content.get("key")
        secret = None if key is None else Secret(bytes.fromhex(key))
        times_are_sound = 0 <= since < _LATEST and 0 <= expires < _LATEST
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if identity != [_FORMAT, vault_id, member] or not times_are_sound:
        return None
    if store == KEYRING or (store == SESSION and secret):
        return _Entry(store, float(since), float(expires), secret)
    return None


def _entry_name(vault_id: str, member: str) -> str:
    return f"{vault_id}-{member}"


def _file_name(vault_id: str, member: str) -> str:
    """Raises `ValueError` for names that could lead out of the folder."""
    name = f"{vault_id}-{member[:16]}"
    if not (name.isascii() and name.replace("-", "").isalnum()):
        raise ValueError("a vault id and a member are letters, digits and hyphens")
    return name
