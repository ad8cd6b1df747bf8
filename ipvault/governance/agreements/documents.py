"""Looking into signed documents, as far as there is text in them."""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.catalog.items import items_of, versions
from ipvault.errors import VaultError
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault

MAX_DOCUMENT: Final = 4 * 1024 * 1024
"""Bytes of a document that is looked into."""


class Reading(NamedTuple):
    """The text of a document, as far as it could be read, and whether that is all of it."""

    text: str
    is_whole: bool


UNREAD: Final = Reading("", is_whole=False)


def read_agreement(vault: Vault, id_: str) -> Reading:
    """The text of the newest version of an item; none if it is not there, too long, or damaged."""
    from ipvault.governance.dlp.extraction.document import read_document
    from ipvault.governance.dlp.extraction.limits import Budget

    item = items_of(vault.catalog, [id_]).get(id_)
    newest = versions(vault.catalog, id_)[-1:] if item else []
    if item is None or not newest or newest[0].erased or newest[0].size > MAX_DOCUMENT:
        return UNREAD
    budget = Budget()
    try:
        blocks = Content(vault, item, newest[0]).blocks()
        text = "\n".join(passage.text for passage in read_document(blocks, item.name, budget))
    except VaultError:
        return UNREAD
    return Reading(text, is_whole=not budget.unread and not (budget.pictures and not text.strip()))
