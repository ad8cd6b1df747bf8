"""`ipvault privacy request decide`: the answer to a request of a data subject, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.cli.choices import Reason, Which
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, write_text
from ipvault.cli.invocation import current
from ipvault.cli.losses import warn_of_losses
from ipvault.cli.opening import open_current
from ipvault.cli.papers import PaperForm, form_for
from ipvault.cli.privacy_rendering import request_json
from ipvault.cli.rendering import count_of_items, item_json
from ipvault.errors import ExitCode, NotConfirmed, UsageError
from ipvault.oversight.copies import beyond_the_journal
from ipvault.oversight.papers import FORMS, render
from ipvault.oversight.privacy.account import give_access, paper
from ipvault.oversight.privacy.erasure import cards_to_forget, choose, erase_for, refuse
from ipvault.oversight.privacy.keep import standing_request
from ipvault.oversight.privacy.subject import subject_of
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext
from ipvault.vault.clock import today
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def decide(
    which: Which,
    reason: Reason,
    grant: Annotated[bool, typer.Option("--grant", help=_("Do what is asked for."))] = False,
    refusal: Annotated[bool, typer.Option("--refuse", help=_("Record that it is refused."))] = False,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM", help=_("To erase besides what has the tag subject:NAME.")),
    ] = None,
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE|-", help=_("Where the answer to a request for access goes."))
    ] = "",
    form: PaperForm = None,
    force: Force = False,
    confirm: Annotated[
        str | None, typer.Option(metavar="COUNT", help=_("How many documents, instead of being asked to type it."))
    ] = None,
) -> int:
    """An erasure destroys the documents with the tag subject:NAME and those that you name, and what the records say of
    them and on the cards of the subject, also those of a recipient of that name who was removed; the chain still
    verifies. What a hold keeps is left, and the answer is then in part, even if that is all. When the hold is released,
    `status` and `privacy request list` say that the rest is due: decide again. The request itself, consents, and
    decisions on releases stay on record with the names in them, as they show what was done. Packages, exports and
    backups are not reached: they are listed.

    Access gives a paper with what the vault holds about the subject: documents by name, records by number, consents,
    and to whom something was disclosed. What stands in the documents is exported apart.
    """
    if grant == refusal:
        raise UsageError(problem=_("say which: --grant or --refuse"))
    if not reason.strip():
        raise UsageError(problem=_("a decision needs a reason"))
    output, why, wanted = current().output, free_text(reason), form_for(destination or PIPE, form, FORMS)
    vault = open_current()
    if refusal:
        request, head = refuse(vault, which, why)
        output.result("privacy-request-decide", _data(request_json(request)), journal=head)
        output.say(_("Request {id} is refused. Tell the subject why, and of the right to complain.").format(id=which))
        return ExitCode.DONE
    if not destination:
        return _erase(vault, which, items or [], why, confirm)
    request, account, head = give_access(vault, which, why)
    write_text(destination, render(paper(vault, account, day=today(vault)), wanted), _("the answer"), force=force)
    data = {**request_json(request), "path": destination, "items": [item_json(one) for one in account.items]}
    data["records"] = [row.leaf.seq for row in account.records]
    output.result("privacy-request-decide", _data(data), journal=head)
    if destination != PIPE:
        output.say(
            _("Wrote what the vault holds about {name} to {path}.").format(name=request.subject, path=destination)
        )
    return ExitCode.DONE


def _erase(vault: Vault, which: str, items: list[str], reason: str, confirm: str | None) -> int:
    invocation = current()
    output = invocation.output
    request = standing_request(vault, which, or_partly=True)
    chosen = choose(vault, request, items)
    count = str(len(chosen.destroy))
    for item in chosen.destroy:
        output.say(_("to be destroyed: {name}").format(name=item.name))
    for one in cards_to_forget(vault, subject_of(request)):
        text = _("to be forgotten: the card of {name}, with the fingerprint {digits}")
        output.say(text.format(name=one.name, digits=one.fingerprint[:16]))
    warn_of_losses(vault, chosen.destroy)
    if confirm is None and chosen.destroy:
        invocation.prompts.confirm_by_typing(
            _("Type {count} to go on: ").format(count=count),
            count,
            warning=_("This destroys {items} for good.").format(items=count_of_items(len(chosen.destroy))),
            action=_("erasing documents"),
            hint=_("run it in a terminal, or give their count with --confirm"),
        )
    elif confirm not in (count, None):
        raise NotConfirmed
    with output.progress(_("Rewriting the journal"), vault.store.size(JOURNAL), "bytes") as bar:
        done = erase_for(vault, which, items, reason, progress=bar.advance)
    data = {
        **request_json(done.request),
        "items": [item_json(one) for one in done.chosen.destroy],
        "left": [{"item": item.id, "name": item.name, "reason": why} for item, why in done.chosen.left],
        "records": list(done.records),
        "kept": list(done.kept),
        "copies": [one._asdict() for one in done.copies],
    }
    output.result("privacy-request-decide", _data(data), journal=done.head)
    text = ngettext(
        "Destroyed {items}, and forgot the content of {records} record.",
        "Destroyed {items}, and forgot the content of {records} records.",
        len(done.records),
    )
    output.say(text.format(items=count_of_items(len(done.chosen.destroy)), records=len(done.records)))
    for item, why in done.chosen.left:
        output.warn(_("{name} was left: {reason}").format(name=item.name, reason=why))
    for what in done.kept:
        output.say(_("Kept: {what}.").format(what=what))
    names = {**names_by_id(vault.catalog), **{item.id: item.name for item in done.chosen.destroy}}
    for copy in done.copies:
        output.say(_("Not reached: {copy}").format(copy=copy.in_words(names)))
    output.say(beyond_the_journal(today(vault)))
    output.say(_("Tell the subject, and close the request: {id}").format(id=done.request.id[:SHORT_ID]))
    return ExitCode.PARTIAL if done.chosen.left else ExitCode.DONE


def _data(data: dict[str, Any]) -> dict[str, Any]:
    """The keys are the same whatever was decided."""
    return {**dict.fromkeys(("path", "items", "left", "records", "kept", "copies")), **data}
