"""The filters that `journal list` and `journal export` share."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.roster import no_such_member
from ipvault.cli.choices import moment
from ipvault.cli.usage import did_you_mean
from ipvault.errors import CommandLineWrong
from ipvault.records.families import all_kinds
from ipvault.text import _
from ipvault.vault.journal_query import Query, known_item
from ipvault.vault.vault import Vault

Since = Annotated[str | None, typer.Option(metavar="WHEN", help=_("At or after a date, or within such as 7d."))]
Until = Annotated[str | None, typer.Option(metavar="WHEN", help=_("Before a date."))]
Items = Annotated[list[str] | None, typer.Option("--item", metavar="ITEM", help=_("Only about this item."))]
Actions = Annotated[
    list[str] | None,
    typer.Option(
        "--action", metavar="ACTION", help=_("Only this, such as item.added, or all that begin so, such as journal.")
    ),
]
Members = Annotated[
    list[str] | None, typer.Option("--member", metavar="MEMBER", help=_("Only by this member: name or fingerprint."))
]


def query_of(
    vault: Vault,
    since: str | None,
    until: str | None,
    items: list[str] | None,
    actions: list[str] | None,
    members: list[str] | None,
) -> Query:
    """The filters as the vault understands them. Raises `NotFound`, `NoSuchMember` or `UsageError`."""
    now = vault.machine.now()
    return Query(
        since=moment(since, now) if since else None,
        until=moment(until, now) if until else None,
        items=frozenset(known_item(vault, address)[0] for address in items or ()),
        actions=frozenset(action for name in actions or () for action in _actions(name)),
        members=frozenset(member for name in members or () for member in _members(vault, name)),
    )


def _actions(name: str) -> set[str]:
    """The kinds of records, and classes of them, that somebody means by a kind, by its first word, or by a class.

    Raises `CommandLineWrong` for what is none: it would find nothing, and seem to prove that.
    """
    kinds = all_kinds()
    beginnings = {kind.partition(".")[0] for kind in kinds}
    known = {*kinds, *beginnings, *(kind.CLASS for kind in kinds.values())}
    if name not in known:
        raise CommandLineWrong(
            problem=_("there is no action called {name}").format(name=name),
            advice=did_you_mean(name, known) or _("choose one of: {choices}").format(choices=", ".join(sorted(known))),
            usage="",
        )
    return {name, *(kind for kind in kinds if kind.startswith(f"{name}."))}


def _members(vault: Vault, name: str) -> list[str]:
    rows = vault.catalog.view.execute("SELECT fingerprint, name FROM member")
    found = [fingerprint for fingerprint, known in rows if known == name or fingerprint.startswith(name.lower())]
    if not found or not name:
        raise no_such_member(vault.catalog, name)
    return found
