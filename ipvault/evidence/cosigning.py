"""Being a witness: signing heads of other people's journals, and never two that cannot both be true.

What was signed last of each journal is remembered in the user's state folder, durably, before the signature is given
out (https://c2sp.org/tlog-witness).
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple

from ipvault.errors import AnotherStart, HeadRefused, NotExtended, PinDamaged, VaultError
from ipvault.evidence.forks import said_by, two_heads
from ipvault.journal.checkpoint import Checkpoint, TreeHead
from ipvault.journal.note import MalformedNote
from ipvault.journal.proof import Continuation
from ipvault.journal.tree import EMPTY_ROOT
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity
from ipvault.storage.atomic import in_turn, replace_file
from ipvault.text import _
from ipvault.vault.clock import timestamp

_MOST: Final = 1024 * 1024
"""Bytes of what is remembered of a journal."""


class Remembered(NamedTuple):
    """Who may sign for a journal, by cards that were compared, and the checkpoint that was signed last."""

    senders: tuple[Card, ...] = ()
    last: Checkpoint | None = None


class Memory:
    """What a witness remembers of one journal, by its origin."""

    def __init__(self, folder: Path, head: TreeHead) -> None:
        self.path = folder / f"{head.origin.partition('/')[2].replace('/', '-')}.json"

    def turn(self) -> AbstractContextManager[None]:
        """Reading and then writing it is for one process at a time."""
        return in_turn(self.path)

    def read(self) -> Remembered:
        """Raises `PinDamaged` for what is nothing of the kind: to begin anew without a word would be no witness."""
        try:
            with open(self.path, "rb") as file:
                content = json.loads(file.read(_MOST))
            senders = tuple(Card.from_toml(card.encode(), str(self.path)) for card in content["senders"])
            return Remembered(senders, Checkpoint.parse(content["last"].encode()))
        except FileNotFoundError:
            return Remembered()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MalformedNote, VaultError):
            raise PinDamaged(place=str(self.path), reason=_("it is not what a witness remembers")) from None

    def write(self, remembered: Remembered) -> None:
        """Durably. Raises `StorageFailed`."""
        content = {
            "senders": [card.to_toml().decode() for card in remembered.senders],
            "last": str(remembered.last),
        }
        replace_file(self.path, json.dumps(content).encode())


class Witness(NamedTuple):
    """Whoever signs, and where both heads go if they cannot both be true; `now` is in seconds since 1970."""

    identity: Identity
    fork_file: Path
    now: float

    def cosign(self, memory: Memory, request: Continuation, sender: Card, place: str) -> Checkpoint:
        """The checkpoint of a request, which is at `place`, with this witness's signatures.

        Raises `HeadRefused` if the sender, whose card was compared, did not sign it, `NotExtended` if it does not
        continue what was signed last, `AnotherStart` if that does not show because the proof begins elsewhere.
        """
        if not request.checkpoint.is_signed_by(sender.public):
            reason = _("{name} did not sign it, or it was altered").format(name=sender.details.name)
            raise HeadRefused(place=place, reason=reason)
        with memory.turn():
            remembered = memory.read()
            self._check(remembered.last, request, place)
            cosigned = request.checkpoint.only_of(sender.public).cosign(self.identity, int(self.now))
            senders = {card.fingerprint: card for card in (*remembered.senders, sender)}
            memory.write(Remembered(tuple(senders.values()), cosigned))
        return cosigned

    def _check(self, last: Checkpoint | None, request: Continuation, place: str) -> None:
        head = request.checkpoint.head
        size, root = (last.head.size, last.head.root) if last else (0, EMPTY_ROOT)
        is_older = head.size < size or (head.size == size and head.root != root)
        if last and (is_older or (request.old == size and not request.continues(root))):
            found = said_by(request.checkpoint, place)
            document = two_heads(head.vault, self.now, said_by(last, _("signed before")), found)
            replace_file(self.fork_file, document)
            time = timestamp(last.cosigned_at(self.identity.public) or 0)
            raise NotExtended(place=place, size=size, time=time, fork_file=str(self.fork_file))
        if request.old != size:
            raise AnotherStart(place=place, old=request.old, size=size)
        if not request.continues(root):
            raise HeadRefused(place=place, reason=_("its proof is wrong"))
