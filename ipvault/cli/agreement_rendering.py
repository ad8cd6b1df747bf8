"""How agreements look, for people and in JSON, and how people say which they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ipvault.catalog.address import SHORT_ID, find_any
from ipvault.catalog.agreements import ENDED, FUTURE, IN_FORCE, TERMINATED, Agreement, find_agreement
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.proofs import lost
from ipvault.catalog.recipients import Recipient
from ipvault.cli.invocation import current
from ipvault.errors import NotFound
from ipvault.governance.agreements.taken_in_again import naming_him_now
from ipvault.records.agreements import TERMS
from ipvault.text import N_, _
from ipvault.vault.vault import Vault

STATES: Final = {
    FUTURE: N_("in future"),
    IN_FORCE: N_("in force"),
    ENDED: N_("ended"),
    TERMINATED: N_("terminated"),
}

_TABLES: Final = ("fees", "fee_amounts", "fee_days")
_DAYS: Final = {"from_day": "from", "until_day": "until"}


def find_typed(vault: Vault, typed: str) -> Agreement:
    """The agreement that somebody means, by its id or by its document. Raises `NoSuchAgreement`."""
    try:
        document = find_any(vault.catalog, typed).id
    except NotFound:
        document = ""
    return find_agreement(vault.catalog, typed, document)


def party_list(agreement: Agreement, names: dict[str, str]) -> list[str]:
    """What all parties are called."""
    return [*(names.get(one, one[:SHORT_ID]) for one in agreement.terms.parties), *agreement.terms.party_names]


def warn_of_lost(catalog: Catalog, found: Sequence[Agreement]) -> None:
    """Warn of agreements of which the signed document was erased."""
    gone = lost(catalog, (one.terms.document for one in found))
    for one in found:
        if one.terms.document in gone:
            text = _("the signed document of {title} ({id}) was erased: nothing here proves it any more")
            current().output.warn(text.format(title=one.terms.title, id=one.id[:SHORT_ID]))


def tell_naming_before(vault: Vault, agreement: Agreement, recipient: Recipient) -> None:
    """That an agreement is with somebody as he was before he was taken in again, and what to do if it is to go on."""
    text = _(
        "{title} ({id}) is with {name} as he was before he was removed and taken in again; if it is to go on, name him "
        "as he is now: {command}"
    )
    command = naming_him_now(vault.catalog, agreement, recipient)
    named = {"title": agreement.terms.title, "id": agreement.id[:SHORT_ID], "name": recipient.name}
    current().output.say(text.format(**named, command=command))


def agreement_json(agreement: Agreement, day: str, names: dict[str, str]) -> dict[str, Any]:
    """An agreement for programs, on a day; its keys are those of its file of terms where those can be."""
    terms = agreement.terms
    agreed = {_DAYS.get(name, name): getattr(terms, name) for name in TERMS if name not in _TABLES}
    columns = zip(terms.fees, terms.fee_amounts, terms.fee_days, strict=False)
    return {
        "id": agreement.id,
        "version": agreement.version,
        "seq": agreement.seq,
        "room": names.get(agreement.room, agreement.room),
        "document": terms.document,
        "document_name": names.get(terms.document, ""),
        "state": agreement.state(day),
        "terminated": agreement.terminated,
        "reason": agreement.reason,
        **agreed,
        "parties": [{"id": one, "name": names.get(one, "")} for one in terms.parties],
        "fees": [{"what": what, "amount": amount, "due": day} for what, amount, day in columns],
    }
