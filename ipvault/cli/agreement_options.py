"""The options that describe an agreement, and the terms that they and a file make together."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ipvault.cli.choices import typed_day
from ipvault.cli.files import PIPE, read_small
from ipvault.governance.agreements.terms import MAX_TERMS, Document, read_toml
from ipvault.records.agreements import AGREEMENT_TYPES, EXCLUSIVITIES, NOTICES, RELATIONSHIPS
from ipvault.text import _

AgreementType = StrEnum("AgreementType", {word: word for word in AGREEMENT_TYPES})  # type: ignore[misc]  # see choices
_Relationship = StrEnum("_Relationship", {word: word for word in RELATIONSHIPS})  # type: ignore[misc]
_Exclusivity = StrEnum("_Exclusivity", {word: word for word in EXCLUSIVITIES})  # type: ignore[misc]
_Notice = StrEnum("_Notice", {word: word for word in NOTICES})  # type: ignore[misc]

Type = Annotated[AgreementType | None, typer.Option("--type", help=_("What kind of agreement it is."))]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("What to call it."))]
Parties = Annotated[
    list[str] | None, typer.Option("--party", metavar="NAME", help=_("A recipient who signed it; may be repeated."))
]
PartyNames = Annotated[
    list[str] | None,
    typer.Option("--party-name", metavar="TEXT", help=_("Anybody else who signed it; may be repeated.")),
]
Relationship = Annotated[
    _Relationship | None, typer.Option("--relationship", help=_("What the other party is to you; company by default."))
]
ScopeItems = Annotated[
    list[str] | None, typer.Option("--scope-item", metavar="ITEM", help=_("A document that it is about."))
]
ScopeRooms = Annotated[
    list[str] | None, typer.Option("--scope-room", metavar="ROOM", help=_("All documents in a room."))
]
ScopeLabels = Annotated[
    list[str] | None, typer.Option("--scope-label", metavar="LABEL", help=_("All documents of a label."))
]
ScopeTags = Annotated[list[str] | None, typer.Option("--scope-tag", metavar="TAG", help=_("All documents with a tag."))]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("Its first day, such as 2026-11-22."))]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("Its last day."))]
Survival = Annotated[
    int | None,
    typer.Option("--survival", metavar="DAYS", help=_("For how long confidentiality goes on after the last day.")),
]
Exclusivity = Annotated[_Exclusivity | None, typer.Option("--exclusivity", help=_("Of a licence."))]
Territory = Annotated[
    list[str] | None, typer.Option("--territory", metavar="TEXT", help=_("Of a licence; may be repeated."))
]
Notice = Annotated[
    _Notice | None,
    typer.Option("--dtsa-notice", help=_("Whether it gives the notice of 18 U.S.C. 1833(b); counsel decides.")),
]
TermsFile = Annotated[
    str | None, typer.Option("--terms", metavar="FILE|-", help=_("All terms, as TOML: see `ipvault help agreements`."))
]
Which = Annotated[
    str, typer.Argument(metavar="ID|ITEM", help=_("The beginning of its id, or the document that was signed."))
]


def terms_place(terms: str | None) -> str:
    """Where terms come from, for messages."""
    if terms is None:
        return _("what the options say")
    return _("the standard input") if terms == PIPE else str(Path(terms))


def read_terms(terms: str | None) -> Document:
    """What the file of `--terms` says; nothing without one."""
    return {} if terms is None else read_toml(read_small(terms, MAX_TERMS), terms_place(terms))


def described(document: Document, scope: dict[str, list[str] | None], **options: Any) -> Document:
    """A document of terms, with what options say in place of what stood there; what one says empty is left out."""
    said = {
        name.rstrip("_"): str(value) if isinstance(value, StrEnum) else value
        for name, value in options.items()
        if value is not None
    }
    for name in ("from", "until"):
        if said.get(name):
            said[name] = typed_day(said[name])
    document = {name: value for name, value in {**document, **said}.items() if value != "" and value != [""]}
    scoped = {name: value for name, value in scope.items() if value is not None}
    if scoped and isinstance(document.get("scope", {}), dict):
        document["scope"] = {
            name: value for name, value in {**document.get("scope", {}), **scoped}.items() if value != [""]
        }
    return document
