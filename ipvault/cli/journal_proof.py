"""`ipvault journal proof`: that a record is in the journal, or that the journal continues a checkpoint."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, fork_destination, read_head, tree_of, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.errors import UsageError
from ipvault.evidence.forks import refuse_fork
from ipvault.evidence.heads import sign_head
from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.proof import Continuation, inclusion_file
from ipvault.text import _


def journal_proof(
    number: Annotated[
        int | None, typer.Argument(min=0, metavar="N", help=_("The record's number, as `journal list` shows it."))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="FILE", help=_("A checkpoint that the journal is to continue."))
    ] = None,
    destination: TextOutput = PIPE,
    force: Force = False,
) -> None:
    """A proof is a few hashes that lead from one record to the root in a checkpoint, which is part of the file. So
    somebody who has the record and nothing else of the vault can check that it stood there. With --since it leads from
    an earlier checkpoint to that of now: nothing that the earlier one covers was altered or left out.

    The forms are those of C2SP: tlog-proof, and the request to a witness.
    """
    if (number is None) == (since is None):
        raise UsageError(problem=_("say which record, or since which checkpoint: one of the two"))
    output = current().output
    earlier = None if since is None else read_head(since, Checkpoint.parse)
    vault = open_to_read()
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        checkpoint = sign_head(vault, tree)
        if earlier is not None:
            now = vault.machine.now()
            refuse_fork(tree, earlier, str(since), fork_destination(None, vault.id, now), now)
            path = tree.consistency(earlier.head.size)
            text = str(Continuation(earlier.head.size, tuple(path), checkpoint))
        else:
            path = tree.inclusion(number or 0)
            text = inclusion_file(number or 0, path, checkpoint)
    write_text(destination, text, _("the proof"), force=force)
    data = {
        "path": destination,
        "record": number,
        "since": earlier.head.size if earlier else None,
        "size": checkpoint.head.size,
        "hashes": [one.hex() for one in path],
        "proof": text,
    }
    output.result("journal-proof", data, journal=vault.catalog.head)
    if destination != PIPE:
        output.say(_("Wrote the proof to {path}.").format(path=destination))
