"""The register of trade secrets: who agrees, what is missing, what falls due, and how it is revealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ipvault.catalog.address import find_room, root_room
from ipvault.catalog.register import LIFE_ENDS, REVIEW, due, find_secret
from ipvault.catalog.roster import find_member
from ipvault.cli.register_rendering import secret_row
from ipvault.errors import Conflict, Denied, NoSuchSecret, UsageError
from ipvault.oversight.register.factors import parse_factors
from ipvault.oversight.register.gaps import gaps
from ipvault.oversight.register.keep import Proposal, approve, propose, retire, score
from ipvault.records.anchors import HeadWitnessed
from ipvault.records.register import FACTORS
from ipvault.records.vocabulary import MAIN, OWNER
from ipvault.vault.clock import timestamp
from ipvault.vault.items import Changes, describe, remove
from ipvault.vault.membership import change_role
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.governance.vaults import Office

SIX = {name: (4, f"because of {name}") for name in FACTORS}
PROPOSAL = Proposal("Coating B", "Cured at 181 C.", "process", "Ada", "Ben", ("plan",), "EUR 2m", "")


def registered(office: Office, **said: Any) -> str:
    """Ada proposes a secret; its id."""
    room = find_room(office.ada.catalog, MAIN)
    return propose(office.ada, room, PROPOSAL._replace(**said))[0].id


def day_of(vault: Vault) -> str:
    return timestamp(vault.machine.now())[:10]


def kinds(office: Office, id_: str, day: str = "") -> set[str]:
    """What is missing of an entry, as Ada sees it."""
    office.ada.follow()
    found = find_secret(office.ada.catalog, id_)
    return {gap.kind for gap in gaps(office.ada.catalog, found, day or day_of(office.ada))}


def make_owner(office: Office, name: str) -> None:
    main = find_room(office.ada.catalog, MAIN)
    change_role(office.ada, find_member(office.ada.catalog, name), main, OWNER)


def test_proposed_scored_approved_scored_again() -> None:
    """Another owner approves what was scored; after another scoring the approval is missing again, and is no gap after
    it was given anew. What nobody scored cannot be approved, and what is approved is not approved twice.
    """
    office = Office.make()
    id_ = registered(office)
    make_owner(office, "Cleo")
    office.cleo.follow()
    with pytest.raises(Conflict, match="not scored"):
        approve(office.cleo, id_, "")
    with pytest.raises(UsageError, match="known-inside"):
        score(office.cleo, id_, {"known-outside": (5, "nobody")})
    secret, _head = score(office.cleo, id_, SIX)
    assert (secret.status, secret.is_approved_as_scored) == ("proposed", False)
    secret, _head = approve(office.cleo, id_, "I read it")
    assert (secret.status, secret.is_approved_as_scored) == ("approved", True)
    with pytest.raises(Conflict, match="already"):
        approve(office.cleo, id_, "")
    assert "not-approved" not in kinds(office, id_)
    secret, _head = score(office.ada, id_, {"measures": (5, "locked")})
    assert secret.scoring is not None
    assert secret.scoring.by_factor == {**SIX, "measures": (5, "locked")}
    assert secret.status == "approved"
    assert "approved as scored before" in secret_row(secret)
    assert "not-approved" in kinds(office, id_)


def test_who_approves() -> None:
    """Neither whoever proposed it, nor an editor."""
    office = Office.make()
    id_ = registered(office)
    score(office.ada, id_, SIX)
    office.cleo.follow()
    for vault in (office.ada, office.cleo):
        with pytest.raises(Denied):
            approve(vault, id_, "")


def test_retired() -> None:
    """A retired entry lacks nothing, falls not due, and is not scored or retired again."""
    office = Office.make()
    id_ = registered(office, until_day="2020-01-01")
    assert "life-ended" in kinds(office, id_)
    retire(office.ada, id_, "published")
    assert kinds(office, id_) == set()
    assert due(office.ada.catalog, "2999-01-01") == []
    with pytest.raises(Conflict):
        retire(office.ada, id_, "")
    with pytest.raises(Conflict):
        score(office.ada, id_, SIX)
    with pytest.raises(NoSuchSecret):
        find_secret(office.ada.catalog, "ffff")


Change = Callable[[Office, str], object]


def _witnessed(office: Office) -> None:
    """A witness signs the journal as far as it goes; whether the signature is right is another matter."""
    head = office.ada.catalog.head
    record = HeadWitnessed(
        witness="a" * 64,
        name="W",
        size=head.seq + 1,
        root="b" * 64,
        time=timestamp(office.ada.machine.now()),
        checkpoint="",
    )
    with transaction(office.ada) as change:
        change.record(record, root_room(office.ada.catalog).id)
        change.commit()


@pytest.mark.parametrize(
    ("kind", "change", "appears"),
    [
        ("not-scored", lambda office, id_: score(office.ada, id_, SIX), False),
        ("weak-measures", lambda office, id_: score(office.ada, id_, {**SIX, "measures": (2, "an open door")}), True),
        ("label", lambda office, _id: describe(office.ada, ["plan"], Changes(label="internal")), True),
        ("document-unseen", lambda office, _id: remove(office.ada, ["plan"], reason=""), True),
        ("no-agreement", lambda office, _id: office.share("plan", to="Dora"), True),
        ("not-compared", lambda office, _id: office.share("plan", to="Dora"), True),
        ("no-anchor", lambda office, _id: _witnessed(office), False),
    ],
)
def test_gaps(kind: str, change: Change, appears: bool) -> None:
    """Each gap is there when something is missing, and not otherwise."""
    office = Office.make()
    office.set()  # a policy that asks for nothing
    id_ = registered(office)
    assert (kind in kinds(office, id_)) != appears
    change(office, id_)
    assert (kind in kinds(office, id_)) == appears


def test_due() -> None:
    """A year after the last scoring, or after it was proposed; and when its life ends. What is overdue stays."""
    office = Office.make()
    id_ = registered(office, until_day="2027-06-01")
    proposed = find_secret(office.ada.catalog, id_)
    assert proposed.time.startswith("2027-01-15")
    assert [(one.day, one.what) for one in due(office.ada.catalog, "2028-01-15")] == [
        ("2027-06-01", LIFE_ENDS),
        ("2028-01-15", REVIEW),
    ]
    assert [one.what for one in due(office.ada.catalog, "2027-05-31")] == []
    assert [one.what for one in due(office.ada.catalog, "2027-05-31", 1)] == [LIFE_ENDS]
    assert "review-overdue" in kinds(office, id_, "2030-01-01")


@pytest.mark.parametrize("text", ["effort", "effort=6:so", "effort=0:so", "effort=3:", "effort=3: ", "luck=3:so"])
def test_a_score_that_is_none(text: str) -> None:
    """A factor that there is not, a score out of bounds, or no reason, is refused with how to write it."""
    with pytest.raises(UsageError, match="NAME=SCORE:REASON"):
        parse_factors([text])
    assert parse_factors(["effort=3:two years: and more"]) == {"effort": (3, "two years: and more")}
    with pytest.raises(UsageError, match="twice"):
        parse_factors(["effort=3:so", "effort=4:so"])


def test_the_catalog_is_not_told_the_description() -> None:
    """What a secret is in particular stands in its record alone."""
    office = Office.make()
    registered(office, description="the canary cures at 181 C")
    assert b"canary" not in office.ada.catalog.image()
