"""`ipvault export`: documents out of the vault into files."""

from __future__ import annotations

import os
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import find_versions
from ipvault.catalog.patterns import is_pattern
from ipvault.cli.archive import Sink, write_tar
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import count_of_items
from ipvault.errors import DestinationExists, UsageError
from ipvault.storage.destination import Destination, write_file
from ipvault.storage.safe_names import unique_paths
from ipvault.text import _
from ipvault.vault.progress import Progress
from ipvault.vault.release import Content, release

PIPE = "-"


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
    format_: Annotated[Format, typer.Option("--format", help=_("Files, or one tar archive."))] = Format.files,
    force: Annotated[bool, typer.Option("--force", help=_("Replace files that exist."))] = False,
) -> None:
    """Names with slashes become folders; what a file system cannot take is replaced, and said. Files are private to
    you, appear only when complete, and never through a link. The journal records what left, and where to.

    Outside the vault nothing protects them.
    """
    output = current().output
    if bool(items) == everything:
        raise UsageError(problem=_("name items or patterns, or give --all"))
    if not destination:
        raise UsageError(problem=_("say where to: -o FOLDER, -o FILE for one item, or -o - for a pipe"))
    sink = output.bytes_out(_("the export")) if destination == PIPE else None
    vault = open_current()
    wanted = find_versions(vault.catalog, ["**"] if everything else items or [])
    paths = unique_paths([item.name for item, _version in wanted])
    one_named = len(items or []) == 1 and not is_pattern((items or [""])[0]) and len(wanted) == 1
    if format_ is Format.files and sink is not None and len(wanted) != 1:
        raise UsageError(problem=_("several items do not fit into one stream: use --format tar"))
    to_folder = format_ is Format.files and sink is None and _is_folder(destination, one_named)
    size = sum(version.size for _item, version in wanted)
    place = "pipe" if sink is not None else _recorded(Path(destination).absolute())
    if sink is None and not force:
        _refuse_existing([Path(destination, path) for path in paths] if to_folder else [Path(destination)])
    with ExitStack() as stack:
        target: Destination | None = None
        out: Sink | None = sink
        if to_folder:
            target = stack.enter_context(Destination(Path(destination), current().vault_path()))
        elif out is None:
            out = stack.enter_context(write_file(Path(destination), current().vault_path(), replace=force))
        with output.progress(_("Checking"), size, "bytes") as bar:
            contents, head = release(vault, wanted, channel="export", destination=place, progress=bar.advance)
        with output.progress(_("Writing"), size, "bytes") as bar:
            if target is not None:
                _write_files(target, contents, paths, force, bar.advance)
            elif out is not None:
                _write_one(out, contents, paths, format_, bar.advance)
    if sink is not None:
        return
    written = [
        {"id": c.item.id, "name": c.item.name, "version": c.version.number, "sha256": c.version.sha256, "path": path}
        for c, path in zip(contents, paths, strict=True)
    ]
    output.result("export", {"destination": place, "items": written}, journal=head)
    for content, path in zip(contents, paths, strict=True):
        if to_folder and path != content.item.name:
            output.remark(_("{name} was written as {path}").format(name=content.item.name, path=path))
    text = _("Wrote {items} to {destination}. Outside the vault nothing protects them.")
    output.say(text.format(items=count_of_items(len(wanted)), destination=place))


def _recorded(path: Path) -> str:
    """A path as the journal can hold it: bytes that are no text are replaced."""
    return os.fsencode(path).decode(errors="replace")


def _is_folder(destination: str, one_named: bool) -> bool:
    """Whether files go into a folder: there is one, its name says so, or more than one item was asked for."""
    return not one_named or destination.endswith("/") or os.path.isdir(destination)


def _refuse_existing(paths: list[Path]) -> None:
    """Nothing leaves, and nothing is recorded, when a file is in the way. Raises `DestinationExists`."""
    for path in paths:
        if os.path.lexists(path):
            raise DestinationExists(path=path)


def _write_files(
    target: Destination, contents: list[Content], paths: list[str], force: bool, progress: Progress
) -> None:
    for content, path in zip(contents, paths, strict=True):
        with target.file(path, replace=force) as out:
            for block in content.blocks():
                out.write(block)
                progress(len(block))
    target.finish()


def _write_one(out: Sink, contents: list[Content], paths: list[str], format_: Format, progress: Progress) -> None:
    if format_ is Format.tar:
        write_tar(out, list(zip(paths, contents, strict=True)), progress)
        return
    for block in contents[0].blocks():
        out.write(block)
        progress(len(block))
