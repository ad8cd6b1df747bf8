"""What `add` and `update` share: the pipe, the report, and removing sources."""

from __future__ import annotations

import os
from typing import Any, Final

from ipvault.catalog.address import find_item, pick_version
from ipvault.cli.invocation import current
from ipvault.cli.rendering import quoted
from ipvault.errors import UsageError
from ipvault.text import _, ngettext, program, reason_of
from ipvault.vault.ingest import Ingested
from ipvault.vault.sources import Pipe, Unreadable, open_source, sha256_of
from ipvault.vault.vault import Vault

STDIN: Final = "-"


def pipe() -> Pipe:
    """Standard input as the content of an item. Raises `UsageError` when it is taken already or nobody writes to it."""
    invocation = current()
    options = invocation.options
    if options.passphrase_fd == 0 or str(options.passphrase_file) == STDIN:
        raise UsageError(problem=_("standard input cannot be both the passphrase and the document"))
    stdin = invocation.environment.stdin
    if stdin.isatty():
        raise UsageError(problem=_("there is no pipe: send something to standard input, or name a file"))
    return Pipe(getattr(stdin, "raw", stdin))


def ingested_json(result: Ingested) -> dict[str, Any]:
    """What came in, for programs."""
    return {
        "stored": [
            {"id": s.item, "name": s.name, "version": s.version, "size": s.size, "sha256": s.sha256, "source": s.path}
            for s in result.stored
        ],
        "duplicates": [{"name": d.name, "held_as": d.held_as, "source": d.path} for d in result.duplicates],
        "unchanged": [{"name": same.name, "source": same.path} for same in result.unchanged],
        "existing": [{"name": taken.name, "source": taken.path} for taken in result.existing],
        "skipped": [{"source": skipped.path, "reason": skipped.reason} for skipped in result.skipped],
    }


def tell_ingested(result: Ingested) -> None:
    """What did not come in, and why, for people."""
    output = current().output
    for skipped in result.skipped:
        output.warn(_("skipped {path}: {reason}").format(path=skipped.path, reason=skipped.reason))
    if count := len(result.unchanged):
        text = ngettext(
            "{count} file is in the vault already, under the same name and with the same content.",
            "{count} files are in the vault already, under the same names and with the same content.",
            count,
        )
        output.say(text.format(count=count))
    for taken in result.existing:
        text = _(
            "{path} was left out: {name} has other content; to store a new version: {ipvault} update {quoted} FILE"
        )
        path = taken.path or taken.name
        output.warn(text.format(path=path, name=taken.name, quoted=quoted(taken.name), ipvault=program()))
    for duplicate in result.duplicates:
        text = _("{name} was not stored: the vault has this content already, as {held_as}; --again stores it anyway")
        output.say(text.format(name=duplicate.path or duplicate.name, held_as=duplicate.held_as))


def remove_sources(vault: Vault, result: Ingested) -> list[str]:
    """Delete the files that were stored, each after its stored copy was read back; the paths that went.

    A file that changed since, and one whose removal fails, stays and is reported.
    """
    from ipvault.vault.release import Content  # few remove what they store

    output = current().output
    removed = []
    for stored in result.stored:
        path = str(stored.path)
        item = find_item(vault.catalog, stored.item)
        Content(vault, item, pick_version(vault.catalog, item, stored.version)).check()
        try:
            with open_source(path) as source:
                digest = sha256_of(source)
            if digest != stored.sha256:
                output.warn(_("{path} was not removed: it has changed since it was stored").format(path=path))
                continue
            os.unlink(path)
        except Unreadable as error:
            output.warn(_("{path} was not removed: {reason}").format(path=path, reason=error.skipped.reason))
            continue
        except OSError as error:
            output.warn(_("{path} was not removed: {reason}").format(path=path, reason=reason_of(error)))
            continue
        removed.append(path)
    if removed:
        text = ngettext("Removed {count} source file.", "Removed {count} source files.", len(removed))
        output.say(text.format(count=len(removed)))
        output.say(_("Copies may survive in backups, snapshots, sync folders and on the disk itself."))
    return removed
