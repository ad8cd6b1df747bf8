"""Sharing: versions of items are sealed to recipients, and the grant is in the journal before the package is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ipvault.catalog.authority import objection_to_role
from ipvault.catalog.items import Item, Version
from ipvault.catalog.recipients import Recipient, by_fingerprint, described
from ipvault.errors import CardRefused, Conflict, RecipientIsRevoked, RecipientUnverified, VaultError
from ipvault.journal.head import Head
from ipvault.keys.card import Card, Details
from ipvault.records.packages import PackageShared
from ipvault.records.vocabulary import PACKAGE
from ipvault.sharing.manifest import Entry, Terms
from ipvault.sharing.package_writer import PackageWriter
from ipvault.storage.safe_names import unique_paths
from ipvault.text import _
from ipvault.vault.denials import role_missing
from ipvault.vault.gate import Way
from ipvault.vault.objects import Sink
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content, Gate, release
from ipvault.vault.vault import Vault

_PER_RECORD = 1_000
"""Versions that one record of a grant names; more take several records."""


class Shared(NamedTuple):
    """A package whose grant is recorded at `head`, with the versions that are to go into it."""

    package: PackageWriter
    contents: list[Content]
    head: Head

    def write(self, out: Sink, progress: Progress = unobserved) -> None:
        """Write the package. Raises `Damaged` for content that was altered since it was checked."""
        self.package.write(out, (content.blocks() for content in self.contents), progress)


def share(
    vault: Vault,
    wanted: Sequence[tuple[Item, Version]],
    recipients: Sequence[Recipient],
    terms: Terms,
    card: Card,
    gate: Gate,
    *,
    unverified: bool = False,
    override: str = "",
    basis: str = "",
    progress: Progress = unobserved,
) -> Shared:
    """Check the versions, and record that they are sealed to the recipients on these terms, by the owner of `card`.

    Raises `RecipientUnverified` for a card that neither this member nor an owner of the vault compared, unless
    `unverified`; `GateClosed` or `ApprovalNeeded`, unless the policy takes `override` as a reason, or `basis`
    as that of an export; `CardRefused`,
    `RecipientIsRevoked`, `Denied` and `Damaged`, and `Conflict` where a recipient was changed meanwhile; then nothing
    is recorded. `progress` is told the bytes checked.
    """
    _check(vault, recipients, unverified=unverified)
    people = [recipient.public for recipient in recipients]
    decision = vault.machine.random(16).hex()
    way = Way(decision, PACKAGE, "", tuple(recipients), terms.expires or "", terms.purpose, override, basis)

    sealed: list[PackageWriter] = []

    def seal(contents: Sequence[Content]) -> str:
        random = vault.machine.random
        sealed.append(PackageWriter(vault.identity, card, people, terms, _entries(contents), random, decision))
        return sealed[0].header.id

    def grant(record: Callable[[PackageShared, str], None]) -> None:
        (package,) = sealed
        present = [_present(vault, one) for one in recipients]  # checking took time, in which others went on
        strangers = _check(vault, present, unverified=unverified)
        for room, versions in _by_room(wanted).items():
            for start in range(0, len(versions), _PER_RECORD):
                named = versions[start : start + _PER_RECORD]
                record(
                    PackageShared(
                        package=package.header.id,
                        manifest=package.manifest_hash,
                        recipients=package.manifest.recipients,
                        unverified=tuple(sorted({one.fingerprint for one in strangers})),
                        items=tuple(version.item for version in named),
                        versions=tuple(version.number for version in named),
                        expires=terms.expires or "",
                        purpose=terms.purpose,
                        decision=decision,
                    ),
                    room,
                )

    contents, head = release(vault, wanted, way, gate, destined=seal, also=grant, progress=progress)
    return Shared(sealed[0], contents, head)


def refusal(
    vault: Vault, wanted: Sequence[tuple[Item, Version]], recipients: Sequence[Recipient], *, unverified: bool
) -> VaultError | None:
    """What `share` would raise whatever the gate says, or None."""
    try:
        _check(vault, recipients, unverified=unverified)
    except (CardRefused, RecipientIsRevoked, RecipientUnverified) as error:
        return error
    for room in dict.fromkeys(item.room for item, _version in wanted):
        if objection_to_role(PackageShared, PackageShared.CLASS, vault.catalog.role(vault.member, room)):
            return role_missing(vault.catalog, PackageShared, room, vault.member)
    return None


def _present(vault: Vault, recipient: Recipient) -> Recipient:
    """A recipient as the vault has him now, by his fingerprint, which stands for the keys. Raises `Conflict`."""
    found = by_fingerprint(vault.catalog, recipient.fingerprint)
    if found is None or found.removed:
        problem = _("{name} was removed, or has another card, since a moment ago; nothing was shared")
        raise Conflict(problem=problem.format(name=recipient.name))
    return found


def _check(vault: Vault, recipients: Sequence[Recipient], *, unverified: bool) -> list[Recipient]:
    """See that something may be shared with all of them; those whose cards nobody compared, where that may be."""
    for recipient in recipients:
        if recipient.public.fingerprint != recipient.fingerprint or not recipient.public.can_be_sealed_to:
            raise CardRefused(place=recipient.name, reason=_("its keys are not those of its fingerprint"))
        if recipient.revoked:
            raise RecipientIsRevoked(name=recipient.name, when=recipient.revoked[:10])
    strangers = [recipient for recipient in recipients if not recipient.verified(vault.member)]
    if strangers and not unverified:
        names = ", ".join(described(vault.catalog, one) for one in strangers)
        raise RecipientUnverified(name=strangers[0].name, names=names)
    return strangers


def own_card(vault: Vault, created: str) -> Card:
    """The card of the member who has opened the vault, with what the roster says of him."""
    query = "SELECT name, organisation, email, jurisdiction FROM member WHERE fingerprint = ?"
    details = vault.catalog.view.execute(query, (vault.member,)).fetchone()
    return Card.issue(vault.identity, Details(*details), created)


def _entries(contents: Sequence[Content]) -> list[Entry]:
    """What the package holds. Items of one name, in several rooms, are told apart as files in one folder are."""
    paths = unique_paths([content.item.name for content in contents])
    return [
        Entry(path, content.size, content.item.label, content.item.id, content.version.number)
        for path, content in zip(paths, contents, strict=True)
    ]


def _by_room(wanted: Sequence[tuple[Item, Version]]) -> dict[str, list[Version]]:
    rooms: dict[str, list[Version]] = {}
    for item, version in wanted:
        rooms.setdefault(item.room, []).append(version)
    return rooms
