"""`ipvault incident assess`: what an incident reaches, and how severe it is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer

from ipvault.catalog.scopes import Scope
from ipvault.cli.choices import clean_tags, moment_so_far
from ipvault.cli.files import read_small
from ipvault.cli.incident import Which
from ipvault.cli.incident_rendering import tell
from ipvault.cli.opening import open_current
from ipvault.cli.people import identities_of
from ipvault.cli.scope_options import Items, Rooms, Tags
from ipvault.errors import UsageError
from ipvault.oversight.incidents.assess import Opinion, assess as record_assessment, reach
from ipvault.oversight.incidents.lines import MAX_LINES_FILE, Line, parse_lines
from ipvault.oversight.incidents.words import CATEGORIES, SEVERITIES
from ipvault.records.incidents import CATEGORIES as ALL_CATEGORIES, SEVERITIES as ALL_SEVERITIES
from ipvault.text import _
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

Category = StrEnum("Category", {word: word for word in ALL_CATEGORIES})  # type: ignore[misc]  # see choices
Severity = StrEnum("Severity", {word: word for word in ALL_SEVERITIES})  # type: ignore[misc]

Lines = Annotated[
    str, typer.Option("--from", metavar="FILE|-", help=_("Lines of `exposure --jsonl`: documents and packages."))
]


def assess(
    which: Which,
    people: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="NAME", help=_("Whose laptop or keys are lost, or who may have taken what.")),
    ] = None,
    items: Items = None,
    rooms: Rooms = None,
    tags: Tags = None,
    source: Lines = "",
    since: Annotated[
        str, typer.Option(metavar="DATE|7d", help=_("Only what these people could read at that time or later."))
    ] = "",
    category: Annotated[Category | None, typer.Option("--category", help=_("Instead of what was found."))] = None,
    severity: Annotated[Severity | None, typer.Option("--severity", help=_("Instead of what was found."))] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why instead of what was found."))] = "",
) -> None:
    """From what these people could have (`ipvault exposure`), and the documents that you name, follow the category and
    the severity, with the grounds: secrets and personal data are severe, more so where they are outside already.

    A person can decide otherwise, for a reason. The latest assessment counts.
    """
    named = (items or (), rooms or (), (), (), clean_tags(tags))
    scope = Scope(*(tuple(dict.fromkeys(values)) for values in named))
    if not any(scope) and not people and not source:
        raise UsageError(
            problem=_("say what is reached: --person, --item, --room or --tag, or --from with an exposure")
        )
    lines, why = lines_from(source), free_text(reason).strip()
    began = moment_so_far(since, time.time()) if since else ""
    opinion = Opinion(str(category or ""), str(severity or ""), why)
    vault = open_current()
    concerned = _identities(vault, people or ())
    found = reach(vault, concerned, scope, lines, began)
    incident, head = record_assessment(vault, which, found, concerned, opinion)
    tell(
        vault,
        "incident-assess",
        incident,
        head,
        _("Incident {id}: {category}, {severity}; {grounds}."),
        category=_(CATEGORIES[opinion.category or found.category]),
        severity=_(SEVERITIES[opinion.severity or found.severity]),
        grounds="; ".join(found.grounds),
    )


def lines_from(source: str) -> list[Line]:
    """The lines of an exposure in a file or a pipe; none where none is named. Raises `UsageError`."""
    return parse_lines(read_small(source, MAX_LINES_FILE)) if source else []


def _identities(vault: Vault, people: Iterable[str]) -> set[str]:
    return {fingerprint for name in people for fingerprint in identities_of(vault.catalog, name)}
