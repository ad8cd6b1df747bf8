"""`ipvault register add|score|approve|retire`: what is a trade secret, why, and who agreed."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID, find_room
from ipvault.catalog.items import names_by_id
from ipvault.catalog.register import Secret
from ipvault.cli.choices import Which, typed_day
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.register_rendering import SecretType, secret_json
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.register.factors import parse_factors
from ipvault.oversight.register.keep import (
    Proposal,
    approve as record_approved,
    propose,
    retire as record_retired,
    score,
)
from ipvault.records.vocabulary import MAIN, MAX_TEXT
from ipvault.text import _, program
from ipvault.vault.names import free_text, person_name
from ipvault.vault.vault import Vault

_OTHER: Final = SecretType("other")


def add(
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help=_("What to call it in lists, without revealing it."))
    ],
    description: Annotated[
        str, typer.Option("--description", metavar="FILE|-", help=_("A text that says in particular what it is."))
    ],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help=_("Who answers for it in the business."))],
    custodian: Annotated[str, typer.Option("--custodian", metavar="NAME", help=_("Who looks after it."))],
    type_: Annotated[SecretType, typer.Option("--type", help=_("What kind of secret it is."))] = _OTHER,
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="ITEM|PATTERN", help=_("A document that embodies it."))
    ] = None,
    value: Annotated[
        str, typer.Option("--value", metavar="TEXT", help=_("What it is worth, and by which estimate."))
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help=_("Until when it is expected to be secret and of use."))
    ] = "",
    room: Annotated[
        str, typer.Option("--room", metavar="ROOM", help=_("The room whose members may know of it."))
    ] = MAIN,
) -> None:
    """The description is sealed in a record for the members of that room, and committed to from today on. Later
    `register reveal` proves what it said. Lists do not show it. It is read from a file or a pipe, so that no history of
    commands has it. Whoever belongs to the room can read it in the journal.

    Then say why it is a secret, with `register score`, and have another owner of the room approve it.
    """
    output = current().output
    proposal = Proposal(
        title=person_name(title),
        description=_description(description),
        type=str(type_),
        owner=person_name(owner),
        custodian=person_name(custodian),
        items=items or [],
        value=_line(value),
        until_day=str(typed_day(until)) if until else "",
    )
    vault = open_current()
    secret, head = propose(vault, find_room(vault.catalog, room), proposal)
    text = _("{title} is in the register as {id}; what it is in particular is committed to by record {seq}.")
    _tell("register-add", vault, secret, head, text)
    command = f"{program()} register score {secret.id[:SHORT_ID]} --factor NAME=SCORE:REASON"
    output.say(_("Say why it is a secret, factor by factor: {command}").format(command=command))


def score_factors(
    which: Which,
    factors: Annotated[
        list[str] | None,
        typer.Option("--factor", metavar="NAME=SCORE:REASON", help=_("One of the six factors; may be repeated.")),
    ] = None,
) -> None:
    """The factors are known-outside, known-inside, measures, value, effort and acquisition, each from 1 to 5: the more,
    the more it speaks for a trade secret; `help register` explains them. The first time all six are needed. Later,
    those that you leave out stay as they are, and without any the entry counts as looked at again.
    """
    said = parse_factors(factors or [])
    vault = open_current()
    secret, head = score(vault, which, said)
    _tell("register-score", vault, secret, head, _("{title} is scored {score} of {most}."))
    if not secret.is_approved_as_scored:
        command = f"{program()} register approve {secret.id[:SHORT_ID]}"
        current().output.say(_("Another owner of the room approves it: {command}").format(command=command))


def approve(
    which: Which, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why."))] = ""
) -> None:
    """An owner of the room agrees that it is a trade secret, as it is scored now. Nobody approves their own."""
    why = free_text(reason)
    vault = open_current()
    secret, head = record_approved(vault, which, why)
    _tell("register-approve", vault, secret, head, _("You approved {title}."))


def retire(
    which: Which,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why it is no trade secret any more."))],
) -> None:
    """For what was published, is known or of no use any more. The entry stays, and can still be revealed."""
    if not reason.strip():
        raise UsageError(problem=_("say why it is no trade secret any more"))
    why = free_text(reason)
    vault = open_current()
    secret, head = record_retired(vault, which, why)
    _tell("register-retire", vault, secret, head, _("{title} is retired."))


def _description(path: str) -> str:
    """What stands in the file of `--description`. Raises `UsageError` for what is no text, empty, or too long."""
    data = read_small(path, MAX_TEXT)
    place = _("the standard input") if path == PIPE else path
    try:
        text = free_text(data.decode())
    except UnicodeDecodeError:
        raise UsageError(problem=_("{place} is not text in UTF-8").format(place=place)) from None
    if not text.strip():
        raise UsageError(
            problem=_("{place} is empty: describe the secret so that it can be told from others").format(place=place)
        )
    return text


def _line(text: str) -> str:
    """A text of one line, or nothing."""
    return person_name(text) if text else ""


def _tell(schema: str, vault: Vault, secret: Secret, head: Head, sentence: str) -> None:
    output = current().output
    output.result(schema, {"secret": secret_json(vault, secret, names_by_id(vault.catalog))}, journal=head)
    scores = secret.scoring.scores if secret.scoring else ()
    called = {"title": secret.content.title, "id": secret.id[:SHORT_ID], "seq": secret.seq}
    output.say(sentence.format(**called, score=sum(scores), most=5 * len(scores)))
