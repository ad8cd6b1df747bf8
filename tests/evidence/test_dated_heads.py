"""Timestamps of the journal as rungs of the ladder that `verify` climbs."""

from __future__ import annotations

import hashlib

import pytest

from ipvault.evidence.journal_tree import open_tree
from ipvault.evidence.ladder import Ladder, climb
from ipvault.evidence.timestamp_exchange import request
from ipvault.evidence.timestamp_token import Trust
from ipvault.evidence.timestamps import request_for_head
from ipvault.journal.checkpoint import TreeHead
from ipvault.records.timestamps import TimestampRequested
from ipvault.vault.vault import Vault
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import Opener, verify_vault
from tests.evidence.test_timestamps import head, on_record, take, trust, vault_at
from tests.support.authority import Authority
from tests.support.memory_vault import add_content


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def vault() -> Vault:
    return vault_at()


def climbed(vault: Vault, trusted: Trust | None) -> tuple[Ladder, Report]:
    """What `verify` finds, and how far that reaches."""
    pins = vault.machine.pins
    opener = Opener(vault.member, vault.identity, pins, lambda: vault)
    report = verify_vault(vault.store, lambda _vault: pins, lambda: opener)
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        return climb(report, lambda: tree, (), None, trusted), report


def test_a_dated_head_is_a_rung(vault: Vault, authority: Authority) -> None:
    """With certificates that the verifier trusts himself it is one; without them a note says that there is one."""
    stamped = head(vault)
    record = take(vault, authority.stamp(request_for_head(vault, stamped).request), authority).record
    add_content(vault, {"later": b""})
    ladder, report = climbed(vault, trust(authority))
    assert [tuple(rung) for rung in ladder.rungs if rung.kind == "timestamp"] == [
        ("timestamp", stamped.size, "Local stamps", record.at)
    ]
    assert (report.findings, report.notes) == ([], [])
    ladder, report = climbed(vault, None)
    assert [rung.kind for rung in ladder.rungs] == ["this-computer"]
    assert "--ca FILE" in report.notes[0]
    assert report.findings == []


def test_an_authority_that_the_verifier_does_not_trust(
    vault: Vault, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whom a member trusted does not matter: it is no rung, and a note says why."""
    take(vault, authority.stamp(request_for_head(vault, head(vault)).request), authority)
    ladder, report = climbed(vault, trust(Authority.make(tmp_path_factory.mktemp("other"))))
    assert [rung.kind for rung in ladder.rungs] == ["this-computer"]
    assert "does not count" in report.notes[0]
    assert report.findings == []


@pytest.mark.parametrize("lie", ["root", "size", "nothing", "origin", "imprint"])
def test_a_head_that_is_none_of_the_journal(vault: Vault, authority: Authority, lie: str) -> None:
    """An authority dates any hash. A false record about one counts for nothing, and whose that is is told."""
    true = head(vault)
    false = {
        "root": true._replace(root=bytes(32)),
        "size": true._replace(size=10_000),
        "nothing": true._replace(size=0),
        "origin": true._replace(origin="ipvault.vault/" + "0" * 32),
        "imprint": true,
    }[lie]
    stamped = TreeHead("any", 1, bytes(32)) if lie == "imprint" else false
    imprint = hashlib.sha256(stamped.text.encode()).hexdigest()
    record = TimestampRequested(
        timestamp="0" * 32,
        target="head",
        origin=false.origin,
        size=false.size,
        root=false.root.hex(),
        algorithm="sha256",
        imprint=imprint,
        nonce="1" * 16,
    )
    on_record(vault, record)
    seq = take(vault, authority.stamp(request("sha256", imprint, "1" * 16)), authority).head.seq
    ladder, report = climbed(vault, trust(authority))
    assert [rung.kind for rung in ladder.rungs] == ["this-computer"]
    assert report.findings == []
    assert [note for note in report.notes if f"record {seq}, by " in note and "counts for nothing" in note]
    assert ladder.contradicted is None
