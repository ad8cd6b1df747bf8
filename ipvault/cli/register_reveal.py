"""`ipvault register reveal`: what a trade secret is in particular, with the proof of since when it was on record."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ipvault.catalog.register import find_secret
from ipvault.cli.choices import Which
from ipvault.cli.evidence_bundle import how_to_check, new_place, sink
from ipvault.cli.heads import tree_of, witnesses
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.errors import UsageError
from ipvault.evidence.bundle.disclosure import AT_LEAST, Disclosure
from ipvault.evidence.bundle.make import make_bundle
from ipvault.text import _
from ipvault.vault.names import free_text

SHOWN: Final = AT_LEAST | {"secret", "title", "type", "description"}
REASONED: Final = frozenset(("owner", "custodian", "value", "until_day", "factors", "scores", "reasons", "reason"))


def reveal(
    which: Which,
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR|ZIP", help=_("A new folder, or a file that ends in .zip."))
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("For whom, and why; its reader sees it."))],
    everything: Annotated[
        bool, typer.Option("--all", help=_("Also owner, custodian, value, life, scores and reasons."))
    ] = False,
) -> None:
    """Writes a bundle of evidence with the records of the entry, in which title, type and description are shown and all
    else stays closed. Whoever gets it checks it with the scripts in it, without keys and without ipvault: that exactly
    this text was committed to by that record, who signed it, and what dates the journal from outside. The journal says
    first that it is shown.
    """
    invocation = current()
    if not reason.strip():
        raise UsageError(problem=_("say for whom it is revealed, and why"))
    why, path = free_text(reason), new_place(destination)
    vault = open_current()
    secret = find_secret(vault.catalog, which)
    marks = (secret.scoring, secret.approval, secret.retirement)
    seqs = [secret.seq, *(mark.seq for mark in marks if mark)]
    with sink(path, invocation.vault_path()) as put:
        bundle = make_bundle(
            vault,
            seqs,
            Disclosure(SHOWN | REASONED if everything else SHOWN),
            lambda head: tree_of(vault.store, vault.id, head),
            put,
            trusted=witnesses().cards(),
            destination=str(path),
            reason=why,
        )
    output = invocation.output
    data = {"path": destination, "secret": secret.id, "record": secret.seq, "records": bundle.records}
    output.result("register-reveal", data, journal=bundle.head)
    text = _("Wrote to {path} what {title} is in particular, as record {seq} has committed to it since {day}.")
    output.say(text.format(path=destination, title=secret.content.title, seq=secret.seq, day=secret.time[:10]))
    output.say(how_to_check(path))
