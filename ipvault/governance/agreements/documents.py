"""Looking into signed documents, as far as they are plain text."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.items import items_of, versions
from ipvault.errors import VaultError
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault

MAX_DOCUMENT: Final = 4 * 1024 * 1024
"""Bytes of a document that is looked into."""


def text_of_document(vault: Vault, id_: str) -> str | None:
    """The text of the newest version of an item; None if it is not there, too long, no text, or damaged."""
    item = items_of(vault.catalog, [id_]).get(id_)
    newest = versions(vault.catalog, id_)[-1:] if item else []
    if item is None or not newest or newest[0].erased or newest[0].size > MAX_DOCUMENT:
        return None
    try:
        text = b"".join(Content(vault, item, newest[0]).blocks()).decode()
    except (VaultError, UnicodeDecodeError):
        return None
    return None if "\x00" in text else text
