"""`ipvault witness`: whom one trusts as a witness, and being one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.cards import Fingerprint, card_json, confirm_fingerprint, described, read_card
from ipvault.cli.choices import Jsonl
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, fork_destination, read_head, witnesses, write_text
from ipvault.cli.invocation import current
from ipvault.cli.own_keys import open_own
from ipvault.cli.rendering import human_time
from ipvault.errors import HeadRefused, UsageError
from ipvault.evidence.cosigning import Memory, Remembered, Witness, signed_before, why_not_signed
from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.proof import Continuation
from ipvault.keys.card import Card
from ipvault.keys.file_kinds import REQUEST
from ipvault.settings import state_dir
from ipvault.text import _

CardPath = Annotated[str, typer.Argument(metavar="CARD", help=_("The file of their card, or - for a pipe."))]


def list_witnesses() -> None:
    """The list is yours, on this computer, and part of no vault: `ipvault verify` believes these and nobody else."""
    output = current().output
    cards = witnesses().cards()
    output.result("witness-list", {"witnesses": [card_json(card) for card in cards]})
    rows = [(card.details.name, card.details.organisation, card.fingerprint[:16]) for card in cards]
    output.table((_("Witness"), _("Organisation"), _("Fingerprint")), rows)


def trust(card: CardPath, fingerprint: Fingerprint = None) -> None:
    """From now on `ipvault verify` believes what this person signed as a witness.

    Anybody can make a card in anybody's name. So have the person read the fingerprint to you, over the phone or face to
    face, and type it.
    """
    output = current().output
    new = read_card(card)
    confirm_fingerprint(new, fingerprint, _("trusting {name} as a witness").format(name=new.details.name))
    witnesses().trust(new)
    output.result("witness-trust", {"witness": card_json(new)})
    output.say(_("You trust {name} as a witness now.").format(name=new.details.name))


def distrust(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("The witness's name, or the beginning of the fingerprint."))
    ],
) -> None:
    """What this witness signed no longer counts for `ipvault verify` on this computer. Records stay as they are."""
    output = current().output
    known = witnesses()
    card = known.find(name)
    known.distrust(card)
    output.result("witness-distrust", {"witness": card_json(card)})
    output.say(_("You do not trust {name} as a witness any more.").format(name=card.details.name))


def cosign(
    request: Annotated[
        str, typer.Argument(metavar="FILE|-", help=_("What `journal witness-request` made; - for a pipe."))
    ],
    destination: TextOutput = PIPE,
    sender: Annotated[
        str | None, typer.Option("--from", metavar="CARD", help=_("The card of whoever sends it, the first time."))
    ] = None,
    fingerprint: Fingerprint = None,
    another_sender: Annotated[
        bool,
        typer.Option("--another-sender", help=_("Sign for this sender as well as for those before.")),
    ] = False,
    incarnation: Annotated[
        int | None,
        typer.Option(min=2, metavar="N", help=_("Go on with this one after a rollback that the sender accepted.")),
    ] = None,
    force: Force = False,
) -> None:
    """Signs, with your own identity, that a colleague's journal is as the request says, and sends nothing: give the
    file back. No vault is needed, and you see nothing of what is in the journal.

    Before it signs, it checks that the journal continues what you signed last of it: nothing that you have signed was
    altered or left out. If the two contradict each other, nothing is signed, the exit code is 22, and a file holds both
    heads. A request that was made before the last one that you signed is only old: the exit code is 14.

    Whether the sender is a member of the vault does not show here. After a rollback that was accepted the journal goes
    on as another incarnation: you are told how much of what you signed it has, and asked whether to sign it.
    """
    output = current().output
    asked = read_head(request, Continuation.parse, REQUEST)
    head = asked.checkpoint.head
    memory = Memory(_memories(), head)
    remembered = memory.read()
    card = _sender(asked, remembered, sender, fingerprint, request, another_sender=another_sender)
    if incarnation is None and remembered.is_followed_by(head) and remembered.last:
        incarnation = _agreed(asked, remembered.last)
    identity, _own = open_own()
    now = time.time()
    witness = Witness(identity, fork_destination(None, head.vault, now), now)
    cosigned = witness.cosign(memory, asked, card, request, incarnation)
    write_text(destination, str(cosigned), _("the signature"), force=force)
    data = {"path": destination, "origin": head.origin, "size": head.size, "root": head.root.hex()}
    output.result("witness-cosign", {**data, "sender": card_json(card), "checkpoint": str(cosigned)})
    text = _("Signed as a witness: records 0 to {last} of the vault {vault}, as {name} sent them.")
    output.say(text.format(last=head.size - 1, vault=head.vault, name=card.details.name))
    if destination != PIPE:
        output.say(_("Give {path} back to {name}.").format(path=Path(destination), name=card.details.name))


def history(jsonl: Jsonl = False) -> None:
    """What this computer remembers: of each journal the largest head that you signed, the last one first. After a
    rollback that was accepted a journal goes on as another incarnation, which has a line of its own.

    In a pipe the columns are separated by tabs.
    """
    output = current().output
    found = signed_before(_memories())
    rows = [
        {
            "origin": one.head.origin,
            "vault": one.head.vault,
            "incarnation": one.head.incarnation,
            "size": one.head.size,
            "root": one.head.root.hex(),
            "time": one.at,
            "sizes": one.sizes,
            "senders": [card_json(card) for card in one.senders],
        }
        for one in found
    ]
    if jsonl:
        output.jsonl(rows)
        return
    output.result("witness-history", {"signed": rows})
    shown = human_time if current().environment.stdout.isatty() else str
    table = [
        (
            *(shown(one.at), one.head.vault, str(one.head.incarnation), f"0-{one.head.size - 1}"),
            ", ".join(card.details.name for card in one.senders),
        )
        for one in found
    ]
    output.table((_("Signed"), _("Vault"), _("Incarnation"), _("Records"), _("From")), table)


def _memories() -> Path:
    return state_dir(current().environment.variables) / "witness"


def _agreed(asked: Continuation, last: Checkpoint) -> int:
    """The number of a new incarnation, which a person agreed to sign after having seen the head of the one before."""
    head, before = asked.checkpoint.head, last.head
    text = _(
        "A rollback of this journal was accepted: this is its incarnation {number}, of {size} records. What you signed "
        "last was incarnation {earlier}, {signed} records with the root {root}. Of these the first {common} have to be "
        "the same, or nothing is signed; the others may be lost. Ask more than one member why."
    )
    known = {"number": head.incarnation, "size": head.size, "common": min(asked.old, before.size)}
    root = before.root.hex()
    text = text.format(**known, earlier=before.incarnation, signed=before.size, root=root)
    current().output.say(text, even_quietly=True)
    number = str(head.incarnation)
    current().prompts.confirm_by_typing(
        _("Type {number} to sign it all the same: ").format(number=number),
        number,
        action=_("signing another incarnation of a journal"),
        hint=_("run it in a terminal, or give --incarnation {number}").format(number=number),
    )
    return head.incarnation


def _sender(
    asked: Continuation,
    remembered: Remembered,
    path: str | None,
    fingerprint: str | None,
    place: str,
    *,
    another_sender: bool,
) -> Card:
    """Whose signature is on the request: somebody remembered or, once the fingerprint was compared, somebody new.

    Raises `HeadRefused`, and `UsageError` if nobody was named and it is of nobody who is remembered.
    """
    known = {card.fingerprint for card in remembered.senders}
    if path is None:
        for card in remembered.senders:
            if asked.checkpoint.is_signed_by(card.public):
                return card
        for card in remembered.senders:
            if asked.checkpoint.only_of(card.public).signatures:
                raise HeadRefused(place=place, reason=why_not_signed(asked.checkpoint, card))
        problem = _("you have signed nothing yet for whoever made {place}: name that person's card with --from CARD")
        raise UsageError(problem=problem.format(place=place))
    card = read_card(path)
    if card.fingerprint not in known:
        current().output.say(
            _("The request is said to come from {who}.").format(who=described(card)), even_quietly=True
        )
        current().output.say(_("Whether that is a member of the vault does not show here."), even_quietly=True)
        confirm_fingerprint(card, fingerprint, _("signing for {name}").format(name=card.details.name))
        if known and not another_sender:
            _confirm_another(card, remembered)
    return card


def _confirm_another(card: Card, remembered: Remembered) -> None:
    """Anybody can make up a head of any journal: a further sender is believed only if a person says so."""
    name, others = card.details.name, ", ".join(map(described, remembered.senders))
    text = _("So far this journal came from: {others}. Ask them whether {name} is a member of the vault.")
    current().output.say(text.format(others=others, name=name), even_quietly=True)
    current().prompts.confirm_by_typing(
        _("Type {name} to sign for that person as well: ").format(name=name),
        name,
        action=_("signing for a further sender of a journal"),
        hint=_("run it in a terminal, or give --another-sender"),
    )
