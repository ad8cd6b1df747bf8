"""Answering a request for erasure: destroying what was asked for, as far as nothing holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID, find_any, root_room
from ipvault.catalog.fate import HELD, fate
from ipvault.catalog.holds import held_items, holds
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.privacy import PrivacyRequest, find_privacy_request, items_about
from ipvault.catalog.recipients import Recipient, recipients
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.oversight.copies import Copy, remaining_copies
from ipvault.oversight.privacy.keep import standing_request
from ipvault.oversight.privacy.subject import Subject, selves, subject_of
from ipvault.records.items import ItemRecord
from ipvault.records.privacy import ERASURE, GRANTED, PARTLY, REFUSED, PrivacyDecided
from ipvault.text import _
from ipvault.vault.clock import checked_time
from ipvault.vault.denials import held
from ipvault.vault.forgetting import can_forget, forget
from ipvault.vault.items import erase_versions, unerased
from ipvault.vault.journal_query import JournalRow, Query, items_in, read_journal
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

RECIPIENT: Final = "recipient."
"""How the kinds of records about a recipient's card begin."""


class Chosen(NamedTuple):
    """What an erasure is about: what it destroys, and what is left, each with the reason."""

    destroy: tuple[Item, ...]
    left: tuple[tuple[Item, str], ...]


class Erasure(NamedTuple):
    """What an erasure did. `records` were forgotten, `kept` says what could not be; `copies` are not reached."""

    request: PrivacyRequest
    chosen: Chosen
    records: tuple[int, ...]
    kept: tuple[str, ...]
    copies: tuple[Copy, ...]
    head: Head


def choose(vault: Vault, request: PrivacyRequest, addresses: Sequence[str]) -> Chosen:
    """The documents that are named, those with the tag of the subject, and what was left of them before.

    Raises `Held` where all is held, and an answer has said so already.
    """
    if request.right != ERASURE:
        raise Conflict(problem=_("the request is not for erasure: to give access, say with -o where to"))
    named = (find_any(vault.catalog, typed) for typed in addresses)
    before = (item for item in all_items(vault.catalog) if item.id in request.rest)
    chosen = (*named, *items_about(vault.catalog, request.subject), *before)
    items = {item.id: item for item in chosen if not item.erased}
    under = held_items(vault.catalog)
    fates = {item.id: fate(under.get(item.id, ()), None, "", is_asked=True) for item in items.values()}
    left = tuple((item, fates[item.id].reason) for item in items.values() if fates[item.id].outcome == HELD)
    if left and len(left) == len(items) and request.answer == PARTLY:
        raise held(vault.catalog, left[0][0].id)
    return Chosen(tuple(item for item in items.values() if fates[item.id].outcome != HELD), left)


def erase_for(
    vault: Vault, typed: str, addresses: Sequence[str], reason: str, *, progress: Progress = unobserved
) -> Erasure:
    """Destroy what a request is about, record the answer, and forget what records say of it and of the subject.

    The answer is `partly` where a hold keeps something, or all. Raises `ClockBehind`, `Held`, `Conflict` or `Denied`.
    Done again for the same request, after an interruption or the release of a hold, it does what is left to do, also
    where the request was closed with what was done before; the subject is to be told then, and it is closed again.
    """
    with transaction(vault) as change:
        checked_time(vault)
        request = standing_request(vault, typed, or_partly=True)
        chosen = choose(vault, request, addresses)
        ids = tuple(item.id for item in chosen.destroy)
        for item in chosen.destroy:
            erase_versions(vault, change, item, unerased(vault, item), _why(request))
        answer = PrivacyDecided(
            request=request.id,
            answer=PARTLY if chosen.left else GRANTED,
            items=ids,
            left=tuple(item.id for item, _reason in chosen.left),
            reason=reason,
        )
        change.record(answer, root_room(vault.catalog).id)
        head = change.commit()
    copies = tuple(remaining_copies(vault, {*ids, *(item.id for item, _reason in chosen.left)}))
    subject = subject_of(request)
    records, kept = _to_forget(vault, subject, request)
    if records:
        head = forget(vault, records, reason=_why(request), progress=progress)
    found = find_privacy_request(vault.catalog, request.id)
    return Erasure(found, chosen, tuple(records), tuple(kept), copies, head)


def refuse(vault: Vault, typed: str, reason: str) -> tuple[PrivacyRequest, Head]:
    """Record that a request, for whatever right, is refused. Raises `Conflict`, also where it was granted before."""
    with transaction(vault) as change:
        request = standing_request(vault, typed)
        if request.answer in (GRANTED, PARTLY):
            text = _("it was granted on {day}, as far as it could be: what was done then cannot be refused any more")
            raise Conflict(problem=text.format(day=request.answered[:10]))
        record = PrivacyDecided(request=request.id, answer=REFUSED, items=(), left=(), reason=reason)
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_privacy_request(vault.catalog, request.id), head


def cards_to_forget(vault: Vault, subject: Subject) -> list[Recipient]:
    """The recipients that the subject is or was; none as long as he is a custodian of a hold."""
    his = selves(vault.catalog, subject)
    standing = [one for one in holds(vault.catalog) if not one.released]
    custodians = {one.person for hold in standing for one in hold.custodians}
    return his if custodians.isdisjoint({subject.member, *(one.id for one in his)}) else []


def _why(request: PrivacyRequest) -> str:
    """The reason that stays on record: whom it was for does not stand in it."""
    return _("privacy request {id}").format(id=request.id[:SHORT_ID])


def _to_forget(vault: Vault, subject: Subject, request: PrivacyRequest) -> tuple[list[int], list[str]]:
    """The records to forget: descriptions of what the answers to this request destroyed, and the subject's cards.

    With what is kept, and why. That something left before stays known: whoever has it is to be told (GDPR Art. 19).
    """
    his = selves(vault.catalog, subject)
    cards = {one.id for one in cards_to_forget(vault, subject)}
    rows = list(read_journal(vault, Query()))
    destroyed = {item for row in rows for item in _destroyed(row, request)}
    numbers = []
    for row in rows:
        fields = row.fields or {}
        is_card = row.action.startswith(RECIPIENT) and fields.get("recipient") in cards
        is_description = row.leaf.kind == ItemRecord.CLASS and fields.get("item") in destroyed
        if (is_description or is_card) and can_forget(vault, row):
            numbers.append(row.leaf.seq)
    kept = [_("to whom it went before, so that they can be told")] if destroyed else []
    shown = _(
        "what shows that it was answered: the request, consents, and decisions on releases, in which {name} and "
        "documents can be named (GDPR Art. 5(2) and 17(3)); it cannot be forgotten"
    )
    kept.append(shown.format(name=subject.name))
    if his and not cards:
        kept.append(_("the card of {name}, who is a custodian of a hold").format(name=subject.name))
    namesakes = [one for one in recipients(vault.catalog) if one.name == subject.name and one not in his]
    other = _("the card of another recipient called {name}, with the fingerprint {digits}")
    kept += [other.format(name=one.name, digits=one.fingerprint[:16]) for one in namesakes]
    if subject.member:
        kept.append(_("that {name} is or was a member: all records are checked against that").format(name=subject.name))
    return numbers, kept


def _destroyed(row: JournalRow, request: PrivacyRequest) -> Sequence[str]:
    """The items that a record says were destroyed for a request."""
    fields = row.fields or {}
    if row.action != PrivacyDecided.KIND or fields["request"] != request.id:
        return ()
    return [str(item) for item in items_in(fields)]
