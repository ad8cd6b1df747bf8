"""`ipvault journal checkpoint`: a signed statement of how far the journal goes."""

from __future__ import annotations

from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, tree_of, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.evidence.heads import sign_head
from ipvault.text import _


def journal_checkpoint(destination: TextOutput = PIPE, force: Force = False) -> None:
    """A few lines that say how many records the journal has, and a hash over all of them, signed by you. Give it to
    somebody outside, print it, put it in a contract: whoever has it sees later whether a record that it covers was
    altered or is gone, with `ipvault verify --known-head FILE`. It says nothing of what is in the vault.

    It is about the records as they were when this computer first read them; `ipvault verify` reads all of them again.

    It has the form of C2SP checkpoints, which other programs check too.
    """
    output = current().output
    vault = open_to_read()
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        checkpoint = sign_head(vault, tree)
    head = checkpoint.head
    data = {"path": destination, "origin": head.origin, "size": head.size, "root": head.root.hex()}
    write_text(destination, str(checkpoint), _("the checkpoint"), force=force)
    output.result("journal-checkpoint", {**data, "checkpoint": str(checkpoint)}, journal=vault.catalog.head)
    if destination != PIPE:
        text = _("Wrote the checkpoint of records 0 to {last} to {path}.")
        output.say(text.format(last=head.size - 1, path=destination))
