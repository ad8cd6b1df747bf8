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
from ipvault.evidence.proofs import check_proof
from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.proof import Continuation, Inclusion, parse_proof
from ipvault.keys.file_kinds import PROOF
from ipvault.text import _


def journal_proof(
    number: Annotated[
        int | None, typer.Argument(min=0, metavar="N", help=_("The record's number, as `journal list` shows it."))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="FILE", help=_("A checkpoint that the journal is to continue."))
    ] = None,
    verify: Annotated[
        str | None, typer.Option("--verify", metavar="FILE", help=_("Check such a proof, instead of making one."))
    ] = None,
    destination: TextOutput = PIPE,
    force: Force = False,
) -> None:
    """A proof is a few hashes that lead from one record to the root in a checkpoint, which is part of the file. So
    somebody who has the record and nothing else of the vault can check that it stood there. With --since it leads from
    an earlier checkpoint to that of now: nothing that the earlier one covers was altered or left out.

    The forms are those of C2SP: tlog-proof, and the request to a witness.

    --verify checks either against this vault: the exit code is 0 if a member signed its checkpoint, the journal
    continues that and the proof is right, 20 if the file is damaged or proves something else, 12 if no member signed
    it, and 22 if the journal is another one.
    """
    if sum(one is not None for one in (number, since, verify)) != 1:
        problem = _("say which record, or since which checkpoint, or which proof to --verify: one of the three")
        raise UsageError(problem=problem)
    if verify is not None:
        _verify(verify)
        return
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
            text = str(Inclusion(number or 0, tuple(path), checkpoint))
    write_text(destination, text, _("the proof"), force=force)
    data = {
        "path": destination,
        "record": number,
        "since": earlier.head.size if earlier else None,
        "size": checkpoint.head.size,
        "hashes": [one.hex() for one in path],
        "proof": text,
        "signers": None,
    }
    output.result("journal-proof", data, journal=vault.catalog.head)
    if destination != PIPE:
        output.say(_("Wrote the proof to {path}.").format(path=destination))


def _verify(file: str) -> None:
    output = current().output
    proof = read_head(file, parse_proof, PROOF)
    vault = open_to_read()
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        fork_file = fork_destination(None, vault.id, vault.machine.now())
        signers = check_proof(vault, tree, proof, file, fork_file)
    head = proof.checkpoint.head
    record, since = (proof.number, None) if isinstance(proof, Inclusion) else (None, proof.old)
    hashes = [one.hex() for one in proof.path]
    data = {"path": file, "record": record, "since": since, "size": head.size, "hashes": hashes, "proof": str(proof)}
    output.result("journal-proof", {**data, "signers": signers}, journal=vault.catalog.head)
    text = _("It is right: the first {size} records begin with the first {old} as they are. Signed by {names}.")
    if record is not None:
        text = _("It is right: record {number} is one of the first {size}, as it is in this vault. Signed by {names}.")
    output.text(text.format(number=record, old=since, size=head.size, names=", ".join(signers)))
