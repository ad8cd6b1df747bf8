"""Reviews of access: frozen at the start, orphans included, decided by others, and closed when all is done."""

from __future__ import annotations

import pytest

from ipvault.catalog.address import find_room, root_room
from ipvault.catalog.reviews import Review, due, find_review, is_standing, population, still_to_revoke
from ipvault.catalog.roster import find_member
from ipvault.errors import Conflict, Denied, NoSuchGrant, NoSuchReview, ReviewUnfinished
from ipvault.oversight.reviews.keep import close, decide, start
from ipvault.oversight.reviews.lines import lines
from ipvault.records.reviews import KEPT_KEY, PACKAGE_SENT, RECIPIENT, ROLE
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER, READER
from ipvault.vault.membership import change_role, remove_member
from ipvault.vault.revoking import revoke_recipient
from ipvault.vault.rooms import rotate
from ipvault.vault.vault import Vault
from tests.governance.vaults import Office

DAY = "2027-01-15"


def two_owners() -> Office:
    """Ada and Cleo own the vault and `main`, Dave is an editor, and Dora was sent a package by Ada."""
    office = Office.make()
    office.set()
    office.share("plan", to="Dora")
    for room in (find_room(office.ada.catalog, MAIN), root_room(office.ada.catalog)):
        change_role(office.ada, find_member(office.ada.catalog, "Cleo"), room, OWNER)
    office.cleo.follow()
    return office


def grants(review: Review, type_: str, subject: str = "") -> list[str]:
    """The ids of the grants of a type, and of somebody."""
    return [one.id for one in review.grants if one.type == type_ and (not subject or one.subject == subject)]


def not_of(review: Review, member: str) -> list[str]:
    """The undecided grants of others."""
    return [one.id for one in review.undecided if one.subject != member]


def test_from_start_to_close() -> None:
    """Each decides on what the other has; closing is refused, with the reason, until all is decided and revoked."""
    office = two_owners()
    review, _head = start(office.ada, "January")
    assert len(grants(review, ROLE)) == 6
    assert len(grants(review, RECIPIENT)) == 3
    assert len(grants(review, PACKAGE_SENT, office.ada.member)) == 1
    (dora,) = [
        line.grant.id
        for line in lines(office.ada.catalog, review)
        if line.what == "can be sent packages" and line.who == "Dora"
    ]
    decide(office.ada, [dora], "revoke", "the deal is off")
    review, _head = decide(
        office.ada, not_of(find_review(office.ada.catalog, review.id), office.ada.member), "keep", "ok"
    )
    with pytest.raises(ReviewUnfinished, match=r"3 grants are not decided; 1 grant is to be revoked"):
        close(office.ada, review.id, "")
    office.cleo.follow()
    review, _head = decide(
        office.cleo, not_of(find_review(office.cleo.catalog, review.id), office.cleo.member), "keep", "ok"
    )
    assert review.undecided == []
    with pytest.raises(ReviewUnfinished, match="1 grant is to be revoked and is not"):
        close(office.cleo, review.id, "")
    (to_do,) = [line.to_do for line in lines(office.cleo.catalog, review) if line.to_do]
    assert to_do == "ipvault revoke Dora"
    office.ada.follow()
    revoke_recipient(office.ada, "Dora", "")
    assert [one.id for one in due(office.ada.catalog)] == [review.id]
    review, _head = close(office.ada, review.id, "done")
    assert (review.state, due(office.ada.catalog)) == ("closed", [])
    with pytest.raises(Conflict):
        decide(office.ada, [dora], "keep", "")
    with pytest.raises(Conflict):
        close(office.ada, review.id, "")


def test_what_is_granted_later_is_not_in_it() -> None:
    """The population is that of the start; what went meanwhile stays listed, and needs no command."""
    office = two_owners()
    review, _head = start(office.ada, "January")
    before = review.grants
    office.share("claims", to="Nell")
    remove_member(office.ada, find_member(office.ada.catalog, "Dave"), None, reason="left")
    review = find_review(office.ada.catalog, review.id)
    assert review.grants == before
    (main,) = [line for line in lines(office.ada.catalog, review) if line.who == "Dave" and "main" in line.what]
    assert not main.is_standing
    decide(office.ada, [main.grant.id], "revoke", "left")
    assert still_to_revoke(office.ada.catalog, find_review(office.ada.catalog, review.id)) == []


def test_orphans() -> None:
    """A key that outlived a membership is in it, until the room has a new one; recipients say whether anything in force
    covers them.
    """
    office = two_owners()
    office.dave.follow()
    remove_member(office.dave, find_member(office.dave.catalog, "Dave"), None, reason="gone")
    office.ada.follow()
    review, _head = start(office.ada, "January")
    kept = grants(review, KEPT_KEY, office.dave.member)
    assert kept
    decide(office.ada, kept, "revoke", "gone")
    review = find_review(office.ada.catalog, review.id)
    for line in lines(office.ada.catalog, review):
        if line.grant.id in kept:
            assert line.oddity == "the key outlived the membership"
            assert line.to_do.startswith("ipvault room rotate ")
        if line.grant.type == RECIPIENT:
            assert line.oddity == "no agreement in force"
    for room in (find_room(office.ada.catalog, MAIN), root_room(office.ada.catalog)):
        rotate(office.ada, room)
    assert still_to_revoke(office.ada.catalog, review) == []


def test_more_than_before_and_what_one_cannot_know() -> None:
    """Whoever was to lose a role and got a greater one still has it, and with a lesser one has it no more; a room or a
    package that a member knows nothing of may still be open, so he does not close the review.
    """
    office = two_owners()
    main, dave = find_room(office.ada.catalog, MAIN), find_member(office.ada.catalog, "Dave")
    review, _head = start(office.ada, "January")
    (editor,) = [one for one in review.grants if (one.subject, one.role) == (dave.fingerprint, "editor")]
    for role, expected in ((OWNER, True), (READER, False), (EDITOR, True)):
        change_role(office.ada, dave, main, role)
        assert is_standing(office.ada.catalog, editor) == expected
    unknown = "f" * 32
    for type_ in (KEPT_KEY, PACKAGE_SENT):
        assert is_standing(office.ada.catalog, editor._replace(type=type_, place=unknown))


def refused(vault: Vault, typed: list[str]) -> bool:
    vault.follow()
    before = vault.catalog.head
    with pytest.raises(Denied):
        decide(vault, typed, "keep", "ok")
    return vault.catalog.head == before


def test_who_decides() -> None:
    """Not on what one has, nor on a package that one shared; an editor on nothing. One that is refused stops all."""
    office = two_owners()
    review, _head = start(office.ada, "January")
    daves = grants(review, ROLE, office.dave.member)
    for own in (grants(review, ROLE, office.ada.member), grants(review, PACKAGE_SENT)):
        assert refused(office.ada, [*daves, own[0]])
    assert refused(office.dave, grants(review, ROLE, office.cleo.member)[:1])
    assert refused(office.dave, grants(review, RECIPIENT)[:1])
    assert find_review(office.ada.catalog, review.id).decisions == {}
    office.dave.follow()
    with pytest.raises(Denied):
        start(office.dave, "my own")


def test_what_is_not_there() -> None:
    """An id that means nothing is told as such; grants of several reviews are decided one review after the other."""
    office = two_owners()
    first, second = (start(office.ada, title)[0] for title in ("January", "February"))
    with pytest.raises(NoSuchReview):
        find_review(office.ada.catalog, "ffff")
    with pytest.raises(NoSuchGrant):
        decide(office.ada, ["ffff"], "keep", "ok")
    daves = [grants(review, ROLE, office.dave.member)[0] for review in (first, second)]
    with pytest.raises(Conflict, match="several"):
        decide(office.ada, daves, "keep", "ok")
    assert [one.id for one in population(office.ada.catalog, DAY)] == [""] * len(first.grants)
