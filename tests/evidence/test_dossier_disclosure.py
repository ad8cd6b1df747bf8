"""What a dossier leaves closed unless it is revealed, what rules withhold, and what its bundle signs."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ipvault.catalog.address import find_item, find_version
from ipvault.errors import UsageError
from ipvault.evidence.bundle.disclosure import Disclosure, Rule, parse_rule
from ipvault.evidence.dossier import HASHES
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.closed import BY_DEFAULT, CLOSED, shown_in_dossier
from ipvault.evidence.dossier.dossier import make_dossier
from ipvault.evidence.dossier.missing import missing
from ipvault.evidence.dossier.page import page
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.access import EvidenceReleased
from ipvault.records.custody import CustodyStarted
from ipvault.records.upkeep import RollbackAccepted
from ipvault.records.vocabulary import EXPORT
from ipvault.vault.gate import Way
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, erase, remove
from ipvault.vault.release import release
from ipvault.vault.revoking import revoke_package
from ipvault.vault.sources import Source
from ipvault.vault.vault import Vault
from tests.evidence.dossiers import (
    ITEM,
    account_of,
    dossier_of,
    facts,
    last,
    proven,
    record,
    sections,
    sent,
    told,
    with_item,
)
from tests.support.memory_vault import add_content

WORDS = {name: f"{name} weak, settle" for name in CLOSED}


def written_about(vault: Vault, folder: Path) -> None:
    """Have somebody write frankly wherever a record of the item has room for it."""
    describe(vault, [ITEM], Changes(note=WORDS["note"], add_tags=(WORDS["tags"],)))
    (folder / WORDS["source"]).write_bytes(b"claims 2")
    update(vault, ITEM, Source(ITEM, str(folder / WORDS["source"])))
    release(vault, [find_version(vault.catalog, ITEM)], Way("d" * 32, EXPORT, WORDS["destination"]), PolicyGate(vault))
    package = sent(vault, purpose=WORDS["purpose"])
    revoke_package(vault, package, WORDS["reason"])
    sha = facts(account_of(vault), "versions")[0]["sha256"]
    record(vault, CustodyStarted(custody="2" * 32, sha256=sha, title="stick", holder="Ada", reason=WORDS["reason"]))
    rollback: dict[str, Any] = {
        "pinned_seq": 9,
        "pinned_hash": "0" * 64,
        "found_seq": 5,
        "found_hash": "1" * 64,
        "incarnation": 2,
    }
    record(vault, RollbackAccepted(reason=WORDS["reason"], **rollback))
    erase(vault, find_item(vault.catalog, ITEM), [1], reason=WORDS["reason"])
    seq = last(vault)
    make_dossier(account_of(vault), destination=WORDS["destination"], reason=WORDS["reason"])
    record(vault, EvidenceReleased(records=(seq,), withheld=(), shown=(), destination="/weak", reason=WORDS["reason"]))
    remove(vault, [ITEM], reason=WORDS["reason"])


def everything(account: Account) -> str:
    """All that the other side gets: the page, the JSON and the bundle, as one text."""
    dossier, files = proven(account)
    return "".join((page(dossier), json.dumps(dossier.to_json()), *(data.decode("latin-1") for data in files.values())))


def test_what_people_wrote_stays_closed(tmp_path: Path) -> None:
    """Notes, tags, reasons, purposes, places and names of files are in nothing that the other side gets."""
    vault = with_item().open()
    written_about(vault, tmp_path)
    text = everything(account_of(vault, disclosure=BY_DEFAULT))
    assert "weak" not in text
    assert "secret/court" not in text
    assert "Not revealed" in text
    assert ITEM in text


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_revealed_is_told(name: str, tmp_path: Path) -> None:
    """The words of the fields that are named, and of no other."""
    vault = with_item().open()
    written_about(vault, tmp_path)
    account = account_of(vault, disclosure=Disclosure(shown_in_dossier([name])))
    text = everything(account)
    assert {one for one, words in WORDS.items() if words in text} == {name}
    assert WORDS[name] in json.dumps(sections(account))


def test_earlier_evidence_is_one_line() -> None:
    """However often a dossier was made, the next one rests on the same records, and its bundle has no other."""
    vault = with_item().open()
    first, _files = proven(account_of(vault, disclosure=BY_DEFAULT))
    assert facts(account_of(vault), "releases") == []
    ((line, released),) = told(facts(account_of(vault), "evidence"), "count")
    assert line == 2
    assert released == [first.record, first.record + 1]
    proven(account_of(vault, disclosure=BY_DEFAULT))
    third, files = proven(account_of(vault, disclosure=BY_DEFAULT))
    assert third.records == first.records
    assert third.section("evidence").facts[0].values == ("Evidence was made 4 times.", 4)
    assert {one["record"] for one in json.loads(files["bundle.json"])["records"]} == {*first.records, third.record}
    assert facts(account_of(vault, "other.txt"), "evidence") == []


def test_a_rule_withholds_records() -> None:
    """What they say is in nothing; that they are withheld, by which rule and on which ground, is."""
    vault = with_item().open()
    describe(vault, [ITEM], Changes(label="secret"))
    seq = last(vault)
    rules = (parse_rule(vault.catalog, f"record={seq}"), parse_rule(vault.catalog, "kind=package.shared"))
    account = account_of(vault, disclosure=replace_rules(rules))
    assert [row["label"] for row in facts(account, "description")] == ["internal"]
    assert account.withheld == {f"record={seq}": [seq]}
    (gap,) = missing(account).facts
    assert (gap.values[0], gap.records) == ("withheld", (seq,))
    assert f"record={seq}: counsel" in str(gap.values[1])
    dossier, files = proven(account)
    assert seq not in dossier.records
    rows = [row for row in files["privilege-log.csv"].decode().splitlines() if row.startswith(f"{seq},")]
    assert [row.endswith(f",all,record={seq},counsel") for row in rows] == [True]
    assert '"secret"' not in json.dumps(sections(account))


def replace_rules(rules: tuple[Rule, ...]) -> Disclosure:
    """What is disclosed by default, but for what these rules withhold."""
    return BY_DEFAULT._replace(rules=rules, basis="counsel")


def test_a_rule_that_withholds_the_item_is_refused() -> None:
    """There is no dossier of what is withheld altogether."""
    vault = with_item().open()
    describe(vault, [ITEM], Changes(add_tags=("privileged",)))
    before = last(vault)
    with pytest.raises(UsageError, match="tag=privileged withholds"):
        account_of(vault, disclosure=replace_rules((parse_rule(vault.catalog, "tag=privileged"),)))
    assert last(vault) == before


def test_an_accepted_rollback_is_among_what_is_missing() -> None:
    """Up to which record the other copy went, and where this one ended."""
    vault = with_item().open()
    rollback: dict[str, Any] = {
        "pinned_seq": 90,
        "pinned_hash": "0" * 64,
        "found_seq": 5,
        "found_hash": "1" * 64,
        "incarnation": 2,
    }
    seq = record(vault, RollbackAccepted(reason="disk", **rollback))
    (gap,) = missing(account_of(vault)).facts
    assert (gap.values[0], gap.records) == ("rolled-back", (seq,))
    assert "record 90" in str(gap.values[1])
    _dossier, files = proven(account_of(vault))
    assert f"as record {seq} says" in " ".join(files["README.txt"].decode().split())


def test_an_accepted_copy_that_is_longer_is_not_called_older() -> None:
    """It went another way, and did not go back: so say the section of what was done, and the bundle."""
    vault = with_item().open()
    heads: dict[str, Any] = {"pinned_hash": "0" * 64, "found_hash": "1" * 64, "incarnation": 2}
    record(vault, RollbackAccepted(reason="", pinned_seq=4, found_seq=5, **heads))
    (row,) = facts(account_of(vault), "upkeep")
    assert row["what"] == "another copy of the vault, up to record 5, accepted in place of the one up to record 4"
    readme = " ".join(proven(account_of(vault))[1]["README.txt"].decode().split())
    assert "another copy of the vault, up to record 5, was accepted in place of the one up to record 4" in readme
    assert "older copy" not in readme


def test_the_hashes_of_the_pages_are_signed() -> None:
    """In the form of sha256sum, in a file that is on the signed list."""
    _dossier, files = proven(account_of(with_item().open()), {"a b.html": b"page", "a b.json": b"{}"})
    digests = [f"{sha256(data).hexdigest()}  a b.{form}\n" for form, data in (("html", b"page"), ("json", b"{}"))]
    assert files[HASHES].decode() == "".join(digests)
    assert f"{sha256(files[HASHES]).hexdigest()}  {HASHES}\n" in files["SHA256SUMS"].decode()


def test_no_item_is_told_of_another() -> None:
    """A dossier holds no name and no hash of what is beside the item."""
    memory = with_item()
    vault = memory.open()
    add_content(vault, {"merger.txt": b"merger"})
    sent(vault, "other.txt")
    text = json.dumps(dossier_of(vault).to_json())
    other = find_item(vault.catalog, "other.txt")
    assert "merger" not in text
    assert "other.txt" not in text
    assert other.id not in text
