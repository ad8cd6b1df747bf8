"""To whom what was disclosed of somebody's data: the form of an accounting under 45 CFR 164.528, from the journal."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import packages_holding, recipients_of, versions_in
from ipvault.catalog.recipients import by_fingerprint
from ipvault.oversight.papers import Grid, Paper, drawn_up
from ipvault.records.access import ContentReleased
from ipvault.records.decisions import ReleaseDecided
from ipvault.records.vocabulary import EXPORT
from ipvault.text import _
from ipvault.vault.journal_query import Query, items_in, read_journal
from ipvault.vault.vault import Vault


class Disclosure(NamedTuple):
    """Something that left the vault, by record `seq`: to whom, with what stands on the card, what, and what for.

    That is the purpose of a package, and the reason given for an export.
    """

    seq: int
    time: str
    to: str
    address: str
    items: tuple[str, ...]
    purpose: str
    by: str


def disclosures(vault: Vault, items: Collection[str]) -> list[Disclosure]:
    """What left of items (ids) in packages and exports, the oldest first; reading within the vault is not among it."""
    found = [*_packages(vault, items), *_exports(vault, items)]
    return sorted(found, key=lambda one: one.seq)


def accounting(vault: Vault, found: list[Disclosure], *, about: str, day: str) -> Paper:
    """The account, to be given to whom it is about."""
    titles = (_("Date"), _("To whom"), _("Address"), _("What"), _("Purpose"), _("By"), _("Record"))
    rows = tuple(
        (
            one.time[:10],
            one.to,
            one.address,
            ", ".join(one.items),
            one.purpose or _("not recorded"),
            one.by,
            str(one.seq),
        )
        for one in found
    )
    return Paper(
        _("Accounting of disclosures: {name}").format(name=about),
        drawn_up(vault, day),
        (
            Grid(titles, rows) if rows else _("The journal tells of no disclosure."),
            _(
                "It lists what left this vault, and nothing that was disclosed in other ways. What need not be listed, "
                "counsel decides."
            ),
        ),
    )


def _packages(vault: Vault, items: Collection[str]) -> list[Disclosure]:
    names = names_by_id(vault.catalog)
    found = []
    for package in packages_holding(vault.catalog, items):
        sent = (one for one in versions_in(vault.catalog, package.id) if one.item in items)
        what = tuple(_called(names, one.item, one.number) for one in sent)
        for who in recipients_of(vault.catalog, package.id):
            card = by_fingerprint(vault.catalog, who)
            address = ", ".join(filter(None, (card.organisation, card.email, card.jurisdiction))) if card else ""
            name, sharer = names.get(who, who[:SHORT_ID]), names.get(package.sharer, package.sharer)
            found.append(Disclosure(package.seq, package.shared, name, address, what, package.purpose, sharer))
    return found


def _exports(vault: Vault, items: Collection[str]) -> list[Disclosure]:
    names, reasons = names_by_id(vault.catalog), {}
    found = []
    for row in read_journal(vault, Query.of(ReleaseDecided, ContentReleased)) if items else ():
        fields = row.fields or {}
        if row.action == ReleaseDecided.KIND:  # which goes before what it lets out
            reasons[fields["decision"]] = str(fields["reason"])
            continue
        if items_in(fields).isdisjoint(items):
            continue
        if fields["channel"] == EXPORT:
            item, to = str(fields["item"]), _("a file: {path}").format(path=fields["destination"])
            what = (_called(names, item, fields["version"]),)
            by = names.get(row.signer, row.signer)
            found.append(Disclosure(row.leaf.seq, row.leaf.time, to, "", what, reasons.get(fields["decision"], ""), by))
    return found


def _called(names: dict[str, str], item: str, version: object) -> str:
    """A version by the name of its item, or by the beginning of its id where the name was forgotten."""
    return f"{names.get(item, item[:SHORT_ID])}@{version}"
