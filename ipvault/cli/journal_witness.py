"""`ipvault journal witness-request` and `witness-import`: having the journal witnessed by courier."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ipvault.cli.cards import card_json, read_card
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, fork_destination, read_head, tree_of, witnesses, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.evidence.forks import refuse_fork
from ipvault.evidence.witnessing import import_witnessed, request_for
from ipvault.journal.checkpoint import Checkpoint
from ipvault.text import _


def witness_request(
    witness: Annotated[
        str, typer.Option("--witness", metavar="NAME|CARD", help=_("A witness whom you trust, or the file of a card."))
    ],
    destination: TextOutput = PIPE,
    old_size: Annotated[
        int | None,
        typer.Option("--old-size", min=0, metavar="N", help=_("How many records the witness has signed already.")),
    ] = None,
    force: Force = False,
) -> None:
    """Writes a small file for a colleague who is to confirm how far the journal goes: the signed checkpoint, and a
    proof that it continues what that witness signed before. The colleague runs `ipvault witness cosign FILE` and gives
    back what that writes; you take it in with `ipvault journal witness-import`.

    The file says nothing of what is in the vault.
    """
    output = current().output
    vault = open_to_read()
    card = read_card(witness) if os.path.isfile(witness) else witnesses().find(witness)
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        request = request_for(vault, tree, card, old_size)
    write_text(destination, str(request), _("the request"), force=force)
    data = {"path": destination, "old_size": request.old, "size": request.checkpoint.head.size}
    result = {**data, "witness": card_json(card), "request": str(request)}
    output.result("journal-witness-request", result, journal=vault.catalog.head)
    if destination != PIPE:
        text = _("Wrote the request to {path}. {name} signs it with `witness cosign`, and gives back what that writes.")
        output.say(text.format(path=destination, name=card.details.name))


def witness_import(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=_("What the witness gave back; - for a pipe."))],
) -> None:
    """Only signatures of witnesses whom you trust are taken (`ipvault witness trust CARD`), and only if the journal
    continues what they signed. From then on `ipvault verify` tells how far they vouch for it.
    """
    output = current().output
    vault = open_current()
    checkpoint = read_head(file, Checkpoint.parse)
    now = vault.machine.now()
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        refuse_fork(tree, checkpoint, file, fork_destination(None, vault.id, now), now)
    records = import_witnessed(vault, checkpoint, witnesses().cards(), file)
    signed = [{"witness": one.witness, "name": one.name, "time": one.time} for one in records]
    data = {"size": checkpoint.head.size, "root": checkpoint.head.root.hex(), "signed": signed}
    output.result("journal-witness-import", data, journal=vault.catalog.head)
    for one in records:
        text = _("Recorded that {name} signed records 0 to {last} as a witness on {time}.")
        output.say(text.format(name=one.name, last=one.size - 1, time=human_time(one.time)))
