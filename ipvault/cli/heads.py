"""What the commands about heads of the journal share: the tree, where a text goes, and reading what others hand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ipvault.cli.files import PIPE, read_small
from ipvault.cli.invocation import current
from ipvault.errors import HeadRefused, NoHome
from ipvault.evidence.forks import fork_path
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.evidence.witnesses import WitnessList
from ipvault.journal.head import Head
from ipvault.journal.note import MalformedNote
from ipvault.journal.proof import MAX_PROOF_FILE
from ipvault.keys.file_kinds import HEAD, refuse_another_kind
from ipvault.settings import cache_dir, config_dir, state_dir
from ipvault.storage.destination import write_file
from ipvault.storage.store import Store
from ipvault.text import _

T = TypeVar("T")

TextOutput = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=_("A file, or - for a pipe."))]
Force = Annotated[bool, typer.Option("--force", help=_("Replace the file if there is one."))]


@contextmanager
def tree_of(store: Store, vault: str, head: Head) -> Iterator[JournalTree]:
    """The tree of a journal up to `head`, which was checked; its file of hashes is in the user's cache folder."""
    try:
        folder = cache_dir(current().environment.variables)
    except NoHome:
        folder = None
    output = current().output
    with (
        output.progress(_("Hashing the journal"), None, "bytes") as bar,
        open_tree(store, vault, head, folder, bar.advance) as tree,
    ):
        yield tree


def witnesses() -> WitnessList:
    """Whom this user trusts as a witness."""
    return WitnessList(config_dir(current().environment.variables) / "witnesses")


def fork_destination(chosen: Path | None, vault: str, now: float) -> Path:
    """Where two heads go that cannot both be true."""
    return fork_path(state_dir(current().environment.variables), vault, now) if chosen is None else chosen


def write_text(destination: str, text: str, name: str, *, force: bool) -> None:
    """Put a text into a file, or on standard output, where with `--json` the result holds it instead."""
    output = current().output
    if destination != PIPE:
        with write_file(Path(destination), current().vault_if_any(), replace=force) as out:
            out.write(text.encode())
    elif not output.wants_json:
        output.bytes_out(name).write(text.encode())


def read_head(path: str, parse: Callable[[bytes], T], wanted: str = HEAD) -> T:
    """What `parse` makes of a file, or of a pipe (`-`), that should be a `wanted` one. Raises `HeadRefused` where it is
    not, or `WrongKindOfFile`."""
    data = read_small(path, MAX_PROOF_FILE)
    try:
        if len(data) > MAX_PROOF_FILE:
            raise MalformedNote
        return parse(data)
    except MalformedNote:
        place = _("the standard input") if path == PIPE else path
        refuse_another_kind(data, place, wanted)
        raise HeadRefused(place=place, reason=_("it is not about the journal of a vault")) from None
