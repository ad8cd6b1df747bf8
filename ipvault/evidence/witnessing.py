"""Having the journal witnessed: what goes to a witness, and recording what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from ipvault.catalog.address import root_room
from ipvault.catalog.anchors import anchors
from ipvault.catalog.roster import identities_at
from ipvault.errors import Conflict, HeadRefused, NotWitnessed
from ipvault.evidence.heads import half_signed, sign_head
from ipvault.evidence.journal_tree import JournalTree
from ipvault.evidence.witnessed_heads import signed_head, witnessed_size
from ipvault.journal.checkpoint import Checkpoint
from ipvault.journal.proof import Continuation
from ipvault.keys.card import Card
from ipvault.records.anchors import HeadWitnessed
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.names import person_name
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def request_for(vault: Vault, tree: JournalTree, witness: Card, old: int | None) -> Continuation:
    """What a witness is asked to sign: the head, and that it continues the first `old` records.

    Without `old` that is as much as signatures of this witness are on record of. Raises `NoSuchRecord` if it is more
    than there is.
    """
    checkpoint = sign_head(vault, tree)
    size = witnessed_size(anchors(vault.catalog), tree, witness) if old is None else old
    return Continuation(size, tuple(tree.consistency(size)), checkpoint)


def import_witnessed(vault: Vault, checkpoint: Checkpoint, trusted: Sequence[Card], place: str) -> list[HeadWitnessed]:
    """Record who of the trusted witnesses signed a checkpoint, of which it is known that the journal continues it.

    Raises `NotWitnessed` if there is none, `HeadRefused` if one of a witness's two lines is missing, and `Conflict` if
    all of that is recorded already.
    """
    head = checkpoint.head
    times = {card: checkpoint.cosigned_at(card.public) for card in trusted}
    members = [public for _name, public in identities_at(vault.catalog, head.size - 1)]
    records = [
        HeadWitnessed(
            witness=card.fingerprint,
            name=person_name(card.details.name),
            size=head.size,
            root=head.root.hex(),
            time=timestamp(time),
            checkpoint=str(checkpoint.only_of(card.public, *members)),
        )
        for card, time in times.items()
        if time is not None
    ]
    if not records:
        if reason := half_signed(checkpoint, [(card.details.name, card.public) for card in trusted]):
            raise HeadRefused(place=place, reason=reason)
        raise NotWitnessed(place=place)
    same = [anchor for anchor in anchors(vault.catalog) if (anchor.size, anchor.root) == (head.size, head.root.hex())]
    known = {card.fingerprint for card in times if any(signed_head(anchor, vault.id, card) for anchor in same)}
    new = [one for one in records if one.witness not in known]
    if not new:
        raise Conflict(problem=_("the journal says already who signed {path}").format(path=place))
    with transaction(vault) as change:
        for one in new:
            change.record(one, root_room(vault.catalog).id)
        change.commit()
    return new
