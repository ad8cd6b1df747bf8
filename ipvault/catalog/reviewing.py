"""Reviews of access: what every reader checks of their records before he believes them.

They stand in the root room, and are judged by what all members can read there: the roster and recipients. So nobody
certifies their own, whatever program they use.
"""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.records.base import Record
from ipvault.records.recipients import RecipientRecord
from ipvault.records.reviews import (
    ANSWERS,
    KEPT_KEY,
    ROLE,
    GrantDecided,
    PersonOffboarded,
    ReviewClosed,
    ReviewRecord,
    ReviewStarted,
)
from ipvault.records.vocabulary import OWNER
from ipvault.text import _


def objection_to_reviewing(catalog: Catalog, record: Record, root: str, signer: str) -> str | None:
    """Why `signer` must not say what this record says of a review or of a leaver, or None; for other records None."""
    if isinstance(record, PersonOffboarded):
        return _objection_to_offboarding(catalog, record, root, signer)
    if not isinstance(record, ReviewRecord):
        return None
    is_known = catalog.view.execute("SELECT 1 FROM review WHERE id = ?", (record.review,)).fetchone() is not None
    if isinstance(record, ReviewStarted):
        return _("it starts a review under the id of another") if is_known else _objection_to_grants(catalog, record)
    if not is_known:
        return _("it is about a review that nobody started")
    if catalog.view.execute("SELECT 1 FROM review_closing WHERE review = ?", (record.review,)).fetchone():
        return _("it is about a review that is closed")
    match record:
        case GrantDecided():
            return _objection_to_decision(catalog, record, root, signer)
        case ReviewClosed(review=review):
            query = (
                "SELECT 1 FROM review_grant AS listed WHERE review = ? AND NOT EXISTS (SELECT 1 FROM review_decision "
                "WHERE review_decision.review = listed.review AND grant_id = listed.id)"
            )
            undecided = catalog.view.execute(query, (review,)).fetchone()
            return _("it closes a review in which not everything is decided") if undecided else None
    return None


def _objection_to_grants(catalog: Catalog, record: ReviewStarted) -> str | None:
    """The population is whole: every role that there is then, and each grant once."""
    lists = (record.grants, record.types, record.subjects, record.places, record.roles, record.orphans)
    if len(set(map(len, lists))) > 1 or len(set(record.grants)) != len(record.grants):
        return _("it does not say of each grant what it is")
    listed = sorted(
        (subject, place, role) for _id, type_, subject, place, role, _orphan in record.rows() if type_ == ROLE
    )
    if listed != sorted(catalog.view.execute("SELECT member, room, role FROM role")):
        return _("it leaves out roles that somebody has, or lists some that nobody has")
    return None


def _objection_to_decision(catalog: Catalog, record: GrantDecided, root: str, signer: str) -> str | None:
    query = "SELECT type, subject, place FROM review_grant WHERE review = ? AND id = ?"
    grant = catalog.view.execute(query, (record.review, record.grant)).fetchone()
    if grant is None or record.answer not in ANSWERS:
        return _("it decides on what is not in the review, or otherwise than to keep or to revoke")
    type_, subject, place = grant
    if subject == signer:
        return _("it certifies what the signer has, or has shared")
    decides = [catalog.role(signer, root)]
    if type_ in (ROLE, KEPT_KEY):
        decides.append(catalog.role(signer, place))
    return None if OWNER in decides else _("only an owner of the vault, or of the room that it is about, decides on it")


def _objection_to_offboarding(catalog: Catalog, record: PersonOffboarded, root: str, signer: str) -> str | None:
    if signer in record.identities:
        return _("it says of the signer that the signer left")
    if any(catalog.role(who, root) for who in record.identities):
        return _("it says that somebody left who still has a role in the vault")
    query = "SELECT coalesce(removed, revoked) FROM recipient WHERE id = ?"
    for recipient in record.recipients:
        ended = catalog.view.execute(query, (recipient,)).fetchone()
        if (ended is None or ended[0] is None) and not catalog.has_gap(root, RecipientRecord.CLASS):
            return _("it says that nothing is shared any more with somebody with whom sharing was not revoked")
    return None
