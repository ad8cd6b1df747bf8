"""New ways to open something: a passphrase that is chosen, a key file that is made or taken."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from ipvault.cli.invocation import current
from ipvault.crypto.secret import Secret
from ipvault.errors import UsageError
from ipvault.keys.key_file import NEW_SIZE, read_key_file
from ipvault.keys.passphrase import PassphraseSources, check_new_passphrase, read_passphrase, typed_passphrase
from ipvault.keys.unlock_slots import KEY_FILE, PASSPHRASE, PASSPHRASE_AND_KEY_FILE, Factors
from ipvault.storage.destination import write_file
from ipvault.text import _

NewPassphraseFd = Annotated[
    int | None,
    typer.Option("--new-passphrase-fd", metavar="N", help=_("Read the new passphrase from this descriptor.")),
]
NewPassphraseFile = Annotated[
    str | None, typer.Option("--new-passphrase-file", metavar="FILE", help=_("Read the new passphrase from this file."))
]
NewKeyFile = Annotated[
    Path | None,
    typer.Option("--new-key-file", metavar="FILE", help=_("Make this key file, for instance on a USB stick.")),
]
WithKeyFile = Annotated[
    str | None,
    typer.Option("--with-key-file", metavar="FILE", help=_("Use this file as the key file; every byte of it counts.")),
]


class SlotKind(StrEnum):
    """What opens a slot."""

    passphrase = PASSPHRASE
    both = PASSPHRASE_AND_KEY_FILE
    key_file = KEY_FILE


class NewFactors(NamedTuple):
    """A kind of slot, and what will open it."""

    kind: SlotKind
    factors: Factors


def new_passphrase(sources: PassphraseSources) -> Secret:
    """A passphrase that is good enough, from the source that was named, else typed twice.

    Raises what `read_passphrase` and `check_new_passphrase` raise.
    """
    prompts = current().prompts
    chosen = read_passphrase(sources, lambda: prompts.new_passphrase(_check_typed))
    check_new_passphrase(chosen)
    return chosen


def new_factors(kind: SlotKind | None, made: Path | None, taken: str | None, sources: PassphraseSources) -> NewFactors:
    """The factors for a new slot; without a kind, a passphrase and whatever key file was named.

    Raises `UsageError` where the files do not fit the kind, and what making, reading and choosing them raises.
    """
    has_file = made is not None or taken is not None
    kind = kind or (SlotKind.both if has_file else SlotKind.passphrase)
    if made is not None and taken is not None:
        raise UsageError(problem=_("name one key file only, with --new-key-file or with --with-key-file"))
    if has_file != (kind is not SlotKind.passphrase):
        problem = _("the kind {kind} takes a key file: name it with --new-key-file or --with-key-file")
        refused = _("a slot of the kind passphrase takes no key file")
        raise UsageError(problem=refused if has_file else problem.format(kind=kind))
    passphrase = None if kind is SlotKind.key_file else new_passphrase(sources)
    if made is not None:
        with write_file(made, None, replace=False) as out:
            out.write(os.urandom(NEW_SIZE))
        current().output.say(_("Made the key file {path}. Keep a copy where you keep deeds.").format(path=made))
    named = str(made) if made is not None else taken
    return NewFactors(kind, Factors(passphrase, None if named is None else read_key_file(named)))


def _check_typed(line: str) -> None:
    check_new_passphrase(typed_passphrase(line))
