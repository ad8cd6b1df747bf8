"""`ipvault privacy consent add|withdraw|list` and `privacy disclosures`."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.consents import Consent, consents
from ipvault.catalog.items import names_by_id
from ipvault.catalog.privacy import without_documents
from ipvault.catalog.proofs import lost
from ipvault.catalog.scopes import Scope
from ipvault.cli.choices import Jsonl, Reason, Which, chosen_day, clean_tags, typed_day
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.papers import PaperForm, form_for
from ipvault.cli.privacy_rendering import consent_json
from ipvault.cli.rendering import shortened
from ipvault.cli.scope_options import Items, Tags
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.papers import FORMS, render
from ipvault.oversight.privacy.disclosures import accounting, disclosures
from ipvault.oversight.privacy.keep import Terms, add_consent, withdraw_consent
from ipvault.oversight.privacy.subject import find_subject, ids_about
from ipvault.records.domains import is_name
from ipvault.text import _
from ipvault.vault.clock import today
from ipvault.vault.journal_query import known_item
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def add(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help=_("Who consents, in the vault or not."))],
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help=_("What the data may be passed on for."))],
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="ITEM", help=_("The document in the vault that shows it."))
    ],
    basis: Annotated[
        str, typer.Option("--basis", metavar="TEXT", help=_("The legal basis, such as GDPR Art. 6(1)(a)."))
    ] = "",
    items: Items = None,
    tags: Tags = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="NAME", help=_("A recipient who may get it; anybody without this.")),
    ] = None,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=_("Its first day."))] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help=_("Its last day."))] = "",
) -> None:
    """Where the policy takes consents for documents with the tag personal-data, they are shared if each subject has
    consented: see `ipvault help policy`. For which purpose that was, sharing shows: people compare it with what is
    shared, not ipvault. Without --item and --tag it is for documents with the tag subject:NAME. Whether a consent is
    valid, counsel decides.
    """
    name = free_text(subject).strip()
    if not is_name(name) or not purpose.strip():
        raise UsageError(problem=_("a consent needs the name of its subject and a purpose"))
    days = (str(typed_day(day)) if day else "" for day in (from_, until))
    terms = Terms(free_text(purpose), free_text(basis), tuple(to or ()), *days)
    scope = Scope(items=tuple(items or ()), tags=clean_tags(tags))
    vault = open_current()
    consent, head = add_consent(vault, name, evidence, scope, terms)
    if not any(scope) and (missing := without_documents(vault.catalog, consent.subject)):
        current().output.warn(missing)
    _tell("privacy-consent-add", vault, consent, head, _("Recorded as consent {id} of {subject}."))


def withdraw(
    which: Which,
    at: Annotated[
        str, typer.Option("--at", metavar="DATE", help=_("The first day on which it does not count; today by default."))
    ] = "",
    reason: Reason = "",
) -> None:
    """Nothing more is shared because of it. That it was given, and when it was withdrawn, stays on record; what was
    shared before stays shared: `privacy disclosures` lists it.
    """
    why = free_text(reason)
    vault = open_current()
    consent, head = withdraw_consent(vault, which, chosen_day(vault, at), why)
    _tell("privacy-consent-withdraw", vault, consent, head, _("Consent {id} of {subject} ends on {day}."))


def list_consents(jsonl: Jsonl = False) -> None:
    """Withdrawn ones too."""
    output = current().output
    vault = open_to_read()
    found, names, day = consents(vault.catalog), names_by_id(vault.catalog), today(vault)
    gone = lost(vault.catalog, (one.document for one in found))
    if jsonl:
        output.jsonl(consent_json(one, names) for one in found)
        return
    shown = [consent_json(one, names) for one in found]
    output.result("privacy-consent-list", {"consents": shown}, journal=vault.catalog.head)
    for one in found:
        if one.document in gone and one.is_in_force(day):
            text = _("what shows the consent of {subject} ({id}) was erased: nothing here proves it any more")
            output.warn(text.format(subject=one.subject, id=one.id[:SHORT_ID]))
    titles = (_("Id"), _("Who"), _("Purpose"), _("To"), _("Scope"), _("Until"), _("Evidence"), _("State"))
    output.table(titles, (_row(one, names, gone, day) for one in found))
    if not found:
        output.say(_("No consent is on record."))


def list_disclosures(
    subject: Annotated[str, typer.Argument(metavar="NAME", help=_("Whom it is about: by the tag subject:NAME."))] = "",
    items: Items = None,
    destination: TextOutput = PIPE,
    form: PaperForm = None,
    force: Force = False,
) -> None:
    """The date, to whom, what, and what for, of each package and export, in the form of an accounting of disclosures
    (45 CFR 164.528). What was disclosed in other ways than by this vault is not in it.
    """
    if bool(subject) == bool(items):
        raise UsageError(problem=_("name a person, or documents with --item"))
    wanted = form_for(destination, form, FORMS)
    output = current().output
    vault = open_to_read()
    if items:
        known = [known_item(vault, typed) for typed in items]
        ids, about = {id_ for id_, _name in known}, ", ".join(name or id_ for id_, name in known)
    else:
        about = find_subject(vault.catalog, free_text(subject).strip()).name
        ids = ids_about(vault, about)
    if not ids and (missing := without_documents(vault.catalog, about)):
        output.warn(missing)
    found = disclosures(vault, ids)
    text = render(accounting(vault, found, about=about, day=today(vault)), wanted)
    write_text(destination, text, _("the account"), force=force)
    data = {"path": destination, "about": about, "disclosures": [one._asdict() for one in found]}
    output.result("privacy-disclosures", data)


def _row(one: Consent, names: dict[str, str], gone: set[str], day: str) -> tuple[str, ...]:
    to = shortened([names.get(id_, id_[:SHORT_ID]) for id_ in one.parties]) or _("anybody")
    items = [names.get(id_, id_[:SHORT_ID]) for id_ in one.scope_items]
    scope = shortened([*items, *(_("the tag {name}").format(name=tag) for tag in one.scope_tags)])
    evidence = names.get(one.document, one.document)
    if one.document in gone:
        evidence = _("{name} (erased)").format(name=evidence)
    return one.id[:SHORT_ID], one.subject, one.purpose, to, scope, one.until_day, evidence, _state(one, day)


def _state(one: Consent, day: str) -> str:
    if one.withdrawn:
        return _("withdrawn as of {day}").format(day=one.withdrawn)
    return _("in force") if one.is_in_force(day) else _("not in force")


def _tell(schema: str, vault: Vault, consent: Consent, head: Head, sentence: str) -> None:
    output = current().output
    output.result(schema, {"consent": consent_json(consent, names_by_id(vault.catalog))}, journal=head)
    output.say(sentence.format(id=consent.id[:SHORT_ID], subject=consent.subject, day=consent.withdrawn))
