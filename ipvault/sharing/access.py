"""Who can open what, now or on a day: as a member of a room, with a key of which epoch, or with a package."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ipvault.catalog.items import Item, names_by_id
from ipvault.catalog.moments import Moment
from ipvault.catalog.packages import Package, recipients_of
from ipvault.catalog.tenures import BEYOND, Tenure
from ipvault.vault.timeline import last_record_by
from ipvault.vault.vault import Vault


class Access(NamedTuple):
    """Somebody (a fingerprint) can open something since then: all of a room in a role, or what is in a package.

    `epoch` is that of the room's key on that day, 0 for a package; `revoked` says that a package should not be used.
    `until` is when somebody ceased to be a member who kept a key that still is the room's: he can open what is stored
    there now if he comes by the files; or, where `older_only`, what is stored under the keys up to `epoch`, although
    the room has another. `since` and `until` are by the clocks of those who signed that.
    """

    fingerprint: str
    name: str
    room: str
    role: str
    epoch: int
    package: str
    since: str
    until: str
    revoked: bool
    older_only: bool = False


def access_to(vault: Vault, item: Item, at: str = "") -> list[Access]:
    """Who can open versions of an item: members of the room that it is in, and who was sent it. With `at` (RFC 3339),
    who could at that time, and the room is that of then.
    """
    moment = _AccessAt(vault, at)
    rooms = moment.rooms_of(item.id)
    members = [moment.of_member(one) for one in [*moment.held(rooms), *moment.kept(rooms)]]
    members += [moment.of_former(*one) for one in moment.kept_older(rooms, item.id)]
    sent = [access for package in moment.shared((item.id,)) for access in moment.of_package(package)]
    return members + sent


def access_of(vault: Vault, fingerprints: Collection[str], at: str = "") -> list[Access]:
    """What the holder of these identities can open, or could at that time: rooms, and packages."""
    moment = _AccessAt(vault, at)
    rooms = [moment.of_member(one) for one in [*moment.held(), *moment.kept()] if one.member in fingerprints]
    rooms += [moment.of_former(*one) for one in moment.kept_older() if one[0].member in fingerprints]
    sent = [
        access
        for package in moment.shared()
        for access in moment.of_package(package)
        if access.fingerprint in fingerprints
    ]
    return rooms + sent


class _AccessAt(Moment):
    """Access after the last record by some time; without one now, for which no clock is asked."""

    def __init__(self, vault: Vault, at: str) -> None:
        super().__init__(vault.catalog, last_record_by(vault, at) if at else BEYOND)
        self._names = names_by_id(vault.catalog)
        self._at = at

    def of_member(self, tenure: Tenure) -> Access:
        name, room = self._name(tenure.member), self._name(tenure.room)
        has_ended = not self.is_within(tenure.from_seq, tenure.until_seq)
        until = tenure.until_time or "" if has_ended else ""
        why = (tenure.role, self.epoch(tenure.room), "", tenure.from_time, until, False)
        return Access(tenure.member, name, room, *why)

    def of_former(self, tenure: Tenure, epoch: int) -> Access:
        return self.of_member(tenure)._replace(epoch=epoch, older_only=True)

    def of_package(self, package: Package) -> Iterator[Access]:
        is_revoked = package.revoked is not None and (not self._at or package.revoked <= self._at)
        for fingerprint in recipients_of(self.catalog, package.id):
            yield Access(fingerprint, self._name(fingerprint), "", "", 0, package.id, package.shared, "", is_revoked)

    def _name(self, id_: str) -> str:
        return self._names.get(id_, id_)
