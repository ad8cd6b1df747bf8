"""`ipvault unlock`: keep the vault open for a time."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ipvault.catalog.statistics import logins
from ipvault.cli.choices import duration
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, open_unlocked, unlock_closed
from ipvault.cli.rendering import human_time, keeping_place
from ipvault.errors import UsageError
from ipvault.keys import runtime_folder, sessions, system_keyring
from ipvault.text import _, ngettext, program
from ipvault.vault.clock import timestamp
from ipvault.vault.pins import Pin

_LONGEST = 31 * 86_400
"""Seconds: a key that is kept for longer is a key that is simply lying about."""


class Keeper(StrEnum):
    """Where a session's key can be kept."""

    keyring = "keyring"
    session = "session"


def unlock(
    keep_for: Annotated[str, typer.Option("--for", metavar="TIME", help=_("How long, such as 30m, 8h or 2d."))] = "8h",
    store: Annotated[
        Keeper | None,
        typer.Option(
            help=_("The system keyring, or a file that goes when you log out. By default the keyring if there is one."),
        ),
    ] = None,
) -> None:
    """After this, commands do not ask for the passphrase until the time is over, you log out, or you run `lock`."""
    output = current().output
    length = duration(keep_for).total_seconds()
    if length > _LONGEST:
        raise UsageError(problem=_("{text} is too long: a session lasts 31 days at most").format(text=keep_for))
    closed = find_closed()
    unlocked = unlock_closed(closed, use_session=False)
    vault = open_unlocked(closed, unlocked)
    now = closed.machine.now()
    until = now + length
    kept = sessions.remember(closed.descriptor.id, closed.member, unlocked.master_key, until, _store_name(store), now)
    if kept == sessions.KEYRING:
        closed.machine.pins.mirror = system_keyring
        closed.machine.note(Pin(vault.catalog.head, vault.member))
    elif not (folder := runtime_folder.where()).cleared_at_logout:
        text = _("nothing clears {path} when you log out: run `{ipvault} lock` when you are done")
        output.warn(text.format(path=folder.path, ipvault=program()))
    output.result("unlock", {"until": timestamp(until), "store": kept}, journal=vault.catalog.head)
    text = _("The vault is open until {until}. Its key is kept in {place}; `{ipvault} lock` closes it sooner.")
    output.say(text.format(until=human_time(timestamp(until)), place=keeping_place(kept), ipvault=program()))
    login = logins(vault.catalog).get(vault.member)
    if login and login.failed_before:
        text = ngettext(
            "{count} failed attempt to unlock came before this one",
            "{count} failed attempts to unlock came before this one",
            login.failed_before,
        )
        output.warn(text.format(count=login.failed_before))


def _store_name(keeper: Keeper | None) -> sessions.StoreName | None:
    """The session layer's word for a keeper."""
    match keeper:
        case Keeper.keyring:
            return sessions.KEYRING
        case Keeper.session:
            return sessions.SESSION
        case None:
            return None
