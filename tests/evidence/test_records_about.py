"""Which records tell of an item: those that name it, and what became of its packages, timestamps and contents."""

from __future__ import annotations

from ipvault.catalog.address import find_item
from ipvault.catalog.packages import packages
from ipvault.records.custody import CustodyStarted
from ipvault.sharing.receipt import Receipt, Statement
from ipvault.sharing.receipts import import_receipt
from ipvault.vault.journal_query import Query, read_about
from ipvault.vault.revoking import revoke_package
from ipvault.vault.vault import Vault
from tests.evidence.dossiers import DORA, ITEM, account_of, facts, record, sent, with_item
from tests.support.people import CREATED


def _kinds(vault: Vault, name: str) -> list[str]:
    item = find_item(vault.catalog, name).id
    return [row.action for row in read_about(vault, Query(items=frozenset((item,))))]


def test_what_tells_of_an_item_without_naming_it() -> None:
    """A package that held it and was revoked, a receipt, custody of its content; nothing of what is about others."""
    vault = with_item().open()
    package = sent(vault)
    (shared,) = packages(vault.catalog)
    statement = Statement("opened", CREATED, package, shared.manifest)
    import_receipt(vault, Receipt.issue(DORA.identity, DORA.card, statement))
    revoke_package(vault, package, "mistake")
    sha = facts(account_of(vault), "versions")[0]["sha256"]
    record(vault, CustodyStarted(custody="2" * 32, sha256=sha, title="stick", holder="Ada", reason=""))
    revoke_package(vault, sent(vault, "other.txt"), "")
    telling = ["receipt.imported", "package.revoked", "custody.started"]
    assert [kind for kind in _kinds(vault, ITEM) if kind in telling] == telling
    assert _kinds(vault, ITEM)[0] == "item.added"
    assert [kind for kind in _kinds(vault, "other.txt") if kind in telling] == ["package.revoked"]
