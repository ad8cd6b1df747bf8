"""Recording reviews of access: started, decided grant by grant, and closed."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.address import SHORT_ID, root_room
from ipvault.catalog.reviewing import objection_to_reviewing
from ipvault.catalog.reviews import Review, find_grants, find_review, population, still_to_revoke
from ipvault.errors import Conflict, Denied, ReviewUnfinished
from ipvault.journal.head import Head
from ipvault.records.reviews import GrantDecided, ReviewClosed, ReviewStarted
from ipvault.text import _, ngettext
from ipvault.vault.clock import today
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def start(vault: Vault, title: str) -> tuple[Review, Head]:
    """Record all that anybody may now, to be reviewed. Raises `Denied` for whoever is no owner of the vault."""
    id_ = vault.machine.random(16).hex()
    with transaction(vault) as change:
        found = population(vault.catalog, today(vault))
        grants = [grant._replace(id=vault.machine.random(16).hex()) for grant in found]
        ids, types, subjects, places, roles, orphans = zip(*grants, strict=True)
        record = ReviewStarted(
            review=id_,
            title=title,
            grants=ids,
            types=types,
            subjects=subjects,
            places=places,
            roles=roles,
            orphans=orphans,
        )
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_review(vault.catalog, id_), head


def decide(vault: Vault, typed: Sequence[str], answer: str, reason: str) -> tuple[Review, Head]:
    """Record whether grants stay, all of one review, in one transaction.

    Raises `NoSuchGrant`, `Denied` for one's own and for those of rooms that others own, and `Conflict` where the review
    is closed or the grants are of several.
    """
    with transaction(vault) as change:
        root = root_room(vault.catalog).id
        found = find_grants(vault.catalog, typed)
        review = found[0][0]
        if any(other.id != review.id for other, _grant in found):
            raise Conflict(problem=_("these are of several reviews; decide on one after the other"))
        _refuse_closed(review)
        for _review, grant in found:
            record = GrantDecided(review=review.id, grant=grant.id, answer=answer, reason=reason)
            if objection := objection_to_reviewing(vault.catalog, record, root, vault.member):
                raise Denied(reason=f"{grant.id[:SHORT_ID]}: {objection}")
            change.record(record, root)
        head = change.commit()
    return find_review(vault.catalog, review.id), head


def close(vault: Vault, typed: str, reason: str) -> tuple[Review, Head]:
    """Record that a review is done. Raises `ReviewUnfinished` where something is undecided, or not revoked yet."""
    with transaction(vault) as change:
        review = find_review(vault.catalog, typed)
        _refuse_closed(review)
        undecided, standing = len(review.undecided), len(still_to_revoke(vault.catalog, review))
        problems = []
        if undecided:
            text = ngettext("{count} grant is not decided", "{count} grants are not decided", undecided)
            problems.append(text.format(count=undecided))
        if standing:
            text = ngettext(
                "{count} grant is to be revoked and is not", "{count} grants are to be revoked and are not", standing
            )
            problems.append(text.format(count=standing))
        if problems:
            raise ReviewUnfinished(problems="; ".join(problems), review=review.id[:SHORT_ID])
        change.record(ReviewClosed(review=review.id, reason=reason), root_room(vault.catalog).id)
        head = change.commit()
    return find_review(vault.catalog, review.id), head


def _refuse_closed(review: Review) -> None:
    if review.closed:
        raise Conflict(problem=_("the review was closed on {day}").format(day=review.closed[:10]))
