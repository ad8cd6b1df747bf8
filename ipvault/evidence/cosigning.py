"""Being a witness: signing heads of other people's journals, and never two that cannot both be true.

What was signed of each vault's journal is remembered, in all its incarnations, in the user's state folder, durably,
before the signature is given out (https://c2sp.org/tlog-witness).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from ipvault.errors import (
    AnotherStart,
    HeadRefused,
    NeedsConfirmation,
    NotExtended,
    OlderRequest,
    PinDamaged,
    VaultError,
)
from ipvault.evidence.forks import said_by, two_heads
from ipvault.evidence.heads import half_signed
from ipvault.journal.checkpoint import Checkpoint, TreeHead
from ipvault.journal.note import MalformedNote
from ipvault.journal.proof import Continuation
from ipvault.journal.tree import EMPTY_ROOT, HASH_SIZE
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity
from ipvault.storage.atomic import in_turn, replace_file
from ipvault.text import _
from ipvault.vault.clock import timestamp

_MOST: Final = 1024 * 1024
"""Bytes of what is remembered of a vault."""

_MOST_ROOTS: Final = 4096
"""Heads of which the root is remembered, the newest."""


class Remembered(NamedTuple):
    """Of a vault: who may sign for it, by cards that were compared, and the checkpoint that was signed last.

    `roots` are those of the heads that were signed and that the last one continues, by their sizes; `earlier` the last
    checkpoints of incarnations before the present one.
    """

    senders: tuple[Card, ...] = ()
    last: Checkpoint | None = None
    roots: Mapping[int, bytes] = MappingProxyType({})
    earlier: tuple[Checkpoint, ...] = ()

    def is_followed_by(self, head: TreeHead) -> bool:
        """Whether a head is of a later incarnation than the one that was signed last."""
        return self.last is not None and head.incarnation > self.last.head.incarnation

    def may_precede(self, head: TreeHead, signed: int) -> bool:
        """Whether a head, which a sender signed at that time (seconds since 1970), is one from before the last one.

        That is so if it is smaller, was signed earlier, and contradicts none that is remembered.
        """
        last = self.last
        if last is None or head.incarnation != last.head.incarnation or head.size >= last.head.size:
            return False
        is_earlier = signed < max(last.signed_at(card.public) for card in self.senders)
        return is_earlier and self.roots.get(head.size, head.root) == head.root

    def with_signed(self, cosigned: Checkpoint, sender: Card, proven: int) -> Remembered:
        """What is remembered after a signature: `proven` records are those that were signed before."""
        senders = {card.fingerprint: card for card in (*self.senders, sender)}
        kept = {size: root for size, root in self.roots.items() if size <= proven}
        roots = {**dict(sorted(kept.items())[-_MOST_ROOTS:]), cosigned.head.size: cosigned.head.root}
        before = (self.last,) if self.last and self.is_followed_by(cosigned.head) else ()
        return Remembered(tuple(senders.values()), cosigned, roots, (*self.earlier, *before))


def _read(path: Path) -> Remembered:
    """What a file has that a `Memory` wrote, or nothing. Raises `PinDamaged`."""
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read(_MOST))
        senders = tuple(Card.from_toml(card.encode(), str(path)) for card in content["senders"])
        roots = {int(size): from_base64(root, HASH_SIZE) for size, root in content["roots"].items()}
        earlier = tuple(Checkpoint.parse(one.encode()) for one in content["earlier"])
        return Remembered(senders, Checkpoint.parse(content["last"].encode()), roots, earlier)
    except FileNotFoundError:
        return Remembered()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MalformedNote, VaultError):
        raise PinDamaged(place=str(path), reason=_("it is not what a witness remembers")) from None


class Memory:
    """What a witness remembers of one vault, whatever incarnation of its journal a head is of."""

    def __init__(self, folder: Path, head: TreeHead) -> None:
        self.path = folder / f"{head.vault}.json"

    def turn(self) -> AbstractContextManager[None]:
        """Reading and then writing it is for one process at a time."""
        return in_turn(self.path)

    def read(self) -> Remembered:
        """Raises `PinDamaged` for what is nothing of the kind: to begin anew without a word would be no witness."""
        return _read(self.path)

    def write(self, remembered: Remembered) -> None:
        """Durably. Raises `StorageFailed`."""
        content = {
            "senders": [card.to_toml().decode() for card in remembered.senders],
            "last": str(remembered.last),
            "roots": {str(size): to_base64(root) for size, root in remembered.roots.items()},
            "earlier": [str(one) for one in remembered.earlier],
        }
        replace_file(self.path, json.dumps(content).encode())


class Signed(NamedTuple):
    """The last head that was signed of a journal, in one incarnation: `at`, and as whose.

    `sizes` are those of the heads that were signed and that it continues, as far as they are remembered.
    """

    head: TreeHead
    at: str
    senders: tuple[Card, ...]
    sizes: tuple[int, ...]


def signed_before(folder: Path) -> list[Signed]:
    """What a witness signed, the last first, by what is remembered in `folder`. Raises `PinDamaged`."""
    found = []
    for path in folder.glob("*.json"):
        remembered = _read(path)
        for one in (*remembered.earlier, *((remembered.last,) if remembered.last else ())):
            sizes = tuple(sorted(remembered.roots)) if one is remembered.last else (one.head.size,)
            found.append(Signed(one.head, timestamp(one.latest_cosigning), remembered.senders, sizes))
    return sorted(found, key=lambda one: one.at, reverse=True)


class Witness(NamedTuple):
    """Whoever signs, and where both heads go if they cannot both be true; `now` is in seconds since 1970."""

    identity: Identity
    fork_file: Path
    now: float

    def cosign(
        self, memory: Memory, request: Continuation, sender: Card, place: str, incarnation: int | None = None
    ) -> Checkpoint:
        """The checkpoint of a request, which is at `place`, with this witness's signatures.

        `incarnation` is the one that a person agreed to go on with after another. Raises `HeadRefused` if the sender,
        whose card was compared, did not sign it, `NotExtended` if it contradicts what was signed last, `AnotherStart`
        if that does not show because the proof begins elsewhere, `OlderRequest` if it ends before, and
        `NeedsConfirmation`.
        """
        if not request.checkpoint.is_signed_by(sender.public):
            raise HeadRefused(place=place, reason=why_not_signed(request.checkpoint, sender))
        with memory.turn():
            remembered = memory.read()
            head = request.checkpoint.head
            if not remembered.is_followed_by(head):
                self._check(remembered, request, sender, place)
            elif head.incarnation == incarnation:
                _check_common(remembered, request, place)
            else:
                raise NeedsConfirmation(action=_("signing another incarnation of a journal"), hint="")
            cosigned = request.checkpoint.only_of(sender.public).cosign(self.identity, int(self.now))
            memory.write(remembered.with_signed(cosigned, sender, request.old))
        return cosigned

    def _check(self, remembered: Remembered, request: Continuation, sender: Card, place: str) -> None:
        head, last = request.checkpoint.head, remembered.last
        size, root = (last.head.size, last.head.root) if last else (0, EMPTY_ROOT)
        time = timestamp(last.cosigned_at(self.identity.public) or 0) if last else ""
        if remembered.may_precede(head, request.checkpoint.signed_at(sender.public)):
            raise OlderRequest(place=place, found=head.size, size=size, time=time)
        is_older = head.size < size or (head.size == size and head.root != root)
        is_of_before = last is not None and head.incarnation < last.head.incarnation
        if last and (is_older or is_of_before or (request.old == size and not request.continues(root))):
            found = said_by(request.checkpoint, place)
            document = two_heads(head.vault, self.now, said_by(last, _("signed before")), found)
            replace_file(self.fork_file, document)
            raise NotExtended(place=place, size=size, time=time, fork_file=str(self.fork_file))
        if request.old != size:
            raise AnotherStart(place=place, old=request.old, size=size)
        if not request.continues(root):
            raise HeadRefused(place=place, reason=_("its proof is wrong"))


def why_not_signed(checkpoint: Checkpoint, sender: Card) -> str:
    """What is wrong with a checkpoint that this sender has not signed, for a person."""
    name = sender.details.name
    nothing = _("{name} did not sign it, or it was altered").format(name=name)
    return half_signed(checkpoint, [(name, sender.public)]) or nothing


def _check_common(remembered: Remembered, request: Continuation, place: str) -> None:
    """The proof of a new incarnation begins at a head that was signed, or at nothing, and is right.

    Raises `AnotherStart` or `HeadRefused`.
    """
    root = EMPTY_ROOT if request.old == 0 else remembered.roots.get(request.old)
    if root is None:
        known = [size for size in remembered.roots if size <= request.checkpoint.head.size]
        raise AnotherStart(place=place, old=request.old, size=max(known, default=0))
    if not request.continues(root):
        raise HeadRefused(place=place, reason=_("it does not continue the records that you signed before"))
