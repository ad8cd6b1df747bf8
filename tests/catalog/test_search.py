"""Searching: what is found, and what comes first."""

from __future__ import annotations

import pytest

from ipvault.catalog.address import find_item
from ipvault.catalog.search import search
from ipvault.vault.items import Changes, describe, remove
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content

NAMES = ("Lizenzvertrag Müller.docx", "vertrag.txt", "report.txt", "plan_EP1.txt", "STRASSE.txt", "gone.txt")


@pytest.fixture(scope="module")
def filled() -> Vault:
    """Items with a tag and a note, and one that was removed."""
    vault = MemoryVault.create().open()
    add_content(vault, {name: name.encode() for name in NAMES})
    describe(vault, ["report.txt"], Changes(note="About the Vertrag with Jane", add_tags=("EP3141592",)))
    remove(vault, ["gone.txt"], reason="")
    assert find_item(vault.catalog, "report.txt").note
    return vault


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("vertrag", ["vertrag.txt", "report.txt", "Lizenzvertrag Müller.docx"]),
        ("VERTRÄG", ["vertrag.txt", "report.txt", "Lizenzvertrag Müller.docx"]),
        ("mu\u0308ller", ["Lizenzvertrag Müller.docx"]),
        ("muller lizenz", ["Lizenzvertrag Müller.docx"]),
        ("straße", ["STRASSE.txt"]),
        ("ep", ["plan_EP1.txt", "report.txt"]),
        ("epo", ["report.txt"]),
        ("jane vertrag report", ["report.txt"]),
        ("ep3141592.report", ["report.txt"]),
        ("jane lizenz", []),
        ("gone", []),
        ("po", []),
        ("**", []),
        ("", []),
    ],
)
def test_what_is_found(filled: Vault, words: str, found: list[str]) -> None:
    """All words, in any field, without regard to case and accents; the beginning of a name's word comes first, then
    that of another word, then its inside, where two letters are not looked for. Removed items are not found.
    """
    assert [item.name for item in search(filled.catalog, words)] == found
