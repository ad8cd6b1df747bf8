"""Which library does the work."""

from __future__ import annotations

from cryptography.hazmat.backends.openssl.backend import backend


def openssl_version() -> str:
    """The version of the OpenSSL that `cryptography` is built with, as that names itself."""
    return backend.openssl_version_text()
