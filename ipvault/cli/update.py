"""`ipvault update`: a new version of an item."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.storing import STDIN, ingested_json, pipe, tell_ingested
from ipvault.errors import ExitCode, UsageError
from ipvault.text import _
from ipvault.vault.ingest import update as update_item
from ipvault.vault.sources import Skipped, Source, find_sources


def update(
    item: ItemAddress,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("The new content, or - for a pipe."))],
    again: Annotated[bool, typer.Option("--again", help=_("Store it even if the vault has it already."))] = False,
) -> int:
    """Earlier versions stay and can be read as ITEM@1, ITEM@2 and so on."""
    output = current().output
    source = Source(item, None, pipe()) if file == STDIN else _one_file(file)
    vault = open_current()
    with output.progress(_("Encrypting"), None, "bytes") as bar:
        result = update_item(vault, item, source, again=again, progress=bar.advance)
    output.result("update", ingested_json(result), journal=result.head)
    tell_ingested(result)
    for stored in result.stored:
        output.say(_("Stored version {version} of {name}.").format(version=stored.version, name=stored.name))
    return ExitCode.PARTIAL if result.skipped else ExitCode.DONE


def _one_file(path: str) -> Source:
    if os.path.isdir(path):
        raise UsageError(problem=_("{path} is a folder, and a version is one file").format(path=path))
    (found,) = find_sources([path], recursive=False)
    if isinstance(found, Skipped):
        raise UsageError(problem=_("{path} cannot be stored: {reason}").format(path=path, reason=found.reason))
    return found
