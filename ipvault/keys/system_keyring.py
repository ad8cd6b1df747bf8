"""The operating system's keyring, and only a real one. The only importer of `keyring`, which takes 0.1 s to import.

`keyring` chooses a backend by itself and may choose one that stores nothing, or in clear (keyring #117, #569). So the
backends that may be used are named here, and whatever is written is read back.

Entries with `until_logout` go to the collection that the Secret Service keeps in memory, where there is one: a master
key in the login keyring would stand on disk under the login password, long after its time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from ipvault.errors import KeyringRefused
from ipvault.text import _

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "ipvault"

_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105 - the name of a class
_REAL_BACKENDS = frozenset(
    {
        _SECRET_SERVICE,
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)
_NO_BACKEND = "keyring.backends.fail.Keyring"
_IN_MEMORY = "/org/freedesktop/secrets/collection/session"

T = TypeVar("T")


def backend_name() -> str:
    """The class of the real keyring that this session has; raises `KeyringRefused` if there is none."""
    return _name(_real_backend())


def get(name: str, *, until_logout: bool = False) -> str | None:
    """The entry called `name`, or None. The system may ask the user to open the keyring."""
    return _on_keyring(lambda keyring: keyring.get_password(SERVICE, name), until_logout)


def put(name: str, value: str, *, until_logout: bool = False) -> None:
    """Store `value` under `name` and read it back; raises `KeyringRefused` if it cannot be kept."""

    def store(keyring: KeyringBackend) -> None:
        keyring.set_password(SERVICE, name, value)
        if keyring.get_password(SERVICE, name) != value:
            keyring.delete_password(SERVICE, name)
            raise KeyringRefused(reason=_("{backend} gave back something else").format(backend=_name(keyring)))

    _on_keyring(store, until_logout)


def delete(name: str, *, until_logout: bool = False) -> bool:
    """Remove the entry; whether there was one. Raises `KeyringRefused` if the keyring does not let go of it."""

    def remove(keyring: KeyringBackend) -> bool:
        if keyring.get_password(SERVICE, name) is None:
            return False
        keyring.delete_password(SERVICE, name)
        return True

    return _on_keyring(remove, until_logout)


def _on_keyring(operation: Callable[[KeyringBackend], T], until_logout: bool) -> T:
    from keyring.errors import InitError

    backend = _real_backend()
    try:
        if until_logout and _name(backend) == _SECRET_SERVICE:
            with suppress(InitError):  # not every Secret Service has a collection in memory
                return operation(backend.with_properties(preferred_collection=_IN_MEMORY))
        return operation(backend)
    except KeyringRefused:
        raise
    except Exception as error:  # backends raise what their system raises: D-Bus, COM and CoreFoundation errors
        raise KeyringRefused(reason=f"{_name(backend)}: {str(error) or type(error).__name__}") from error


def _real_backend() -> KeyringBackend:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        backend = keyring.get_keyring()
        candidates = list(backend.backends) if isinstance(backend, ChainerBackend) else [backend]
    except Exception as error:  # plug-ins and a configured backend run here, and may raise anything
        raise KeyringRefused(reason=_("the configured backend does not load ({error})").format(error=error)) from error
    for candidate in candidates:
        if _name(candidate) in _REAL_BACKENDS:
            return candidate
    if _name(backend) == _NO_BACKEND:
        raise KeyringRefused(reason=_("this login session has none"))
    names = ", ".join(_name(candidate) for candidate in candidates) or _name(backend)
    raise KeyringRefused(reason=_("{backend} is not known to protect it").format(backend=names))


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
