"""`ipvault seal`: files for people, without a vault."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Annotated

import typer

from ipvault.cli.cards import card_json, described, read_card
from ipvault.cli.choices import deadline
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.own_keys import open_own
from ipvault.cli.package_output import Armor, Force, Output, Split, carrier, package_out, written_files
from ipvault.cli.rendering import count_of_files, human_time
from ipvault.errors import ExitCode, StorageFailed, UsageError
from ipvault.sharing.manifest import Entry, Terms
from ipvault.sharing.package_writer import PackageWriter
from ipvault.storage.blocks import blocks
from ipvault.storage.safe_names import unique_paths
from ipvault.text import _, program, reason_of
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text
from ipvault.vault.sources import Skipped, Source, Unreadable, find_sources, open_source

Recipients = Annotated[
    list[str] | None, typer.Option("--to", metavar="CARD", help=_("The card of a recipient; may be repeated."))
]
Expires = Annotated[str, typer.Option("--expires", metavar="30d|2y|DATE", help=_("Until when it is to be opened."))]
Purpose = Annotated[str, typer.Option("--purpose", metavar="TEXT", help=_("What it is for: the recipients see it."))]
Message = Annotated[str, typer.Option("--message", metavar="TEXT", help=_("A message to the recipients."))]


def seal(
    paths: Annotated[list[str], typer.Argument(metavar="FILE", help=_("Files, or folders with -r."))],
    to: Recipients = None,
    destination: Output = "",
    expires: Expires = "",
    purpose: Purpose = "",
    message: Message = "",
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help=_("Everything in the folders named."))] = False,
    armor: Armor = False,
    split: Split = "",
    force: Force = False,
) -> int:
    """Only those whose cards you name can open the package. They see who else can, that it comes from you, and that
    nothing was altered; nobody else sees more than its size and how many they are.

    It is sealed with your own identity, and no vault is needed. You cannot open it yourself unless you name your own
    card too. Whoever opens it keeps what is in it: an expiry date cannot be forced on a copy already sent.
    """
    output = current().output
    where = carrier(destination, armor, split, force)
    if not to:
        raise UsageError(problem=_("say for whom: --to CARD, as often as there are recipients"))
    if PIPE in paths:
        problem = _(
            "what is sealed has to be in files, because their sizes stand in a package before what is in them; out of "
            "a pipe, store it in a vault with {ipvault} add - and share it"
        )
        raise UsageError(problem=problem.format(ipvault=program()))
    cards = [read_card(path) for path in to]
    now = time.time()
    end = deadline(expires, now) if expires else None
    terms = Terms(timestamp(now), end, free_text(purpose), free_text(message))
    sources, skipped = _sources(paths, recursive)
    names = unique_paths([source.name for source, _size in sources])
    entries = [Entry(name, size) for name, (_source, size) in zip(names, sources, strict=True)]
    identity, own_card = open_own()
    writer = PackageWriter(identity, own_card, [card.public for card in cards], terms, entries, os.urandom)
    total = sum(entry.size for entry in entries)
    with output.progress(_("Sealing"), total, "bytes") as bar, package_out(where) as begin, begin(writer) as out:
        writer.write(out, (_blocks(source) for source, _size in sources), bar.advance)
    for entry, (source, _size) in zip(entries, sources, strict=True):
        if entry.name != source.name:
            output.remark(_("{name} was written as {path}").format(name=source.name, path=entry.name))
    for one in skipped:
        output.warn(_("skipped {path}: {reason}").format(path=one.path, reason=one.reason))
    unique = {card.fingerprint: card for card in cards}.values()
    data = {
        "files": written_files(where),
        "package": writer.header.id,
        "manifest": writer.manifest_hash,
        "size": writer.size,
        "recipients": [card_json(card) for card in unique],
        "entries": [
            {"name": entry.name, "size": entry.size, "source": source.path}
            for entry, (source, _size) in zip(entries, sources, strict=True)
        ],
        "expires": terms.expires,
        "skipped": [{"source": one.path, "reason": one.reason} for one in skipped],
    }
    output.result("seal", data)
    _tell_place(written_files(where), len(entries))
    for card in unique:
        output.say(f"  {described(card)}")
    output.say(_("Compare a fingerprint with its owner over another channel if you have not yet done so."))
    if terms.expires:
        tell_expiry(terms.expires)
    return ExitCode.PARTIAL if skipped else ExitCode.DONE


def _tell_place(files: list[str], count: int) -> None:
    """What was sealed into which files, as the beginning of a list of the recipients."""
    output = current().output
    match files:
        case []:
            output.say(_("Sealed {files} for:").format(files=count_of_files(count)))
        case [path]:
            output.say(_("Sealed {files} in {path}, for:").format(files=count_of_files(count), path=path))
        case [first, *_more, last]:
            text = _("Sealed {files} in {count} parts, {first} to {last}, for:")
            output.say(text.format(files=count_of_files(count), count=len(files), first=first, last=last))


def tell_expiry(expires: str) -> None:
    """What an expiry date does and what it does not."""
    text = _(
        "It is to be opened until {time}. An expiry date cannot be forced on a copy already sent: ipvault keeps to it, "
        "another program would not refuse."
    )
    current().output.say(text.format(time=human_time(expires)))


def _sources(paths: list[str], recursive: bool) -> tuple[list[tuple[Source, int]], list[Skipped]]:
    """What is to be sealed, with its size, and what is not. Raises `UsageError` if nothing is left."""
    found: list[tuple[Source, int]] = []
    skipped: list[Skipped] = []
    for source in find_sources(paths, recursive=recursive):
        if isinstance(source, Source) and source.path is not None:
            found.append((source, os.lstat(source.path).st_size))
        elif isinstance(source, Skipped):
            skipped.append(source)
    if not found:
        reasons = "; ".join(f"{one.path}: {one.reason}" for one in skipped) or _("there is no file in it")
        raise UsageError(problem=_("nothing to seal: {reasons}").format(reasons=reasons))
    return found, skipped


def _blocks(source: Source) -> Iterator[bytes]:
    path = str(source.path)
    try:
        with open_source(path) as file:
            yield from blocks(file.read)
    except Unreadable as error:
        raise StorageFailed(path=path, reason=error.skipped.reason) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error
