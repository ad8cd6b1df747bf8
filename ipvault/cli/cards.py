"""Cards that somebody names on the command line."""

from __future__ import annotations

from typing import Annotated, Any
from unicodedata import normalize

import typer

from ipvault.cli.files import PIPE, read_sent
from ipvault.cli.invocation import current
from ipvault.errors import UsageError
from ipvault.keys.card import MAX_SIZE, Card, Details, check_fingerprint, in_groups, is_detail
from ipvault.text import _

Fingerprint = Annotated[
    str | None,
    typer.Option(metavar="HEX", help=_("All of it, as the person reads it; without this you are asked to type it.")),
]
Organisation = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Your company or firm."))]
Email = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Your e-mail address."))]
Jurisdiction = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Where you practise, such as DE or US-NY."))]


def clean_details(details: Details) -> Details:
    """What somebody typed, as it stands on a card: in NFC. Raises `UsageError`."""
    clean = Details(*(normalize("NFC", text) for text in details))
    if not clean.name:
        raise UsageError(problem=_("a card has a name on it: give it with --name"))
    for text in clean:
        if not is_detail(text):
            raise UsageError(
                problem=_(
                    '"{text}" cannot stand on a card: it has to be one line of characters that can be seen'
                ).format(text=text)
            )
    return clean


def read_card(path: str) -> Card:
    """The card in a file, or in a pipe (`-`). Raises what `read_sent` raises, and `CardRefused`."""
    what = _("the card")
    return Card.from_toml(read_sent(path, MAX_SIZE, what), what if path == PIPE else path)


def card_json(card: Card) -> dict[str, Any]:
    """A card for programs."""
    return {**card.details._asdict(), "fingerprint": card.fingerprint, "created": card.created}


def described(card: Card) -> str:
    """`Ada Lovelace (Analytical Engines), fingerprint 0123 4567 …`."""
    name, organisation = card.details.name, card.details.organisation
    who = f"{name} ({organisation})" if organisation else name
    return _("{who}, fingerprint {fingerprint}").format(who=who, fingerprint=in_groups(card.fingerprint))


def confirm_fingerprint(card: Card, typed: str | None, action: str) -> None:
    """Go on only if a person compared the card's fingerprint, which is `typed`, or asked for.

    Raises what `typed_fingerprint` and `check_fingerprint` raise.
    """
    name = card.details.name
    if typed is None:
        typed = typed_fingerprint(name, action)
    check_fingerprint(typed, card.fingerprint, name)


def typed_fingerprint(name: str, action: str) -> str:
    """What a person types whom the owner of a card reads its fingerprint to.

    `action` says what for, as `Prompts.answer` wants it. Raises `NotConfirmed` or `NeedsConfirmation`.
    """
    return current().prompts.answer(
        _("Type the fingerprint that {name} reads to you: ").format(name=name),
        action=action,
        hint=_("run it in a terminal, or give --fingerprint"),
    )
