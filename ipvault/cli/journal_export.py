"""`ipvault journal export`: records for other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.catalog.items import names_by_id
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import summary
from ipvault.cli.journal_selection import Actions, Items, Members, Since, Until, query_of
from ipvault.cli.opening import open_current
from ipvault.errors import UsageError
from ipvault.evidence.export.event import events
from ipvault.evidence.export.formats import FORMATS
from ipvault.evidence.export.origin import Origin
from ipvault.evidence.export.recording import Wanted, record_export, span
from ipvault.records.domains import MAX_NUMBER
from ipvault.storage.destination import recorded, write_file
from ipvault.text import _
from ipvault.vault.journal_query import read_journal
from ipvault.vault.objects import Sink

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]  # members come from the table

_LAST: Final = "last"
_PLAIN: Final = "jsonl"
_ENDINGS: Final = (_PLAIN, "csv", "cef")
"""The endings of files that name a form themselves."""


def journal_export(
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help=_("A file, or - for a pipe."))
    ] = "-",
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help=_(
                "JSON lines, CSV, or events in a form that monitoring systems take: OCSF, ECS or CEF. By default as "
                "FILE ends: .jsonl, .csv or .cef; JSON lines for a pipe, and for a FILE without an ending."
            ),
        ),
    ] = None,
    since_seq: Annotated[
        str | None,
        typer.Option(
            "--since-seq",
            metavar="N|last",
            help=_("From this record on, or from where your last export in the same format ended."),
        ),
    ] = None,
    until_seq: Annotated[
        int | None, typer.Option("--until-seq", min=0, metavar="N", help=_("Up to this record."))
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help=_("Do not redact names and what else people wrote."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if there is one."))] = False,
    since: Since = None,
    until: Until = None,
    items: Items = None,
    actions: Actions = None,
    members: Members = None,
) -> None:
    """Names of documents, people and rooms are redacted, and so are notes, tags, reasons, paths and addresses. Ids,
    hashes, sizes, times, roles and labels stay.

    With --with-names every field that you can read is in it: keep the file as safe as the vault. The journal records
    each export before its first byte leaves. Cells of CSV that a spreadsheet would take for a formula begin with an
    apostrophe.
    """
    invocation = current()
    output = invocation.output
    first = _first(since_seq)
    form = str(format_ or _format_of(destination))
    sink = output.bytes_out(_("the journal")) if destination == "-" else None
    vault = open_current()
    query = query_of(vault, since, until, items, actions, members)
    is_filtered = any((since, until, items, actions, members))
    wanted = Wanted(form, first, MAX_NUMBER if until_seq is None else until_seq, is_filtered, with_names)
    leaving = span(vault, wanted)
    if not leaving:
        data = {"path": None, "format": form, "first": None, "last": None}
        output.result("journal-export", data, journal=vault.catalog.head)
        nothing = _("The journal ends with record {last}, before what you asked for, so nothing was written.")
        if first is None:
            nothing = _(
                "Since your last export as {format} nothing was recorded but exports, so there is nothing to write."
            )
        output.say(nothing.format(last=vault.catalog.head.seq, format=form))
        return
    names = names_by_id(vault.catalog)
    with ExitStack() as stack:
        out: Sink
        if sink is not None:
            out, place = sink, "terminal" if invocation.environment.stdout.isatty() else "pipe"
        else:
            path = Path(destination)
            out, place = stack.enter_context(write_file(path, invocation.vault_path(), replace=force)), recorded(path)
        leaving, head = record_export(vault, wanted._replace(first=leaving.start), place)
        stack.enter_context(_told_if_incomplete(leaving.start))
        rows = read_journal(vault, replace(query, from_seq=leaving[0], until_seq=leaving[-1]))
        origin = Origin(vault.id, partial(summary, names=names))
        for piece in FORMATS[form](events(rows, names if with_names else None), origin):
            out.write(piece.encode())
        if sink is not None:
            sink.flush()
    if sink is None:
        result = {"path": destination, "format": form, "first": leaving[0], "last": leaving[-1]}
        output.result("journal-export", result, journal=head)
        output.say(_("Wrote the journal to {path}.").format(path=destination))


@contextmanager
def _told_if_incomplete(first: int) -> Iterator[None]:
    """Say from which record to export again, should the block fail: `last` would go on behind what is recorded."""
    try:
        yield
    except BrokenPipeError:  # whoever reads has stopped, and knows
        raise
    except BaseException:
        text = _("Not all of it was written, although it is on record. To export it again, give --since-seq {first}")
        current().output.say(text.format(first=first), even_quietly=True)
        raise


def _first(since_seq: str | None) -> int | None:
    """The number in `--since-seq`, 0 without that, and None for where the last export ended. Raises `UsageError`."""
    if since_seq == _LAST:
        return None
    if since_seq is None:
        return 0
    if not re.fullmatch("0|[1-9][0-9]{0,14}", since_seq):
        problem = _("--since-seq takes the number of a record, or the word last; {text} is neither")
        raise UsageError(problem=problem.format(text=since_seq))
    return int(since_seq)


def _format_of(destination: str) -> str:
    """The form that the name of a file promises. Raises `UsageError` for an ending that promises another one."""
    ending = Path(destination).suffix.lower()[1:]
    if not ending:
        return _PLAIN
    if ending not in _ENDINGS:
        problem = _("what form {path} is to have does not show from its ending: give --format, which takes {forms}")
        raise UsageError(problem=problem.format(path=destination, forms=", ".join(FORMATS)))
    return ending
