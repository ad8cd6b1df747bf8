"""Dossiers to look at, and vaults with something to tell, all of it in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from random import Random
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ipvault.catalog.address import Room, find_any, find_item, find_room, find_versions, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import find_recipient
from ipvault.catalog.roster import find_member
from ipvault.evidence.bundle.disclosure import Disclosure
from ipvault.evidence.dossier.account import Account, gather
from ipvault.evidence.dossier.closed import CLOSED, shown_in_dossier
from ipvault.evidence.dossier.dossier import Dossier, make_dossier
from ipvault.evidence.dossier.proof import prove
from ipvault.evidence.dossier.sections import SECTIONS
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.policy.current import current_policy
from ipvault.governance.risk.method import method_digest
from ipvault.journal.head import Head
from ipvault.records.base import Record
from ipvault.records.vocabulary import MAIN
from ipvault.sharing.manifest import Terms
from ipvault.sharing.share import own_card, share
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.membership import add_member, change_role, remove_member
from ipvault.vault.recipients import add_recipient
from ipvault.vault.rooms import create_room, rotate
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import CREATED, Person

ITEM = "claims.txt"
BOB, CLEO, DORA = Person.named("Bob"), Person.named("Cleo"), Person.named("Dora")

Facts = list[dict[str, Any]]


REVEALED: Final = Disclosure(shown_in_dossier(CLOSED))
"""Nothing of what a dossier can tell stays closed."""


def account_of(vault: Vault, name: str = ITEM, as_of: str = "", disclosure: Disclosure = REVEALED) -> Account:
    """The account of an item that is called so now."""
    return gather(vault, find_any(vault.catalog, name).id, as_of, disclosure, method_in=present_method)


def present_method(catalog: Catalog) -> str:
    """The digest of the weights by which risks are assessed."""
    return method_digest(current_policy(catalog).risk)


def dossier_of(vault: Vault, name: str = ITEM, disclosure: Disclosure = REVEALED) -> Dossier:
    """The dossier, which is on record."""
    account = account_of(vault, name, disclosure=disclosure)
    return make_dossier(account, destination="court.html", reason="Widget v. Gadget", evidence="court.evidence/")[0]


def facts(account: Account, key: str) -> Facts:
    """The facts of a section, as programs get them."""
    found: dict[str, Facts] = {told["section"]: told["facts"] for told in sections(account)}
    return found[key]


def sections(account: Account) -> list[dict[str, Any]]:
    """All sections that are told of an account, as programs get them."""
    return [section(account).to_json() for section in SECTIONS]


def with_item() -> MemoryVault:
    """A vault with two rooms, the item in `main`, something else, and Dora as a recipient."""
    memory = MemoryVault.create()
    vault = memory.open()
    create_room(vault, "lab")
    add_content(vault, {ITEM: b"claims", "other.txt": b"other"})
    add_recipient(vault, DORA.card, "Dora")
    return memory


def sent(vault: Vault, name: str = ITEM, purpose: str = "due diligence") -> str:
    """Seal an item to Dora; the id of the package."""
    recipient = find_recipient(vault.catalog, "Dora")
    wanted = find_versions(vault.catalog, [name])
    terms = Terms(CREATED, purpose=purpose)
    shared = share(vault, wanted, [recipient], terms, own_card(vault, CREATED), PolicyGate(vault), unverified=True)
    return shared.package.header.id


def eventful(seed: int, steps: int) -> tuple[MemoryVault, list[str]]:
    """A vault in which any of what changes who can open the item happened, at random, and the times of all of it."""
    memory, chance = with_item(), Random(seed)  # noqa: S311  # nothing secret
    times: list[str] = []
    for _step in range(steps):
        memory.machine.now()  # a second in which nothing happens
        chance.choice(_DEEDS)(memory, chance)
        times.append(memory.open().catalog.time)
    return memory, times


class _Somebody(NamedTuple):
    """Bob or Cleo, and a room in which something becomes of him or her."""

    person: Person
    room: Room
    role: str | None


def _somebody(vault: Vault, chance: Random) -> _Somebody:
    room, person = find_room(vault.catalog, chance.choice((MAIN, "lab"))), chance.choice((BOB, CLEO))
    return _Somebody(person, room, vault.catalog.role(person.fingerprint, room.id))


def _let_in(memory: MemoryVault, chance: Random) -> None:
    vault = memory.open()
    person, room, before = _somebody(vault, chance)
    role = chance.choice(("owner", "editor", "reader", "auditor"))
    if before is None:
        add_member(vault, person.card, room, role)
    elif role != before:
        change_role(vault, find_member(vault.catalog, person.fingerprint), room, role)


def _show_out(memory: MemoryVault, chance: Random) -> None:
    vault = memory.open()
    person, room, role = _somebody(vault, chance)
    if role:
        remove_member(vault, find_member(vault.catalog, person.fingerprint), room, reason="left")


def _leave(memory: MemoryVault, chance: Random) -> None:
    """Somebody goes by himself, and so knows the key of the room until another makes a new one."""
    person, room, role = _somebody(memory.open(), chance)
    if role:
        vault = person.open(memory)
        remove_member(vault, find_member(vault.catalog, person.fingerprint), room, reason="going")


def _move(memory: MemoryVault, _chance: Random) -> None:
    vault = memory.open()
    item = find_item(vault.catalog, ITEM)
    move(vault, item.id, room="lab" if item.room_name == MAIN else MAIN)


def _describe(memory: MemoryVault, chance: Random) -> None:
    vault = memory.open()
    describe(vault, [ITEM], Changes(label=chance.choice(("secret", "internal"))))


def _share(memory: MemoryVault, chance: Random) -> None:
    if chance.random() < 0.3:
        sent(memory.open())


def _rotate(memory: MemoryVault, chance: Random) -> None:
    vault = memory.open()
    rotate(vault, find_room(vault.catalog, chance.choice((MAIN, "lab"))))


_DEEDS: Final[tuple[Callable[[MemoryVault, Random], None], ...]] = (
    *(_let_in, _let_in, _let_in, _let_in, _show_out, _leave, _leave),
    *(_move, _describe, _share, _rotate),
)


def last(vault: Vault) -> int:
    return vault.catalog.head.seq


def record(vault: Vault, *records: Record, room: str = "") -> int:
    """Put records in a room (an id), or else in the root room; the number of the last."""
    with transaction(vault) as change:
        for one in records:
            change.record(one, room or root_room(vault.catalog).id)
        return change.commit().seq


def told(facts: Facts, *keys: str) -> list[tuple[object, ...]]:
    """Some values of each fact, and its records."""
    return [(*(fact[key] for key in keys), fact["records"]) for fact in facts]


def proven(account: Account, pages: Mapping[str, bytes] = MappingProxyType({})) -> tuple[Dossier, dict[str, bytes]]:
    """A dossier, and the files of the bundle that proves it and these pages."""
    vault, found = account.vault, dict[str, bytes]()

    def tree(head: Head) -> AbstractContextManager[JournalTree]:
        return open_tree(vault.store, vault.id, head, None)

    dossier, _head = make_dossier(account, destination="/secret/court", reason="")
    prove(account, dossier, pages, tree, found.__setitem__, trusted=(), destination="/secret/court")
    return dossier, found
