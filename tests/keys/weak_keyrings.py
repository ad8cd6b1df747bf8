"""Keyring backends that a user may have configured and that must not get a key. Loaded by PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.backends import SecretService


class PlaintextKeyring(KeyringBackend):
    """As in keyrings.alt: it works, and keeps everything in clear."""

    priority: ClassVar[float] = 0.5
    stored: ClassVar[dict[tuple[str, str], str]] = {}

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring annotates only some of its methods

    def get_password(self, service: str, username: str) -> str | None:
        return self.stored.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.stored[service, username]


class EncryptedKeyring(PlaintextKeyring):
    """As in keyrings.alt: encrypted, but with a passphrase that it asks for by itself."""


class Keyring(SecretService.Keyring):
    """A backend that calls itself like a real one and is derived from it."""

    priority: ClassVar[float] = 9


class BrokenKeyring(PlaintextKeyring):
    """It fails while it loads."""

    def __init__(self) -> None:
        raise TypeError("no such device")


class ForgetfulKeyring(PlaintextKeyring):
    """It gives back something other than what was stored. `disguise` makes it look like a real one."""

    def get_password(self, service: str, username: str) -> str | None:
        value = super().get_password(service, username)
        return value and value[:-1]


def disguise(backend: type[KeyringBackend]) -> None:
    """Give the class the name of a backend that is trusted."""
    backend.__module__, backend.__qualname__ = "keyring.backends.macOS", "Keyring"
