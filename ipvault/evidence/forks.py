"""Two heads of one journal that cannot both be true, side by side in a file: that is evidence, whoever is to blame."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ipvault.errors import Forked, HeadRefused
from ipvault.evidence.journal_tree import JournalTree
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of
from ipvault.storage.atomic import replace_file
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.journal_file import line_ending_at

_FOLDER: Final = "forks"

Said = Mapping[str, object]
"""What one side says of the journal."""


def is_continued(tree: JournalTree, head: TreeHead) -> bool:
    """Whether the journal begins with the records of which `head` is the head."""
    return head.size <= tree.size and tree.root(head.size) == head.root


def refuse_stranger(head: TreeHead, vault: str, place: str) -> None:
    """Raise `HeadRefused` for the head of another vault's journal."""
    if head.vault != vault:
        raise HeadRefused(place=place, reason=_("it is about another vault"))


def refuse_fork(tree: JournalTree, known: Checkpoint, place: str, fork_file: Path, now: float) -> None:
    """Raise `Forked`, with both heads in `fork_file`, unless the journal continues that of `known`.

    `place` is where that checkpoint is, `now` the time in seconds since 1970.
    """
    refuse_stranger(known.head, tree.vault, place)
    if not is_continued(tree, known.head):
        replace_file(fork_file, two_heads(tree.vault, now, said_by(known, place), found_in(tree)))
        raise Forked(place=place, size=known.head.size, fork_file=str(fork_file))


def said_by(checkpoint: Checkpoint, place: str) -> Said:
    """What a checkpoint says."""
    return {"place": place, "checkpoint": str(checkpoint)}


def found_in(tree: JournalTree) -> Said:
    """What the journal itself says; its last leaf is signed by a member."""
    head = tree.head
    with tree.store.open_journal() as journal:
        leaf = line_ending_at(journal, head.offset).partition(b"\t")[0]
    text = TreeHead(origin_of(tree.vault, 1), tree.size, tree.root(tree.size)).text
    return {"seq": head.seq, "hash": head.hash, "leaf": leaf.decode(errors="replace"), "head": text}


def fork_path(state: Path, vault: str, now: float) -> Path:
    """Where the file goes, in the user's state folder, if nobody says otherwise."""
    return state / _FOLDER / f"{vault}-{timestamp(now).replace(':', '')}.toml"


def noticed_before(state: Path, vault: str, known: Said, found: Said) -> Path | None:
    """The file of an earlier time with the same two heads, if there is one where `fork_path` has them."""
    import tomllib

    for path in sorted((state / _FOLDER).glob(f"{vault}-*.toml")):
        with suppress(OSError, ValueError):
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            if document.get("known") == known and document.get("found") == found:
                return path
    return None


def two_heads(vault: str, now: float, known: Said, found: Said) -> bytes:
    """The file: both heads in clear, for people and programs. Nothing of it is secret."""
    import tomli_w

    document = {"format": 1, "vault": vault, "noticed": timestamp(now), "known": known, "found": found}
    title = "# Two heads of one journal that cannot both be true; `ipvault help format` explains.\n"
    return (title + tomli_w.dumps(document, multiline_strings=True)).encode()
