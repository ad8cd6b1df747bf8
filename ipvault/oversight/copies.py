"""What erasing documents here does not reach: packages, exports, backups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import packages_holding, receipts, recipients_of, versions_in
from ipvault.records.access import ContentReleased
from ipvault.records.healing import BackupDrilled
from ipvault.text import _
from ipvault.vault.journal_query import JournalRow, Query, read_journal
from ipvault.vault.vault import Vault


class Copy(NamedTuple):
    """A copy that may still be opened: a `package`, what left by `export` or `cat`, or a `backup`.

    `id` is that of the package, else empty; `to` is whom or where it went to, `state` what is known of it since.
    """

    kind: str
    id: str
    time: str
    to: str
    items: tuple[str, ...]
    state: str

    def in_words(self, names: Mapping[str, str]) -> str:
        """The copy as a point of a list; `names` tells what items are called."""
        texts = {
            "package": _("package {id}, sealed on {day} for {to}: {items}; {state}"),
            "backup": _("backup in {to}, checked on {day}"),
        }
        text = texts.get(self.kind, _("written to {to} on {day}: {items}"))
        items = ", ".join(names.get(item, item[:SHORT_ID]) for item in self.items)
        return text.format(id=self.id[:SHORT_ID], day=self.time[:10], to=self.to, items=items, state=self.state)


def remaining_copies(vault: Vault, items: Collection[str]) -> list[Copy]:
    """The copies of items (ids) that the journal knows of, packages first; revoked ones too, since they still open."""
    rows = list(read_journal(vault, Query.of(ContentReleased, BackupDrilled)))
    return [*_packages(vault, items), *_released(rows, items), *_backups(rows)]


def beyond_the_journal(day: str) -> str:
    """What is true besides, of documents that were destroyed on a day."""
    text = _(
        "Every backup or other copy of the vault that was made before {day} has it still, until it is destroyed or "
        "written over; the journal does not know how many there are."
    )
    return text.format(day=day)


def _packages(vault: Vault, items: Collection[str]) -> list[Copy]:
    catalog, names = vault.catalog, names_by_id(vault.catalog)
    found = []
    for package in packages_holding(catalog, items):
        inside = tuple(dict.fromkeys(one.item for one in versions_in(catalog, package.id) if one.item in items))
        to = ", ".join(names.get(who, who[:SHORT_ID]) for who in recipients_of(catalog, package.id))
        gone = sorted({one.fingerprint for one in receipts(catalog, package.id) if one.event == "destroyed"})
        states = [_("revoked on {day}").format(day=package.revoked[:10])] if package.revoked else []
        if gone:
            who = ", ".join(names.get(one, one[:SHORT_ID]) for one in gone)
            states.append(_("destroyed, as its receipt says, by {names}").format(names=who))
        state = "; ".join(states) or _("not revoked")
        found.append(Copy("package", package.id, package.shared, to, inside, state))
    return found


def _released(rows: Iterable[JournalRow], items: Collection[str]) -> Iterator[Copy]:
    for row in rows:
        fields = row.fields or {}
        if row.action == ContentReleased.KIND and fields["item"] in items and fields["channel"] != "package":
            item, destination = str(fields["item"]), str(fields["destination"])
            yield Copy(str(fields["channel"]), "", row.leaf.time, destination, (item,), "")


def _backups(rows: Iterable[JournalRow]) -> Iterator[Copy]:
    for row in rows:
        if row.action == BackupDrilled.KIND:
            yield Copy("backup", "", row.leaf.time, str((row.fields or {})["source"]), (), "")
