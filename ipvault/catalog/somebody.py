"""Members and recipients by one name: whom somebody means who does not care which of the two it is."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import find_recipient, people_like
from ipvault.catalog.roster import find_member
from ipvault.errors import AmbiguousMember, NoSuchMember, NoSuchPerson, NoSuchRecipient
from ipvault.text import _, program


class Somebody(NamedTuple):
    """A member, whose id is a fingerprint, or a recipient."""

    id: str
    name: str
    is_member: bool


def find_somebody(catalog: Catalog, typed: str) -> Somebody:
    """The one member or recipient whom a name, or the beginning of a fingerprint, means.

    A recipient who has the card of a member is that member. Raises `NoSuchPerson`, or what is ambiguous.
    """
    found: dict[str, Somebody] = {}
    try:
        member = find_member(catalog, typed)
        found[member.fingerprint] = Somebody(member.fingerprint, member.name, is_member=True)
    except NoSuchMember:
        pass
    try:
        recipient = find_recipient(catalog, typed)
        found.setdefault(recipient.fingerprint, Somebody(recipient.id, recipient.name, is_member=False))
    except NoSuchRecipient:
        pass
    if len(found) > 1:
        candidates = ", ".join(f"{one.name} ({fingerprint[:16]})" for fingerprint, one in found.items())
        raise AmbiguousMember(name=typed, candidates=candidates)
    if not found:
        there = _("`{ipvault} member list` and `{ipvault} recipient list` show who there is").format(ipvault=program())
        raise NoSuchPerson(name=typed, suggestion=people_like(catalog, typed) or there)
    return next(iter(found.values()))
