"""What the vault does for a trade secret: where its documents are, who opens them, and on which terms they went out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ipvault.catalog.agreements import Agreement, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, items_of
from ipvault.catalog.packages import packages_holding, recipients_of
from ipvault.catalog.recipients import Recipient, by_fingerprint
from ipvault.catalog.register import Secret
from ipvault.catalog.roster import outlived
from ipvault.catalog.trainings import accepted, assigned, trainings
from ipvault.records.vocabulary import AUDITOR


class Sent(NamedTuple):
    """Somebody (a fingerprint, and the recipient if that is one's card) who was sent an item, by these packages.

    `agreements` cover that on the day of the question.
    """

    fingerprint: str
    recipient: Recipient | None
    packages: tuple[str, ...]
    agreements: tuple[Agreement, ...]


class Reader(NamedTuple):
    """A member (a fingerprint) of the room of an item, with the texts that he accepted, and those that he is to accept.

    Both are names of trainings.
    """

    fingerprint: str
    role: str
    accepted: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def opens(self) -> bool:
        """Whether documents open for him, and not records only."""
        return self.role != AUDITOR


class Protected(NamedTuple):
    """An item, the members of its room, those who left and kept its key, and who was sent it."""

    item: Item
    members: tuple[Reader, ...]
    kept: tuple[str, ...]
    sent: tuple[Sent, ...]


class Protection(NamedTuple):
    """The items of a trade secret that are in their place, and the ids of those that are gone or closed to a member."""

    items: tuple[Protected, ...]
    unseen: tuple[str, ...]

    @property
    def rooms(self) -> dict[str, str]:
        """Id and name of the rooms in which the items are."""
        return {one.item.room: one.item.room_name for one in self.items}


def protection(catalog: Catalog, secret: Secret, day: str) -> Protection:
    """What protects the items of a trade secret on a day."""
    there = items_of(catalog, secret.content.items)
    found = {id_: item for id_, item in there.items() if not item.removed}
    rooms = {room: catalog.members(room) for room in sorted({item.room for item in found.values()})}
    told = _told(catalog, {who for members in rooms.values() for who in members})
    readers = {
        room: tuple(Reader(who, role, *told[who]) for who, role in sorted(members.items()))
        for room, members in rooms.items()
    }
    kept = {room: tuple(outlived(catalog, room)) for room in rooms}
    known = agreements(catalog)
    seen = tuple(
        Protected(item, readers[item.room], kept[item.room], tuple(_sent(catalog, item, known, day)))
        for item in found.values()
    )
    return Protection(seen, tuple(id_ for id_ in secret.content.items if id_ not in found))


def _told(catalog: Catalog, people: Iterable[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Which texts each of these accepted, and which of those that they are to accept they did not: see `Reader`."""
    texts = trainings(catalog)
    asked = {text.id: {one.person for one in assigned(catalog, text.id)} for text in texts}
    told = {}
    for who in people:
        agreed = tuple(text.name for text in texts if accepted(catalog, (who,), text) is not None)
        missing = {text.name for text in texts if who in asked[text.id]} - {*agreed}
        told[who] = agreed, tuple(sorted(missing))
    return told


def _sent(catalog: Catalog, item: Item, known: Sequence[Agreement], day: str) -> Iterable[Sent]:
    """Everybody who was sent a version of an item in a package, revoked or not, by name and card."""
    by_person: dict[str, list[str]] = {}
    for package in packages_holding(catalog, (item.id,)):
        for fingerprint in recipients_of(catalog, package.id):
            by_person.setdefault(fingerprint, []).append(package.id)
    for fingerprint, sent in sorted(by_person.items()):
        recipient = by_fingerprint(catalog, fingerprint)
        agreed = [one for one in known if recipient and one.covers(recipient.id, item, day)]
        yield Sent(fingerprint, recipient, tuple(sent), tuple(agreed))
