"""Recording trade secrets: proposed by one, scored, approved by another, and retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ipvault.catalog.address import SHORT_ID, Room, find_items
from ipvault.catalog.register import Secret, find_secret
from ipvault.errors import Conflict, Denied, UsageError
from ipvault.journal.head import Head
from ipvault.records.register import FACTORS, SecretApproved, SecretProposed, SecretRetired, SecretScored
from ipvault.text import _, program
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Proposal(NamedTuple):
    """What is said of a trade secret when it is proposed; `items` are addresses, texts are clean already."""

    title: str
    description: str
    type: str
    owner: str
    custodian: str
    items: Sequence[str]
    value: str
    until_day: str


def propose(vault: Vault, room: Room, proposal: Proposal) -> tuple[Secret, Head]:
    """Record a trade secret in the register of a room. Raises what finding its items raises."""
    id_ = vault.machine.random(16).hex()
    with transaction(vault) as change:
        items = find_items(vault.catalog, proposal.items) if proposal.items else []
        said = proposal._replace(items=tuple(item.id for item in items))
        change.record(SecretProposed(secret=id_, **said._asdict()), room.id)
        head = change.commit()
    return find_secret(vault.catalog, id_), head


def score(vault: Vault, typed: str, said: Mapping[str, tuple[int, str]]) -> tuple[Secret, Head]:
    """Record score and reason of factors; those that are left out stay as they were scored last.

    Raises `UsageError` for a factor that was never scored, and `Conflict` for an entry that is retired.
    """
    with transaction(vault) as change:
        found = _current(vault, typed)
        whole = {**(found.scoring.by_factor if found.scoring else {}), **said}
        if missing := [factor for factor in FACTORS if factor not in whole]:
            problem = _("not scored yet: {factors}; say of each how it is scored, and why, as NAME=SCORE:REASON")
            raise UsageError(problem=problem.format(factors=", ".join(missing)))
        scores, reasons = zip(*(whole[factor] for factor in FACTORS), strict=True)
        record = SecretScored(secret=found.id, factors=FACTORS, scores=scores, reasons=reasons)
        change.record(record, found.room)
        head = change.commit()
    return find_secret(vault.catalog, found.id), head


def approve(vault: Vault, typed: str, reason: str) -> tuple[Secret, Head]:
    """Record that this member, an owner of the room, agrees with an entry as it is scored now.

    Raises `Denied` to whoever proposed it, and `Conflict` for one that is retired, not scored, or approved as it is.
    """
    with transaction(vault) as change:
        found = _current(vault, typed)
        if found.proposer == vault.member:
            raise Denied(reason=_("nobody approves what they proposed themselves: another owner of the room has to"))
        if found.scoring is None:
            command = f"{program()} register score {found.id[:SHORT_ID]}"
            raise Conflict(problem=_("it is not scored yet; score it first: {command}").format(command=command))
        if found.is_approved_as_scored:
            raise Conflict(problem=_("it is approved already, so nothing was recorded"))
        change.record(SecretApproved(secret=found.id, scoring=found.scoring.seq, reason=reason), found.room)
        head = change.commit()
    return find_secret(vault.catalog, found.id), head


def retire(vault: Vault, typed: str, reason: str) -> tuple[Secret, Head]:
    """Record that something is no trade secret any more. Raises `Conflict` for one that is retired already."""
    with transaction(vault) as change:
        found = _current(vault, typed)
        change.record(SecretRetired(secret=found.id, reason=reason), found.room)
        head = change.commit()
    return find_secret(vault.catalog, found.id), head


def _current(vault: Vault, typed: str) -> Secret:
    found = find_secret(vault.catalog, typed)
    if found.retirement:
        problem = _("it was retired on {day}; what is a trade secret again is a new entry")
        raise Conflict(problem=problem.format(day=found.retirement.time[:10]))
    return found
