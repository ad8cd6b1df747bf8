"""A review for people: each grant in words, what was decided, and what is still to be done."""

from __future__ import annotations

from shlex import quote
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import recipients_of
from ipvault.catalog.reviews import Decision, Grant, Review, is_standing
from ipvault.records.reviews import KEPT_KEY, NO_AGREEMENT, PACKAGE_SENT, RECIPIENT, REVOKE, ROLE
from ipvault.records.vocabulary import ROOT
from ipvault.records.wording import in_words
from ipvault.text import N_, _, program

WHATS: Final = {
    ROLE: N_("{role} of the room {place}"),
    KEPT_KEY: N_("left the room {place}, and still has its key"),
    RECIPIENT: N_("can be sent packages"),
    PACKAGE_SENT: N_("shared the package {place} with {to}"),
}


class Line(NamedTuple):
    """A grant: who has it, what it is, what is odd about it, the decision, and the command that is still to be run."""

    grant: Grant
    who: str
    what: str
    oddity: str
    decision: Decision | None
    is_standing: bool
    to_do: str


def lines(catalog: Catalog, review: Review) -> list[Line]:
    """The grants of a review in their order; names are those of today."""
    names = names_by_id(catalog)
    return [_line(catalog, names, grant, review.decisions.get(grant.id)) for grant in review.grants]


def _line(catalog: Catalog, names: dict[str, str], grant: Grant, decision: Decision | None) -> Line:
    who = names.get(grant.subject, grant.subject[:SHORT_ID])
    place = names.get(grant.place, grant.place[:SHORT_ID])
    standing = is_standing(catalog, grant)
    oddity = ""
    if grant.type == KEPT_KEY:
        oddity = _("the key outlived the membership")
    elif grant.orphan == NO_AGREEMENT:
        oddity = _("no agreement in force")
    to_do = _command(grant, who, place) if decision and decision.answer == REVOKE and standing else ""
    sent = recipients_of(catalog, grant.place) if grant.type == PACKAGE_SENT else ()
    to = ", ".join(names.get(one, one[:SHORT_ID]) for one in sent)
    what = _(WHATS.get(grant.type, "{place}")).format(role=in_words(grant.role), place=place, to=to)
    return Line(grant, who, what, oddity, decision, standing, to_do)


def _command(grant: Grant, who: str, place: str) -> str:
    """What does it: a removal of a member from the room, a new key for it, a revocation."""
    match grant.type:
        case "role" if place == ROOT:
            return f"{program()} offboard {quote(who)} -o DIR"
        case "role":
            return f"{program()} member remove {quote(who)} --room {quote(place)}"
        case "kept-key":
            return f"{program()} room rotate {quote(place)}"
        case "recipient":
            return f"{program()} revoke {quote(who)}"
    return f"{program()} revoke {place}"
