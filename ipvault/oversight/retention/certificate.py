"""Certificates of destruction: what was destroyed, when, by whom and under which rule, and what may be left of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from ipvault.catalog.items import names_by_id, versions_of
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.retention import applied, rules
from ipvault.errors import NoSuchRetention
from ipvault.oversight.copies import Copy, beyond_the_journal
from ipvault.oversight.papers import Grid, Paper, Points, drawn_up
from ipvault.records.items import VersionErased
from ipvault.text import _
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.vault import Vault


class Destroyed(NamedTuple):
    """A version that was destroyed, by record `seq`; `rule` is empty where no rule asked for it.

    Size and hash are -1 and empty where what was known of it has been forgotten.
    """

    item: str
    name: str
    version: int
    size: int
    sha256: str
    seq: int
    time: str
    member: str
    rule: str
    until: str
    reason: str


class _Run(NamedTuple):
    id: str


def items_of_run(vault: Vault, typed: str) -> list[str]:
    """The items (ids) that a run destroyed, by the beginning of its id. Raises `NoSuchRetention` or `AmbiguousId`."""
    known = applied(vault.catalog)
    found = beginning_with(typed, [_Run(run) for run in dict.fromkeys(one.run for one in known)])
    run = the_only(found, typed, NoSuchRetention).id
    return [one.item for one in known if one.run == run]


def destroyed_of(vault: Vault, items: Collection[str]) -> list[Destroyed]:
    """The versions of items (ids) that were destroyed, in the order in which they were."""
    names = names_by_id(vault.catalog)
    content = {(item, one.object): one for item, there in versions_of(vault.catalog, items).items() for one in there}
    under = {one.item: one for one in applied(vault.catalog)}
    called = {one.id: one.name for one in rules(vault.catalog)}
    found = []
    for row in read_journal(vault, Query.of(VersionErased, items=items)) if items else ():
        fields: dict[str, Any] = row.fields or {}
        version, by_rule = content.get((fields["item"], fields["object"])), under.get(fields["item"])
        found.append(
            Destroyed(
                fields["item"],
                names.get(fields["item"], ""),
                fields["version"],
                version.size if version else -1,
                version.sha256 if version else "",
                row.leaf.seq,
                row.leaf.time,
                names.get(row.signer, row.signer),
                called.get(by_rule.rule, by_rule.rule) if by_rule else "",
                by_rule.until if by_rule else "",
                fields["reason"],
            )
        )
    return found


def certificate(vault: Vault, gone: list[Destroyed], copies: list[Copy], *, day: str) -> Paper:
    """The certificate. It says what the journal says, and names what it cannot know."""
    names = names_by_id(vault.catalog)
    titles = (_("Document"), _("Version"), "SHA-256", _("Destroyed"), _("By"), _("Rule"), _("Reason"), _("Record"))
    rows = tuple(
        (
            one.name or one.item,
            str(one.version),
            one.sha256 or _("forgotten"),
            one.time,
            one.member,
            one.rule or _("none"),
            one.reason,
            str(one.seq),
        )
        for one in gone
    )
    listed = [copy.in_words(names) for copy in copies] or [_("none that the journal knows of")]
    return Paper(
        _("Certificate of destruction"),
        drawn_up(vault, day),
        (
            _(
                "The journal of the vault records that the keys and the content of these versions were destroyed in "
                "it. All times are UTC."
            ),
            Grid(titles, rows),
            _("Copies that left before, which this does not reach:"),
            Points(tuple(listed)),
            beyond_the_journal(max(one.time for one in gone)[:10]),
            _(
                "Whether blocks of the disk still hold the encrypted content cannot be told; without its key, which "
                "was destroyed with it, nobody opens it. Whether the destruction was lawful, counsel decides."
            ),
        ),
    )
