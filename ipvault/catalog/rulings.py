"""Policies, decisions, requests and answers: what every reader checks of them before he believes them.

Nothing leaves without a decision that stands before it, in its own room and transaction: so whoever can read that
something left can read why, and an old decision lets nothing else pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.policies import last_version
from ipvault.journal.leaf import Leaf
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.decisions import ALLOWED, OVERRIDDEN, Answered, ReleaseDecided, ReleaseRequested
from ipvault.records.packages import PackageShared
from ipvault.records.policies import PolicySet
from ipvault.records.vocabulary import CAT, PACKAGE
from ipvault.text import _


def objection_to_rulings(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not say in `room` what this record says of policies or decisions, or None; of others None."""
    match record:
        case PolicySet(version=version):
            follows = version == last_version(catalog) + 1
            return None if follows else _("it sets a version of the policy that does not follow from the one before")
        case ReleaseDecided():
            lists = (record.checks, record.outcomes, record.subjects, record.reasons)
            is_whole = {len(record.checks)} == set(map(len, lists))
            return None if is_whole else _("it does not say of every check what came of it, and why")
        case ReleaseRequested():
            return _objection_to_request(catalog, record, room, signer)
        case Answered(request=request, digest=digest):
            query = "SELECT requester FROM release_request WHERE id = ? AND room = ? AND digest = ?"
            asked = catalog.view.execute(query, (request, room, digest)).fetchone()
            if asked is None:
                return _("it answers what nobody asked in its room")
            return _("it answers a request of the signer's own") if asked[0] == signer else None
    return None


def objection_to_releases(transaction: Sequence[tuple[Record | None, Leaf]]) -> tuple[int, str] | None:
    """Where and why something leaves without a decision that lets it, or None."""
    decided: set[tuple[str, str, str]] = set()
    for record, leaf in transaction:
        match record:
            case ReleaseDecided(outcome=outcome) if outcome in (ALLOWED, OVERRIDDEN):
                decided.add((leaf.room, record.decision, record.channel))
            case PackageShared(decision=decision) if (leaf.room, decision, PACKAGE) not in decided:
                return leaf.seq, _("it shares something that no decision lets pass")
            case ContentReleased(decision=decision, channel=channel) if channel != CAT:
                if (leaf.room, decision, channel) not in decided:
                    return leaf.seq, _("it lets something out that no decision lets pass")
    return None


def _objection_to_request(catalog: Catalog, record: ReleaseRequested, room: str, signer: str) -> str | None:
    """A request is made once in each of its rooms, by one member, for the same."""
    if not record.items or len(record.items) != len(record.versions):
        return _("it does not say which versions of which items are asked for")
    query = "SELECT room, requester, digest FROM release_request WHERE id = ?"
    for where, requester, digest in catalog.view.execute(query, (record.request,)):
        if where == room or (requester, digest) != (signer, record.digest):
            return _("it asks for something else under the id of another request")
    return None
