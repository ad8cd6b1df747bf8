"""Recording what was agreed: with the signed document in one transaction, changed, and terminated."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from ipvault.catalog.address import find_item, find_room
from ipvault.catalog.agreements import Agreement, find_agreement
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.records.agreements import TERMS, AgreementSet, AgreementTerminated, Terms
from ipvault.records.base import Record
from ipvault.records.domains import MAX_VERSION
from ipvault.text import _, program
from ipvault.vault.ingest import Description, Ingested, add
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.sources import Source
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def add_with_document(
    vault: Vault,
    source: Source,
    terms: Terms,
    *,
    room: str,
    description: Description,
    progress: Progress = unobserved,
) -> tuple[Agreement, Head]:
    """Store what was signed as an item of a room, and the agreement with it; both, or neither.

    Raises `Conflict` for a document that the vault has already or that cannot be read, and what `ingest.add` raises.
    """
    agreement = vault.machine.random(16).hex()

    def record(result: Ingested, write: Callable[[Record, str], None]) -> None:
        for skipped in result.skipped:
            raise Conflict(problem=_("{path} cannot be stored: {reason}").format(**skipped._asdict()))
        for held in [one.held_as for one in result.duplicates] + [one.name for one in result.unchanged]:
            text = _("the vault has this document already, as {name}; to name it instead of the file: {command}")
            command = f"{program()} agreement add --item {shlex.quote(held)}"
            raise Conflict(problem=text.format(name=held, command=command))
        document = result.stored[0].item
        write(_set(terms, agreement, 1, document), find_room(vault.catalog, room).id)

    result = add(vault, [source], room=room, description=description, also=record, progress=progress)
    return find_agreement(vault.catalog, agreement), result.head


def add_about(vault: Vault, terms: Terms, document: str) -> tuple[Agreement, Head]:
    """Record an agreement whose document is an item already, by its address. Raises what finding it raises."""
    agreement = vault.machine.random(16).hex()
    with transaction(vault) as change:
        item = find_item(vault.catalog, document)
        change.record(_set(terms, agreement, 1, item.id), item.room)
        head = change.commit()
    return find_agreement(vault.catalog, agreement), head


def update_agreement(vault: Vault, before: Agreement, terms: Terms) -> tuple[Agreement, Head]:
    """Record other terms of an agreement. Raises `Conflict` if it changed meanwhile, is terminated, or has them."""
    with transaction(vault) as change:
        present = _unchanged(vault, before)
        if _terms(present.terms) == _terms(terms):
            raise Conflict(problem=_("these are the terms that it has already, so nothing was recorded"))
        if present.version >= MAX_VERSION:
            raise Conflict(problem=_("it was changed as often as a vault can count; record it anew"))
        change.record(_set(terms, present.id, present.version + 1, present.terms.document), present.room)
        head = change.commit()
    return find_agreement(vault.catalog, before.id), head


def terminate_agreement(vault: Vault, before: Agreement, day: str, reason: str) -> tuple[Agreement, Head]:
    """Record from which day on it lets nothing pass any more. Raises `Conflict` if it changed, or is terminated."""
    with transaction(vault) as change:
        present = _unchanged(vault, before)
        change.record(AgreementTerminated(agreement=present.id, day=day, reason=reason), present.room)
        head = change.commit()
    return find_agreement(vault.catalog, before.id), head


def _unchanged(vault: Vault, before: Agreement) -> Agreement:
    present = find_agreement(vault.catalog, before.id)
    if present.terminated:
        text = _("it was terminated as of {day}: what is agreed anew is another agreement")
        raise Conflict(problem=text.format(day=present.terminated))
    if present.version != before.version:
        raise Conflict(problem=_("somebody else changed it a moment ago: look at it first"))
    return present


def _set(terms: Terms, agreement: str, version: int, document: str) -> AgreementSet:
    return AgreementSet(agreement=agreement, version=version, document=document, **_terms(terms))


def _terms(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in TERMS}
