"""`ipvault mark apply`: a marked copy of a file, for somebody."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import find_room
from ipvault.catalog.marks import known_version, marked_copy
from ipvault.catalog.recipients import ambiguous, matching
from ipvault.cli.files import read_small
from ipvault.cli.invocation import current
from ipvault.cli.mark_identify import copy_json
from ipvault.cli.opening import open_current
from ipvault.errors import UsageError
from ipvault.records.domains import is_name
from ipvault.records.vocabulary import MAIN
from ipvault.storage.destination import write_file
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def apply_mark(
    path: Annotated[str, typer.Argument(metavar="FILE", help=_("PDF, PNG, JPEG, TIFF, DOCX or plain text."))],
    for_: Annotated[str, typer.Option("--for", metavar="NAME", help=_("Who gets the copy: a recipient, or any name."))],
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help=_("Where the copy is written."))
    ] = "",
    room: Annotated[
        str, typer.Option("--room", metavar="ROOM", help=_("Whose members can tell later whose copy it is."))
    ] = MAIN,
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help=_("What people see on it, instead of name and date."))
    ] = "",
    force: Annotated[bool, typer.Option("--force", help=_("Replace a file that exists."))] = False,
) -> None:
    """For a file that is not in the vault, before you hand it over: the copy says in several ways for whom it was made,
    and the journal records it. The file itself is not changed. `ipvault mark identify` reads the mark, in a picture of
    a page as well; `ipvault mark survey` shows what marks survive.

    A mark names a copy, not a culprit, and can be removed.
    """
    from ipvault.governance.dlp.extraction.limits import MAX_DOCUMENT
    from ipvault.governance.gate.marking import copy_line
    from ipvault.governance.marks.keep import HANDED, Addressee, Occasion, make_copy
    from ipvault.vault.transaction import transaction

    output = current().output
    if not destination:
        raise UsageError(problem=_("say where to: -o FILE"))
    if not is_name(free_text(for_)) or "\n" in text:
        raise UsageError(problem=_("a name, or what people see on a copy, is one line of text"))
    data = read_small(path, MAX_DOCUMENT)
    vault = open_current()
    fingerprint, name = _addressee(vault, for_)
    line = free_text(text) or copy_line(name, timestamp(vault.machine.now()))
    place = find_room(vault.catalog, room).id
    item, version = known_version(vault.catalog, place, hashlib.sha256(data).hexdigest())
    occasion = Occasion(HANDED, "", item, version)
    marked = make_copy(vault, place, Addressee(fingerprint, name), occasion, data, Path(path).name, line)
    with write_file(Path(destination), current().vault_path(), replace=force) as out:
        with transaction(vault) as change:
            change.record(marked.record, place)
            head = change.commit()
        out.write(marked.data)
    known = marked_copy(vault.catalog, marked.record.copy)
    if known is not None:
        output.result("mark-apply", {"path": destination, "made": copy_json(vault, known)}, journal=head)
    output.say(
        _("Wrote the copy {copy} for {name} to {path}.").format(copy=marked.record.copy, name=name, path=destination)
    )
    output.say(_("A mark names a copy, not a culprit, and can be removed."))


def _addressee(vault: Vault, typed: str) -> tuple[str, str]:
    """The fingerprint and the name of a recipient, or any name without one. Raises `AmbiguousRecipient`."""
    found = matching(vault.catalog, typed)
    if len({one.fingerprint for one in found}) > 1:
        raise ambiguous(typed, found)
    return (found[0].fingerprint, found[0].name) if found else ("", free_text(typed))
