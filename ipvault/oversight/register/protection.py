"""What the vault does for a trade secret: where its documents are, who opens them, and on which terms they went out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ipvault.catalog.agreements import Agreement, covering
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
    seen = tuple(
        Protected(
            item,
            tuple(_reader(catalog, who, role) for who, role in sorted(catalog.members(item.room).items())),
            tuple(outlived(catalog, item.room)),
            tuple(_sent(catalog, item, day)),
        )
        for item in found.values()
    )
    return Protection(seen, tuple(id_ for id_ in secret.content.items if id_ not in found))


def _reader(catalog: Catalog, who: str, role: str) -> Reader:
    texts = {one: accepted(catalog, (who,), one) is not None for one in trainings(catalog)}
    asked = {one.name for one in texts if any(to.person == who for to in assigned(catalog, one.id))}
    agreed = tuple(one.name for one, is_accepted in texts.items() if is_accepted)
    return Reader(who, role, agreed, tuple(sorted(asked - set(agreed))))


def _sent(catalog: Catalog, item: Item, day: str) -> Iterable[Sent]:
    """Everybody who was sent a version of an item in a package, revoked or not, by name and card."""
    by_person: dict[str, list[str]] = {}
    for package in packages_holding(catalog, (item.id,)):
        for fingerprint in recipients_of(catalog, package.id):
            by_person.setdefault(fingerprint, []).append(package.id)
    for fingerprint, sent in sorted(by_person.items()):
        recipient = by_fingerprint(catalog, fingerprint)
        agreed: Collection[Agreement] = covering(catalog, recipient.id, item, day) if recipient else ()
        yield Sent(fingerprint, recipient, tuple(sent), tuple(agreed))
