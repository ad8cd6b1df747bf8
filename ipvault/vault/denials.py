"""What to tell somebody who may not do something: what that is, whose it is to do, and who they are.

`catalog.authority` judges and speaks of records, as whoever replays a journal does; this speaks to whoever tries.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ipvault.catalog.address import SHORT_ID, root_room
from ipvault.catalog.authority import NO_OWNER_LEFT, NOT_AN_OWNER
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.holds import holds_over, objection_to_destroying
from ipvault.catalog.items import names_by_id
from ipvault.catalog.labelling import LOWERED
from ipvault.catalog.roster import member, owners
from ipvault.errors import Denied, Held, LastOwner, RoleMissing
from ipvault.records.base import OWNERS, WRITERS, Record
from ipvault.records.items import ItemArrived, ItemDescribed, ItemLeft, VersionErased
from ipvault.records.members import MemberRemoved, RoleGranted
from ipvault.records.recipients import RecipientRecord
from ipvault.records.wording import in_words
from ipvault.text import N_, _

_DEEDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "item.added": N_("adding documents"),
        "item.updated": N_("storing new versions"),
        "item.described": N_("labelling documents"),
        "item.renamed": N_("renaming documents"),
        "item.left": N_("moving documents"),
        "item.arrived": N_("moving documents"),
        "item.version-arrived": N_("moving documents"),
        "item.removed": N_("removing documents"),
        "item.restored": N_("bringing documents back"),
        "item.erased": N_("erasing documents"),
        "item.reencrypted": N_("encrypting documents anew"),
        "member.enrolled": N_("letting somebody new into the vault"),
        "member.role": N_("giving somebody a role"),
        "member.removed": N_("taking somebody out"),
        "room.created": N_("making rooms"),
        "room.keyed": N_("making a new key"),
        "room.shared": N_("letting somebody in"),
        "package.shared": N_("sharing documents"),
        "package.revoked": N_("revoking packages"),
        "package.received": N_("receiving packages"),
        "content.released": N_("reading documents"),
        "journal.exported": N_("exporting the journal"),
        "policy.set": N_("setting the policy"),
        "pack.imported": N_("importing packs"),
        "release.decided": N_("letting documents out"),
        "release.requested": N_("asking for an approval"),
        "request.approved": N_("answering a request"),
        "request.denied": N_("answering a request"),
        "hold.placed": N_("placing a hold"),
        "hold.released": N_("releasing a hold"),
        "hold.noticed": N_("writing the letters of a hold"),
        "retention.set": N_("setting a rule for retention"),
        "retention.withdrawn": N_("withdrawing a rule for retention"),
        "retention.dated": N_("recording an event for retention"),
        "privacy.requested": N_("recording a request of a data subject"),
        "privacy.extended": N_("extending a request of a data subject"),
        "privacy.decided": N_("deciding on a request of a data subject"),
        "privacy.closed": N_("closing a request of a data subject"),
        "consent.given": N_("recording a consent"),
        "consent.withdrawn": N_("withdrawing a consent"),
        "incident.opened": N_("recording an incident"),
        **dict.fromkeys(
            (
                *("incident.assigned", "incident.assessed", "incident.preserved", "incident.notified"),
                *("incident.learned", "incident.released", "clock.started", "clock.ended"),
                *("action.added", "action.done"),
            ),
            N_("recording what is done about an incident"),
        ),
        "incident.contained": N_("containing an incident"),
        "incident.closed": N_("closing an incident"),
        "freeze.set": N_("freezing documents"),
        "freeze.lifted": N_("lifting a freeze"),
        "secret.proposed": N_("proposing a trade secret"),
        "secret.scored": N_("scoring a trade secret"),
        "secret.approved": N_("approving a trade secret"),
        "secret.retired": N_("retiring a trade secret"),
        "review.started": N_("starting a review"),
        "review.decided": N_("deciding in a review"),
        "review.closed": N_("closing a review"),
        "person.offboarded": N_("offboarding somebody"),
        "records.forgotten": N_("forgetting the content of records"),
    }
)
"""What a record of each kind is the doing of."""


def role_missing(catalog: Catalog, record: Record | type[Record], room: str, who: str) -> Denied:
    """For a member whose role in a room, if he has one, is not enough for such a record."""
    return _role_missing(catalog, record.KIND, room, who, record.WRITTEN_BY)


def content_denied(catalog: Catalog, record: Record, reason: str, who: str) -> Denied:
    """For a member who may write such a record, and not what this one says, for this reason of `authority`."""
    match record:
        case RoleGranted(room=room) if reason == _(NOT_AN_OWNER):
            if catalog.members(room):
                return _role_missing(catalog, record.KIND, room, who, OWNERS)
            return _role_missing(catalog, "room.created", root_room(catalog).id, who, OWNERS)
        case MemberRemoved(room=room) if reason == _(NOT_AN_OWNER):
            return _role_missing(catalog, record.KIND, room, who, OWNERS)
        case RoleGranted(member=owner, room=room) | MemberRemoved(member=owner, room=room) if reason == _(
            NO_OWNER_LEFT
        ):
            return last_owner(catalog, owner, [room])
        case ItemDescribed(item=item) | ItemArrived(item=item) if reason == _(LOWERED):
            return _lowering(catalog, item, who)
        case VersionErased(item=item) | ItemLeft(item=item) if holds_over(catalog, item):
            return held(catalog, item)
        case RecipientRecord() if not catalog.is_writer(who):
            return RoleMissing(
                deed=_("saying who recipients are"),
                needed=_("an owner or editor of any room"),
                role=_("you are neither"),
                owners=", ".join(owners(catalog, root_room(catalog).id)),
            )
    return Denied(reason=reason)


def held(catalog: Catalog, item: str) -> Held:
    """For somebody who would destroy an item (an id) that a hold keeps, or take it where none would."""
    name = names_by_id(catalog).get(item, item[:SHORT_ID])
    return Held(name=name, reason=objection_to_destroying(catalog, item) or "")


def _lowering(catalog: Catalog, item: str, who: str) -> RoleMissing:
    (room,) = catalog.view.execute("SELECT room FROM item WHERE id = ?", (item,)).fetchone()
    return RoleMissing(
        deed=_("lowering a label, or taking away a tag that protects a document,"),
        needed=_needed(catalog, room, OWNERS),
        role=_role_there(catalog, room, who),
        owners=", ".join(owners(catalog, room)),
    )


def last_owner(catalog: Catalog, owner: str, rooms: list[str]) -> LastOwner:
    """For somebody who would leave these rooms without an owner."""
    root = root_room(catalog).id
    places = [
        _("the vault") if room == root else _("room {room}").format(room=_called(catalog, room)) for room in rooms
    ]
    return LastOwner(name=member(catalog, owner).name, rooms=", ".join(places))


def _role_missing(catalog: Catalog, kind: str, room: str, who: str, allowed: frozenset[str]) -> RoleMissing:
    return RoleMissing(
        deed=_(_DEEDS[kind]) if kind in _DEEDS else _("this"),
        needed=_needed(catalog, room, allowed),
        role=_role_there(catalog, room, who),
        owners=", ".join(owners(catalog, room)),
    )


def _role_there(catalog: Catalog, room: str, who: str) -> str:
    role = catalog.role(who, room)
    return _("you are {role} there").format(role=in_words(role)) if role else _("you are not in it")


def _needed(catalog: Catalog, room: str, allowed: frozenset[str]) -> str:
    """Who may do it, where these roles may."""
    if room == root_room(catalog).id:
        return _("an owner of the vault") if allowed == OWNERS else _("a member of the vault")
    words = {OWNERS: N_("an owner of the room {room}"), WRITERS: N_("an owner or editor of the room {room}")}
    return _(words.get(allowed, N_("a member of the room {room}"))).format(room=_called(catalog, room))


def _called(catalog: Catalog, room: str) -> str:
    return catalog.name_of(room) or room[:SHORT_ID]
