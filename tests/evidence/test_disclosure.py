"""What is withheld stays closed wherever records tell of it, and the privilege log leaves no record out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from ipvault.evidence.bundle.make import LOG_COLUMNS
from ipvault.evidence.custody import begin, transfer
from ipvault.evidence.timestamps import request_for_item
from ipvault.records.base import Record
from ipvault.records.packages import PackageRevoked, PackageShared
from ipvault.records.timestamps import TimestampRequested
from ipvault.records.vocabulary import READER
from ipvault.vault.forgetting import forget
from ipvault.vault.items import Changes, describe
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.evidence.bundles import bundle
from tests.evidence.test_false_anchors import answer
from tests.support.memory_vault import MemoryVault, add_content, add_room
from tests.support.people import Person, let_in, receipt, room_called
from tests.support.rulings import DECISION, decided, requested

SECRET = b"the secret"
SHA256 = hashlib.sha256(SECRET).hexdigest()


@pytest.fixture
def vault() -> Vault:
    """In the room Falcon there is a secret, which is privileged; in `main` there is something else."""
    vault = MemoryVault.create().open()
    add_content(vault, {"claims.txt": b"claims"})
    add_room(vault, "Falcon")
    add_content(vault, {"secret.txt": SECRET}, room="Falcon")
    describe(vault, ["Falcon:secret.txt"], Changes(add_tags=("privileged",)))
    return vault


def record(vault: Vault, room: str, *records: Record) -> None:
    with transaction(vault) as change:
        for one in records:
            change.record(one, room_called(vault, room).id)
        change.commit()


def shown(vault: Vault, rule: str, seqs: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What a bundle that reveals everything shows of records."""
    files = bundle(vault, seqs, reveal=["all"], withhold=[rule])
    return {one["record"]: one["shown"] for one in json.loads(files["bundle.json"])["records"]}


RULES = ["tag=privileged", "room=Falcon", "item=Falcon:secret.txt"]


@pytest.mark.parametrize("rule", RULES)
def test_what_tells_of_a_withheld_document_is_withheld_too(vault: Vault, rule: str) -> None:
    """Timestamps and renewals, packages, requests for them, revocations, receipts, custody of the same content."""
    first = vault.catalog.head.seq + 1
    made = request_for_item(vault, "Falcon:secret.txt").record
    record(vault, "Falcon", answer(made.timestamp))
    renewal = TimestampRequested(
        timestamp="f" * 32,
        target="timestamp",
        renews=made.timestamp,
        algorithm="sha512",
        imprint="1" * 128,
        nonce="1" * 16,
    )
    record(vault, "Falcon", renewal, answer(renewal.timestamp))
    grant = PackageShared(
        package="a" * 32,
        manifest="1" * 64,
        recipients=(Person.named("Bob").fingerprint,),
        unverified=(),
        items=(made.item,),
        versions=(1,),
        expires="",
        purpose="secret",
        decision=DECISION,
    )
    record(vault, "Falcon", requested(made.item), decided(), grant)
    record(vault, "Falcon", PackageRevoked(package=grant.package, reason="secret"))
    record(vault, "root", receipt(Person.named("Bob").identity))
    custody, _head = begin(vault, title="secret", sha256=SHA256, holder="Ada", reason="")
    transfer(vault, custody.id, receiver="Bob", before=SHA256, after="2" * 64, reason="secret")
    last = vault.catalog.head.seq
    claims = vault.catalog.head.seq + 1
    request_for_item(vault, "claims.txt")
    told = shown(vault, rule, range(first, claims + 1))
    assert {seq for seq, values in told.items() if values} == {claims}
    assert len(told) == last + 1 - first + 1


def test_a_room_is_withheld_with_its_name(vault: Vault) -> None:
    """A room's records go by the room that they stand in, or that they name: its name and its members are closed."""
    let_in(vault, Person.named("Bob"), READER, "Falcon")
    told = shown(vault, "room=Falcon", range(vault.catalog.head.seq + 1))
    room = room_called(vault, "Falcon").id
    assert any(values for values in told.values())
    assert not [values for values in told.values() if room in values.values() or "Falcon" in values.values()]


def log_of(files: dict[str, bytes]) -> dict[int, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(files["privilege-log.csv"].decode()))
    assert tuple(rows.fieldnames or ()) == LOG_COLUMNS
    return {int(row["record"]): row for row in rows}


def test_what_the_maker_cannot_open_is_on_the_log() -> None:
    """A record of a room that is closed to the maker, and one that was forgotten, with which of both it is."""
    memory, bob = MemoryVault.create(), Person.named("Bob")
    ada = memory.open()
    add_content(ada, {"claims.txt": b"claims"})
    add_room(ada, "Falcon")
    add_content(ada, {"secret.txt": SECRET}, room="Falcon")
    closed = ada.catalog.head.seq
    let_in(ada, bob, READER)
    record(ada, "root", receipt(bob.identity))
    forget(ada, [ada.catalog.head.seq], reason="")
    forgotten = ada.catalog.head.seq - 1
    log = log_of(bundle(bob.open(memory), [closed, forgotten], reveal=["all"]))
    assert {seq: log[seq]["withheld"] for seq in (closed, forgotten)} == {closed: "closed", forgotten: "forgotten"}
