"""`ipvault training assign|acknowledge`: texts that people have to have accepted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import ambiguous, find_recipient, matching
from ipvault.catalog.roster import find_member
from ipvault.catalog.training_standings import ACCEPTED, standings
from ipvault.catalog.trainings import Training, find_training
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.training_rendering import training_json
from ipvault.errors import NoSuchMember, UsageError
from ipvault.governance.trainings.keep import (
    MAX_EVIDENCE,
    People,
    acknowledge as record_acknowledged,
    assign as record_assigned,
    confirm,
    text_in,
    text_of,
)
from ipvault.journal.head import Head
from ipvault.records.domains import is_day
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _, program
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault


def assign(
    people: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help=_("Members and recipients who are to accept it."))
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help=_("What to call it; by default the name of the file."))
    ] = "",
    text: Annotated[
        str, typer.Option("--text", metavar="FILE|-", help=_("The text, if it is new: plain text of at most 64 KiB."))
    ] = "",
    item: Annotated[
        str, typer.Option("--item", metavar="ITEM[@VERSION]", help=_("The text, if it is a document in the vault."))
    ] = "",
    due: Annotated[str, typer.Option("--due", metavar="DATE", help=_("By when it is to be accepted."))] = "",
) -> None:
    """The policy can demand that whoever shares, and each recipient, has accepted it: see `help policy`. Another text
    under the same name is a new version, which everybody has to accept anew. A text from a file stands in the journal,
    where all members can read it.
    """
    if text and item:
        raise UsageError(problem=_("the text is either a file or a document of the vault"))
    if due and not is_day(due):
        raise UsageError(problem=_("{text} is not a date; write 2026-11-22").format(text=due))
    called = name or (Path(text).name if text != PIPE else "") or item.partition("@")[0].rpartition("/")[2]
    if not called:
        raise UsageError(problem=_("say what the text is called: --name TEXT"))
    if "," in called:
        raise UsageError(problem=_("the name of a text has no comma in it"))
    place = _("the standard input") if text == PIPE else text
    given = text_of(read_small(text, MAX_TEXT), place) if text else None
    vault = open_current()
    given = text_in(vault.catalog, item) if item else given
    whom = _people(vault.catalog, people or ())
    training, head = record_assigned(vault, called.strip(), given, whom, due)
    _tell("training-assign", [training], head)
    output = current().output
    output.say(_("{name} is to be accepted in version {version}.").format(name=training.name, version=training.version))
    command = f"{program()} training acknowledge"
    output.say(_("Members do that with {command}").format(command=command))


def acknowledge(
    which: Annotated[
        str, typer.Argument(metavar="NAME|ID", help=_("The text; by default all that you are still to accept."))
    ] = "",
    recipient: Annotated[
        str, typer.Option("--for", metavar="NAME", help=_("A recipient, who signed that it is accepted."))
    ] = "",
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="FILE|-", help=_("What the recipient signed; it is kept."))
    ] = "",
) -> None:
    """Read it first: `training show NAME` writes it. What is accepted is this text to the letter, by its SHA-256; a new
    version has to be accepted anew.
    """
    if bool(recipient) != bool(evidence):
        raise UsageError(problem=_("for a recipient give both --for NAME and --evidence FILE"))
    if recipient and not which:
        raise UsageError(problem=_("say which text the recipient accepted"))
    statement = read_small(evidence, MAX_EVIDENCE) if evidence else b""
    output = current().output
    vault = open_current()
    texts = [find_training(vault.catalog, which)] if which else _still_to_accept(vault)
    if recipient:
        party = find_recipient(vault.catalog, recipient)
        head = confirm(vault, texts[0], party, statement)
        sentence = _("{who} accepted version {version} of {name}, as the evidence says.")
    else:
        party = None
        head = record_acknowledged(vault, texts) if texts else vault.catalog.head
        sentence = _("You accepted version {version} of {name}.")
    _tell("training-acknowledge", texts, head)
    for one in texts:
        who = party.name if party else ""
        output.say(sentence.format(who=who, version=one.version, name=one.name))
    if not texts:
        output.say(_("There is nothing that you are still to accept."))


def _still_to_accept(vault: Vault) -> list[Training]:
    """The texts that this member was asked to accept and has not."""
    mine = [one for one in standings(vault.catalog, today(vault)) if one.person == vault.member]
    return [one.training for one in mine if one.state != ACCEPTED]


def _people(catalog: Catalog, typed: Sequence[str]) -> People:
    """Whom names mean. Raises `NoSuchRecipient`, or `AmbiguousRecipient` for a member and another recipient alike."""
    members: dict[str, None] = {}
    recipients: dict[str, None] = {}
    for name in typed:
        others = matching(catalog, name)
        try:
            found = find_member(catalog, name)
        except NoSuchMember:
            recipients[find_recipient(catalog, name).id] = None
            continue
        if any(one.fingerprint != found.fingerprint for one in others):
            raise ambiguous(name, others)
        members[found.fingerprint] = None
    return People(tuple(members), tuple(recipients))


def _tell(schema: str, texts: Sequence[Training], head: Head) -> None:
    current().output.result(schema, {"trainings": [training_json(one) for one in texts]}, journal=head)
