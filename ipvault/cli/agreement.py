"""`ipvault agreement add|update|terminate`: recording what was agreed."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID, find_item, new_address
from ipvault.catalog.agreements import Agreement
from ipvault.catalog.items import names_by_id
from ipvault.cli.agreement_options import (
    Exclusivity,
    From,
    Notice,
    Parties,
    PartyNames,
    Relationship,
    ScopeItems,
    ScopeLabels,
    ScopeRooms,
    ScopeTags,
    Survival,
    TermsFile,
    Territory,
    Title,
    Type,
    Until,
    Which,
    described,
    read_terms,
    terms_place,
)
from ipvault.cli.agreement_rendering import agreement_json, find_typed
from ipvault.cli.choices import Label, Reason, chosen_day
from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.storing import pipe
from ipvault.errors import UsageError
from ipvault.governance.agreements.keep import (
    add_about,
    add_with_document,
    terminate_agreement,
    update_agreement,
)
from ipvault.governance.agreements.names import Names
from ipvault.governance.agreements.terms import from_document, to_document
from ipvault.journal.head import Head
from ipvault.records.vocabulary import MAIN
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.ingest import Description
from ipvault.vault.names import free_text, item_name
from ipvault.vault.sources import Skipped, Source, find_sources
from ipvault.vault.vault import Vault


def add(
    source: Annotated[str, typer.Argument(metavar="FILE|-", help=_("The signed document."))] = "",
    item: Annotated[
        str, typer.Option("--item", metavar="ITEM", help=_("The signed document, if it is in the vault already."))
    ] = "",
    name: Annotated[
        str, typer.Option(metavar="[ROOM:]NAME", help=_("The document's name in the vault; needed for a pipe."))
    ] = "",
    label: Annotated[Label, typer.Option(help=_("The document's classification."))] = Label.confidential,  # type: ignore[attr-defined]
    type_: Type = None,
    title: Title = None,
    parties: Parties = None,
    party_names: PartyNames = None,
    relationship: Relationship = None,
    scope_items: ScopeItems = None,
    scope_rooms: ScopeRooms = None,
    scope_labels: ScopeLabels = None,
    scope_tags: ScopeTags = None,
    from_: From = None,
    until: Until = None,
    survival: Survival = None,
    exclusivity: Exclusivity = None,
    territory: Territory = None,
    dtsa_notice: Notice = None,
    terms: TermsFile = None,
) -> None:
    """The document and the agreement go in together, or neither. Options take the place of what --terms says.

    The scope is every document that any of the --scope options names, and all documents without them. Whether an
    agreement is valid, and what it means, counsel decides: the vault keeps what you say of it.
    """
    if bool(source) == bool(item) or (item and name):
        raise UsageError(problem=_("name the signed document: a file, - for a pipe, or --item for one in the vault"))
    if source == PIPE == terms:
        raise UsageError(problem=_("standard input cannot be both the document and the terms"))
    output, document = current().output, read_terms(terms)
    signed = _source(source, name) if source else None
    vault = open_current()
    room = MAIN
    if signed and name:
        in_room, within = new_address(vault.catalog, name)
        room, signed = in_room or MAIN, signed._replace(name=item_name(within))
    document = described(
        {"title": signed.name if signed else find_item(vault.catalog, item).name, **document},
        {"items": scope_items, "rooms": scope_rooms, "labels": scope_labels, "tags": scope_tags},
        type=type_,
        title=title,
        parties=parties,
        party_names=party_names,
        relationship=relationship,
        from_=from_,
        until=until,
        survival_days=survival,
        exclusivity=exclusivity,
        territory=territory,
        dtsa_notice=dtsa_notice,
    )
    agreed = from_document(document, terms_place(terms), Names(vault.catalog))
    if signed is None:
        agreement, head = add_about(vault, agreed, item)
    else:
        with output.progress(_("Encrypting"), None, "bytes") as bar:
            description = Description(str(label), "contract")
            agreement, head = add_with_document(
                vault, signed, agreed, room=room, description=description, progress=bar.advance
            )
    _tell("agreement-add", vault, agreement, head, _("Recorded {title} as agreement {id}."))


def update(
    which: Which,
    type_: Type = None,
    title: Title = None,
    parties: Parties = None,
    party_names: PartyNames = None,
    relationship: Relationship = None,
    scope_items: ScopeItems = None,
    scope_rooms: ScopeRooms = None,
    scope_labels: ScopeLabels = None,
    scope_tags: ScopeTags = None,
    from_: From = None,
    until: Until = None,
    survival: Survival = None,
    exclusivity: Exclusivity = None,
    territory: Territory = None,
    dtsa_notice: Notice = None,
    terms: TermsFile = None,
) -> None:
    """What an option says takes the place of what stood there, a list as a whole; '' takes it off. --terms takes the
    place of all terms: `agreement show ID --toml` writes them. What the terms were before stays in the journal.
    """
    document = read_terms(terms)
    vault = open_current()
    before = find_typed(vault, which)
    names = Names(vault.catalog, {*before.terms.parties, *before.terms.scope_items, *before.terms.scope_rooms})
    if terms is None:
        document = to_document(before.terms, names)
    document = described(
        document,
        {"items": scope_items, "rooms": scope_rooms, "labels": scope_labels, "tags": scope_tags},
        type=type_,
        title=title,
        parties=parties,
        party_names=party_names,
        relationship=relationship,
        from_=from_,
        until=until,
        survival_days=survival,
        exclusivity=exclusivity,
        territory=territory,
        dtsa_notice=dtsa_notice,
    )
    agreed = from_document(document, terms_place(terms), names)
    agreement, head = update_agreement(vault, before, agreed)
    _tell("agreement-update", vault, agreement, head, _("The terms of {title}, agreement {id}, are recorded anew."))


def terminate(
    which: Which,
    at: Annotated[
        str, typer.Option("--at", metavar="DATE", help=_("The first day on which it does not count; today by default."))
    ] = "",
    reason: Reason = "",
) -> None:
    """It covers nothing from that day on, which can be in the future. Confidentiality goes on for as long as its terms
    say, and what was shared stays shared: `agreement check` names the packages, and `revoke` asks for them back.
    """
    why = free_text(reason)
    vault = open_current()
    day = chosen_day(vault, at)
    agreement, head = terminate_agreement(vault, find_typed(vault, which), day, why)
    text = _("{title}, agreement {id}, covers nothing from {day} on.")
    _tell("agreement-terminate", vault, agreement, head, text)


def _source(path: str, name: str) -> Source:
    """What is to be stored. Raises `UsageError` for what cannot be."""
    if path == PIPE:
        if not name:
            raise UsageError(problem=_("a document from a pipe needs a name: --name NAME"))
        return Source(name, None, pipe())
    found = next(find_sources([path], recursive=False))
    if isinstance(found, Skipped):
        raise UsageError(problem=_("{path} cannot be stored: {reason}").format(**found._asdict()))
    return found


def _tell(schema: str, vault: Vault, agreement: Agreement, head: Head, sentence: str) -> None:
    output = current().output
    if not agreement.terms.parties:
        output.remark(
            _("none of its parties is a recipient, so it covers nothing that is shared: name one with --party")
        )
    output.result(
        schema, {"agreement": agreement_json(agreement, today(vault), names_by_id(vault.catalog))}, journal=head
    )
    output.say(sentence.format(title=agreement.terms.title, id=agreement.id[:SHORT_ID], day=agreement.terminated))
