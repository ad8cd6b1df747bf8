"""`ipvault privacy request create|list|show|extend|close`: what people ask about their data, and by when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.privacy import PrivacyRequest, find_privacy_request, privacy_requests, to_finish, without_documents
from ipvault.cli.choices import Jsonl, Which, typed_day
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.privacy_rendering import ANSWERS, RIGHTS, STATES, finish_them, request_json
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.privacy.keep import Answer, Clock, answers_to, close_request, create_request, extend_request
from ipvault.oversight.zones import in_zone, zone_of
from ipvault.records.domains import MAX_DAYS, is_detail, is_name
from ipvault.records.privacy import GDPR, LAWS, OWN, RIGHTS as ALL_RIGHTS
from ipvault.text import _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text

Right = StrEnum("Right", {word: word for word in ALL_RIGHTS})  # type: ignore[misc]  # see choices
Law = StrEnum("Law", {word: word for word in LAWS})  # type: ignore[misc]

_OLDEST: Final = 10
"""Years after which a date of receipt is more likely a slip."""


def create(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help=_("Who asks: a recipient, a member, or anybody."))],
    right: Annotated[Right, typer.Option("--right", help=_("What is asked for."))],
    received: Annotated[
        str, typer.Option("--received", metavar="DATE", help=_("The day on which it came; today by default."))
    ] = "",
    law: Annotated[Law, typer.Option("--law", help=_("By which law the answer is due."))] = Law[GDPR],
    days: Annotated[int, typer.Option("--days", min=0, max=MAX_DAYS, help=_("With --law own: in so many days."))] = 0,
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help=_("The time zone of the days."))] = "UTC",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=_("What it says; members see it."))] = "",
) -> None:
    """GDPR: one month from the day on which it came, and two more if that is extended. CCPA: 45 days, and 45 more.
    Which law applies, and whether a holiday moves the last day, counsel decides.
    """
    name = free_text(subject).strip()
    if not is_name(name):
        raise UsageError(problem=_("the subject needs a name, on one line"))
    if (law == OWN) != bool(days):
        raise UsageError(problem=_("--law own and --days N go together"))
    if not is_detail(zone):
        raise UsageError(problem=_("a time zone is one word, such as Europe/Berlin"))
    day, text = str(typed_day(received)) if received else "", free_text(note)
    vault = open_current()
    present = datetime.fromtimestamp(vault.machine.now(), zone_of(zone)).date().isoformat()
    if day > present:
        raise UsageError(problem=_("a request that came on {day} is yet to come: check the date").format(day=day))
    if day and day < f"{int(present[:4]) - _OLDEST:04}":
        raise UsageError(problem=_("{day} is more than ten years ago: check the date").format(day=day))
    clock = Clock(str(law), day or present, zone, days)
    request, head = create_request(vault, str(right), name, clock, text)
    if missing := without_documents(vault.catalog, request.subject):
        current().output.warn(missing)
    _tell("privacy-request-create", request, head, _("Recorded as request {id}. The answer is due by {due}."))


def list_requests(jsonl: Jsonl = False) -> None:
    """The oldest first, with the time by which the answer is due."""
    output = current().output
    vault = open_to_read()
    found = privacy_requests(vault.catalog)
    if jsonl:
        output.jsonl(map(request_json, found))
        return
    output.result("privacy-request-list", {"requests": list(map(request_json, found))}, journal=vault.catalog.head)
    now, finishable = timestamp(vault.machine.now()), {one.id for one in to_finish(vault.catalog)}
    titles = (_("Id"), _("Who"), _("Asks for"), _("Received"), _("Due"), _("State"), _("Answer"))
    rows = [
        (
            one.id[:SHORT_ID],
            one.subject,
            _(RIGHTS[one.right]),
            one.received,
            in_zone(one.due, one.zone),
            _state(one, now, one.id in finishable),
            _(ANSWERS[one.answer]) if one.answer else "",
        )
        for one in found
    ]
    output.table(titles, rows)
    if not found:
        output.say(_("Nobody has asked about data."))


def _state(one: PrivacyRequest, now: str, is_finishable: bool) -> str:
    if is_finishable:
        return _("the rest is due")
    return _("overdue") if not one.closed and one.is_overdue(now) else _(STATES[one.state])


def show(which: Which) -> None:
    """What was asked, by when the answer is due, and what was answered."""
    output = current().output
    vault = open_to_read()
    one = find_privacy_request(vault.catalog, which)
    answers = answers_to(vault, one)
    data = {**request_json(one), "answers": [each._asdict() for each in answers]}
    output.result("privacy-request-show", data, journal=vault.catalog.head)
    pairs = [
        (_("Id"), one.id),
        (_("Who"), one.subject),
        (_("Asks for"), _(RIGHTS[one.right])),
        (_("Law"), one.law),
        (_("Received"), f"{one.received} ({one.zone})"),
        (_("Due"), in_zone(one.due, one.zone)),
        (_("Extended because"), one.extended),
        (_("Recorded by"), member_name(vault, one.signer)),
        (_("Note"), one.note),
        (_("State"), _(STATES[one.state])),
        (_("Answer"), _(ANSWERS[one.answer]) if one.answer else ""),
        (_("Reason"), one.reason),
        (_("Answered before"), "; ".join(map(_answered, answers[:-1]))),
        (_("Told"), one.told),
        (_("Late because"), one.late),
    ]
    output.fields([(label, value) for label, value in pairs if value])
    if one in to_finish(vault.catalog):
        output.say(finish_them([one]))


def _answered(one: Answer) -> str:
    count = ngettext("{count} document", "{count} documents", one.documents).format(count=one.documents)
    return f"{one.time[:10]}: {_(ANSWERS[one.answer])} ({count}): {one.reason}"


def extend(
    which: Which,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why; tell the subject in time."))],
) -> None:
    """Once, before the answer is due: GDPR by two further months, CCPA by 45 days."""
    if not reason.strip():
        raise UsageError(problem=_("an extension needs a reason"))
    vault = open_current()
    request, head = extend_request(vault, which, free_text(reason))
    _tell("privacy-request-extend", request, head, _("The answer to request {id} is due by {due}."))


def close(
    which: Which,
    told: Annotated[str, typer.Option("--told", metavar="TEXT", help=_("When and how the subject was told."))],
    late: Annotated[str, typer.Option("--late", metavar="TEXT", help=_("Why it comes after it was due."))] = "",
) -> None:
    """When the subject has the answer. One that comes late needs a reason."""
    if not told.strip():
        raise UsageError(problem=_("say with --told how the subject was told"))
    vault = open_current()
    request, head = close_request(vault, which, free_text(told), free_text(late).strip())
    _tell("privacy-request-close", request, head, _("Request {id} is closed."))


def _tell(schema: str, request: PrivacyRequest, head: Head, sentence: str) -> None:
    output = current().output
    output.result(schema, request_json(request), journal=head)
    output.say(sentence.format(id=request.id[:SHORT_ID], due=in_zone(request.due, request.zone)))
