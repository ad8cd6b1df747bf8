"""`ipvault access`: who can open what."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID, find_any
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.recipients import people_like
from ipvault.cli.choices import Jsonl, moment_so_far
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read, warn_of_rooms_not_visible
from ipvault.cli.people import identities_of
from ipvault.cli.rendering import human_time, or_null
from ipvault.errors import AmbiguousSubject, NoSuchPerson, NotFound, NothingAndNobody
from ipvault.records.vocabulary import AUDITOR
from ipvault.records.wording import in_words
from ipvault.sharing.access import Access, access_of, access_to
from ipvault.text import _
from ipvault.vault.clock import timestamp

TITLES = (_("Who"), _("What"), _("Why"), _("Since"))


def access(
    what: Annotated[str, typer.Argument(metavar="ITEM|NAME", help=_("A document, or a member or recipient."))],
    at: Annotated[
        str | None, typer.Option(metavar="DATE|7d", help=_("On that day instead of now; a date counts from its start."))
    ] = None,
    jsonl: Jsonl = False,
) -> None:
    """Of a document: who can open it, as a member of its room or with a package. Of a person: which rooms and packages
    that person can open. Somebody who was sent a package can open it also after it was revoked, and a former member
    what is stored as long as the room has no new key, or with older keys until it is encrypted anew.

    Rooms that you are not in are not told of, since nobody without their keys knows what is in them; a warning says how
    many they are.

    Of another day: the order of what was recorded is certain, its times are what the signers' clocks said. Where those
    contradict each other, a warning says so.

    What a person could have read up to now, version by version, says `ipvault exposure NAME`.
    """
    output = current().output
    vault = open_to_read()
    now = time.time()
    day = moment_so_far(at, now) if at else ""
    about = _meant(vault.catalog, what)
    found = access_to(vault, about, day) if isinstance(about, Item) else access_of(vault, about, day)
    hidden = warn_of_rooms_not_visible(vault) if not (found and isinstance(about, Item)) else 0
    if jsonl:
        output.jsonl(map(_json, found))
    elif output.wants_json:
        data = {"at": day or timestamp(now), "access": list(map(_json, found)), "rooms_not_visible": hidden}
        output.result("access", data, journal=vault.catalog.head)
    else:
        output.table(TITLES, map(_row, found))
        if not found:
            output.say(_nobody(about, day, hidden))


def _json(one: Access) -> dict[str, Any]:
    return or_null(one._asdict(), "room", "role", "epoch", "package", "until")


def _nobody(about: Item | set[str], day: str, hidden: int) -> str:
    """Why there is nothing to tell, as far as it is known."""
    if not isinstance(about, Item):
        if hidden:
            return _("In the rooms that you can see there is nothing that this person can open, or could on that day.")
        text = _("On {time} there was nothing that this person could open.")
        return text.format(time=human_time(day)) if day else _("There is nothing that this person can open.")
    if day and day < about.created:
        text = _("On {time} nobody could open {name}: it was added on {created}.")
        return text.format(time=human_time(day), name=about.name, created=human_time(about.created))
    return _("Nobody is known to be able to open it: you are not told of rooms that you are not in.")


def _meant(catalog: Catalog, typed: str) -> Item | set[str]:
    """The document, or the identities of the person, that somebody means. Raises `AmbiguousSubject` where both can be.

    Whoever adds a document named like a person must not be able to hide what that person can open. A whole fingerprint
    always means the person.
    """
    people: set[str] = set()
    no_person = None
    try:
        people = identities_of(catalog, typed)
    except NoSuchPerson as error:
        no_person = error
    if "".join(typed.split()).lower() in people:
        return people
    try:
        item = find_any(catalog, typed)
    except NotFound as nothing:
        if no_person is None:
            return people
        advice = " ".join((people_like(catalog, typed), str(nothing.fields["suggestion"]))).strip()
        raise NothingAndNobody(name=typed, suggestion=advice) from None
    if people:
        room = f"{item.room_name}:{item.name}"
        raise AmbiguousSubject(name=typed, document=room, people=", ".join(one[:16] for one in sorted(people)))
    return item


def _row(one: Access) -> tuple[str, ...]:
    shown = human_time if current().environment.stdout.isatty() else str
    if one.package:
        reach = _("what is in the package")
        why = _("package {id}").format(id=one.package[:SHORT_ID])
        why = _("{why} (revoked)").format(why=why) if one.revoked else why
    else:
        reach = _("records of room {room}, no content") if one.role == AUDITOR else _("all of room {room}")
        reach = _("what room {room} still has under older keys") if one.older_only else reach
        reach = reach.format(room=one.room)
        why = _("{role}, key {epoch}").format(role=in_words(one.role), epoch=one.epoch)
        why = _("{why}, kept by a former member").format(why=why) if one.until else why
    return one.name, reach, why, shown(one.since)
