"""What a dossier tells of agreements that cover the item, and of assessed risks: as of its day, and by its records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ipvault.catalog.address import find_item, find_room
from ipvault.catalog.agreements import Agreement, find_agreement
from ipvault.catalog.recipients import find_recipient
from ipvault.evidence.bundle.disclosure import Disclosure, parse_rule
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.closed import BY_DEFAULT, shown_in_dossier
from ipvault.evidence.dossier.missing import missing
from ipvault.evidence.dossier.page import page
from ipvault.governance.agreements.keep import add_about, terminate_agreement, update_agreement
from ipvault.governance.risk.answers import Answers
from ipvault.governance.risk.keep import accept, assess
from ipvault.records.agreements import Terms
from ipvault.records.vocabulary import EDITOR, MAIN, READER
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.membership import add_member
from ipvault.vault.recipients import remove_recipient
from ipvault.vault.vault import Vault
from tests.evidence.dossiers import BOB, CLEO, DORA, ITEM, account_of, facts, last, proven, told, with_item
from tests.governance.answered import BEST
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.people import let_in


def _agree(vault: Vault, title: str = "NDA", document: str = "other.txt", **terms: Any) -> Agreement:
    parties = (find_recipient(vault.catalog, "Dora").id,)
    return add_about(vault, Terms(**{"type": "nda", "title": title, "parties": parties, **terms}), document)[0]


def _assess(vault: Vault) -> str:
    item, dora = find_item(vault.catalog, ITEM), find_recipient(vault.catalog, "Dora")
    return assess(vault, [item], dora, Answers(BEST, "frank"))[0][0].id


def test_agreements_that_cover_the_item() -> None:
    """Each with its type, parties, days, document, and by what it covers the item; others are not told."""
    vault = with_item().open()
    describe(vault, [ITEM], Changes(label="secret", add_tags=("EP",)))
    item, room = find_item(vault.catalog, ITEM).id, find_room(vault.catalog, MAIN).id
    for title, scope in (
        ("item", {"scope_items": (item,)}),
        ("room", {"scope_rooms": (room,), "from_day": "2001-01-01", "until_day": "2001-12-31", "survival_days": 2}),
        ("label", {"scope_labels": ("secret",), "party_names": ("Zoe",)}),
        ("tag", {"scope_tags": ("EP", "XY")}),
        ("all", {}),
        ("none", {"scope_labels": ("public",)}),
    ):
        _agree(vault, title, **scope)
    (by_item, by_room, by_label, by_tag, by_nothing) = facts(account_of(vault), "agreements")
    assert (by_item["title"], by_item["type"], by_item["scope"]) == ("item", "nda", ["items"])
    assert by_item["parties"] == [{"fingerprint": DORA.fingerprint, "name": "Dora"}]
    assert by_item["document"] == {"id": find_item(vault.catalog, "other.txt").id, "name": ""}
    assert (by_item["standing"], by_item["until"], by_item["by"]["name"]) == ("in-force", "", "Ada Lovelace")
    assert [by_room[key] for key in ("from", "until", "survival_until")] == ["2001-01-01", "2001-12-31", "2002-01-02"]
    assert (by_room["scope"], by_room["covers"], by_room["standing"]) == (["rooms"], ["the room main"], "ended")
    assert (by_label["covers"], by_label["party_names"]) == (["the label secret"], ["Zoe"])
    assert (by_tag["scope"], by_tag["covers"]) == (["tags"], ["the tag EP"])
    assert by_nothing["scope"] == ["all"]
    assert facts(account_of(vault, "other.txt"), "agreements")[-1]["document"]["name"] == "other.txt"


def test_agreements_are_told_as_of_the_day() -> None:
    """Terms, termination and the item as recorded by then; each fact rests on the records that count."""
    vault = with_item().open()
    none = vault.catalog.time
    agreement = _agree(vault, scope_labels=("internal",))
    first, set_ = vault.catalog.time, last(vault)
    update_agreement(vault, agreement, Terms(type="licence", title="Licence", party_names=("Dora",)))
    changed = last(vault)
    terminate_agreement(vault, find_agreement(vault.catalog, agreement.id), "2020-01-01", "breach")
    ended = last(vault)
    assert facts(account_of(vault, as_of=none), "agreements") == []
    account = account_of(vault, as_of=first)
    assert told(facts(account, "agreements"), "title", "terminated", "standing") == [("NDA", "", "in-force", [set_])]
    keys = ("type", "terminated", "reason", "standing")
    account = account_of(vault)
    assert told(facts(account, "agreements"), *keys) == [
        ("licence", "2020-01-01", "breach", "terminated", [changed, ended])
    ]
    events = [(row["what"], row["records"]) for row in facts(account, "chronology") if row["lane"] == "terms"]
    assert events == [
        ("agreement recorded: NDA", [set_]),
        ("other terms of an agreement: Licence", [changed]),
        ("agreement terminated as of 2020-01-01", [ended]),
    ]
    describe(vault, [ITEM], Changes(label="secret"))
    _agree(vault, "too narrow", scope_labels=("internal",))
    assert [row["title"] for row in facts(account_of(vault), "agreements")] == ["Licence"]


@pytest.mark.parametrize("is_revealed", [False, True])
def test_tags_by_which_an_agreement_covers_stay_closed(is_revealed: bool) -> None:
    """That it covers the item is told all the same; which tag it is, only where tags are revealed."""
    vault = with_item().open()
    describe(vault, [ITEM], Changes(add_tags=("weak point",)))
    _agree(vault, scope_tags=("weak point",))
    disclosure = Disclosure(shown_in_dossier(["tags"])) if is_revealed else BY_DEFAULT
    dossier, files = proven(account_of(vault, disclosure=disclosure))
    assert len(dossier.section("agreements").facts) == 1
    text = "".join((page(dossier), json.dumps(dossier.to_json()), files["bundle.json"].decode()))
    assert ("the tag weak point" in text) == ("weak point" in text) == is_revealed


def _assessed() -> tuple[MemoryVault, str]:
    memory = with_item()
    vault = memory.open()
    let_in(vault, CLEO, EDITOR)
    return memory, _assess(vault)


def test_assessments_of_the_item() -> None:
    """How grave, for whom, when, by whom, who accepted it and why, by the records that say so."""
    memory, id_ = _assessed()
    vault = memory.open()
    seq = last(vault)
    accept(CLEO.open(memory), id_, "worth it")
    vault = memory.open()
    (row,) = facts(account_of(vault), "assessments")
    assert (row["recipient"]["name"], row["by"]["name"], row["assessment"]) == ("Dora", "Ada Lovelace", id_)
    assert (row["level"], row["label"], row["stale"]) == ("low", "internal", None)
    assert (row["acceptor"]["name"], row["reason"], row["records"]) == ("Cleo", "worth it", [seq, seq + 1])
    assert facts(account_of(vault, "other.txt"), "assessments") == []
    events = [row["what"] for row in facts(account_of(vault), "chronology") if row["lane"] == "terms"]
    assert events == ["risk of sharing with Dora assessed: low", "risk accepted"]
    dossier, files = proven(account_of(vault, disclosure=BY_DEFAULT))
    text = "".join((page(dossier), json.dumps(dossier.to_json()), files["bundle.json"].decode()))
    assert [word for word in ("frank", "worth it") if word in text] == []
    shown = {one["record"]: one["shown"] for one in json.loads(files["bundle.json"])["records"]}
    assert (shown[seq]["level"], shown[seq]["fingerprint"]) == ("low", DORA.fingerprint)


def test_whether_an_assessment_counted_on_the_day() -> None:
    """What changed afterwards is not held against it before; then it is said why it counts no longer."""
    memory, _id = _assessed()
    vault = memory.open()
    then = vault.catalog.time
    describe(vault, [ITEM], Changes(label="secret"))
    labelled = vault.catalog.time
    remove_recipient(vault, "Dora", "gone")
    removed = vault.catalog.time
    move(vault, ITEM, room="lab")
    why = [facts(account_of(vault, as_of=day), "assessments")[0]["stale"] for day in (then, labelled, removed, "")]
    assert why[0] is None
    assert "label was internal" in why[1]
    assert "nothing is sent" in why[2]
    assert "not in its place" in why[3]


def _withheld(vault: Vault, *rules: str) -> Account:
    return account_of(vault, disclosure=BY_DEFAULT._replace(rules=tuple(parse_rule(vault.catalog, r) for r in rules)))


def test_what_is_withheld_or_closed_is_said_to_be_missing() -> None:
    """Agreements and assessments go by the same rules as all records, and those of closed rooms are told as missing."""
    memory = with_item()
    vault = memory.open()
    _assess(vault)
    _agree(vault)
    seq = last(vault)
    account = _withheld(vault, f"record={seq}", "kind=assessment.made")
    assert facts(account, "agreements") == facts(account, "assessments") == []
    assert account.withheld == {"kind=assessment.made": [seq - 1], f"record={seq}": [seq]}
    assert [fact.values[0] for fact in missing(account).facts] == ["withheld", "withheld"]
    add_member(vault, BOB.card, find_room(vault.catalog, MAIN), READER)
    add_content(vault, {"signed.txt": b"signed"}, room="lab")
    _agree(vault, "secret NDA", "signed.txt")
    assert [row["title"] for row in facts(account_of(vault), "agreements")] == ["NDA", "secret NDA"]
    theirs = account_of(BOB.open(memory))
    assert [row["title"] for row in facts(theirs, "agreements")] == ["NDA"]
    assert "an agreement there covers it, cannot be told" in str([fact.values for fact in missing(theirs).facts])
