"""`ipvault review`: who may what is listed once, and others say of each grant whether it stays."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.reviews import Review, find_review, reviews, still_to_revoke
from ipvault.cells import csv_table
from ipvault.cli.choices import Jsonl, Which
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.errors import UsageError
from ipvault.oversight.reviews.keep import close as record_closed, decide as record_decided, start as record_started
from ipvault.oversight.reviews.lines import Line, lines
from ipvault.records.reviews import ANSWERS, REVOKE
from ipvault.text import N_, _, ngettext, program
from ipvault.vault.clock import today
from ipvault.vault.names import free_text, person_name
from ipvault.vault.vault import Vault

Answer = StrEnum("Answer", {word: word for word in ANSWERS})  # type: ignore[misc]  # see choices


_STATES = {"open": N_("open"), "closed": N_("closed")}
_ANSWERS = {"keep": N_("stays"), "revoke": N_("goes")}
TITLES = (_("Id"), _("Who"), _("What"), _("Notice"), _("Decision"), _("By"), _("What to do"))
COLUMNS = (
    *("grant", "type", "who", "fingerprint", "what", "notice", "answer"),
    *("decided_by", "time", "reason", "record", "still_stands", "to_do"),
)


def start(
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=_("What to call it; today by default."))] = "",
) -> None:
    """Records who has which role in which room, who left a room and still has its key, the recipients, those without an
    agreement in force among them, and the packages that are not revoked: all that is there now, as you see it. What is
    granted later is for the next review. Takes an owner of the vault; all members can read it.
    """
    output = current().output
    vault = open_current()
    name = person_name(title) if title else _("Review of {day}").format(day=today(vault))
    review, head = record_started(vault, name)
    output.result("review-start", {"review": _json(vault, review)}, journal=head)
    count = len(review.grants)
    text = ngettext(
        "{title} is started as {id}: {count} grant to decide on.",
        "{title} is started as {id}: {count} grants to decide on.",
        count,
    )
    output.say(text.format(title=review.title, id=review.id[:SHORT_ID], count=count))
    output.say(_("To see them: {command}").format(command=f"{program()} review show {review.id[:SHORT_ID]}"))


def list_reviews(
    jsonl: Jsonl = False,
) -> None:
    """With how much is undecided, and how much is still to be revoked."""
    output = current().output
    vault = open_to_read()
    found = reviews(vault.catalog)
    if jsonl:
        output.jsonl(_json(vault, one) for one in found)
        return
    output.result("review-list", {"reviews": [_json(vault, one) for one in found]}, journal=vault.catalog.head)
    titles = (_("Id"), _("Title"), _("Started"), _("State"), _("Grants"), _("Undecided"), _("To revoke"))
    output.table(titles, [_row(vault, one) for one in found])
    if not found:
        output.say(_("No review was started. To start one: {command}").format(command=f"{program()} review start"))


def show(
    which: Which,
    undecided: Annotated[bool, typer.Option("--undecided", help=_("Only what nobody decided on yet."))] = False,
    jsonl: Jsonl = False,
) -> None:
    """Each grant with what is odd about it, the decision, and the command that is still to be run."""
    output = current().output
    vault = open_to_read()
    review = find_review(vault.catalog, which)
    found = [line for line in lines(vault.catalog, review) if not (undecided and line.decision)]
    if jsonl:
        output.jsonl(_line_json(vault, line) for line in found)
        return
    data = {"review": _json(vault, review), "grants": [_line_json(vault, line) for line in found]}
    output.result("review-show", data, journal=vault.catalog.head)
    output.table(TITLES, [_line_row(vault, line) for line in found])
    if review.closed:
        output.say(_("Closed on {day}.").format(day=review.closed[:10]))


def decide(
    grants: Annotated[list[str], typer.Argument(metavar="GRANT", help=_("The beginnings of their ids."))],
    answer: Annotated[Answer, typer.Argument(help=_("Whether they stay."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why."))],
) -> None:
    """Nobody decides on what they have, or on a package that they shared; on roles, owners of the room and of the vault
    decide, on all else owners of the vault. `revoke` changes nothing yet: it names the command that does. The last
    decision counts, until the review is closed.
    """
    if not reason.strip():
        raise UsageError(problem=_("say why"))
    output, why = current().output, free_text(reason)
    vault = open_current()
    review, head = record_decided(vault, grants, str(answer), why)
    output.result("review-decide", {"review": _json(vault, review)}, journal=head)
    count = len(review.undecided)
    text = ngettext("Recorded. {count} grant is undecided.", "Recorded. {count} grants are undecided.", count)
    output.say(text.format(count=count))
    if answer == REVOKE:
        for line in lines(vault.catalog, review):
            if line.to_do and any(line.grant.id.startswith(one.lower()) for one in grants):
                output.say(_("To revoke it: {command}").format(command=line.to_do))


def close(
    which: Which, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What came of it."))] = ""
) -> None:
    """When every grant is decided, and what was to be revoked is. Until then it says how much is left."""
    why = free_text(reason)
    vault = open_current()
    review, head = record_closed(vault, which, why)
    output = current().output
    output.result("review-close", {"review": _json(vault, review)}, journal=head)
    output.say(_("{title} is closed.").format(title=review.title))


def export(which: Which, destination: TextOutput = PIPE, force: Force = False) -> None:
    """Grants and decisions as CSV, for a spreadsheet, in which nothing that somebody wrote is run."""
    output = current().output
    vault = open_to_read()
    review = find_review(vault.catalog, which)
    rows = [_line_json(vault, line) for line in lines(vault.catalog, review)]
    text = csv_table(COLUMNS, [["" if row[name] is None else row[name] for name in COLUMNS] for row in rows])
    write_text(destination, text, review.title, force=force)
    output.result("review-export", {"path": destination, "csv": text}, journal=vault.catalog.head)


def _json(vault: Vault, review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "title": review.title,
        "record": review.seq,
        "started": review.time,
        "started_by": member_name(vault, review.starter),
        "state": review.state,
        "grants": len(review.grants),
        "undecided": len(review.undecided),
        "to_revoke": len(still_to_revoke(vault.catalog, review)),
        "closed": review.closed or None,
        "conclusion": review.conclusion,
    }


def _line_json(vault: Vault, line: Line) -> dict[str, Any]:
    grant, decision = line.grant, line.decision
    return {
        "grant": grant.id,
        "type": grant.type,
        "who": line.who,
        "fingerprint": grant.subject,
        "what": line.what,
        "notice": line.oddity,
        "answer": decision.answer if decision else None,
        "decided_by": member_name(vault, decision.member) if decision else None,
        "time": decision.time if decision else None,
        "reason": decision.reason if decision else None,
        "record": decision.seq if decision else None,
        "still_stands": line.is_standing,
        "to_do": line.to_do,
    }


def _row(vault: Vault, review: Review) -> tuple[str, ...]:
    counts = (len(review.grants), len(review.undecided), len(still_to_revoke(vault.catalog, review)))
    return review.id[:SHORT_ID], review.title, review.time[:10], _(_STATES[review.state]), *map(str, counts)


def _line_row(vault: Vault, line: Line) -> tuple[str, ...]:
    decision = line.decision
    decided = f"{_(_ANSWERS[decision.answer])}: {decision.reason}" if decision else ""
    by = member_name(vault, decision.member) if decision else ""
    return line.grant.id[:SHORT_ID], line.who, line.what, line.oddity, decided, by, line.to_do
