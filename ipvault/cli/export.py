"""`ipvault export`: documents out of the vault into files."""

from __future__ import annotations

import os
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import find_versions, newest_versions
from ipvault.catalog.items import Item, Selection, Version, select
from ipvault.catalog.patterns import is_pattern
from ipvault.cli.archive import Sink, write_tar
from ipvault.cli.choices import Basis, Override
from ipvault.cli.decisions import policy_gate, tell_marks, tell_unread, tell_what_passed
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current
from ipvault.cli.rendering import count_of_items, shortened
from ipvault.errors import DestinationExists, ExitCode, UsageError, VaultError
from ipvault.journal.head import Head
from ipvault.records.vocabulary import EXPORT
from ipvault.storage.destination import Destination, recorded, write_file
from ipvault.storage.safe_names import marked, unique_paths
from ipvault.text import _, ngettext, program
from ipvault.vault.gate import Way
from ipvault.vault.names import free_text
from ipvault.vault.progress import Progress
from ipvault.vault.release import Content, release

PIPE = "-"

Members = list[tuple[str, Content]]
"""What goes where."""


class Format(StrEnum):
    """What is written: files, or one archive."""

    files = "files"
    tar = "tar"


def export_items(
    items: Annotated[
        list[str] | None, typer.Argument(metavar="ITEM[@VERSION]|PATTERN", help=_("What to copy out."))
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Every item that you can read."))] = False,
    destination: Annotated[
        str,
        typer.Option("-o", "--output", metavar="DIR|FILE|-", help=_("A folder, a file for one item, or - for a pipe.")),
    ] = "",
    chosen: Annotated[
        Format | None,
        typer.Option("--format", help=_("Files, or one tar archive, as -o FILE.tar says for several items.")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Replace files that exist."))] = False,
    reason: Override = "",
    basis: Basis = "",
) -> int:
    """Names with slashes become folders; what a file system cannot take is replaced, and said. Files are private to
    you, appear only when complete, and never through a link. The journal records what left, and where to.

    A version that is not the newest has its number in the file's name: claims (version 1).txt. What is damaged is left
    out and named, and the rest is written; the exit code is then 3.

    Outside the vault nothing protects them.
    """
    output = current().output
    if bool(items) == everything:
        raise UsageError(problem=_("name items or patterns, or give --all"))
    if not destination:
        raise UsageError(problem=_("say where to: -o FOLDER, -o FILE for one item, or -o - for a pipe"))
    sink = output.bytes_out(_("the export")) if destination == PIPE else None
    vault = open_current()
    erased: list[Item] = []
    wanted = (
        newest_versions(vault.catalog, select(vault.catalog, Selection()), erased.append)
        if everything
        else find_versions(vault.catalog, items or [], erased.append)
    )
    names = {version.object: _file_name(item, version) for item, version in wanted}
    paths = dict(zip(names, unique_paths(list(names.values())), strict=True))
    one_named = len(items or []) == 1 and not is_pattern((items or [""])[0]) and len(wanted) == 1
    archived = destination.endswith(".tar") and not one_named and not os.path.isdir(destination)
    format_ = chosen or (Format.tar if archived else Format.files)
    if format_ is Format.files and sink is not None and len(wanted) != 1:
        raise UsageError(problem=_("several items do not fit into one stream: use --format tar"))
    to_folder = format_ is Format.files and sink is None and _is_folder(destination, one_named)
    size = sum(version.size for _item, version in wanted)
    place = "pipe" if sink is not None else recorded(Path(destination))
    if sink is None and not force:
        _refuse_existing([Path(destination, path) for path in paths.values()] if to_folder else [Path(destination)])
    gate = policy_gate(vault)
    damaged: list[tuple[Content, VaultError]] = []
    with ExitStack() as stack:
        target: Destination | None = None
        out: Sink | None = sink
        if to_folder:
            target = stack.enter_context(Destination(Path(destination), current().vault_path()))
        elif out is None:
            out = stack.enter_context(write_file(Path(destination), current().vault_path(), replace=force))
        with output.progress(_("Checking"), size, "bytes") as bar:
            contents, head = release(
                vault,
                wanted,
                Way(vault.machine.random(16).hex(), EXPORT, place, override=free_text(reason), basis=free_text(basis)),
                gate,
                left_out=lambda content, error: damaged.append((content, error)),
                progress=bar.advance,
            )
        tell_what_passed(gate)
        tell_unread(gate)
        is_one_file = format_ is Format.files and not to_folder
        members = [
            (Path(destination).name if is_one_file else paths[content.version.object], content) for content in contents
        ]
        with output.progress(_("Writing"), size, "bytes") as bar:
            if target is not None:
                _write_files(target, members, force, bar.advance)
            elif out is not None:
                _write_one(out, members, format_, bar.advance)
    for path, content in members if to_folder or format_ is Format.tar else []:
        if path != names[content.version.object]:
            output.remark(_("{name} was written as {path}").format(name=content.item.name, path=path))
    if erased:
        _tell_erased(erased)
    for _content, error in damaged:
        output.warn(_("left out: {problem}").format(problem=error))
    if damaged:
        text = _("What was left out may be whole in a backup. To see all that is damaged: {ipvault} verify --content")
        output.say(text.format(ipvault=program()))
    if sink is None:
        _tell(members, damaged, place, head)
        text = _("Wrote {items} to {destination}. Outside the vault nothing protects them.")
        output.say(text.format(items=count_of_items(len(members)), destination=place))
        if is_one_file and Path(contents[0].item.name).suffix and not Path(destination).suffix:
            output.say(_("It is a file of that name; for a folder end the name with /."))
        tell_marks(contents, member_name(vault, vault.member))
    return ExitCode.PARTIAL if damaged else ExitCode.DONE


def _file_name(item: Item, version: Version) -> str:
    """The name of the file for a version, which says which one it is unless that is the newest."""
    if version.number == item.version:
        return item.name
    return marked(item.name, f" (version {version.number})")


def _tell_erased(items: list[Item]) -> None:
    """Which items a pattern means and nothing was written of: an older version is somebody's choice, not ours."""
    names = list({item.id: item.name for item in items}.values())
    text = ngettext(
        "{count} item was left out, because its newest version was erased: {names}; for an older one name ITEM@VERSION",
        "{count} items were left out, because their newest versions were erased: {names}; for an older one name "
        "ITEM@VERSION",
        len(names),
    )
    current().output.warn(text.format(count=len(names), names=shortened(names)))


def _tell(members: Members, damaged: list[tuple[Content, VaultError]], place: str, head: Head) -> None:
    """What was written and what was not, for programs."""
    data = {
        "destination": place,
        "items": [
            {
                "id": c.item.id,
                "name": c.item.name,
                "version": c.version.number,
                "sha256": c.sha256,
                "marked": c.copy is not None,
                "path": path,
            }
            for path, c in members
        ],
        "damaged": [
            {"id": c.item.id, "name": c.item.name, "version": c.version.number, "problem": str(error)}
            for c, error in damaged
        ],
    }
    current().output.result("export", data, journal=head)


def _is_folder(destination: str, one_named: bool) -> bool:
    """Whether files go into a folder: there is one, its name says so, or more than one item was asked for."""
    return not one_named or destination.endswith("/") or os.path.isdir(destination)


def _refuse_existing(paths: list[Path]) -> None:
    """Nothing leaves, and nothing is recorded, when a file is in the way. Raises `DestinationExists`."""
    for path in paths:
        if os.path.lexists(path):
            raise DestinationExists(path=path)


def _write_files(target: Destination, members: Members, force: bool, progress: Progress) -> None:
    for path, content in members:
        with target.file(path, replace=force) as out:
            for block in content.blocks():
                out.write(block)
                progress(len(block))
    target.finish()


def _write_one(out: Sink, members: Members, format_: Format, progress: Progress) -> None:
    if format_ is Format.tar:
        write_tar(out, members, progress)
        return
    for block in members[0][1].blocks():
        out.write(block)
        progress(len(block))
