"""`ipvault add`: documents go in."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ipvault.catalog.address import new_address
from ipvault.cli.choices import Kind, Label, clean_tags
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import count_of_items, shortened
from ipvault.cli.storing import STDIN, ingested_json, pipe, remove_sources, tell_ingested
from ipvault.errors import ExitCode, UsageError, VaultError
from ipvault.records.vocabulary import MAIN
from ipvault.text import _, ngettext, program
from ipvault.vault.ingest import Description, Stored, add as add_sources
from ipvault.vault.names import free_text, item_name
from ipvault.vault.sources import Skipped, Source, find_sources


def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help=_("Files, folders with -r, or - for a pipe."))],
    recursive: Annotated[bool, typer.Option("--recursive", "-r", help=_("Everything in the folders named."))] = False,
    name: Annotated[
        str | None, typer.Option(metavar="[ROOM:]NAME", help=_("The item's name; needed for a pipe. May hold slashes."))
    ] = None,
    room: Annotated[str | None, typer.Option(metavar="ROOM", help=_("The room it goes to; main by default."))] = None,
    label: Annotated[Label, typer.Option(help=_("Its classification."))] = Label.confidential,  # type: ignore[attr-defined]
    kind: Annotated[Kind, typer.Option("--type", help=_("What it is."))] = Kind.other,  # type: ignore[attr-defined]
    tags: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help=_("A tag; may be repeated."))] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help=_("A note that only members can read."))] = "",
    again: Annotated[bool, typer.Option("--again", help=_("Store content even if the vault has it already."))] = False,
    skip_existing: Annotated[
        bool,
        typer.Option("--skip-existing", help=_("Leave out files whose name an item has already; without it, refuse.")),
    ] = False,
    remove_source: Annotated[
        bool, typer.Option("--remove-source", help=_("Delete the files once they are safely in the vault."))
    ] = False,
) -> int:
    """All files go in together or not at all. A file's name, without its folder, becomes the item's name.

    Content that the vault has already is reported with the item that holds it, and not stored a second time. Symbolic
    links and special files are skipped and reported; the exit code is then 3.

    A folder can be added again: what has not changed is counted, what is new is stored. A file whose name is an item's
    with other content is a conflict, and nothing is stored; --skip-existing leaves such files out and says which, and
    `ipvault update` stores one as a new version.

    A colon in --name stands between room and name. With --room the name is taken as it is, colons included.
    """
    output = current().output
    sources = _sources(paths, recursive, name, remove_source)
    description = Description(str(label), str(kind), clean_tags(tags), free_text(note))
    vault = open_current()
    if room is None and name is not None:
        room, name = new_address(vault.catalog, name)
        sources = [
            Source(item_name(name), source.path, source.pipe) for source in sources if isinstance(source, Source)
        ]
    room = room or MAIN
    with output.progress(_("Encrypting"), None, "bytes") as bar:
        result = add_sources(
            vault,
            sources,
            room=room,
            description=description,
            again=again,
            skip_existing=skip_existing,
            progress=bar.advance,
        )
    tell_ingested(result)
    if name is None:
        _tell_renamed(result.stored)
    if not result.stored:
        output.say(_("Nothing new was stored."))
    elif len(result.stored) == 1:
        output.say(_("Stored {name} in room {room}.").format(name=result.stored[0].name, room=room))
    else:
        output.say(_("Stored {items} in room {room}.").format(items=count_of_items(len(result.stored)), room=room))
    removed = remove_sources(vault, result) if remove_source else []
    output.result("add", {**ingested_json(result), "removed_sources": removed}, journal=result.head)
    return ExitCode.PARTIAL if result.skipped else ExitCode.DONE


def _is_named_after(name: str, path: str) -> bool:
    """Whether an item has the name of its file, byte by byte."""
    return f"/{path}".endswith(f"/{name}") or os.path.abspath(path).endswith(f"/{name}")


def _tell_renamed(stored: list[Stored]) -> None:
    """Which files have another name in the vault, since theirs cannot be one there."""
    renamed = [(one, str(one.path)) for one in stored if not _is_named_after(one.name, str(one.path))]
    if not renamed:
        return
    text = ngettext(
        "{count} name was changed, since the vault knows one way to store accents and no unseen signs: {names}",
        "{count} names were changed, since the vault knows one way to store accents and no unseen signs: {names}",
        len(renamed),
    )
    names = [_("{old} is now {new}").format(old=path, new=one.name) for one, path in renamed]
    current().output.remark(text.format(count=len(renamed), names=shortened(names)))


def _vault_status() -> os.stat_result | None:
    """The vault's directory, so that it can be told from what is to be stored; None if there is none."""
    try:
        return os.stat(current().vault_path())
    except (OSError, VaultError):
        return None


def _sources(paths: list[str], recursive: bool, name: str | None, remove_source: bool) -> list[Source | Skipped]:
    """What the command line names. Raises `UsageError` for what does not go together."""
    if STDIN not in paths:
        found = list(find_sources(paths, recursive=recursive, vault=_vault_status()))
        if name is None:
            return found
        if len(found) != 1 or not isinstance(found[0], Source) or recursive:
            raise UsageError(problem=_("--name names one file; {count} were given").format(count=len(found)))
        return [Source(item_name(name), found[0].path)]
    if len(paths) > 1:
        raise UsageError(problem=_("- stands for one item from a pipe and cannot be combined with files"))
    if name is None:
        text = _("an item from a pipe needs a name: {ipvault} add - --name NAME")
        raise UsageError(problem=text.format(ipvault=program()))
    if remove_source:
        raise UsageError(problem=_("a pipe leaves no file to remove"))
    return [Source(item_name(name), None, pipe())]
