"""`ipvault register list|show|gaps|due`: the trade secrets, what protects them, and what is still to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.register import REVIEW, STATUSES, Due, Secret, due as due_in, find_secret, secrets
from ipvault.cells import csv_table
from ipvault.cli.choices import Jsonl, Which, chosen_day, days_ahead
from ipvault.cli.files import PIPE
from ipvault.cli.heads import write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.register_rendering import (
    TITLES,
    protection_json,
    ruling_in_words,
    secret_json,
    secret_row,
    status_in_words,
)
from ipvault.cli.rendering import human_time
from ipvault.errors import ExitCode
from ipvault.oversight.register.gaps import Gap, gaps as gaps_of
from ipvault.oversight.register.protection import Protected, Reader, protection
from ipvault.records.wording import in_words
from ipvault.text import _, program
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault

_Status = StrEnum("_Status", {word: word for word in STATUSES})  # type: ignore[misc]  # see choices


def list_secrets(
    status: Annotated[_Status | None, typer.Option("--status", help=_("Only those of this status."))] = None,
    jsonl: Jsonl = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("As CSV, for a spreadsheet."))] = False,
) -> None:
    """What they are in particular is not shown. You see the entries of the rooms that you are in."""
    output = current().output
    vault = open_to_read()
    found = [one for one in secrets(vault.catalog) if status is None or one.status == status]
    names = names_by_id(vault.catalog)
    if jsonl:
        output.jsonl(secret_json(vault, one, names) for one in found)
        return
    data = [secret_json(vault, one, names) for one in found] if output.wants_json else []
    output.result("register-list", {"secrets": data}, journal=vault.catalog.head)
    if as_csv:
        write_text(PIPE, csv_table(TITLES, map(secret_row, found)), _("the register"), force=False)
        return
    output.table(TITLES, map(secret_row, found))
    if not found:
        command = f"{program()} register add --title TEXT --description FILE --owner NAME --custodian NAME"
        output.say(_("No trade secret is in the register. To add one: {command}").format(command=command))


def show(which: Which) -> None:
    """With the reasons for each factor, and what the vault does for it: who is in the rooms of its documents, and who
    was sent them under which agreement. What it is in particular is not shown: `register reveal` is for that.
    """
    output = current().output
    vault = open_to_read()
    found = find_secret(vault.catalog, which)
    protected = protection(vault.catalog, found, today(vault))
    names = names_by_id(vault.catalog)
    data = {"secret": secret_json(vault, found, names), "protection": protection_json(vault, protected)}
    output.result("register-show", data, journal=vault.catalog.head)
    output.fields([row for row in _fields(vault, found, names) if row[1]])
    for one in protected.items:
        output.fields(_measures(vault, one))


def gaps(
    which: Annotated[str, typer.Argument(metavar="[ID]", help=_("Only this entry."))] = "",
    jsonl: Jsonl = False,
) -> int:
    """What the steps to keep them secret still lack, as far as a vault can tell (18 U.S.C. 1839(3); Directive (EU)
    2016/943, Art. 2(1)(c)), each with the command that closes it. The exit code is 17 if there is anything.

    Which steps are reasonable, counsel decides.
    """
    output = current().output
    vault = open_to_read()
    chosen = [find_secret(vault.catalog, which)] if which else secrets(vault.catalog)
    found = [(secret, gap) for secret in chosen for gap in gaps_of(vault.catalog, secret, today(vault))]
    rows = [_gap_json(secret, gap) for secret, gap in found]
    if jsonl:
        output.jsonl(rows)
        return ExitCode.FINDINGS if found else ExitCode.DONE
    output.result("register-gaps", {"gaps": rows}, journal=vault.catalog.head)
    titles = (_("Id"), _("Title"), _("What is missing"), _("What to do"))
    output.table(
        titles, [(secret.id[:SHORT_ID], secret.content.title, _about(gap), gap.remedy) for secret, gap in found]
    )
    if not found:
        output.say(_("Nothing was found to be missing. Which steps are reasonable, counsel decides."))
        return ExitCode.DONE
    output.say(_("These are facts from the vault; which steps are reasonable, counsel decides."))
    return ExitCode.FINDINGS


def due(
    within: Annotated[
        str, typer.Option("--within", metavar="DURATION", help=_("How far to look ahead, such as 30d or 26w."))
    ] = "30d",
    at: Annotated[str, typer.Option("--at", metavar="DATE", help=_("From this day on; today by default."))] = "",
    jsonl: Jsonl = False,
) -> None:
    """Entries are looked at again a year after they were scored last, and when their expected life ends."""
    output, days = current().output, days_ahead(within)
    vault = open_to_read()
    day = chosen_day(vault, at)
    found = due_in(vault.catalog, day, days)
    rows = [_due_json(one, day) for one in found]
    if jsonl:
        output.jsonl(rows)
        return
    output.result("register-due", {"due": rows}, journal=vault.catalog.head)
    titles = (_("Day"), _("What"), _("Id"), _("Title"), _("What to do"))
    output.table(titles, [_due_row(one) for one in found])
    if not found:
        output.say(_("Nothing falls due in that time."))


def _fields(vault: Vault, secret: Secret, names: dict[str, str]) -> list[tuple[str, str]]:
    content = secret.content
    proposed = _("{name} on {time}, record {seq}").format(
        name=member_name(vault, secret.proposer), time=human_time(secret.time), seq=secret.seq
    )
    factors = secret.scoring.by_factor if secret.scoring else {}
    return [
        (_("Id"), secret.id),
        (_("Title"), content.title),
        (_("Type"), content.type),
        (_("Room"), names.get(secret.room, secret.room)),
        (_("Owner"), content.owner),
        (_("Custodian"), content.custodian),
        (_("Documents"), ", ".join(names.get(one, one[:SHORT_ID]) for one in content.items)),
        (_("Value"), content.value),
        (_("Until"), content.until_day),
        (_("Status"), status_in_words(secret)),
        (_("Proposed"), proposed),
        *((factor, f"{score}/5: {reason}") for factor, (score, reason) in factors.items()),
        (_("Approved"), ruling_in_words(vault, secret.approval)),
        (_("Retired"), ruling_in_words(vault, secret.retirement)),
        (_("Review by"), "" if secret.retirement else secret.review_day),
    ]


def _measures(vault: Vault, one: Protected) -> list[tuple[str, str]]:
    people = [_reader(vault, who) for who in one.members]
    sent = []
    for to in one.sent:
        name = to.recipient.name if to.recipient else to.fingerprint[:SHORT_ID]
        terms = ", ".join(agreed.terms.title for agreed in to.agreements) or _("no agreement in force")
        sent.append(f"{name} ({terms})")
    rows = [
        (
            _("Document"),
            _("{name}: {label}, in the room {room}").format(
                name=one.item.name, label=one.item.label, room=one.item.room_name
            ),
        ),
        (_("Members of the room"), ", ".join(sorted(people))),
        (_("Kept the key"), ", ".join(member_name(vault, who) for who in one.kept)),
        (_("Sent to"), ", ".join(sent)),
    ]
    return [row for row in rows if row[1]]


def _reader(vault: Vault, reader: Reader) -> str:
    name, role = member_name(vault, reader.fingerprint), in_words(reader.role)
    if not reader.accepted:
        return f"{name} ({role})"
    return _("{name} ({role}; accepted: {texts})").format(name=name, role=role, texts=", ".join(reader.accepted))


def _about(gap: Gap) -> str:
    return f"{gap.about}: {gap.problem}" if gap.about and gap.about not in gap.problem else gap.problem


def _gap_json(secret: Secret, gap: Gap) -> dict[str, Any]:
    return {"secret": secret.id, "title": secret.content.title, **gap._asdict()}


def _to_do(one: Due) -> str:
    short = one.secret.id[:SHORT_ID]
    if one.what == REVIEW:
        return _("look at it again: {command}").format(command=f"{program()} register score {short}")
    return _("if it is no secret any more: {command}").format(
        command=f"{program()} register retire {short} --reason TEXT"
    )


def _due_row(one: Due) -> tuple[str, ...]:
    what = _("yearly review") if one.what == REVIEW else _("expected life ends")
    return one.day, what, one.secret.id[:SHORT_ID], one.secret.content.title, _to_do(one)


def _due_json(one: Due, day: str) -> dict[str, Any]:
    return {
        "day": one.day,
        "what": one.what,
        "secret": one.secret.id,
        "title": one.secret.content.title,
        "overdue": one.day < day,
        "to_do": _to_do(one),
    }
