"""Vaults in memory in which something is to leave, and what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ipvault.catalog.address import find_item, find_versions
from ipvault.catalog.recipients import find_recipient
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.gate.judge import judge
from ipvault.governance.gate.requests import answer, create_request
from ipvault.governance.policy.current import set_policy
from ipvault.governance.policy.policy import Override, Policy, Rules
from ipvault.keys.card import Details
from ipvault.records.vocabulary import EDITOR, LABELS, PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.sharing.share import Shared, own_card, share
from ipvault.vault.gate import Decision, Request, Way, examine
from ipvault.vault.items import Changes, describe
from ipvault.vault.recipients import add_recipient
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import CREATED, Person, let_in

IN_GERMANY = Person.named("dora", Details("Dora", "GmbH", "", "de"))
NOWHERE = Person.named("nell", Details("Nell"))
IN_FRANCE = Person.named("fred", Details("Fred", "SA", "", "FR"))
CLEO, DAVE = Person.named("Cleo"), Person.named("Dave")


def policy(version: int = 0, override: int = 0, own_rules: tuple[dict[str, Any], ...] = (), **rules: Any) -> Policy:
    """A policy with these rules for every label."""
    return Policy(version, dict.fromkeys(LABELS, Rules(**rules)), Override(approvals=override), own_rules)


@dataclass
class Office:
    """A vault of Ada's, with Cleo and Dave as editors, two documents, and recipients in places."""

    memory: MemoryVault
    ada: Vault
    cleo: Vault
    dave: Vault

    @classmethod
    def make(cls) -> Office:
        memory = MemoryVault.create()
        ada = memory.open()
        add_content(ada, {"claims": b"claims", "plan": b"plan"})
        describe(ada, ["plan"], Changes(label="secret"))
        for person in (IN_GERMANY, NOWHERE, IN_FRANCE):
            add_recipient(ada, person.card, person.card.details.name)
        for person in (CLEO, DAVE):
            let_in(ada, person, EDITOR)
        return cls(memory, ada, CLEO.open(memory), DAVE.open(memory))

    def set(self, **rules: Any) -> None:
        """A policy with these rules for every label applies from now on."""
        self.ada.follow()
        present = self.ada.catalog.view.execute("SELECT coalesce(max(version), 0) FROM policy").fetchone()[0]
        set_policy(self.ada, policy(**rules), based_on=present, reason="")

    def way(self, *to: str, **terms: str) -> Way:
        people = tuple(find_recipient(self.ada.catalog, name) for name in to or ("Dora",))
        return Way("d" * 32, terms.pop("channel", PACKAGE), "there", people, **terms)

    def asked(self, *items: str, way: Way | None = None, by: Vault | None = None) -> tuple[Request, Decision]:
        """What somebody, or Ada, asks for, and what the gate says."""
        vault = by or self.ada
        vault.follow()
        return examine(vault, find_versions(vault.catalog, list(items or ("plan",))), way or self.way(), judge)

    def request(self, *items: str, way: Way | None = None, by: Vault | None = None) -> str:
        """Somebody, or Ada, asks the others; the id."""
        vault = by or self.ada
        vault.follow()
        wanted = find_versions(vault.catalog, list(items or ("plan",)))
        return create_request(vault, wanted, way or self.way(), "")[0].id

    def answer(self, vault: Vault, request: str, *, approve: bool = True) -> None:
        vault.follow()
        answer(vault, request, "", approve=approve)

    def share(self, *items: str, to: str = "Dora", expires: str = "", override: str = "", basis: str = "") -> Shared:
        """Ada shares, or tries to."""
        self.ada.follow()
        wanted = find_versions(self.ada.catalog, list(items or ("plan",)))
        people, terms = [find_recipient(self.ada.catalog, to)], Terms(CREATED, expires or None)
        card = own_card(self.ada, CREATED)
        gate = PolicyGate(self.ada)
        return share(self.ada, wanted, people, terms, card, gate, unverified=True, override=override, basis=basis)

    def item(self, name: str = "plan") -> str:
        return find_item(self.ada.catalog, name).id
